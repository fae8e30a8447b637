// SPDX-License-Identifier: Apache-2.0
// From the scopes of measure.cpp to the trace.
//   internal
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace perfopt::optim::detail {

inline std::atomic<bool> scopes_are_traced{false};

// A scope of this thread closed; `name` lives as long as the thread. Never throws: what cannot be kept is dropped.
void trace_scope(const std::string& name, std::uint64_t started_ticks, std::uint64_t ended_ticks) noexcept;

}  // namespace perfopt::optim::detail
