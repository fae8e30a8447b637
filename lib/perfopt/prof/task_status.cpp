// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/task_status.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <memory>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kChunk = 4096;
constexpr std::size_t kLargest = 1U << 20U;  // "children" of a process with 100,000 of them

// The next word; "" at the end.
std::string_view next_word(std::string_view& rest) {
  const auto begin = rest.find_first_not_of(" \n");
  if (begin == std::string_view::npos) return {};
  rest.remove_prefix(begin);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \n"));
  rest.remove_prefix(word.size());
  return word;
}

template <class Number>
bool parse(std::string_view word, Number& into) {
  if (word.empty()) return false;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), into);
  return error == std::errc() && end == word.data() + word.size();
}

std::uint64_t tick_ns() {
  static const auto kTickNs = static_cast<std::uint64_t>(1'000'000'000 / std::max(::sysconf(_SC_CLK_TCK), 1L));
  return kTickNs;
}

}  // namespace

std::string read_proc(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return "";
  std::string text;
  for (std::size_t filled = 0; filled < kLargest;) {
    text.resize(filled + kChunk);
    const ssize_t got = ::read(fd.get(), text.data() + filled, kChunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return "";
    filled += static_cast<std::size_t>(got);
    text.resize(filled);
    if (got == 0) break;
  }
  return text;
}

std::string task_path(pid_t pid, pid_t tid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/" + std::string(name);
}

std::optional<TaskStat> parse_stat(std::string_view text) {
  // The name may hold blanks and brackets: it ends at the last one.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  TaskStat result;
  result.name = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 1);
  constexpr std::size_t kFields = 20;  // from the state, field 3 of proc(5), to the start, field 22
  std::array<std::string_view, kFields> field;
  for (std::string_view& one : field) one = next_word(rest);
  if (field[0].size() != 1) return std::nullopt;
  result.state = field[0].front();
  std::array<std::uint64_t, 4> ticks{};  // utime, stime, cutime, cstime
  bool ok = parse(field[1], result.parent) && parse(field[7], result.minor_faults) &&
            parse(field[9], result.major_faults) && parse(field[19], result.start_ticks);
  for (std::size_t i = 0; i < ticks.size(); ++i) ok = ok && parse(field[11 + i], ticks[i]);
  if (!ok) return std::nullopt;
  result.cpu_ns = (ticks[0] + ticks[1]) * tick_ns();
  result.children_cpu_ns = (ticks[2] + ticks[3]) * tick_ns();
  return result;
}

std::optional<SchedStat> parse_schedstat(std::string_view text) {
  SchedStat result;
  if (!parse(next_word(text), result.cpu_ns) || !parse(next_word(text), result.ready_ns)) return std::nullopt;
  return result;
}

std::uint64_t rss_bytes_of(pid_t pid) {
  const std::string text = read_proc("/proc/" + std::to_string(pid) + "/statm");
  std::string_view rest = text;
  static_cast<void>(next_word(rest));  // the size of the address space
  std::uint64_t pages = 0;
  if (!parse(next_word(rest), pages)) return 0;
  static const auto kPage = static_cast<std::uint64_t>(std::max(::sysconf(_SC_PAGESIZE), 1L));
  return pages * kPage;
}

std::vector<pid_t> threads_of(pid_t pid) {
  std::vector<pid_t> result;
  const std::string path = "/proc/" + std::to_string(pid) + "/task";
  struct Close {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(::opendir(path.c_str()));
  if (!directory) return result;
  while (const dirent* entry = ::readdir(directory.get())) {
    pid_t tid = 0;
    if (parse(std::string_view(static_cast<const char*>(entry->d_name)), tid)) result.push_back(tid);
  }
  std::ranges::sort(result);
  return result;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> result;
  for (const pid_t tid : threads_of(pid)) {
    const std::string text = read_proc(task_path(pid, tid, "children"));
    std::string_view rest = text;
    pid_t child = 0;
    while (parse(next_word(rest), child)) result.push_back(child);
  }
  return result;
}

}  // namespace perfopt::prof
