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

}  // namespace

std::string_view file_name(const ModuleId& module) {
  const std::string_view path = module.path;
  return path.substr(path.find_last_of('/') + 1);
}

InterpreterImage::Part InterpreterImage::part(const NativeFrame& frame) const {
  if (frame.key.kind != FrameKind::native) return Part::other;
  if (frame.key.module == module_) return Part::interpreter;
  const auto [place, fresh] = parts_.try_emplace(frame.key.module, Part::other);
  if (fresh) {
    const ModuleId& id = modules_->at(frame.key.module);
    if (is_c_library(id)) place->second = Part::c_library;
    if (kin_(id)) place->second = Part::starter;
  }
  return place->second;
}

}  // namespace perfopt::prof
