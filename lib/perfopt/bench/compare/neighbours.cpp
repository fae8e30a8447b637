// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/neighbours.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

namespace perfopt::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kBusy = 0.1;
// proc(5), /proc/PID/stat, counted from the state, which follows the name's closing parenthesis.
constexpr std::size_t kUserTime = 11, kSystemTime = 12, kStartTime = 19;

std::optional<int> process_number(const std::string& name) {
  int number = 0;
  const char* end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

std::optional<ProcessTime> read_stat(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) return std::nullopt;
  // A name may hold parentheses and blanks.
  const auto open = line.find('(');
  const auto close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  ProcessTime time;
  time.name = line.substr(open + 1, close - open - 1);
  std::istringstream rest(line.substr(close + 1));
  std::string field;
  for (std::size_t column = 0; rest >> field; ++column) {
    if (column != kUserTime && column != kSystemTime && column != kStartTime) continue;
    std::uint64_t value = 0;
    std::from_chars(field.data(), field.data() + field.size(), value);
    (column == kStartTime ? time.started : time.ticks) += value;
  }
  return time;
}

}  // namespace

std::map<int, ProcessTime> read_processes(const fs::path& root) {
  std::map<int, ProcessTime> processes;
  std::error_code error;
  for (fs::directory_iterator entry(root / "proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto number = process_number(entry->path().filename().string());
    if (!number) continue;
    if (auto time = read_stat(entry->path() / "stat")) processes.emplace(*number, std::move(*time));
  }
  return processes;
}

std::string busiest(const std::map<int, ProcessTime>& before, const std::map<int, ProcessTime>& after, double seconds,
                    int own) {
  const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  double most = kBusy;
  std::string text;
  for (const auto& [number, now] : after) {
    if (number == own) continue;
    const auto then = before.find(number);
    const bool known = then != before.end() && then->second.started == now.started;
    const std::uint64_t ticks = now.ticks - (known ? then->second.ticks : 0);
    const double share = static_cast<double>(ticks) / per_second / seconds;
    if (share < most) continue;
    most = share;
    std::array<char, 32> percent{};
    std::snprintf(percent.data(), percent.size(), "%.0f %%", 100 * share);
    text = "'" + now.name + "' (process " + std::to_string(number) + ") used " + percent.data() + " of a CPU meanwhile";
  }
  return text;
}

}  // namespace perfopt::bench
