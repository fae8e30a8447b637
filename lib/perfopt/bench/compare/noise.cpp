// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/noise.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <memory>
#include <optional>

#include "perfopt/bench/compare/sliced_duel.hpp"
#include "perfopt/bench/compare/worker.hpp"
#include "perfopt/bench/peer.hpp"
#include "perfopt/bench/placement.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/stats/noise.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/sequential.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;
using model::Doubt;
using model::KernelNoise;
using model::NoiseProfile;

constexpr double kSliceNs = 1e6;
constexpr std::size_t kSessionSlices = 60;
constexpr std::size_t kRounds = 8;
constexpr double kComputes = 0.9;  // share of CPU time from which on it is what is judged, as in a comparison
constexpr double kErrorRate = 0.01;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

// Of "0-3,7" and the like.
bool list_holds(const std::string& list, unsigned cpu) {
  std::size_t at = 0;
  while (at < list.size()) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    unsigned low = 0;
    unsigned high = 0;
    const int found = std::sscanf(list.substr(at, end - at).c_str(), "%u-%u", &low, &high);
    if (found >= 1 && cpu >= low && cpu <= (found == 2 ? high : low)) return true;
    at = end + 1;
  }
  return false;
}

// One kernel while it is measured.
class Probe {
 public:
  Probe(const Program& program, std::size_t index, std::string does)
      : program_(program),
        index_(index),
        duel_(make_sliced_duel(program, program, program.names[index], program.names[index], {})) {
    noise_.name = program.names[index];
    noise_.does = std::move(does);
  }

  [[nodiscard]] const std::string& name() const { return noise_.name; }

  // A fresh process, as a run of a benchmark program is.
  void session() {
    Worker worker(program_);
    std::vector<std::string> names;
    if (!worker.greet(names)) throw Error(ExitCode::internal, "perfbench noise: its own kernels do not answer");
    if (iterations_ == 0) calibrate(worker);
    (void)worker.run(index_, iterations_);  // the first touch of everything
    std::vector<double> wall;
    std::vector<double> cpu;
    for (std::size_t i = 0; i < kSessionSlices; ++i) {
      const Slice slice = worker.run(index_, iterations_);
      wall.push_back(slice.wall_ns * static_cast<double>(iterations_));
      cpu.push_back(slice.cpu_ns * static_cast<double>(iterations_));
    }
    worker.finish();
    if (noise_.metric.empty()) {
      noise_.metric = stats::median(cpu) >= kComputes * stats::median(wall) ? "cpu_time" : "wall_time";
    }
    const std::vector<double>& judged = noise_.metric == "cpu_time" ? cpu : wall;
    wall_variations_.push_back(stats::robust_variation(wall));
    cpu_variations_.push_back(stats::robust_variation(cpu));
    correlations_.push_back(stats::autocorrelation(judged, 1));
    times_.push_back(stats::autocorrelation_time(judged));
    noise_.session_ns.push_back(stats::median(judged));
  }

  void pair(Random& order) {
    if (noise_.log_ratio.empty()) duel_->prepare();
    const auto begin = Clock::now();
    const MeasuredPair measured = duel_->pair(order);
    pair_s_.push_back(seconds_since(begin));
    const bool cpu = noise_.metric == "cpu_time";
    noise_.log_ratio.push_back(cpu ? measured.log_ratio->cpu_ns : measured.log_ratio->wall_ns);
  }

  [[nodiscard]] KernelNoise result() {
    if (noise_.session_ns.empty()) return noise_;
    noise_.typical_ns = stats::median(noise_.session_ns);
    noise_.wall_variation = stats::median(wall_variations_);
    noise_.cpu_variation = stats::median(cpu_variations_);
    noise_.autocorrelation = stats::median(correlations_);
    noise_.widening = std::sqrt(stats::median(times_));
    noise_.session_spread = stats::session_spread(noise_.session_ns);
    noise_.sessions_tell = stats::session_change(noise_.session_ns);
    add_detectable();
    return noise_;
  }

 private:
  void calibrate(Worker& worker) {
    constexpr std::uint64_t kFirst = 10;
    (void)worker.run(index_, kFirst);
    const Slice slice = worker.run(index_, kFirst);
    iterations_ = static_cast<std::uint64_t>(std::clamp(kSliceNs / std::max(slice.wall_ns, 1.0), 1.0, 1e6));
  }

  void add_detectable() {
    if (noise_.log_ratio.empty()) return;
    noise_.pair_s = stats::median(pair_s_);
    if (noise_.log_ratio.size() < stats::kFewestPairs) return;
    const double spread = stats::robust_deviation(noise_.log_ratio);
    noise_.pair_spread = spread;
    for (const double seconds : {2.0, 10.0, 60.0}) {
      const auto pairs = static_cast<std::size_t>(seconds / std::max(noise_.pair_s, 1e-3));
      const double change = stats::detectable_change(spread, pairs, kErrorRate);
      if (std::isfinite(change)) noise_.detectable.push_back({seconds, change});
    }
  }

  const Program& program_;
  std::size_t index_;
  std::unique_ptr<Duel> duel_;
  KernelNoise noise_;
  std::uint64_t iterations_ = 0;
  std::vector<double> wall_variations_, cpu_variations_, correlations_, times_, pair_s_;
};

Program kernels_program(const std::filesystem::path& directory) {
  Program program;
  program.side = "kernels of perfbench noise";
  program.words = peer_command("compare_noise_kernels", {directory.string()});
  program.names = {"compute", "memory", "allocation", "file"};
  program.sliceable = true;
  return program;
}

std::vector<Probe> probes(const Program& program) {
  constexpr const char* kDoes[] = {"a chain of multiplications", "dependent loads in 8 MiB",
                                   "allocate, fill and sort 1,000 integers", "write 4 KiB to a file and read it"};
  std::vector<Probe> all;
  for (std::size_t i = 0; i < program.names.size(); ++i) all.emplace_back(program, i, kDoes[i]);
  return all;
}

// Sessions and pairs in turns, so that both see all of the time.
bool run_all(std::vector<Probe>& all, const NoiseOptions& options, const NoiseProgress& progress,
             const Cancellation& cancellation) {
  const auto begin = Clock::now();
  Random order(options.seed);
  const std::size_t steps = kRounds * all.size();
  for (std::size_t step = 0; step < steps; ++step) {
    Probe& probe = all[step % all.size()];
    const double until_s = options.max_time_s * static_cast<double>(step + 1) / static_cast<double>(steps);
    if (seconds_since(begin) > options.max_time_s) break;
    if (cancellation.requested()) return false;
    progress(probe.name(), step, steps, std::max(0.0, options.max_time_s - seconds_since(begin)));
    probe.session();
    do {
      if (cancellation.requested()) return false;
      probe.pair(order);
    } while (seconds_since(begin) < until_s);
  }
  return true;
}

double change_in(const KernelNoise& kernel, double seconds) {
  for (const model::DetectableChange& one : kernel.detectable) {
    if (one.seconds == seconds) return one.change;
  }
  return 0;
}

struct Weighed {
  double gain;  // by how much a verdict becomes finer
  Doubt doubt;
};

void add_session_doubt(const NoiseProfile& profile, std::vector<Weighed>& found) {
  constexpr double kWorthIt = 2;
  double best = kWorthIt;
  const KernelNoise* kernel = nullptr;
  for (const KernelNoise& one : profile.kernels) {
    const double interleaved = change_in(one, 10);
    if (!one.sessions_tell || !(interleaved > 0) || *one.sessions_tell < best * interleaved) continue;
    best = *one.sessions_tell / interleaved;
    kernel = &one;
  }
  if (kernel == nullptr) return;
  found.push_back(
      {best,
       {"stored results",
        "two results stored at different times tell a change of " + format_percent(*kernel->sessions_tell) + " (" +
            kernel->name + "); measured in turns, " + format_percent(change_in(*kernel, 10)) + " in 10 s",
        "run both programs with `perfbench compare --run BASE NEW` instead of comparing files"}});
}

void add_preemption_doubt(const NoiseProfile& profile, std::vector<Weighed>& found) {
  constexpr double kNoticed = 0.01;
  const KernelNoise* compute = model::find_kernel(profile, "compute");
  if (compute == nullptr || compute->wall_variation < kNoticed) return;
  if (compute->wall_variation < 2 * compute->cpu_variation) return;
  found.push_back({compute->wall_variation / std::max(compute->cpu_variation, 1e-4),
                   {"preemption",
                    "wall time varies by " + format_percent(compute->wall_variation) + ", CPU time by " +
                        format_percent(compute->cpu_variation) + ": something else runs on this CPU",
                    "stop what runs beside (see `top`), or keep a CPU free for measuring (isolcpus=)"}});
}

void add_layout_doubt(const NoiseProfile& profile, std::vector<Weighed>& found) {
  constexpr double kNoticed = 0.03;
  const KernelNoise* memory = model::find_kernel(profile, "memory");
  if (memory == nullptr || !memory->session_spread || *memory->session_spread < kNoticed) return;
  const bool huge = profile.environment.transparent_huge_pages == "always";
  found.push_back({*memory->session_spread / kNoticed,
                   {"memory",
                    "fresh processes differ by " + format_percent(*memory->session_spread) +
                        " in the speed of their memory: neighbours share caches, and pages lie elsewhere each time",
                    huge ? "set transparent huge pages to madvise; measure memory-bound code with a larger --max-time"
                         : "measure memory-bound code with a larger --max-time, or on a host of its own"}});
}

// Facts that make every verdict a little coarser; the figures do not tell how much.
void add_facts(const NoiseProfile& profile, const std::filesystem::path& root, std::vector<Weighed>& found) {
  const model::Environment& machine = profile.environment;
  if (machine.cpus_allowed == 1) {
    found.push_back({1.5,
                     {"one CPU", "only one CPU may be used: whatever else runs interrupts what is measured",
                      "give the job a second CPU"}});
  } else if (profile.cpu && profile.isolated == false) {
    const std::string cpu = std::to_string(*profile.cpu);
    found.push_back({1.2,
                     {"isolation", "CPU " + cpu + " also runs other work, interrupts and the kernel's own",
                      "on a host of your own boot with isolcpus=" + cpu + " nohz_full=" + cpu}});
  }
  if (first_line(root / "sys/devices/system/cpu/smt/active") == "1") {
    found.push_back({1.4,
                     {"SMT", "two hardware threads share each core, and slow each other down",
                      "switch it off (echo off > /sys/devices/system/cpu/smt/control), or keep the sibling idle"}});
  }
  if (machine.aslr == "0") {
    found.push_back({1.1,
                     {"ASLR", "addresses are the same in every process: a verdict holds for one layout of many",
                      "leave it on (sysctl kernel.randomize_va_space=2); a comparison averages over it"}});
  }
}

}  // namespace

std::vector<Doubt> noise_doubts(const NoiseProfile& profile, const std::filesystem::path& root) {
  std::vector<Weighed> found;
  add_session_doubt(profile, found);
  add_preemption_doubt(profile, found);
  add_layout_doubt(profile, found);
  add_facts(profile, root, found);
  std::stable_sort(found.begin(), found.end(), [](const Weighed& a, const Weighed& b) { return a.gain > b.gain; });
  std::vector<Doubt> doubts;
  for (Weighed& one : found) doubts.push_back(std::move(one.doubt));
  return doubts;
}

NoiseProfile measure_noise(const NoiseOptions& options, const NoiseProgress& progress,
                           const Cancellation& cancellation) {
  if (!(options.max_time_s >= kLeastNoiseTime)) {
    throw BadInput("--max-time: " + format_duration_ns(options.max_time_s * 1e9) + " is too short; give at least " +
                   format_duration_ns(kLeastNoiseTime * 1e9));
  }
  NoiseProfile profile;
  profile.started = now_utc();
  const TempDir directory("perfbench");
  profile.environment = host::read_environment(options.root, directory.path());
  profile.machine = model::machine_key(profile.environment);
  const auto begin = Clock::now();
  const auto cpu_before = host::read_cpu_time(options.root);
  const OneCpu one_cpu;
  profile.cpu = one_cpu.cpu();
  if (profile.cpu) {
    profile.isolated = list_holds(first_line(options.root / "sys/devices/system/cpu/isolated"), *profile.cpu);
  }
  const Program program = kernels_program(directory.path());
  std::vector<Probe> all = probes(program);
  profile.complete = run_all(all, options, progress, cancellation);
  for (Probe& probe : all) profile.kernels.push_back(probe.result());
  const auto cpu_after = host::read_cpu_time(options.root);
  if (cpu_before && cpu_after && cpu_after->total > cpu_before->total) {
    profile.environment.steal_percent = 100 * static_cast<double>(cpu_after->steal - cpu_before->steal) /
                                        static_cast<double>(cpu_after->total - cpu_before->total);
  }
  profile.environment.doubts = host::doubts_of(profile.environment);
  profile.elapsed_s = seconds_since(begin);
  profile.doubts = noise_doubts(profile, options.root);
  return profile;
}

}  // namespace perfopt::bench
