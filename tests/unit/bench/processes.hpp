// SPDX-License-Identifier: Apache-2.0
// Which processes there are, for tests of what is left behind.
#pragma once

#include <sys/types.h>

#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

// Processes with `text` in the /proc file of that name ("cmdline", "environ"); those that end meanwhile are left out.
inline std::vector<pid_t> processes_with(const char* file, std::string_view text) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    try {
      if (perfopt::read_file(entry.path() / file).find(text) != std::string::npos) found.push_back(pid);
    } catch (const perfopt::SystemError&) {
      continue;
    }
  }
  return found;
}

// The parent of a process; 0 when it has ended.
inline pid_t parent_of(pid_t pid) {
  try {
    const std::string status = perfopt::read_file("/proc/" + std::to_string(pid) + "/status");
    const auto at = status.find("PPid:\t");
    pid_t parent = 0;
    if (at != std::string::npos) std::from_chars(status.data() + at + 6, status.data() + status.size(), parent);
    return parent;
  } catch (const perfopt::SystemError&) {
    return 0;
  }
}
