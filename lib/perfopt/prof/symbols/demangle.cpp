// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/demangle.hpp"

#include <libiberty/demangle.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace perfopt::prof {
namespace {

// Demangling may take time that grows faster than the name.
constexpr std::size_t kMaxLength = 1U << 16U;

constexpr std::array<std::string_view, 7> kParts{".cold",       ".constprop.", ".isra.", ".llvm.",
                                                 ".localalias", ".lto_priv.",  ".part."};

std::string_view without_parts(std::string_view name) {
  std::size_t end = name.size();
  for (const std::string_view part : kParts) end = std::min(end, name.find(part, 1));
  return name.substr(0, end);
}

}  // namespace

std::string demangled(const std::string& symbol) {
  std::string name(without_parts(symbol));
  if (name.size() > kMaxLength) return name;
  const auto text = [](char* allocated) { return std::unique_ptr<char, decltype(&std::free)>(allocated, &std::free); };
  if (name.starts_with("_R") || name.starts_with("_ZN")) {
    if (const auto rust = text(::rust_demangle(name.c_str(), DMGL_NO_OPTS))) return rust.get();
  }
  if (name.starts_with("_Z") || name.starts_with("___Z")) {
    if (const auto cpp = text(::cplus_demangle_v3(name.c_str(), DMGL_NO_OPTS))) return cpp.get();
  }
  return name;
}

}  // namespace perfopt::prof
