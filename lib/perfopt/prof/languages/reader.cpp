// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/reader.hpp"

#include <set>

#include "perfopt/prof/languages/bash_reader.hpp"
#include "perfopt/prof/languages/python_reader.hpp"

namespace perfopt::prof {
namespace {

struct ReaderKind {
  bool (*may_be)(const ModuleId&);
  OpenedReader (*open)(pid_t, const AddressSpace&, const Modules&, std::uint32_t, NameTable&);
};

constexpr ReaderKind kReaders[] = {
    {may_be_python, open_python},
    {may_be_bash, open_bash},
};

}  // namespace

OpenedReader open_reader(pid_t pid, const AddressSpace& space, const Modules& modules, NameTable& names) {
  std::set<std::uint32_t> seen;
  OpenedReader refused;
  for (const auto& [end, mapping] : space.mappings()) {
    if (mapping.module == Mapping::kAnonymous || !seen.insert(mapping.module).second) continue;
    for (const ReaderKind& kind : kReaders) {
      if (!kind.may_be(modules.at(mapping.module))) continue;
      OpenedReader opened = kind.open(pid, space, modules, mapping.module, names);
      if (opened.reader != nullptr) return opened;
      if (!opened.why_not.empty()) refused = std::move(opened);
    }
  }
  return refused;
}

}  // namespace perfopt::prof
