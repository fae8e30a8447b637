// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/waits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "perfopt/stats/function_table.hpp"
#include "perfopt/stats/hotspots.hpp"
#include "perfopt/stats/own_code.hpp"

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;
constexpr std::size_t kSamplesPerBucket = 10;
constexpr double kSerial = 1.3;      // threads ready in what is called serial: sampling and preemption let it differ
constexpr double kTogether = 1.5;    // threads with work in what is called parallel
constexpr double kParallel = 0.15;   // of the recording: less is no program that runs several
constexpr double kAtWork = 0.3;      // threads running in what is not called idle
constexpr double kLongPhase = 0.05;  // of the recording
constexpr double kWorker = 0.01;     // of the recording: CPU time of a thread that counts as one that works
constexpr double kNsPerSecond = 1e9;

// The frame that stands for a stack: the user's, else the innermost.
std::uint32_t frame_of(const model::Profile& profile, const std::vector<std::uint32_t>& places, std::uint32_t stack) {
  if (stack == kRoot) return kRoot;
  return profile.stacks[places[stack] == kRoot ? stack : places[stack]].frame;
}

struct Place {
  Wait wait;
  std::set<std::uint32_t> threads;
  std::map<std::uint32_t, std::uint64_t> frames;  // time by frame, for the line
};

Wait finished(const model::Profile& profile, Place& place) {
  place.wait.threads = place.threads.size();
  const auto best = std::max_element(place.frames.begin(), place.frames.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (best != place.frames.end() && best->first != kRoot) {
    const model::Frame& frame = profile.frames[best->first];
    place.wait.place = frame_name(frame);
    place.wait.file = frame.file;
    place.wait.line = frame.line;
  }
  return std::move(place.wait);
}

struct Buckets {
  std::uint64_t width_ns = 0;
  std::size_t count = 0;
  std::uint64_t end_ns = 0;
};

Buckets bucketed(const model::Profile& profile, std::size_t most) {
  constexpr double kMostS = 1e9;  // what a foreign profile says of itself may be anything
  const double elapsed_s = profile.elapsed_s > 0 ? std::min(profile.elapsed_s, kMostS) : 0;
  const auto end_ns = static_cast<std::uint64_t>(elapsed_s * kNsPerSecond);
  if (end_ns == 0 || most == 0) return {};
  const double finest_s = profile.rate_hz > 0 ? static_cast<double>(kSamplesPerBucket) / profile.rate_hz : 0;
  const auto finest = static_cast<std::uint64_t>(std::min(finest_s, elapsed_s) * kNsPerSecond);
  const std::uint64_t width =
      std::max({(end_ns + most - 1) / most, finest, profile.time_resolution_ns, std::uint64_t{1}});
  return {width, static_cast<std::size_t>((end_ns + width - 1) / width), end_ns};
}

// Adds `weight` to the buckets that [from, to) covers, in proportion.
void spread(std::vector<double>& into, std::uint64_t width_ns, std::uint64_t from, std::uint64_t to, double weight) {
  if (from >= to) return;
  const double each = weight / static_cast<double>(to - from);
  for (std::size_t i = from / width_ns; i < into.size() && i * width_ns < to; ++i) {
    const std::uint64_t begin = std::max<std::uint64_t>(from, i * width_ns);
    const std::uint64_t end = std::min<std::uint64_t>(to, (i + 1) * width_ns);
    into[i] += each * static_cast<double>(end - begin);
  }
}

struct Cpu {
  std::vector<double> running;     // threads
  std::vector<double> ready;       // with those preempted
  std::vector<double> thread_cpu;  // [ns] by thread
};

// Waits are told at their beginning.
void add_preempted(const model::Profile& profile, const Buckets& buckets, std::vector<double>& ready) {
  const auto measure = model::find_measure(profile, "wall");
  const auto& samples = profile.samples;
  for (std::size_t row = 0; measure && row < samples.size(); ++row) {
    if (samples.activity[row] != model::Activity::preempted) continue;
    const std::uint64_t value = samples.values[*measure][row];
    const std::uint64_t from = std::min(samples.time_ns[row], buckets.end_ns);
    spread(ready, buckets.width_ns, from, from + value, static_cast<double>(value));
  }
}

// A sample stands for the time up to it, a scope for the time from it on; what is cut off at the start or the end stays
// in the last bucket.
Cpu cpu_of(const model::Profile& profile, std::size_t measure, const Buckets& buckets) {
  Cpu cpu{std::vector<double>(buckets.count, 0), {}, std::vector<double>(profile.threads.size(), 0)};
  const auto& samples = profile.samples;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint64_t value = samples.values[measure][row];
    if (value == 0 || samples.activity[row] != model::Activity::running) continue;
    cpu.thread_cpu[samples.thread[row]] += static_cast<double>(value);
    const std::uint64_t moment = samples.time_ns[row] + (profile.mode == "scopes" ? value : 0);
    const std::uint64_t to = std::clamp<std::uint64_t>(moment, 1, buckets.end_ns);
    spread(cpu.running, buckets.width_ns, to - std::min(value, to), to, static_cast<double>(value));
  }
  cpu.ready = cpu.running;
  add_preempted(profile, buckets, cpu.ready);
  for (std::size_t i = 0; i < buckets.count; ++i) {
    const std::uint64_t width = std::min(buckets.width_ns, buckets.end_ns - i * buckets.width_ns);
    cpu.running[i] /= static_cast<double>(width);
    cpu.ready[i] /= static_cast<double>(width);
  }
  return cpu;
}

std::vector<double> alive_in(const model::Profile& profile, const Buckets& buckets) {
  std::vector<double> alive(buckets.count, 0);
  for (const auto& thread : profile.threads) {
    const std::uint64_t end = std::min(thread.end_ns.value_or(buckets.end_ns), buckets.end_ns);
    if (end <= thread.start_ns) continue;
    spread(alive, buckets.width_ns, thread.start_ns, end, static_cast<double>(end - thread.start_ns));
  }
  for (std::size_t i = 0; i < buckets.count; ++i) {
    alive[i] /= static_cast<double>(std::min(buckets.width_ns, buckets.end_ns - i * buckets.width_ns));
  }
  return alive;
}

// Which of the user's functions most of the CPU time of [from, to) was spent in.
std::string busiest(const model::Profile& profile, std::size_t measure, const std::vector<std::uint32_t>& places,
                    const FunctionTable& table, const SerialPhase& phase) {
  std::map<std::uint32_t, std::uint64_t> by_function;
  const auto& samples = profile.samples;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    if (samples.time_ns[row] < phase.from_ns || samples.time_ns[row] >= phase.to_ns) continue;
    const std::uint32_t frame = frame_of(profile, places, samples.stack[row]);
    if (frame != kRoot) by_function[table.of_frame[frame]] += samples.values[measure][row];
  }
  const auto best = std::max_element(by_function.begin(), by_function.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (best == by_function.end() || best->second == 0) return "";
  return frame_name(profile.frames[table.frame[best->first]]);
}

// The median of the buckets around each: preemption is told in sums of many short ones, which lets single buckets
// differ, and a median leaves edges where they are.
std::vector<double> smoothed(const std::vector<double>& values) {
  constexpr std::size_t kReach = 4;
  if (values.size() < 4 * kReach) return values;
  std::vector<double> result;
  result.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t reach = std::min({kReach, i, values.size() - 1 - i});
    std::vector<double> near(values.begin() + static_cast<std::ptrdiff_t>(i - reach),
                             values.begin() + static_cast<std::ptrdiff_t>(i + reach + 1));
    const auto middle = near.begin() + static_cast<std::ptrdiff_t>(reach);
    std::nth_element(near.begin(), middle, near.end());
    result.push_back(*middle);
  }
  return result;
}

std::vector<SerialPhase> serial_stretches(const std::vector<double>& ready, const Buckets& buckets) {
  std::vector<SerialPhase> phases;
  bool open = false;
  for (std::size_t i = 0; i < buckets.count; ++i) {
    const bool serial = ready[i] <= kSerial && ready[i] >= kAtWork;
    const std::uint64_t end = std::min((i + 1) * buckets.width_ns, buckets.end_ns);
    if (serial && open) phases.back().to_ns = end;
    if (serial && !open) phases.push_back({i * buckets.width_ns, end, ""});
    open = serial;
  }
  std::erase_if(phases, [&](const SerialPhase& phase) {
    return static_cast<double>(phase.to_ns - phase.from_ns) < kLongPhase * static_cast<double>(buckets.end_ns);
  });
  std::stable_sort(phases.begin(), phases.end(),
                   [](const auto& a, const auto& b) { return a.to_ns - a.from_ns > b.to_ns - b.from_ns; });
  return phases;
}

void add_serial(const model::Profile& profile, std::size_t measure, const Buckets& buckets, const Cpu& cpu,
                Concurrency& concurrency) {
  const double enough = kWorker * static_cast<double>(buckets.end_ns);
  const auto workers =
      std::count_if(cpu.thread_cpu.begin(), cpu.thread_cpu.end(), [&](double ns) { return ns >= enough; });
  const std::vector<double> ready = smoothed(cpu.ready);
  const auto together = std::count_if(ready.begin(), ready.end(), [](double n) { return n > kTogether; });
  const bool parallel = static_cast<double>(together) >= kParallel * static_cast<double>(buckets.count);
  if (workers < 2 || !parallel) return;
  concurrency.serial = serial_stretches(ready, buckets);
  if (concurrency.serial.empty()) return;
  const std::vector<std::uint32_t> places = own_places(profile);
  const FunctionTable table = function_table(profile);
  for (SerialPhase& phase : concurrency.serial) phase.function = busiest(profile, measure, places, table, phase);
}

}  // namespace

std::vector<Wait> waits(const model::Profile& profile) {
  const auto measure = model::find_measure(profile, "wall");
  if (!measure) return {};
  const std::vector<std::uint32_t> places = own_places(profile);
  const FunctionTable table = function_table(profile);
  std::map<std::tuple<model::Activity, std::uint32_t, std::uint32_t>, Place> found;
  const auto& samples = profile.samples;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint64_t wall = samples.values[*measure][row];
    if (samples.activity[row] == model::Activity::running || wall == 0) continue;
    const std::uint32_t frame = frame_of(profile, places, samples.stack[row]);
    const std::uint32_t function = frame == kRoot ? kRoot : table.of_frame[frame];
    Place& place = found[{samples.activity[row], function, samples.object[row]}];
    place.wait.activity = samples.activity[row];
    place.wait.object = profile.objects.at(samples.object[row]);
    place.wait.wall_ns += wall;
    ++place.wait.count;
    place.threads.insert(samples.thread[row]);
    place.frames[frame] += wall;
  }
  std::vector<Wait> result;
  result.reserve(found.size());
  for (auto& [key, place] : found) result.push_back(finished(profile, place));
  std::stable_sort(result.begin(), result.end(), [](const Wait& a, const Wait& b) { return a.wall_ns > b.wall_ns; });
  return result;
}

Concurrency concurrency(const model::Profile& profile, std::size_t buckets) {
  Concurrency result;
  if (profile.mode == "offcpu") return result;  // what ran was left out
  auto measure = model::find_measure(profile, "cpu");
  if (!measure && profile.mode == "scopes") measure = model::find_measure(profile, "wall");
  const Buckets grid = bucketed(profile, buckets);
  if (!measure || grid.count == 0) return result;
  Cpu cpu = cpu_of(profile, *measure, grid);
  const std::vector<double> alive = alive_in(profile, grid);
  result.bucket_ns = grid.width_ns;
  result.running = cpu.running;
  double busy_ns = 0;
  for (std::size_t i = 0; i < grid.count; ++i) {
    const auto width = static_cast<double>(std::min(grid.width_ns, grid.end_ns - i * grid.width_ns));
    result.waiting.push_back(std::max(0.0, alive[i] - cpu.running[i]));
    result.mean_running += cpu.running[i] * width / static_cast<double>(grid.end_ns);
    result.mean_ready += cpu.ready[i] * width / static_cast<double>(grid.end_ns);
    busy_ns += std::min(1.0, cpu.running[i]) * width;
  }
  result.idle_share = 1 - busy_ns / static_cast<double>(grid.end_ns);
  add_serial(profile, *measure, grid, cpu, result);
  return result;
}

}  // namespace perfopt::stats
