// SPDX-License-Identifier: Apache-2.0
// What call_tracers.hpp's tracers leave, as counts of calls by stack.
//
// Foreign text: it may be cut off where a process was killed. What does not fit its form is passed over and counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <span>

#include "perfopt/prof/name_table.hpp"

namespace perfopt::prof {

// Calls of the last function of `stack`, which is given from the root on, with the line that each was called from or 0.
using CallSink = std::function<void(std::span<const ScriptName> stack, std::uint64_t calls)>;

// A tree of calls, a line each: "ABOVE\tCALLS\tFIRST LINE\tFILE\tFUNCTION", where the node above is told by
// the number of its line (from 0), -1 for none. Returns how many lines were passed over.
std::size_t read_call_tree(std::istream& text, model::Language language, const CallSink& sink);

// bash's xtrace as the tracer has it written: every command is a call of its first word by the function stack before
// it. Returns how many lines were passed over that are not the rest of a command of several lines.
std::size_t read_shell_trace(std::istream& text, const CallSink& sink);

}  // namespace perfopt::prof
