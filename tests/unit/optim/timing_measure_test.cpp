// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/optim/timing/measure.hpp"

using namespace perfopt::optim;

namespace {

const TimingRow* row_named(const std::vector<TimingRow>& rows, std::string_view name) {
  for (const TimingRow& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

void wait_ms(int ms) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  while (std::chrono::steady_clock::now() < until) {
  }
}

}  // namespace

TEST_CASE("nothing measured, nothing reported") {
  timing_reset();
  CHECK(timing_report().empty());
}

TEST_CASE("scopes nest, and the same name below two parents is two rows") {
  timing_reset();
  for (int i = 0; i < 3; ++i) {
    const auto outer = measure("outer");
    for (int k = 0; k < 4; ++k) const auto inner = measure("shared");
  }
  {
    const auto alone = measure("alone");
    const auto inner = measure("shared");
  }
  const auto rows = timing_report();
  REQUIRE(rows.size() == 4);
  int below_outer = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].name != "shared") {
      CHECK(rows[i].parent == TimingRow::kNoParent);
      CHECK(rows[i].depth == 0);
      continue;
    }
    REQUIRE(rows[i].parent < i);
    CHECK(rows[i].depth == 1);
    const bool outer = rows[rows[i].parent].name == "outer";
    below_outer += outer ? 1 : 0;
    CHECK(rows[i].count == (outer ? 12 : 1));
  }
  CHECK(below_outer == 1);
}

TEST_CASE("times are those of the clock: total, least, greatest, and self without the children") {
  timing_reset();
  for (const int ms : {2, 6}) {
    const auto outer = measure("outer");
    wait_ms(3);
    const auto inner = measure("inner");
    wait_ms(ms);
  }
  const auto rows = timing_report();
  REQUIRE(rows.size() == 2);
  const TimingRow& outer = rows[0];
  const TimingRow& inner = rows[1];
  CHECK(inner.count == 2);
  CHECK(inner.min_ns >= 1.99e6);
  CHECK(inner.max_ns >= 5.99e6);
  CHECK(inner.min_ns < inner.max_ns);
  CHECK(inner.total_ns == doctest::Approx(inner.min_ns + inner.max_ns));
  CHECK(inner.self_ns == inner.total_ns);
  CHECK(outer.total_ns >= inner.total_ns + 5.98e6);
  CHECK(outer.self_ns == doctest::Approx(outer.total_ns - inner.total_ns));
}

TEST_CASE("an exception closes the scopes that it leaves") {
  timing_reset();
  try {
    const auto outer = measure("outer");
    const auto inner = measure("inner");
    throw std::runtime_error("out");
  } catch (const std::runtime_error&) {
    const auto after = measure("after");
  }
  const auto rows = timing_report();
  REQUIRE(rows.size() == 3);
  CHECK(row_named(rows, "inner")->count == 1);
  CHECK(row_named(rows, "after")->parent == TimingRow::kNoParent);
}

TEST_CASE("names are told apart by their characters, not by where they stand") {
  timing_reset();
  std::string name = "a";
  for (const char letter : {'a', 'b', 'a', 'c', 'a'}) {
    name[0] = letter;  // the same buffer
    const auto scope = measure(name);
  }
  {
    const auto scope = measure("a");  // another buffer
  }
  const auto rows = timing_report();
  REQUIRE(rows.size() == 3);
  CHECK(row_named(rows, "a")->count == 4);
  CHECK(row_named(rows, "b")->count == 1);
}

TEST_CASE("more names in one place than the quick table has slots") {
  timing_reset();
  constexpr int kNames = 1000;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kNames; ++i) const auto scope = measure("name " + std::to_string(i));
  }
  const auto rows = timing_report();
  REQUIRE(rows.size() == kNames);
  for (const TimingRow& row : rows) CHECK(row.count == 2);
}

TEST_CASE("threads are summed, finished ones as well, while others read and reset") {
  timing_reset();
  constexpr int kThreads = 8;
  constexpr int kScopes = 20'000;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < kScopes; ++i) {
          const auto outer = measure("outer");
          const auto inner = measure("inner");
        }
      });
    }
    for (int i = 0; i < 20; ++i) {
      for (const TimingRow& row : timing_report()) CHECK(row.count <= kThreads * kScopes);
    }
  }
  const auto rows = timing_report();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "outer");
  CHECK(rows[0].count == kThreads * kScopes);
  CHECK(rows[1].count == kThreads * kScopes);
  CHECK(rows[1].parent == 0);
}

TEST_CASE("a reset forgets, and a scope that was open counts whole when it closes") {
  timing_reset();
  {
    const auto before = measure("before");
  }
  {
    const auto open = measure("open");
    wait_ms(2);
    timing_reset();
    {
      const auto child = measure("child");
    }
    const auto rows = timing_report();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].name == "open");
    CHECK(rows[0].count == 0);
    CHECK(rows[0].self_ns == 0);
    CHECK(rows[1].count == 1);
  }
  const auto rows = timing_report();
  CHECK(row_named(rows, "before") == nullptr);
  CHECK(row_named(rows, "open")->count == 1);
  CHECK(row_named(rows, "open")->total_ns >= 1.99e6);
}

TEST_CASE("resets while a thread counts leave no more than it did") {
  timing_reset();
  std::uint64_t done = 0;
  std::jthread worker([&done](const std::stop_token& stop) {
    for (; !stop.stop_requested(); ++done) const auto scope = measure("busy");
  });
  for (int i = 0; i < 200; ++i) timing_reset();
  worker.request_stop();
  worker.join();
  const auto rows = timing_report();
  if (!rows.empty()) CHECK(rows[0].count <= done);
  timing_reset();
  CHECK(timing_report().empty());
}

TEST_CASE("timed() passes arguments, references, results and exceptions on") {
  timing_reset();
  const auto add = timed("add", [](int& to, int what) -> int& { return to += what; });
  int value = 1;
  CHECK(&add(value, 2) == &value);
  CHECK(value == 3);
  const auto fail = timed("fail", [] { throw std::invalid_argument("no"); });
  CHECK_THROWS_AS(fail(), std::invalid_argument);
  const auto rows = timing_report();
  CHECK(row_named(rows, "add")->count == 1);
  CHECK(row_named(rows, "fail")->count == 1);
}

TEST_CASE("a scope in the destructor of a thread's own object is harmless") {
  struct Late {
    ~Late() { const auto scope = measure("late"); }
  };
  timing_reset();
  std::thread([] {
    static thread_local Late late;  // constructed first, destroyed after the thread's tree
    static_cast<void>(late);
    const auto scope = measure("thread");
  }).join();
  const auto rows = timing_report();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].name == "thread");
}
