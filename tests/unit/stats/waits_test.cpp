// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/waits.hpp"

#include <numeric>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/stats/own_code.hpp"
#include "profile_sketch.hpp"

using namespace perfopt;
using namespace perfopt::stats;
using model::Activity;
using test::ProfileSketch;

namespace {

constexpr std::uint64_t kMs = 1'000'000;

Owner owner_of(const std::string& frame) {
  ProfileSketch sketch;
  sketch.stack(frame);
  return owner(sketch.profile.frames.at(0));
}

}  // namespace

TEST_CASE("the scope of a function is told from its return type and its arguments") {
  CHECK(scope_of("main").empty());
  CHECK(scope_of("std::vector<int, std::allocator<int> >::push_back(int const&)") ==
        "std::vector<int, std::allocator<int> >::");
  CHECK(scope_of("void std::__introsort_loop<int*, long>(int*, int*, long)") == "std::");
  CHECK(scope_of("std::string app::join(std::vector<std::string> const&)") == "app::");
  CHECK(scope_of("std::pair<int, std::string> make<std::string>(int)").empty());
  CHECK(scope_of("(anonymous namespace)::parse(std::string_view)") == "(anonymous namespace)::");
  CHECK(scope_of("std::_Function_handler<void (), main::{lambda()#1}>::_M_invoke(std::_Any_data const&)") ==
        "std::_Function_handler<void (), main::{lambda()#1}>::");
  CHECK(scope_of("main::{lambda(int, int)#1}::operator()(int, int) const") == "main::{lambda(int, int)#1}::");
  CHECK(scope_of("operator new(unsigned long)").empty());
  CHECK(scope_of("std::ostream& std::operator<< <char>(std::ostream&, char)") == "std::");
  CHECK(qualified_name("void std::__introsort_loop<int*, long>(int*, int*, long)") ==
        "std::__introsort_loop<int*, long>");
  CHECK(qualified_name("operator new(unsigned long)") == "operator new");
  CHECK(qualified_name("std::hash<int>::operator()(int) const") == "std::hash<int>::operator()");
  CHECK(qualified_name("malloc") == "malloc");
  CHECK(qualified_name("operator").size() == 8);
  CHECK(scope_of("").empty());
  CHECK(scope_of(">>>(((").empty());
}

TEST_CASE("whose code a frame is") {
  CHECK(owner_of("work") == Owner::user);
  CHECK(owner_of("work||/home/me/app.cpp|3") == Owner::user);
  CHECK(owner_of("helper|/opt/app/libhelper.so.1") == Owner::user);
  CHECK(owner_of("std::hash<Key>::operator()(Key const&) const||/home/me/key.hpp|9") == Owner::user);
  CHECK(owner_of("std::vector<int>::push_back(int&&)||/usr/include/c++/12/bits/stl_vector.h|1200") == Owner::library);
  CHECK(owner_of("void std::sort<int*>(int*, int*)") == Owner::library);
  CHECK(owner_of("operator new(unsigned long)") == Owner::library);
  CHECK(owner_of("memcpy|/usr/lib/x86_64-linux-gnu/libc.so.6") == Owner::runtime);
  CHECK(owner_of("memcpy|/lib/x86_64-linux-gnu/libc-2.31.so") == Owner::runtime);
  CHECK(owner_of("sqlite3_step|/usr/lib/x86_64-linux-gnu/libsqlite3.so.0") == Owner::library);
  CHECK(owner_of("read|[kernel]") == Owner::runtime);
  CHECK(owner_of("_start") == Owner::runtime);
  CHECK(owner_of("memcpy@plt") == Owner::runtime);
  CHECK(owner_of("_PyEval_EvalFrameDefault|/usr/bin/python3.11") == Owner::runtime);
  CHECK(owner_of("main|/usr/bin/python3-config-tool") == Owner::user);
  CHECK(owner_of("main|/usr/lib/llvm-19/bin/clang") == Owner::user);
  CHECK(owner_of("handle|/home/me/app.py|/home/me/app.py|3") == Owner::user);
  CHECK(owner_of("loads|x|/usr/lib/python3.11/json/__init__.py|299") == Owner::runtime);
  CHECK(owner_of("get|x|/home/me/env/lib/python3.12/site-packages/requests/api.py|61") == Owner::library);
}

TEST_CASE("a wait is that of the user's innermost function, by object") {
  ProfileSketch sketch;
  const std::uint32_t other = sketch.thread();
  const char* lock =
      "main;take||/home/me/a.cpp|40;std::mutex::lock()||/usr/include/c++/12/bits/std_mutex.h|100;"
      "pthread_mutex_lock|/usr/lib/libc.so.6;futex_wait|[kernel]";
  sketch.row({lock, 0, 5 * kMs, 0, kMs, 0, Activity::futex, "lock 1"});
  sketch.row({lock, 0, 6 * kMs, 0, kMs, other, Activity::futex, "lock 1"});
  sketch.row({lock, 0, 2 * kMs, 0, kMs, other, Activity::futex, "lock 2"});
  sketch.row({"", 0, 1 * kMs, 0, kMs, other, Activity::poll, ""});
  sketch.row({"__libc_read|/usr/lib/libc.so.6", 0, 3 * kMs, 0, kMs, other, Activity::read, ""});
  sketch.row({"main", 50 * kMs, 50 * kMs, 0, kMs, 0, Activity::running, ""});
  const auto found = waits(sketch.profile);
  REQUIRE(found.size() == 4);
  CHECK(found[0].place == "take");
  CHECK(found[0].file == "/home/me/a.cpp");
  CHECK(found[0].line == 40);
  CHECK(found[0].object == "lock 1");
  CHECK(found[0].wall_ns == 11 * kMs);
  CHECK(found[0].count == 2);
  CHECK(found[0].threads == 2);
  CHECK(found[1].place == "__libc_read");
  CHECK(found[2].object == "lock 2");
  CHECK(found[3].place.empty());
  sketch.profile.measures[1].name = "other";
  CHECK(waits(sketch.profile).empty());
}

TEST_CASE("concurrency: what ran when, what was idle, what was serial") {
  ProfileSketch sketch;
  sketch.profile.elapsed_s = 1;
  sketch.profile.threads[0].end_ns = 1000 * kMs;
  const std::uint32_t second = sketch.thread();
  sketch.profile.threads[second].end_ns = 1000 * kMs;
  sketch.busy("main;prepare", 400);
  sketch.busy("main;work", 300, 400 * kMs);
  sketch.busy("main;work", 300, 400 * kMs, second);
  const Concurrency found = concurrency(sketch.profile, 50);
  CHECK(found.bucket_ns == 20 * kMs);
  REQUIRE(found.running.size() == 50);
  CHECK(found.running[5] == doctest::Approx(1));
  CHECK(found.running[25] == doctest::Approx(2));
  CHECK(found.running[45] == doctest::Approx(0));
  CHECK(found.waiting[5] == doctest::Approx(1));
  CHECK(found.waiting[45] == doctest::Approx(2));
  CHECK(found.mean_running == doctest::Approx(1.0));
  CHECK(found.idle_share == doctest::Approx(0.3));
  REQUIRE(found.serial.size() == 1);
  CHECK(found.serial[0].from_ns == 0);
  CHECK(found.serial[0].to_ns == 400 * kMs);
  CHECK(found.serial[0].function == "prepare");
  CHECK(std::accumulate(found.running.begin(), found.running.end(), 0.0) * 0.02 == doctest::Approx(1.0));
}

TEST_CASE("a program of one thread has no serial phase, and buckets are no finer than sampling") {
  ProfileSketch sketch;
  sketch.busy("main", 1000);
  const Concurrency found = concurrency(sketch.profile, 1'000'000);
  CHECK(found.bucket_ns == 10 * kMs);
  CHECK(found.serial.empty());
  CHECK(found.idle_share == doctest::Approx(0));
  sketch.profile.elapsed_s = 0;
  CHECK(concurrency(sketch.profile).running.empty());
  sketch.profile.elapsed_s = 1;
  sketch.profile.measures[0].name = "other";
  CHECK(concurrency(sketch.profile).running.empty());
}

TEST_CASE("a row longer than a bucket is spread over the time before it") {
  ProfileSketch sketch;
  sketch.row({"main", 500 * kMs, 500 * kMs, 0, 700 * kMs});
  sketch.row({"main", 300 * kMs, 300 * kMs, 0, 5000 * kMs});  // beyond the end: of a clock that ran on
  const Concurrency found = concurrency(sketch.profile, 10);
  CHECK(found.running[1] == doctest::Approx(0));
  CHECK(found.running[2] == doctest::Approx(1));
  CHECK(found.running[6] == doctest::Approx(1));
  CHECK(found.running[9] == doctest::Approx(1));
}
