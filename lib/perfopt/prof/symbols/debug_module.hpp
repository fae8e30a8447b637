// SPDX-License-Identifier: Apache-2.0
// One module and its debug information, which may lie in another file: found by build-id
// (DIRECTORY/.build-id/ab/cd.debug) or by .gnu_debuglink (beside the module, in .debug/ there, below DIRECTORY; its
// checksum must match). Never from the network. The compressed symbols of a stripped file (.gnu_debugdata) are read by
// libdwfl.
#pragma once

#include <elfutils/libdwfl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {

class DebugModule {
 public:
  // `path`: how the module is named, and where .gnu_debuglink starts from.
  DebugModule(UniqueFd file, const std::string& path, const std::string& debug_directory);
  // Of a file that lies in memory, as the vdso does.
  DebugModule(std::span<const std::byte> file, const std::string& name);
  DebugModule(const DebugModule&) = delete;
  DebugModule& operator=(const DebugModule&) = delete;
  ~DebugModule();

  // Null without debug information. What is added to an address as linked gives one of the debug information.
  [[nodiscard]] Dwarf* dwarf(std::uint64_t& to_dwarf);

  // Every symbol that is defined, its address as linked.
  void each_symbol(const std::function<void(const char* name, const GElf_Sym& symbol, std::uint64_t address)>& use);

 private:
  explicit DebugModule(const std::string& debug_directory);
  void finish(Dwfl_Module* reported);

  std::string debug_directory_;
  Dwfl_Callbacks callbacks_{};
  std::string bytes_;  // of a module that lies in memory
  std::unique_ptr<Dwfl, decltype(&::dwfl_end)> dwfl_{nullptr, &::dwfl_end};
  Dwfl_Module* module_ = nullptr;
  std::uint64_t bias_ = 0;  // of libdwfl's addresses over those as linked
};

}  // namespace perfopt::prof
