// SPDX-License-Identifier: Apache-2.0
// Whose code a frame is: of the user's program, of a library that it uses, or of what every program runs on (kernel,
// libc, the runtime of a language). Told by path and, for templates and inlined code, by source file and namespace.
//
// It is about where a reader can act: a wait in libc's read() is the user's, at the line that called it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::stats {

enum class Owner : std::uint8_t { runtime, library, user };

[[nodiscard]] Owner owner(const model::Frame& frame);

// The namespace and class of a demangled function, without its return type: "std::vector<int>::" of
// "void std::vector<int>::push_back(int const&)", "" of "main".
[[nodiscard]] std::string_view scope_of(std::string_view function);

// The same with its name and without its parameters: "std::vector<int>::push_back", "operator new".
[[nodiscard]] std::string_view qualified_name(std::string_view function);

// For each stack the innermost stack node towards the root, itself included, that is the user's; where there is none,
// the innermost of a library; kRoot where all is runtime.
[[nodiscard]] std::vector<std::uint32_t> own_places(const model::Profile& profile);

}  // namespace perfopt::stats
