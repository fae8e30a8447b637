// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/io_object.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

struct Source {
  std::string_view file;
  std::string_view protocol;
};
constexpr std::array<Source, 4> kSources{
    {{"net/tcp", "tcp"}, {"net/tcp6", "tcp"}, {"net/udp", "udp"}, {"net/udp6", "udp"}}};

std::string proc_file(pid_t pid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/" + std::string(name);
}

std::string link_of(const std::string& path) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  return length <= 0 ? "" : std::string(target.data(), static_cast<std::size_t>(length));
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    words.push_back(line.substr(0, line.find(' ')));
    line.remove_prefix(words.back().size());
  }
  return words;
}

// "0100007F:1538": words of the address as this machine stores them, and the port.
std::optional<std::string> endpoint(std::string_view text) {
  constexpr std::size_t kWord = 8;
  const auto colon = text.find(':');
  if (colon != kWord && colon != 4 * kWord) return std::nullopt;
  std::array<std::uint32_t, 4> address{};
  const std::string_view number = text.substr(colon + 1);
  unsigned port = 0;
  bool ok = true;
  bool any = false;
  for (std::size_t i = 0; i < colon / kWord; ++i) {
    const std::string_view word = text.substr(i * kWord, kWord);
    ok = ok && std::from_chars(word.data(), word.data() + word.size(), address.at(i), 16).ec == std::errc();
    any = any || address.at(i) != 0;
  }
  ok = ok && std::from_chars(number.data(), number.data() + number.size(), port, 16).ec == std::errc();
  if (!ok || (!any && port == 0)) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> shown{};
  const bool six = colon != kWord;
  ::inet_ntop(six ? AF_INET6 : AF_INET, address.data(), shown.data(), shown.size());
  const std::string host = shown.data();
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

template <class Visit>
void each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    visit(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

std::string socket_name(pid_t pid, std::string_view inode) {
  std::string found;
  for (const Source& source : kSources) {
    const std::string table = read_proc(proc_file(pid, source.file));
    each_line(table, [&](std::string_view line) {
      if (found.empty()) found = socket_of_line(line, inode, source.protocol);
    });
    if (!found.empty()) return found;
  }
  const std::string table = read_proc(proc_file(pid, "net/unix"));
  each_line(table, [&](std::string_view line) {
    constexpr std::size_t kInode = 6;
    const auto words = words_of(line);
    if (!found.empty() || words.size() <= kInode || words[kInode] != inode) return;
    found = "unix " + (words.size() > kInode + 1 ? std::string(words[kInode + 1]) : "socket pair");
  });
  return found.empty() ? "socket" : found;
}

bool may_write(pid_t pid, std::string_view descriptor) {
  const std::string text = read_proc(proc_file(pid, "fdinfo/") + std::string(descriptor));
  const auto at = text.find("flags:\t");
  unsigned flags = 0;
  if (at == std::string::npos) return false;
  std::from_chars(text.data() + at + 7, text.data() + text.size(), flags, 8);
  return (flags & O_ACCMODE) != O_RDONLY;
}

// That process has the other end of the pipe.
bool has_end(pid_t pid, std::string_view pipe, bool writing) {
  struct Close {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(::opendir(proc_file(pid, "fd").c_str()));
  if (!directory) return false;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string descriptor = static_cast<const char*>(entry->d_name);
    if (link_of(proc_file(pid, "fd/") + descriptor) == pipe && may_write(pid, descriptor) == writing) return true;
  }
  return false;
}

std::string pipe_name(pid_t pid, int descriptor, std::string_view pipe, const std::vector<pid_t>& tree) {
  const bool writing = may_write(pid, std::to_string(descriptor));
  for (const pid_t other : tree) {
    if (other == pid || !has_end(other, pipe, !writing)) continue;
    const std::string name = read_proc(proc_file(other, "comm"));
    return (writing ? "pipe to " : "pipe from ") + std::to_string(other) + " " + name.substr(0, name.find('\n'));
  }
  return writing ? "pipe, written" : "pipe, read";
}

}  // namespace

std::string socket_of_line(std::string_view line, std::string_view inode, std::string_view protocol) {
  constexpr std::size_t kLocal = 1;
  constexpr std::size_t kRemote = 2;
  constexpr std::size_t kInode = 9;
  const auto words = words_of(line);
  if (words.size() <= kInode || words[kInode] != inode) return "";
  if (const auto remote = endpoint(words[kRemote])) return std::string(protocol) + " " + *remote;
  const auto local = endpoint(words[kLocal]);
  return std::string(protocol) + (local ? " on " + *local : " socket");
}

std::string IoObjects::describe(pid_t pid, int descriptor, std::string_view link, const std::vector<pid_t>& tree) {
  constexpr std::string_view kSocket = "socket:[";
  if (!link.starts_with(kSocket)) return pipe_name(pid, descriptor, link, tree);
  const std::string_view inode = link.substr(kSocket.size(), link.size() - kSocket.size() - 1);
  return socket_name(pid, inode);
}

// The other end of a pipe may not have executed its program when it is first used, a socket not be connected: they are
// looked up again at every doubling of their uses.
std::string IoObjects::name(pid_t pid, int descriptor, const std::vector<pid_t>& tree) {
  std::string link = link_of(proc_file(pid, "fd/") + std::to_string(descriptor));
  if (!link.starts_with("socket:[") && !link.starts_with("pipe:[")) return link;
  const std::string key =
      link.starts_with("pipe:[") ? link + (may_write(pid, std::to_string(descriptor)) ? "w" : "r") : link;
  Named& named = known_[key];
  if ((named.uses & (named.uses - 1)) == 0) named.name = describe(pid, descriptor, link, tree);
  ++named.uses;
  return named.name;
}

}  // namespace perfopt::prof
