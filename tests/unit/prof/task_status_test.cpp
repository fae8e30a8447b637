// SPDX-License-Identifier: Apache-2.0
// What /proc says, also where a thread's name tries to look like more than a name.
#include <unistd.h>

#include <algorithm>

#include <doctest/doctest.h>

#include "perfopt/prof/record/procfs.hpp"
#include "perfopt/prof/task_status.hpp"

using namespace perfopt;
using namespace perfopt::prof;

TEST_CASE("a line of stat is read whatever the thread is called") {
  constexpr std::string_view kLine =
      "42 (a) R (b) S 7 42 42 0 -1 4194304 100 0 3 0 12 8 5 5 20 0 1 0 123456 1000 200 18446744073709551615 1 1 0";
  const auto stat = parse_stat(kLine);
  REQUIRE(stat);
  CHECK(stat->name == "a) R (b");
  CHECK(stat->state == 'S');
  CHECK(stat->parent == 7);
  CHECK(stat->minor_faults == 100);
  CHECK(stat->major_faults == 3);
  CHECK(stat->cpu_ns == 20 * (1'000'000'000ULL / static_cast<unsigned long>(::sysconf(_SC_CLK_TCK))));
  CHECK(stat->children_cpu_ns == stat->cpu_ns / 2);
  CHECK(stat->start_ticks == 123456);
  CHECK_FALSE(parse_stat(""));
  CHECK_FALSE(parse_stat("42 (name"));
  CHECK_FALSE(parse_stat("42 )name( S 7"));
  CHECK_FALSE(parse_stat("42 (name) S 7 42"));
  CHECK_FALSE(parse_stat(std::string(kLine).replace(kLine.find(" 100 "), 5, " x00 ")));
}

TEST_CASE("CPU times of schedstat are nanoseconds") {
  const auto times = parse_schedstat("123456789 42 7\n");
  REQUIRE(times);
  CHECK(times->cpu_ns == 123456789);
  CHECK(times->ready_ns == 42);
  CHECK_FALSE(parse_schedstat(""));
  CHECK_FALSE(parse_schedstat("12"));
  CHECK_FALSE(parse_schedstat("-1 2 3"));
}

TEST_CASE("we find ourselves, and nothing of a process that is not there") {
  const auto stat = parse_stat(read_proc("/proc/self/stat"));
  REQUIRE(stat);
  CHECK(stat->parent == ::getppid());
  const auto threads = threads_of(::getpid());
  CHECK(std::ranges::find(threads, ::getpid()) != threads.end());
  CHECK(rss_bytes_of(::getpid()) > 0);
  CHECK(threads_of(0x7fffffff).empty());
  CHECK(children_of(0x7fffffff).empty());
  CHECK(rss_bytes_of(0x7fffffff) == 0);
  CHECK(read_proc("/proc/self/no-such-file").empty());
}

TEST_CASE("functions of the kernel tell what a thread waits for") {
  CHECK(activity_of_wchan("futex_do_wait") == model::Activity::futex);
  CHECK(activity_of_wchan("hrtimer_nanosleep") == model::Activity::sleep);
  CHECK(activity_of_wchan("anon_pipe_read") == model::Activity::read);
  CHECK(activity_of_wchan("do_wait") == model::Activity::child);
  CHECK(activity_of_wchan("ep_poll") == model::Activity::poll);
  CHECK(activity_of_wchan("unix_stream_read_generic") == model::Activity::read);
  CHECK(activity_of_wchan("jbd2_log_wait_commit") == model::Activity::sync);
  CHECK(activity_of_wchan("something_else") == model::Activity::other);
}
