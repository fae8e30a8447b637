// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/doctor.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/host/counters.hpp"
#include "perfopt/prof/native/address_space.hpp"
#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/native/modules.hpp"
#include "perfopt/prof/record/sampler.hpp"
#include "perfopt/prof/record/tracing.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

namespace fs = std::filesystem;

std::string setting(const std::string& path) {
  const std::string text = read_proc(path);
  return text.substr(0, text.find('\n'));
}

std::string paranoid() {
  return "perf_event_paranoid is " + setting("/proc/sys/kernel/perf_event_paranoid");
}

// "" when the event can be opened on ourselves.
std::string perf_refusal(std::uint64_t config, bool kernel, bool switches) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = config;
  attributes.disabled = 1;
  attributes.exclude_kernel = kernel ? 0 : 1;
  attributes.exclude_hv = 1;
  attributes.context_switch = switches ? 1 : 0;
  const UniqueFd fd(static_cast<int>(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
  if (fd) return "";
  return std::string("perf_event_open: ") + std::strerror(errno) + "; " + paranoid();
}

Ability of_refusal(std::string what, const std::string& refusal, std::string remedy) {
  Ability ability{.what = std::move(what), .allowed = refusal.empty(), .finding = refusal, .remedy = {}};
  if (!ability.allowed) ability.remedy = std::move(remedy);
  return ability;
}

void add_perf(std::vector<Ability>& all) {
  constexpr std::string_view kContainer = ", and in a container a seccomp profile that lets perf_event_open through";
  const auto up_to = [&](int level) {
    return "sysctl kernel.perf_event_paranoid=" + std::to_string(level) + ", or root" + std::string(kContainer);
  };
  Ability samples =
      of_refusal("CPU samples by perf events", perf_refusal(PERF_COUNT_SW_CPU_CLOCK, false, false), up_to(2));
  if (samples.allowed) samples.finding = paranoid();
  all.push_back(samples);
  all.push_back(of_refusal("exact waits (context switches)", perf_refusal(PERF_COUNT_SW_DUMMY, false, true), up_to(2)));
  all.push_back(of_refusal("stacks in the kernel", perf_refusal(PERF_COUNT_SW_CPU_CLOCK, true, false), up_to(1)));
  const std::string counters = host::hardware_counters_state();
  all.push_back(of_refusal("hardware counters", counters == "available" ? "" : counters,
                           "a machine, or settings of the virtual one, that pass its counters (PMU) through"));
  const std::string lock_kb = setting("/proc/sys/kernel/perf_event_mlock_kb");
  constexpr long kEnoughKb = 516;
  const bool enough = ::geteuid() == 0 || std::strtol(lock_kb.c_str(), nullptr, 10) >= kEnoughKb;
  all.push_back({.what = "room for samples",
                 .allowed = enough,
                 .finding = "perf_event_mlock_kb is " + (lock_kb.empty() ? "not there" : lock_kb),
                 .remedy = enough ? "" : "sysctl kernel.perf_event_mlock_kb=516"});
}

void add_kernel(std::vector<Ability>& all) {
  // Without the right to see them all addresses are shown as zeros.
  const std::string symbols = setting("/proc/kallsyms");
  const bool named = !symbols.empty() && !symbols.starts_with("0000000000000000");
  all.push_back({.what = "names of kernel functions",
                 .allowed = named,
                 .finding = "kptr_restrict is " + setting("/proc/sys/kernel/kptr_restrict"),
                 .remedy = named ? "" : "sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1, or root"});
  const bool tracing = ::access("/sys/kernel/tracing/events/sched/sched_switch/id", R_OK) == 0;
  all.push_back({.what = "tracepoints",
                 .allowed = tracing,
                 .finding = tracing ? "/sys/kernel/tracing can be read" : "/sys/kernel/tracing cannot be read",
                 .remedy = tracing ? "" : "root, and mount -t tracefs tracefs /sys/kernel/tracing"});
}

void add_processes(std::vector<Ability>& all) {
  // These name their remedy themselves.
  all.push_back(of_refusal("ptrace of commands that we start", tracing_missing(), ""));
  const std::string scope = setting("/proc/sys/kernel/yama/ptrace_scope");
  const bool others = ::geteuid() == 0 || scope.empty() || scope == "0";
  all.push_back({.what = "ptrace of processes that run already (--pid)",
                 .allowed = others,
                 .finding = scope.empty() ? "no Yama in this kernel" : "kernel.yama.ptrace_scope is " + scope,
                 .remedy = others ? "" : "sysctl kernel.yama.ptrace_scope=0, or root"});
  all.push_back(of_refusal("memory and system calls of others (process_vm_readv, /proc/PID/syscall)",
                           memory_reading_missing(), ""));
  const bool exact = parse_schedstat(read_proc("/proc/self/schedstat")).has_value();
  all.push_back({.what = "CPU times to the nanosecond",
                 .allowed = exact,
                 .finding = exact ? "/proc/PID/schedstat" : "no /proc/PID/schedstat: steps of a clock tick",
                 .remedy = exact ? "" : "a kernel with CONFIG_SCHED_INFO"});
  const std::string actions = setting("/proc/sys/kernel/seccomp/actions_avail");
  const bool filters = actions.find("trace") != std::string::npos;
  all.push_back({.what = "filters of system calls (--mode io)",
                 .allowed = filters,
                 .finding = filters ? "seccomp has the action trace" : "seccomp has no action trace",
                 .remedy = filters ? "" : "a kernel with CONFIG_SECCOMP_FILTER"});
}

// Where the debug information of the libc that we run with is looked for; "" when that is not known.
fs::path debug_file_of_libc() {
  Modules modules;
  AddressSpace space;
  if (!space.load(::getpid(), modules)) return {};
  for (const auto& [end, mapping] : space.mappings()) {
    if (mapping.module == Mapping::kAnonymous) continue;
    const fs::path path = modules.at(mapping.module).path;
    const ElfImage* image = path.filename().string().starts_with("libc.so") ? modules.image(mapping.module) : nullptr;
    constexpr std::size_t kDirectory = 2;  // digits that name a directory
    if (image == nullptr || image->build_id().size() <= kDirectory) continue;
    const std::string& id = image->build_id();
    return fs::path("/usr/lib/debug/.build-id") / id.substr(0, kDirectory) / (id.substr(kDirectory) + ".debug");
  }
  return {};
}

void add_symbols(std::vector<Ability>& all) {
  const fs::path file = debug_file_of_libc();
  std::error_code ignored;
  const bool debug = !file.empty() && fs::is_regular_file(file, ignored);
  all.push_back({.what = "lines and inlined functions of libc",
                 .allowed = debug,
                 .finding = file.empty() ? "the libc of this program has no build-id"
                                         : file.string() + (debug ? " is there" : " is not there"),
                 .remedy = debug ? "" : "apt-get install libc6-dbg, of the version that is installed"});
}

// The first line that the program says of its version; "" when there is none.
std::string version_of(const std::string& program) {
  if (find_program(program).empty()) return "";
  constexpr double kPatienceS = 3;  // a start that takes longer is worth telling of, too
  Command command;
  command.words = {program, "--version"};
  try {
    const std::string text = run_to_end(command, kPatienceS).output;
    return text.substr(0, text.find('\n'));
  } catch (const Error& error) {
    return error.what();
  }
}

struct Interpreter {
  std::string program;
  std::string_view what;
  std::array<std::string_view, 3> versions;  // one of these words is in the version; "": any
  std::string_view remedy;
};

void add_interpreters(std::vector<Ability>& all) {
  const std::array<Interpreter, 3> kInterpreters{{
      {"python3", "functions and lines of Python", {" 3.11", " 3.12", " 3.13"}, "a Python of 3.11 to 3.13"},
      {"node", "functions of JavaScript", {"v", "v", "v"}, "apt-get install nodejs"},
      {"bash", "functions and lines of bash", {"version 5.", "version 5.", "version 5."}, "bash 5"},
  }};
  for (const Interpreter& one : kInterpreters) {
    const std::string version = version_of(one.program);
    const bool known = std::ranges::any_of(
        one.versions, [&](std::string_view part) { return version.find(part) != std::string::npos; });
    all.push_back({.what = std::string(one.what),
                   .allowed = known,
                   .finding = version.empty() ? one.program + " is not in PATH" : version,
                   .remedy = known ? "" : std::string(one.remedy)});
  }
}

}  // namespace

std::vector<Ability> examine_machine() {
  std::vector<Ability> all;
  add_perf(all);
  add_kernel(all);
  add_processes(all);
  add_symbols(all);
  add_interpreters(all);
  return all;
}

std::string doctor_text(std::span<const Ability> abilities) {
  std::string text;
  for (const Ability& one : abilities) {
    text += std::string(one.allowed ? "yes  " : "no   ") + one.what;
    if (!one.finding.empty()) text += ": " + one.finding;
    text += '\n';
    if (!one.allowed && !one.remedy.empty()) text += "     allowed by: " + one.remedy + '\n';
  }
  return text;
}

}  // namespace perfopt::prof
