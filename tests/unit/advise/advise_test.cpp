// SPDX-License-Identifier: Apache-2.0
// Each rule on a profile with its evidence, and on one that lacks the part of it that tells the fault from honest work.
#include "perfopt/advise/advise.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "profile_sketch.hpp"

using namespace perfopt;
using model::Activity;
using test::ProfileSketch;

namespace {

constexpr std::uint64_t kMs = 1'000'000;

std::vector<std::string> rules(const ProfileSketch& sketch) {
  std::vector<std::string> names;
  for (const auto& advice : advise::advise(sketch.profile)) names.push_back(advice.rule);
  return names;
}

bool only(const ProfileSketch& sketch, const std::string& rule) {
  const auto names = rules(sketch);
  return names.size() == 1 && names[0] == rule;
}

const std::string kUser = "main;handle||/home/me/app.cpp|42;";

// A second, of which so many milliseconds are spent in the stack, in turns with other work of the program.
ProfileSketch busy_in(const std::string& stack, std::uint64_t ms) {
  ProfileSketch sketch;
  std::uint64_t spent = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const bool here = (i + 1) * ms / 1000 > spent;
    if (here) ++spent;
    sketch.busy(here ? stack : std::string("main;other||/home/me/app.cpp|7"), 1, i * kMs);
  }
  return sketch;
}

}  // namespace

TEST_CASE("nothing is advised on nothing, nor on a program that computes by itself") {
  CHECK(advise::advise(model::Profile{}).empty());
  CHECK(rules(busy_in("main;work||/home/me/app.cpp|3", 700)).empty());
}

TEST_CASE("advice has its evidence at the user's line, its share with an interval, and how to verify it") {
  const auto sketch = busy_in(kUser + "std::__detail::_Compiler<std::regex_traits<char> >::_M_alternative()", 400);
  const auto all = advise::advise(sketch.profile);
  REQUIRE(all.size() == 1);
  const auto& advice = all[0];
  CHECK(advice.rule == "regex_in_loop");
  CHECK(advice.impact.share == doctest::Approx(0.4));
  CHECK(advice.impact.low > 0.36);
  CHECK(advice.impact.low < 0.4);
  CHECK(advice.impact.high > 0.4);
  CHECK(advice.impact.high < 0.44);
  REQUIRE(advice.evidence.size() == 1);
  CHECK(advice.evidence[0].function == "handle");
  CHECK(advice.evidence[0].file == "/home/me/app.cpp");
  CHECK(advice.evidence[0].line == 42);
  CHECK(advice.evidence[0].text.find("40.0 %") != std::string::npos);
  CHECK(advice.verify.find("'app'") != std::string::npos);
}

TEST_CASE("what is seen at the start alone, or in few samples, is no fault") {
  const std::string compile = kUser + "std::__detail::_Compiler<std::regex_traits<char> >::_M_alternative()";
  ProfileSketch start;
  start.busy(compile, 200);
  start.busy("main;other||/home/me/app.cpp|7", 800, 200 * kMs);
  CHECK(rules(start).empty());
  CHECK(rules(busy_in(compile, 15)).empty());
}

TEST_CASE("library work that need not be done") {
  CHECK(only(busy_in(kUser + "__cxa_throw|/usr/lib/libstdc++.so.6;_Unwind_RaiseException|/usr/lib/libgcc_s.so.1", 300),
             "exceptions_as_control_flow"));
  CHECK(
      only(busy_in(kUser + "nlohmann::json::parse(char const*);malloc|/usr/lib/libc.so.6", 500), "json_parsed_again"));
  CHECK(only(busy_in(kUser + "std::vector<int>::vector(std::vector<int> const&);memcpy|/usr/lib/libc.so.6", 300),
             "copied_by_value"));
  CHECK(rules(busy_in(kUser + "std::vector<int>::vector(unsigned long);memset|/usr/lib/libc.so.6", 300)).empty());
  CHECK(only(busy_in(kUser + "operator new(unsigned long);malloc|/usr/lib/libc.so.6", 400), "allocation_in_hot_loop"));
  CHECK(rules(busy_in(kUser + "operator new(unsigned long);malloc|/usr/lib/libc.so.6", 100)).empty());
}

TEST_CASE("strings: moving what was there is the fault, many short appends are not") {
  const std::string append = kUser + "std::__cxx11::basic_string<char>::_M_append(char const*, unsigned long)";
  CHECK(only(busy_in(append + ";__memmove_avx_unaligned_erms|/usr/lib/libc.so.6", 600), "string_concatenation"));
  CHECK(rules(busy_in(append, 600)).empty());
}

TEST_CASE("searches and chains") {
  CHECK(only(busy_in(kUser + "std::find<int*, int>(int*, int*, int const&)", 600), "quadratic_search"));
  CHECK(rules(busy_in(kUser + "std::find<int*, int>(int*, int*, int const&)", 100)).empty());
  const std::string chain = kUser + "std::_Hashtable<int, int>::_M_find_before_node(unsigned long, int const&) const";
  CHECK(only(busy_in(chain, 700), "colliding_hash"));
  ProfileSketch honest = busy_in(chain, 500);
  honest.busy(kUser + "std::_Hashtable<int, int>::_M_hash_code(int const&) const", 100);
  CHECK(rules(honest).empty());
}

TEST_CASE("asking again and again") {
  const std::string load = kUser + "std::atomic<bool>::load(std::memory_order) const";
  CHECK(only(busy_in(load, 400), "busy_wait"));
  ProfileSketch works = busy_in(load, 200);
  works.busy("main;handle||/home/me/app.cpp|50", 800);
  CHECK(rules(works).empty());
}

TEST_CASE("Python that asks: nearly all of the function's time is on the line that asks, whatever it calls") {
  const auto loop = [](std::uint64_t line_ms, std::uint64_t ask_ms, const std::string& rest, std::uint64_t rest_ms) {
    ProfileSketch sketch;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::uint64_t turn = i % 10;
      std::string stack = "main|/a.py|/a.py|1;other|/a.py|/a.py|2";
      if (turn < line_ms) {
        stack = "main|/a.py|/a.py|1;wait|/a.py|/a.py|5";
      } else if (turn < line_ms + ask_ms) {
        stack =
            "main|/a.py|/a.py|1;wait|/a.py|/a.py|5;Event.is_set|/usr/lib/python3.11/threading.py|"
            "/usr/lib/python3.11/threading.py|570";
      } else if (turn < line_ms + ask_ms + rest_ms) {
        stack = rest;
      }
      sketch.busy(stack, 1, i * kMs);
    }
    return sketch;
  };
  CHECK(only(loop(4, 1, "", 0), "busy_wait"));
  // It works between two questions, in a function or on a line of its own; or asks so seldom that it does not show.
  CHECK(rules(loop(4, 1, "main|/a.py|/a.py|1;wait|/a.py|/a.py|5;work|/a.py|/a.py|9", 3)).empty());
  CHECK(rules(loop(4, 1, "main|/a.py|/a.py|1;wait|/a.py|/a.py|6", 2)).empty());
  CHECK(rules(loop(6, 0, "", 0)).empty());
}

TEST_CASE("system calls: many small ones, not large ones") {
  const std::string call = kUser + "write|/usr/lib/libc.so.6;entry_SYSCALL_64|[kernel]";
  CHECK(only(busy_in(call, 400), "unbuffered_writes"));
  CHECK(rules(busy_in(call + ";vfs_write|[kernel];copy_folio_from_iter_atomic|[kernel]", 400)).empty());
  CHECK(only(busy_in(kUser + "read|/usr/lib/libc.so.6;do_syscall_64|[kernel]", 400), "tiny_reads"));
}

TEST_CASE("storms: short system calls, and files opened again and again") {
  const std::string call =
      kUser + "stat|/usr/lib/libc.so.6;entry_SYSCALL_64_after_hwframe|[kernel];do_syscall_64|[kernel]";
  const auto two = [](const std::string& a, const std::string& b, std::uint64_t of_ten) {
    ProfileSketch sketch;
    for (std::uint64_t i = 0; i < 1000; ++i) sketch.busy(i % 10 < of_ten ? a : b, 1, i * kMs);
    return sketch;
  };
  const std::string work = "main;other||/home/me/app.cpp|7";
  CHECK(only(two(call, work, 4), "system_call_storm"));
  CHECK(only(two(call, call + ";vfs_statx|[kernel];path_lookupat|[kernel]", 3), "system_call_storm"));
  // Calls that do some work, few of them, and those that wait.
  CHECK(rules(two(call + ";vfs_statx|[kernel]", work, 6)).empty());
  CHECK(rules(two(call, work, 2)).empty());
  CHECK(rules(two(call + ";__x64_sys_futex|[kernel]", work, 6)).empty());
  const std::string open = kUser + "open|/usr/lib/libc.so.6;do_syscall_64|[kernel];do_sys_openat2|[kernel]";
  const std::string read = kUser + "read|/usr/lib/libc.so.6;do_syscall_64|[kernel];vfs_read|[kernel]";
  CHECK(only(two(open, read, 4), "io_storm"));
  CHECK(rules(two(open, work, 1)).empty());
}

TEST_CASE("a recording of io: one file opened again and again, not many files once each") {
  const auto opened = [](int files) {
    ProfileSketch sketch;
    sketch.profile.mode = "io";
    sketch.profile.measures = {{"io_bytes", "bytes"}, {"io_ns", "ns"}, {"io_calls", "count"}};
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::string name = "/etc/file" + std::to_string(i % static_cast<std::uint64_t>(files));
      sketch.row({kUser + "open|/usr/lib/libc.so.6", 0, 100'000, 1, i * kMs, 0, Activity::read, name});
      sketch.row({kUser + "read|/usr/lib/libc.so.6", 8192, 300'000, 1, i * kMs, 0, Activity::read, name});
    }
    return sketch;
  };
  const auto sketch = opened(1);
  REQUIRE(only(sketch, "io_storm"));
  const auto advice = advise::advise(sketch.profile)[0];
  CHECK(advice.reason == "/etc/file0 is opened 1,000 times.");
  CHECK(advice.impact.share == doctest::Approx(0.4));
  CHECK(advice.evidence.at(0).line == 42);
  CHECK(rules(opened(1000)).empty());
}

TEST_CASE("a recording of io counts") {
  ProfileSketch sketch;
  sketch.profile.measures = {{"io_bytes", "bytes"}, {"io_ns", "ns"}, {"io_calls", "count"}};
  const std::string call = kUser + "write|/usr/lib/libc.so.6";
  sketch.row({call, 16 * 50'000, 300 * kMs, 50'000, kMs, 0, Activity::write, "out"});
  CHECK(only(sketch, "unbuffered_writes"));
  ProfileSketch large;
  large.profile.measures = sketch.profile.measures;
  large.row({call, 65'536 * std::uint64_t{50'000}, 300 * kMs, 50'000, kMs, 0, Activity::write, "out"});
  CHECK(rules(large).empty());
}

TEST_CASE("SQLite: what is around the queries, not what is in them") {
  const std::string database = "|/usr/lib/libsqlite3.so.0";
  CHECK(only(busy_in(kUser + "sqlite3_prepare_v2" + database, 400), "n_plus_one_queries"));
  CHECK(rules(busy_in(kUser + "sqlite3_step" + database, 400)).empty());
}

TEST_CASE("a lock that many wait for, and work that is waited for") {
  for (const bool lock : {true, false}) {
    ProfileSketch sketch;
    const std::string wait = kUser + (lock ? "pthread_mutex_lock" : "pthread_cond_wait") + "|/usr/lib/libc.so.6";
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t thread = sketch.thread();
      sketch.busy(kUser + "count", 250, static_cast<std::uint64_t>(i) * 250 * kMs, thread);
      sketch.row({wait, 0, 750 * kMs, 0, kMs, thread, Activity::futex, "lock"});
    }
    CHECK(rules(sketch) == (lock ? std::vector<std::string>{"lock_convoy"} : std::vector<std::string>{}));
  }
}

TEST_CASE("threads of Python that take turns; those of a native program are another matter") {
  for (const bool python : {true, false}) {
    ProfileSketch sketch;
    if (python) sketch.profile.processes[0].language = "python 3.11";
    const std::string compute = "compute|app.py|/home/me/app.py|3";
    for (int i = 0; i < 2; ++i) {
      const std::uint32_t thread = sketch.thread();
      sketch.busy(compute, 480, static_cast<std::uint64_t>(i) * 500 * kMs, thread);
      sketch.row({compute, 0, 500 * kMs, 0, kMs, thread, Activity::futex, ""});
    }
    CHECK(rules(sketch) == (python ? std::vector<std::string>{"gil_bound"} : std::vector<std::string>{}));
  }
}

TEST_CASE("a serial phase of a program that runs several threads") {
  ProfileSketch sketch;
  const std::uint32_t second = sketch.thread();
  sketch.busy("main;prepare||/home/me/app.cpp|3", 500);
  sketch.busy("main;work||/home/me/app.cpp|9", 500, 500 * kMs);
  sketch.busy("main;work||/home/me/app.cpp|9", 500, 500 * kMs, second);
  CHECK(only(sketch, "serial_phase"));
  sketch.busy("main;prepare||/home/me/app.cpp|3", 500, 0, second);
  CHECK(rules(sketch).empty());
}

TEST_CASE("waiting for the device after each record") {
  for (const std::uint64_t count : {200U, 4U}) {
    ProfileSketch sketch;
    for (std::uint64_t i = 0; i < count; ++i) {
      sketch.row(
          {kUser + "fdatasync|/usr/lib/libc.so.6", 0, 2 * kMs, 0, i * 1000 * kMs / count, 0, Activity::sync, "f"});
    }
    CHECK(rules(sketch) == (count == 200 ? std::vector<std::string>{"sync_every_write"} : std::vector<std::string>{}));
  }
}

TEST_CASE("children one after the other, and two at a time") {
  for (const bool together : {false, true}) {
    ProfileSketch sketch;
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::uint64_t start = (together ? i / 2 * 2 : i) * 250 * kMs;
      sketch.profile.processes.push_back({10 + i, 1, "sh", "sh", start, start + (together ? 490 : 240) * kMs, ""});
      sketch.row({kUser + "waitpid|/usr/lib/libc.so.6", 0, 240 * kMs, 0, start, 0, Activity::child, ""});
    }
    CHECK(rules(sketch) == (together ? std::vector<std::string>{} : std::vector<std::string>{"idle_on_child"}));
  }
}

TEST_CASE("memory that only grows, and memory that is touched again and again") {
  for (const bool grows : {true, false}) {
    ProfileSketch sketch = busy_in("main;other||/home/me/app.cpp|7", 500);
    for (std::uint64_t i = 0; i <= 20; ++i) {
      sketch.profile.memory.push_back({i * 50 * kMs, (grows ? 1 + i : std::min<std::uint64_t>(1 + i, 5)) << 22U});
    }
    CHECK(rules(sketch) == (grows ? std::vector<std::string>{"leak"} : std::vector<std::string>{}));
  }
  for (const std::uint64_t faults : {400U, 4U}) {
    ProfileSketch sketch = busy_in(kUser + "memset|/usr/lib/libc.so.6;exc_page_fault|[kernel]", 400);
    sketch.row({kUser + "memset|/usr/lib/libc.so.6", 0, 0, faults * 100, kMs});
    sketch.profile.memory = {{0, 1U << 20U}, {500 * kMs, 1U << 23U}, {1000 * kMs, 1U << 23U}};
    CHECK(rules(sketch) == (faults == 400 ? std::vector<std::string>{"page_fault_storm"} : std::vector<std::string>{}));
  }
}

TEST_CASE("a recording of allocations tells a leak from what is freed") {
  for (const std::uint64_t live : {30U, 3U}) {
    ProfileSketch sketch;
    sketch.profile.measures = {{"alloc_bytes", "bytes"}, {"live_bytes", "bytes"}, {"allocs", "count"}};
    for (std::uint64_t i = 0; i < 20; ++i) {
      sketch.row({kUser + "malloc|/usr/lib/libc.so.6", 2U << 20U, live << 16U, 1, i * 50 * kMs});
    }
    CHECK(rules(sketch) == (live == 30 ? std::vector<std::string>{"leak"} : std::vector<std::string>{}));
  }
}

TEST_CASE("Python's own: collisions of keys, copies, a compiled pattern for each item") {
  const auto python = [](const std::string& leaf, std::uint64_t ms) {
    return busy_in("handle|app.py|/home/me/app.py|9;" + leaf, ms);
  };
  ProfileSketch few = python("Point.__eq__|app.py|/home/me/app.py|20", 600);
  few.busy("handle|app.py|/home/me/app.py|9;Point.__hash__|app.py|/home/me/app.py|24", 50);
  CHECK(only(few, "colliding_hash"));
  few.busy("handle|app.py|/home/me/app.py|9;Point.__hash__|app.py|/home/me/app.py|24", 200);
  CHECK(rules(few).empty());
  CHECK(only(python("deepcopy|x|/usr/lib/python3.11/copy.py|128", 300), "copied_by_value"));
  CHECK(
      only(python("search|x|/usr/lib/python3.11/re/__init__.py|176;parse|x|/usr/lib/python3.11/re/_parser.py|972", 300),
           "regex_in_loop"));
  CHECK(rules(python("search|x|/usr/lib/python3.11/re/__init__.py|176", 300)).empty());
  CHECK(only(python("Event.is_set|x|/usr/lib/python3.11/threading.py|570", 500), "busy_wait"));
}
