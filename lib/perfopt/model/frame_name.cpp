// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/frame_name.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace perfopt::model {

std::string frame_name(const Frame& frame) {
  if (!frame.function.empty()) return frame.function;
  if (frame.module.empty()) return "[unknown]";
  std::string_view module = frame.module;
  if (module.starts_with('[') && module.ends_with(']')) module = module.substr(1, module.size() - 2);
  module.remove_prefix(module.find_last_of('/') + 1);
  std::string name = "[" + std::string(module);
  if (frame.address != 0) {
    constexpr int kHex = 16;
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), frame.address, kHex).ptr;
    name += "+0x" + std::string(digits.data(), end);
  }
  return name + "]";
}

}  // namespace perfopt::model
