// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/name_table.hpp"

namespace perfopt::prof {

std::uint32_t NameTable::index(const ScriptName& name) {
  const auto [place, fresh] = index_.try_emplace({name.function, name.file, name.first_line, name.language},
                                                 static_cast<std::uint32_t>(names_.size()));
  if (fresh) names_.push_back(name);
  return place->second;
}

}  // namespace perfopt::prof
