// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/address_space.hpp"

#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

// Takes a number off the front of `text`, and the one character `after` it.
template <typename T>
bool take(std::string_view& text, T& value, int base, char after) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || length >= text.size() || text[length] != after) return false;
  text.remove_prefix(length + 1);
  return true;
}

// The kernel writes a line feed in a name as \012.
std::string unescaped(std::string_view path) {
  constexpr std::string_view kLineFeed = "\\012";
  std::string result;
  for (std::size_t at = path.find(kLineFeed); at != std::string_view::npos; at = path.find(kLineFeed)) {
    result += path.substr(0, at);
    result += '\n';
    path.remove_prefix(at + kLineFeed.size());
  }
  return result += path;
}

// Any line: an empty path is anonymous memory.
bool parse_any_line(std::string_view line, Mapping& mapping, ModuleId& module) {
  unsigned major_number = 0;
  unsigned minor_number = 0;
  if (!take(line, mapping.start, 16, '-') || !take(line, mapping.end, 16, ' ')) return false;
  constexpr std::size_t kFlags = 4;  // "r-xp"
  if (line.size() <= kFlags || line[kFlags] != ' ') return false;
  mapping.executable = line[2] == 'x';
  line.remove_prefix(kFlags + 1);
  if (!take(line, mapping.offset, 16, ' ') || !take(line, major_number, 16, ':')) return false;
  if (!take(line, minor_number, 16, ' ')) return false;
  std::uint64_t inode = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), inode);
  if (error != std::errc{}) return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  const std::size_t path = line.find_first_not_of(' ');
  module.path = path == std::string_view::npos ? "" : unescaped(line.substr(path));
  module.device = makedev(major_number, minor_number);
  module.inode = inode;
  return mapping.start < mapping.end;
}

std::optional<std::string> link_of(const std::string& path) {
  std::array<char, 4096> text{};
  const ssize_t length = ::readlink(path.c_str(), text.data(), text.size());
  if (length < 0) return std::nullopt;
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

bool parse_maps_line(std::string_view line, Mapping& mapping, ModuleId& module) {
  return parse_any_line(line, mapping, module) && names_file(module.path);
}

std::string root_of(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  for (const char* what : {"/ns/mnt", "/root"}) {
    const auto theirs = link_of(process + what);
    if (theirs && theirs != link_of(std::string("/proc/self") + what)) return process + "/root";
  }
  return "";
}

void AddressSpace::add(const Mapping& mapping) {
  if (mapping.start >= mapping.end) return;
  auto old = mappings_.upper_bound(mapping.start);
  while (old != mappings_.end() && old->second.start < mapping.end) {
    if (old->second.start < mapping.start) {
      Mapping before = old->second;
      before.end = mapping.start;
      mappings_.emplace(before.end, before);
    }
    if (old->second.end > mapping.end) {
      old->second.offset += mapping.end - old->second.start;
      old->second.start = mapping.end;
      break;
    }
    old = mappings_.erase(old);
  }
  mappings_.insert_or_assign(mapping.end, mapping);
}

const Mapping* AddressSpace::find(std::uint64_t address) const {
  const auto found = mappings_.upper_bound(address);
  return found != mappings_.end() && found->second.start <= address ? &found->second : nullptr;
}

bool AddressSpace::load(pid_t pid, Modules& modules) {
  std::string text;
  try {
    text = read_file("/proc/" + std::to_string(pid) + "/maps");
  } catch (const SystemError&) {
    return false;
  }
  if (text.empty()) return false;  // a zombie
  const std::string root = root_of(pid);
  std::map<std::uint64_t, Mapping> mappings;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    Mapping mapping;
    ModuleId module;
    if (parse_any_line(rest.substr(0, length), mapping, module)) {
      if (names_file(module.path)) mapping.module = modules.index(module, root);
      mappings.emplace(mapping.end, mapping);
    }
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  mappings_ = std::move(mappings);
  return true;
}

}  // namespace perfopt::prof
