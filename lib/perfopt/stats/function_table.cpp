// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/function_table.hpp"

#include <functional>
#include <string_view>
#include <unordered_map>

namespace perfopt::stats {
namespace {

struct Identity {
  std::string_view function;
  std::string_view where;
  std::uint64_t address = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};

struct IdentityHash {
  std::size_t operator()(const Identity& id) const noexcept {
    constexpr std::size_t kMix = 0x9E3779B97F4A7C15U;
    const std::hash<std::string_view> hash;
    return (hash(id.function) * kMix + hash(id.where)) * kMix + id.address;
  }
};

bool of_script(model::Language language) {
  return language == model::Language::python || language == model::Language::javascript ||
         language == model::Language::shell;
}

Identity identity(const model::Frame& frame) {
  if (frame.function.empty()) return {"", frame.module, frame.address};
  return {frame.function, of_script(frame.language) && !frame.file.empty() ? frame.file : frame.module, 0};
}

}  // namespace

FunctionTable function_table(const model::Profile& profile) {
  FunctionTable table;
  table.of_frame.reserve(profile.frames.size());
  std::unordered_map<Identity, std::uint32_t, IdentityHash> index;
  index.reserve(profile.frames.size());
  for (std::uint32_t i = 0; i < profile.frames.size(); ++i) {
    const auto [at, is_new] = index.try_emplace(identity(profile.frames[i]), static_cast<std::uint32_t>(table.size()));
    if (is_new) table.frame.push_back(i);
    table.of_frame.push_back(at->second);
  }
  return table;
}

}  // namespace perfopt::stats
