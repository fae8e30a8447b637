// SPDX-License-Identifier: Apache-2.0
#include "unit/report/profile_fixture.hpp"

#include <algorithm>
#include <random>

namespace perfopt::report::testing {
namespace {

using model::Activity;
using model::Language;

constexpr const char* kCompile =
    "std::__detail::_Compiler<std::__cxx11::regex_traits<char> >::_Compiler(char const*, char const*, std::locale "
    "const&, std::regex_constants::syntax_option_type)";
constexpr const char* kInsert =
    "void std::_Hashtable<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >, "
    "std::pair<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const, int>, "
    "std::allocator<std::pair<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const, "
    "int> > >::_M_insert_unique_node(unsigned long, unsigned long, int)";

void describe(model::Profile& profile) {
  profile.command = "./words --input corpus.txt";
  profile.backend = "perf_event";
  profile.started = "2026-11-21T07:44:10Z";
  profile.elapsed_s = 4;
  profile.rate_hz = 1000;
  profile.exit_code = 0;
  profile.environment.host = "box";
  profile.environment.cpu_model = "Intel(R) Xeon(R)";
  profile.environment.cpus_online = 2;
  profile.environment.kernel = "6.18";
}

void add_words_frames(ProfileDraft& draft) {
  draft.frame({"main", "/home/me/words/src/main.cpp", 40, 12, "/home/me/words/words", 0, Language::native, false});
  draft.frame({"parse_line(std::string const&)", "/home/me/words/src/parse.cpp", 81, 60, "/home/me/words/words", 0,
               Language::native, false});
  draft.frame({kCompile, "/usr/include/c++/12/bits/regex_compiler.tcc", 70, 66, "/home/me/words/words", 0,
               Language::native, false});
  draft.frame(
      {kInsert, "/usr/include/c++/12/bits/hashtable.h", 2100, 2080, "/home/me/words/words", 0, Language::native, true});
  draft.frame({"clock_nanosleep", "", 0, 0, "/usr/lib/x86_64-linux-gnu/libc.so.6", 0, Language::native, false});
  draft.frame({"", "", 0, 0, "/usr/lib/x86_64-linux-gnu/libc.so.6", 0x9a2f0, Language::native, false});
  draft.frame({"count", "/home/me/words/count.py", 7, 3, "/home/me/words/count.py", 0, Language::python, false});
  draft.frame({"run_all", "/home/me/words/run.sh", 4, 2, "/home/me/words/run.sh", 0, Language::shell, false});
  draft.frame({"do_syscall_64", "", 0, 0, "[kernel]", 0, Language::kernel, false});
}

void add_words_rows(ProfileDraft& draft) {
  const std::uint32_t compile = draft.stack({"main", "parse_line(std::string const&)", kCompile});
  const std::uint32_t insert = draft.stack({"main", "parse_line(std::string const&)", kInsert});
  const std::uint32_t parse = draft.stack({"main", "parse_line(std::string const&)"});
  const std::uint32_t python = draft.stack({"run_all", "count"});
  const std::uint32_t kernel = draft.stack({"main", "", "do_syscall_64"});
  const std::uint32_t asleep = draft.stack({"main", "clock_nanosleep"});
  constexpr std::uint64_t kMs = 1'000'000;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::uint32_t stacks[] = {compile, insert, compile, parse, compile, python, compile, insert, compile, kernel};
    draft.sample(stacks[i % 10], {kMs, kMs, 0}, 2 * i * kMs, i % 10 == 5 ? 1 : 0);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    draft.sample(asleep, {0, 20 * kMs, 0}, 40 * i * kMs, 0, Activity::sleep);
    draft.sample(python, {0, 5 * kMs, 0}, 40 * i * kMs, 1, Activity::futex, 1);
  }
}

}  // namespace

ProfileDraft::ProfileDraft(std::string mode, std::vector<model::Measure> measures) {
  describe(profile);
  profile.mode = std::move(mode);
  profile.primary = measures.front().name;
  profile.measures = std::move(measures);
  profile.samples.values.resize(profile.measures.size());
  profile.objects = {""};
  profile.processes.push_back({100, 0, "words", "./words --input corpus.txt", 0, 4'000'000'000, ""});
  profile.threads.push_back({100, 100, "words", 0, 4'000'000'000, 1'800'000'000, 100, 20});
}

void ProfileDraft::frame(const model::Frame& frame) {
  profile.frames.push_back(frame);
}

std::uint32_t ProfileDraft::stack(const std::vector<std::string>& root_first) {
  std::uint32_t parent = model::StackNode::kRoot;
  for (const std::string& function : root_first) {
    auto at = std::ranges::find(profile.frames, function, &model::Frame::function);
    if (at == profile.frames.end()) {
      model::Frame unknown;
      unknown.function = function;
      unknown.language = Language::native;
      at = profile.frames.insert(at, unknown);
    }
    const auto index = static_cast<std::uint32_t>(at - profile.frames.begin());
    profile.stacks.push_back({parent, index});
    parent = static_cast<std::uint32_t>(profile.stacks.size() - 1);
  }
  return parent;
}

void ProfileDraft::sample(std::uint32_t stack, std::vector<std::uint64_t> values, std::uint64_t time_ns,
                          std::uint32_t thread, Activity activity, std::uint32_t object) {
  profile.samples.stack.push_back(stack);
  profile.samples.thread.push_back(thread);
  profile.samples.time_ns.push_back(time_ns);
  profile.samples.activity.push_back(activity);
  profile.samples.object.push_back(object);
  for (std::size_t m = 0; m < profile.measures.size(); ++m) profile.samples.values[m].push_back(values[m]);
  ++profile.counts.taken;
}

model::Profile words_profile() {
  ProfileDraft draft("cpu", {{"cpu", "ns"}, {"wall", "ns"}, {"page_faults", "count"}});
  model::Profile& profile = draft.profile;
  profile.objects.emplace_back("futex 0x55d0");
  profile.processes.push_back({101, 100, "python3", "python3 count.py", 500'000'000, 3'500'000'000, "python 3.11"});
  profile.threads.push_back({101, 101, "python3", 500'000'000, 3'500'000'000, 200'000'000, 100, 3});
  add_words_frames(draft);
  add_words_rows(draft);
  profile.cpu_s = 2.0;
  profile.wall_s = 7.0;
  for (std::uint64_t i = 0; i < 40; ++i) profile.memory.push_back({i * 100'000'000, (50 + 5 * i) << 20U});
  profile.counts.lost = 12;
  profile.counts.truncated = 3;
  profile.doubts.push_back({"load", "load average 1.9 on 2 CPUs: something else is running", "stop it, or wait"});
  profile.recommendations.push_back({"regex_in_loop",
                                     "compile the regular expression once",
                                     "A std::regex is built for each line.",
                                     {{"50 % of CPU time in std::__detail::_Compiler, called from parse_line",
                                       "parse_line", "/home/me/words/src/parse.cpp", 81}},
                                     {0.5, 0.478, 0.522},
                                     model::Effort::low,
                                     0.95,
                                     "hoist it out of the loop, or make it static const",
                                     "",
                                     "perfbench command './words' './words_new'"});
  return draft.profile;
}

model::Profile allocation_profile() {
  ProfileDraft draft(
      "alloc", {{"alloc_bytes", "bytes"}, {"allocs", "count"}, {"live_bytes", "bytes"}, {"live_allocs", "count"}});
  draft.frame({"make_node", "/home/me/leak.cpp", 12, 10, "/home/me/leak", 0, Language::native, false});
  const std::uint32_t node = draft.stack({"main", "build", "make_node"});
  const std::uint32_t text = draft.stack({"main", "format_row"});
  draft.profile.backend = "heap";
  draft.profile.rate_hz = 0;
  for (int i = 0; i < 16; ++i) draft.sample(node, {1 << 20, 16, 1 << 16, 1});
  draft.sample(text, {48 << 20, 3000, 0, 0});
  return draft.profile;
}

model::Profile io_profile() {
  ProfileDraft draft("io", {{"io_bytes", "bytes"}, {"io_ns", "ns"}, {"io_calls", "count"}});
  draft.profile.objects = {"", "/var/log/app.log", "socket:[1234]"};
  draft.profile.backend = "syscalls";
  draft.sample(draft.stack({"main", "write_log"}), {4'000'000, 9'000'000, 4000}, 0, 0, Activity::write, 1);
  draft.sample(draft.stack({"main", "send_reply"}), {1'000'000, 4'000'000, 10}, 0, 0, Activity::write, 2);
  return draft.profile;
}

model::Profile large_profile(std::size_t functions, std::size_t samples) {
  ProfileDraft draft("cpu", {{"cpu", "ns"}, {"wall", "ns"}});
  model::Profile& profile = draft.profile;
  std::mt19937 random(42);
  for (std::size_t i = 0; i < functions; ++i) {
    const std::string number = std::to_string(i);
    draft.frame({"company::module" + std::to_string(i % 97) + "::Worker<company::Item<" + number + ">, int>::step_" +
                     number + "(int, std::vector<int> const&)",
                 "/src/company/module" + std::to_string(i % 97) + "/worker.cpp", 10 + static_cast<unsigned>(i % 900),
                 10, "/opt/company/bin/server", 0, i % 11 == 0 ? Language::kernel : Language::native, false});
  }
  for (std::size_t i = 0; i < samples; ++i) {
    std::uint32_t parent = model::StackNode::kRoot;
    const std::size_t depth = 3 + random() % 20;
    // A shared trunk, so that the tree has heavy branches as well as many light ones.
    if (profile.stacks.size() > 40) parent = static_cast<std::uint32_t>(random() % 40);
    for (std::size_t d = 0; d < depth; ++d) {
      profile.stacks.push_back({parent, static_cast<std::uint32_t>(random() % functions)});
      parent = static_cast<std::uint32_t>(profile.stacks.size() - 1);
    }
    draft.sample(parent, {1'000'000, 1'000'000}, i * 100'000);
  }
  return draft.profile;
}

}  // namespace perfopt::report::testing
