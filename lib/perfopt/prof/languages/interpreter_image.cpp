// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/interpreter_image.hpp"

#include <algorithm>
#include <array>

namespace perfopt::prof {
namespace {

constexpr std::array<std::string_view, 5> kCLibrary{"libc.so", "libc-2.", "libpthread", "ld-linux", "ld-musl"};

bool is_c_library(const ModuleId& module) {
  const std::string_view name = file_name(module);
  return std::ranges::any_of(kCLibrary, [&](std::string_view start) { return name.starts_with(start); });
}

bool is_native(const NativeFrame& frame) {
  return frame.key.kind == FrameKind::native;
}

}  // namespace

std::string_view file_name(const ModuleId& module) {
  const std::string_view path = module.path;
  return path.substr(path.find_last_of('/') + 1);
}

InterpreterImage::InterpreterImage(const AddressSpace& space, const Modules& modules, std::uint32_t module,
                                   bool (*kin)(const ModuleId&))
    : module_(module) {
  for (const auto& [end, mapping] : space.mappings()) {
    if (mapping.module == Mapping::kAnonymous || mapping.module == module) continue;
    const ModuleId& id = modules.at(mapping.module);
    if (kin(id)) starters_.insert(mapping.module);
    if (is_c_library(id)) c_library_.insert(mapping.module);
  }
}

bool InterpreterImage::holds(const NativeFrame& frame) const {
  return is_native(frame) && frame.key.module == module_;
}

bool InterpreterImage::starts(const NativeFrame& frame) const {
  return is_native(frame) && starters_.contains(frame.key.module);
}

bool InterpreterImage::c_library(const NativeFrame& frame) const {
  return is_native(frame) && c_library_.contains(frame.key.module);
}

}  // namespace perfopt::prof
