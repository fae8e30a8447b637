// SPDX-License-Identifier: Apache-2.0
#include "perfopt/host/environment.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;

namespace {

void put(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

bool doubts(const model::Environment& environment, const std::string& subject) {
  return std::ranges::any_of(host::doubts_of(environment),
                             [&](const model::Doubt& doubt) { return doubt.subject == subject; });
}

}  // namespace

TEST_CASE("facts are read from proc and sys, and what is doubtful in them is said with advice") {
  const TempDir root("perfopt-environment");
  const auto& r = root.path();
  put(r / "proc/cpuinfo", "model name\t: Test CPU\nflags\t\t: fpu sse2 avx2 hypervisor\n");
  put(r / "proc/meminfo", "MemTotal:       2048 kB\nMemAvailable:    1024 kB\n");
  put(r / "proc/loadavg", "1.90 1.0 1.0 2/100 1\n");
  put(r / "proc/mounts", "/dev/a / ext4 rw 0 0\ntmp /scratch tmpfs rw 0 0\n");
  put(r / "proc/stat", "cpu  10 0 10 70 0 0 0 10 0 0\n");
  put(r / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  put(r / "sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
  put(r / "sys/devices/system/cpu/cpu0/cache/index0/level", "1\n");
  put(r / "sys/devices/system/cpu/cpu0/cache/index0/type", "Data\n");
  put(r / "sys/devices/system/cpu/cpu0/cache/index0/size", "48K\n");
  put(r / "sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  put(r / "sys/class/dmi/id/sys_vendor", "Acme\n");
  put(r / "etc/os-release", "PRETTY_NAME=\"Debian 12\"\n");
  model::Environment environment = host::read_environment(r, "/scratch/x");
  CHECK(environment.cpu_model == "Test CPU");
  CHECK(environment.simd == std::vector<std::string>{"sse2", "avx2"});
  CHECK(environment.memory_bytes == 2048 * 1024);
  CHECK(environment.caches.at(0).name == "L1d");
  CHECK(environment.caches.at(0).bytes == 48 * 1024);
  CHECK(environment.governor == "powersave");
  CHECK(environment.turbo == "on");
  CHECK(environment.virtualization == "virtual machine (Acme)");
  put(r / ".dockerenv", "");
  CHECK(host::read_environment(r, "/").virtualization == "docker in virtual machine (Acme)");
  CHECK(environment.transparent_huge_pages == "madvise");
  CHECK(environment.os == "Debian 12");
  CHECK(environment.scratch_filesystem == "tmpfs");
  CHECK(*environment.load_average == doctest::Approx(1.9));
  CHECK(host::read_cpu_time(r)->total == 100);
  CHECK(host::read_cpu_time(r)->steal == 10);
  environment.steal_percent = 10;
  for (const char* subject : {"CPU frequency", "load", "steal", "virtual machine", "scratch", "memory"}) {
    CAPTURE(subject);
    CHECK(doubts(environment, subject));
  }
}

TEST_CASE("a load that leaves a CPU free is no doubt, one that does not is") {
  model::Environment machine;
  const auto is_doubted = [&](unsigned cpus, double load) {
    machine.cpus_online = cpus;
    machine.load_average = load;
    return doubts(machine, "load");
  };
  CHECK_FALSE(is_doubted(2, 0.9));
  CHECK_FALSE(is_doubted(2, 1.0));
  CHECK(is_doubted(2, 1.1));
  CHECK_FALSE(is_doubted(1, 0.5));
  CHECK(is_doubted(1, 0.6));
  CHECK_FALSE(is_doubted(64, 30));
  CHECK(is_doubted(64, 33));
  for (const model::Doubt& doubt : host::doubts_of(machine)) {
    if (doubt.subject == "load") CHECK(doubt.finding.ends_with("on 64 CPUs: something else may have been running"));
  }
}

TEST_CASE("what a machine does not tell is unknown, and nothing is doubted for it") {
  const TempDir root("perfopt-environment");
  const model::Environment environment = host::read_environment(root.path(), "/");
  CHECK(environment.cpu_model.empty());
  CHECK_FALSE(environment.load_average);
  CHECK(environment.turbo.empty());
  CHECK_FALSE(host::read_cpu_time(root.path()));
  for (const char* subject : {"CPU frequency", "load", "steal", "virtual machine", "scratch", "memory"}) {
    CAPTURE(subject);
    CHECK_FALSE(doubts(environment, subject));
  }
}
