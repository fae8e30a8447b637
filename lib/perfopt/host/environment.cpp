// SPDX-License-Identifier: Apache-2.0
#include "perfopt/host/environment.hpp"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "perfopt/core/build_facts.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/host/counters.hpp"

namespace perfopt::host {
namespace {

using model::Doubt;
using model::Environment;
using std::filesystem::path;

std::string first_line(const path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

// The value of the first "key<separator> value" line.
std::string value_of(const path& file, std::string_view key, char separator) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(key)) continue;
    const auto at = line.find(separator);
    if (at == std::string::npos) continue;
    const auto start = line.find_first_not_of(" \t\"", at + 1);
    if (start == std::string::npos) return {};
    const auto end = line.find_last_not_of(" \t\"");
    return line.substr(start, end - start + 1);
  }
  return {};
}

std::uint64_t meminfo_bytes(const path& root, std::string_view key) {
  std::istringstream text(value_of(root / "proc/meminfo", key, ':'));
  std::uint64_t kib = 0;
  text >> kib;
  return kib * 1024;
}

// "always [madvise] never" to "madvise".
std::string bracketed(const std::string& line) {
  const auto open = line.find('[');
  const auto close = line.find(']');
  return open == std::string::npos || close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

std::vector<model::Cache> read_caches(const path& root) {
  std::vector<model::Cache> caches;
  for (int index = 0;; ++index) {
    const path entry = root / "sys/devices/system/cpu/cpu0/cache" / ("index" + std::to_string(index));
    const std::string level = first_line(entry / "level");
    if (level.empty()) return caches;
    const std::string type = first_line(entry / "type");
    if (type == "Instruction") continue;
    std::istringstream size(first_line(entry / "size"));
    std::uint64_t number = 0;
    char unit = 0;
    size >> number >> unit;
    caches.push_back({"L" + level + (type == "Data" ? "d" : ""), number * (unit == 'M' ? 1'048'576U : 1024U)});
  }
}

std::vector<std::string> read_simd(const path& root) {
  const std::string flags = " " + value_of(root / "proc/cpuinfo", "flags", ':') + " ";
  std::vector<std::string> found;
  for (const char* name : {"sse2", "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512bw", "avx512_vbmi"}) {
    if (flags.find(" " + std::string(name) + " ") != std::string::npos) found.emplace_back(name);
  }
  return found;
}

std::string read_turbo(const path& root) {
  const std::string no_turbo = first_line(root / "sys/devices/system/cpu/intel_pstate/no_turbo");
  if (!no_turbo.empty()) return no_turbo == "0" ? "on" : "off";
  const std::string boost = first_line(root / "sys/devices/system/cpu/cpufreq/boost");
  if (!boost.empty()) return boost == "1" ? "on" : "off";
  return {};
}

std::string read_machine(const path& root) {
  const std::string flags = " " + value_of(root / "proc/cpuinfo", "flags", ':') + " ";
  if (flags.find(" hypervisor ") == std::string::npos) return {};
  const std::string vendor = first_line(root / "sys/class/dmi/id/sys_vendor");
  return vendor.empty() ? "virtual machine" : "virtual machine (" + vendor + ")";
}

std::string read_container(const path& root) {
  std::error_code ignored;
  if (std::filesystem::exists(root / ".dockerenv", ignored)) return "docker";
  return std::filesystem::exists(root / "run/.containerenv", ignored) ? "podman" : "";
}

// "docker in virtual machine (KVM)", one of them alone, or "none"; "" when the CPU's flags are unknown.
std::string read_virtualization(const path& root) {
  const std::string machine = read_machine(root);
  const std::string container = read_container(root);
  if (!machine.empty() && !container.empty()) return container + " in " + machine;
  if (!machine.empty() || !container.empty()) return machine + container;
  return value_of(root / "proc/cpuinfo", "flags", ':').empty() ? "" : "none";
}

// The file system of the mount that holds `place`, by the longest matching mount point.
std::string filesystem_of(const path& root, const path& place) {
  std::error_code ignored;
  const std::string wanted = std::filesystem::weakly_canonical(place, ignored).string() + "/";
  std::ifstream mounts(root / "proc/mounts");
  std::string best;
  std::size_t longest = 0;
  for (std::string device, point, type, rest; mounts >> device >> point >> type && std::getline(mounts, rest);) {
    const std::string prefix = point == "/" ? point : point + "/";
    if (prefix.size() < longest || !wanted.starts_with(prefix)) continue;
    longest = prefix.size();
    best = type;
  }
  return best;
}

unsigned affinity_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

std::string one_decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

void add_build_doubts(const Environment& environment, std::vector<Doubt>& doubts) {
  if (environment.build_type != "Release") {
    doubts.push_back({"build", "perfopt was built as " + environment.build_type + ", not as Release",
                      "configure with `cmake --preset release`"});
  }
  if (!build_facts().sanitizers.empty()) {
    doubts.push_back({"build", "built with -fsanitize=" + std::string(build_facts().sanitizers),
                      "times of this build mean nothing; use `cmake --preset release`"});
  }
}

void add_cpu_doubts(const Environment& environment, std::vector<Doubt>& doubts) {
  if (!environment.governor.empty() && environment.governor != "performance") {
    doubts.push_back({"CPU frequency", "the frequency governor is '" + environment.governor + "'",
                      "as root: cpupower frequency-set -g performance"});
  }
  if (environment.turbo == "on") {
    doubts.push_back({"CPU frequency", "turbo is on: speed depends on temperature and on the other cores",
                      "as root: echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo, or 0 > .../cpufreq/boost"});
  }
  if (environment.cpus_allowed < environment.cpus_online) {
    doubts.push_back({"CPUs",
                      "this process may use " + std::to_string(environment.cpus_allowed) + " of " +
                          std::to_string(environment.cpus_online) + " CPUs",
                      "thread strategies are judged for " + std::to_string(environment.cpus_allowed) +
                          " CPUs; widen the affinity or the container's CPU quota to judge more"});
  }
}

// The average of a minute holds what ran just before too, an earlier measurement of one thread say: that alone tells
// nothing of others. Above this a measurement of one thread may have had less than a CPU of its own.
double busy_load(const Environment& environment) {
  constexpr double kShareOfCpus = 0.5;
  return kShareOfCpus * std::max(1U, environment.cpus_online);
}

void add_neighbour_doubts(const Environment& environment, std::vector<Doubt>& doubts) {
  if (environment.load_average && *environment.load_average > busy_load(environment)) {
    doubts.push_back({"load",
                      "the load average was " + one_decimal(*environment.load_average) + " on " +
                          std::to_string(environment.cpus_online) + " CPUs: something else may have been running",
                      "see `top`; stop it or wait, then run again"});
  }
  if (environment.steal_percent && *environment.steal_percent > 1) {
    doubts.push_back({"steal", "the hypervisor took " + one_decimal(*environment.steal_percent) + " % of the CPU time",
                      "run on a dedicated host, or compare only ratios of one run"});
  }
  if (environment.virtualization.find("virtual machine") != std::string::npos) {
    doubts.push_back({"virtual machine", "neighbours on the host share caches, memory bandwidth and disk",
                      "trust ratios of one run, not absolute times across runs"});
  }
}

void add_memory_doubts(const Environment& environment, std::vector<Doubt>& doubts) {
  if (environment.scratch_filesystem == "tmpfs") {
    doubts.push_back({"scratch", "files are made on tmpfs: I/O strategies measure memory, not a disk",
                      "give a directory on a disk with --scratch DIR"});
  }
  if (environment.memory_available_bytes > 0 && environment.memory_available_bytes < (std::uint64_t{1} << 30U)) {
    doubts.push_back({"memory",
                      "only " + format_bytes(static_cast<double>(environment.memory_available_bytes)) +
                          " of memory were available: large sizes are left out or swap",
                      "close other programs"});
  }
}

}  // namespace

unsigned allowed_cpus(const path& root) {
  unsigned allowed = affinity_cpus();
  std::istringstream quota(first_line(root / "sys/fs/cgroup/cpu.max"));
  double limit = 0;
  double period = 0;
  if (quota >> limit >> period && period > 0) {
    allowed = std::min(allowed, static_cast<unsigned>(std::ceil(limit / period)));
  }
  return std::max(allowed, 1U);
}

std::uint64_t available_memory_bytes(const path& root) {
  return meminfo_bytes(root, "MemAvailable");
}

std::optional<CpuTime> read_cpu_time(const path& root) {
  std::istringstream line(first_line(root / "proc/stat"));
  std::string name;
  if (!(line >> name) || name != "cpu") return std::nullopt;
  CpuTime time;
  std::uint64_t ticks = 0;
  for (int column = 0; column < 8 && line >> ticks; ++column) {
    time.total += ticks;
    if (column == 7) time.steal = ticks;
  }
  return time;
}

Environment read_environment(const path& root, const path& scratch) {
  Environment result;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) result.host = host.data();
  result.cpu_model = value_of(root / "proc/cpuinfo", "model name", ':');
  result.cpus_online = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  result.cpus_allowed = allowed_cpus(root);
  result.caches = read_caches(root);
  result.simd = read_simd(root);
  result.memory_bytes = meminfo_bytes(root, "MemTotal");
  result.memory_available_bytes = available_memory_bytes(root);
  result.governor = first_line(root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  result.turbo = read_turbo(root);
  result.virtualization = read_virtualization(root);
  utsname name{};
  if (uname(&name) == 0) result.kernel = std::string(name.sysname) + " " + name.release;
  result.os = value_of(root / "etc/os-release", "PRETTY_NAME", '=');
  result.transparent_huge_pages = bracketed(first_line(root / "sys/kernel/mm/transparent_hugepage/enabled"));
  result.aslr = first_line(root / "proc/sys/kernel/randomize_va_space");
  result.scratch_filesystem = filesystem_of(root, scratch);
  std::istringstream load(first_line(root / "proc/loadavg"));
  if (double one_minute = 0; load >> one_minute) result.load_average = one_minute;
  result.hardware_counters = hardware_counters_state();
  const BuildFacts& build = build_facts();
  result.compiler = build.compiler;
  result.compiler_flags = build.compiler_flags;
  result.build_type = build.build_type;
  result.version = build.version;
  result.commit = build.commit;
  return result;
}

std::vector<Doubt> doubts_of(const Environment& environment) {
  std::vector<Doubt> doubts;
  add_build_doubts(environment, doubts);
  add_cpu_doubts(environment, doubts);
  add_neighbour_doubts(environment, doubts);
  add_memory_doubts(environment, doubts);
  if (environment.hardware_counters != "available") {
    doubts.push_back({"hardware counters", "not recorded: " + environment.hardware_counters,
                      "times are measured all the same; run on the host itself to see instructions and cache misses"});
  }
  return doubts;
}

}  // namespace perfopt::host
