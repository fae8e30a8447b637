// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_duel.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::bench {
namespace {

constexpr std::uint64_t kMostPadding = 4096;
// More CPU time than wall time by this: threads work at once, and what is felt is the wall time.
constexpr double kSeveralCpus = 1.05;
// Of the runs, ordered by their share of CPU time; and that share.
constexpr double kUndisturbed = 0.9;
constexpr double kComputes = 0.9;
// A time from which the shell's cost is taken off stays positive; the order of two sides is kept.
constexpr double kLeastShare = 0.02;
constexpr std::size_t kBlock = 65536;
constexpr std::size_t kShownBytes = 24;

double without(double time_ns, double cost_ns) {
  return std::max(time_ns - cost_ns, time_ns * kLeastShare);
}

SideTime side_time(const CommandRun& run, const CommandStage& stage) {
  const double wall_cost = stage.shell == nullptr ? 0 : stage.shell->wall_ns();
  const double cpu_cost = stage.shell == nullptr ? 0 : stage.shell->cpu_ns();
  // A CPU time of zero happens where the kernel counts in ticks.
  return {without(run.wall_ns, wall_cost), std::max(without(run.user_ns + run.system_ns, cpu_cost), 1.0)};
}

// What stands at a byte, as far as the line goes.
std::string shown_at(int fd, std::size_t byte, const std::filesystem::path& path) {
  std::array<std::byte, kShownBytes> bytes{};
  const std::size_t got = read_at(fd, bytes, static_cast<off_t>(byte), path);
  if (got == 0) return "its end";
  std::string text;
  for (const std::byte one : std::span(bytes).first(got)) {
    const auto c = static_cast<char>(one);
    if (c == '\n') break;
    text += c >= ' ' && c <= '~' ? c : '.';
  }
  return "'" + text + "'";
}

// Where two files differ first: byte and line, both from 1 on; line 0 when they do not.
struct Difference {
  std::size_t byte = 0, line = 0;
};

Difference first_difference(int base, int changed, const std::filesystem::path& path) {
  std::vector<std::byte> left(kBlock);
  std::vector<std::byte> right(kBlock);
  std::size_t line = 1;
  for (std::size_t offset = 0;;) {
    const std::size_t left_size = read_at(base, left, static_cast<off_t>(offset), path);
    const std::size_t right_size = read_at(changed, right, static_cast<off_t>(offset), path);
    const std::size_t both = std::min(left_size, right_size);
    std::size_t at = 0;
    for (; at < both && left[at] == right[at]; ++at) line += left[at] == std::byte{'\n'} ? 1U : 0U;
    if (at < both || left_size != right_size) return {offset + at + 1, line};
    if (left_size == 0) return {};
    offset += left_size;
  }
}

template <class T>
double typical(const std::vector<T>& values) {
  const std::vector<double> numbers(values.begin(), values.end());
  return stats::median(numbers);
}

std::vector<std::uint64_t> sums(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < a.size(); ++i) result.push_back(a[i] + b[i]);
  return result;
}

model::MetricChange metric(const char* name, const char* unit, const std::vector<std::uint64_t>& base,
                           const std::vector<std::uint64_t>& changed) {
  model::MetricChange change;
  change.metric = name;
  change.unit = unit;
  change.source = "rusage";
  change.base = typical(base);
  change.changed = typical(changed);
  return change;
}

std::vector<double> cpu_shares(const model::CommandColumns& runs) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < runs.wall_ns.size(); ++i) {
    shares.push_back((runs.user_ns[i] + runs.system_ns[i]) / runs.wall_ns[i]);
  }
  return shares;
}

// A process that is kept off the CPU by others does not wait for anything. One that waits gives the CPU up by itself;
// the end of a process counts as once. Where a shell waits for the command, the runs that were disturbed least tell.
bool computes(const model::CommandColumns& runs) {
  return typical(runs.voluntary_switches) <= 1 || stats::quantile(cpu_shares(runs), kUndisturbed) >= kComputes;
}

}  // namespace

std::uint64_t own_peak_rss_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::size_t random_padding(Random& random) {
  return random.below(kMostPadding);
}

void require_same_output(CommandSide& base, CommandSide& changed) {
  const TempDir directory("perfbench");
  const std::filesystem::path left = directory.path() / "base";
  const std::filesystem::path right = directory.path() / "changed";
  base.write_output_to(left);
  changed.write_output_to(right);
  const UniqueFd left_fd = open_file(left, O_RDONLY);
  const UniqueFd right_fd = open_file(right, O_RDONLY);
  const Difference difference = first_difference(left_fd.get(), right_fd.get(), directory.path());
  if (difference.line == 0) return;
  throw IntegrityError("the outputs differ at byte " + format_count(difference.byte) + " (line " +
                       format_count(difference.line) + "): " + shown_at(left_fd.get(), difference.byte - 1, left) +
                       " of '" + base.spec().name + "', " + shown_at(right_fd.get(), difference.byte - 1, right) +
                       " of '" + changed.spec().name + "'");
}

CommandDuel::CommandDuel(CommandSide& base, CommandSide& changed, CommandStage& stage)
    : base_(base), changed_(changed), stage_(stage) {}

void CommandDuel::prepare() {
  base_.prepare();
  changed_.prepare();
  if (stage_.same_output) require_same_output(base_, changed_);
}

MeasuredPair CommandDuel::pair(Random& order) {
  MeasuredPair pair;
  pair.base_first = order.below(2) == 0;
  const std::size_t padding = random_padding(order);
  const std::uint32_t round = stage_.rounds++;
  if (stage_.shell != nullptr && stage_.shell->due(round)) stage_.shell->measure();
  CommandSide& first = pair.base_first ? base_ : changed_;
  CommandSide& second = pair.base_first ? changed_ : base_;
  const CommandRun first_run = first.run(round, padding);
  const CommandRun second_run = second.run(round, padding);
  pair.base = side_time(pair.base_first ? first_run : second_run, stage_);
  pair.changed = side_time(pair.base_first ? second_run : first_run, stage_);
  return pair;
}

std::string CommandDuel::wall_reason() const {
  if (stage_.metric == CommandMetric::wall) return "wall time, as --metric says";
  if (stage_.metric == CommandMetric::cpu) return "";
  const double share = std::max(stats::median(cpu_shares(base_.runs())), stats::median(cpu_shares(changed_.runs())));
  return share > kSeveralCpus ? "wall time: it works on several CPUs at once" : "";
}

std::string CommandDuel::cpu_reason() const {
  if (stage_.metric == CommandMetric::cpu) return "CPU time, as --metric says";
  return computes(base_.runs()) && computes(changed_.runs()) ? "CPU time: it computes and waits for nothing" : "";
}

std::vector<model::MetricChange> CommandDuel::metrics() const {
  const model::CommandColumns& base = base_.runs();
  const model::CommandColumns& changed = changed_.runs();
  if (base.wall_ns.empty() || changed.wall_ns.empty()) return {};
  model::MetricChange rss = metric("peak_rss", "bytes", base.peak_rss_bytes, changed.peak_rss_bytes);
  const auto floor = static_cast<double>(own_peak_rss_bytes());
  if (*rss.base <= floor || *rss.changed <= floor) {
    rss.base.reset();
    rss.changed.reset();
    rss.skipped_reason = "not above the " + format_bytes(floor) + " of perfbench itself, below which it cannot be told";
  }
  return {rss,
          metric("page_faults", "1", sums(base.minor_faults, base.major_faults),
                 sums(changed.minor_faults, changed.major_faults)),
          metric("context_switches", "1", sums(base.voluntary_switches, base.involuntary_switches),
                 sums(changed.voluntary_switches, changed.involuntary_switches))};
}

}  // namespace perfopt::bench
