// SPDX-License-Identifier: Apache-2.0
// Functions of interpreters, and markers: each named once while recording.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::prof {

struct ScriptName {
  std::string function;
  std::string file;
  unsigned first_line = 0;
  model::Language language = model::Language::synthetic;
};

class NameTable {
 public:
  // The index of this name, which stays.
  [[nodiscard]] std::uint32_t index(const ScriptName& name);
  [[nodiscard]] const ScriptName& at(std::uint32_t index) const { return names_.at(index); }
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

 private:
  std::vector<ScriptName> names_;
  std::map<std::tuple<std::string, std::string, unsigned, model::Language>, std::uint32_t> index_;
};

}  // namespace perfopt::prof
