// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/cpu/pipeline.hpp"

using namespace perfopt::optim;

namespace {

auto count_to(int n) {
  return [i = 0, n]() mutable { return i < n ? std::optional(i++) : std::nullopt; };
}

}  // namespace

TEST_CASE("order is kept, with every shape of batches, queues and threads") {
  for (const int n : {0, 1, 2, 7, 1000}) {
    for (const std::size_t batch : {1U, 2U, 64U, 5000U}) {
      for (const std::size_t queue : {1U, 3U}) {
        for (const unsigned threads : {0U, 1U, 2U, 8U}) {
          std::vector<std::string> out;
          pipeline(count_to(n))
              .then([](int i) { return 2L * i; })
              .then([](long i) { return std::to_string(i); })
              .run([&](std::string text) { out.push_back(std::move(text)); },
                   {.batch = batch, .queue_batches = queue, .max_threads = threads});
          REQUIRE(out.size() == static_cast<std::size_t>(n));
          for (int i = 0; i < n; ++i) REQUIRE(out[static_cast<std::size_t>(i)] == std::to_string(2 * i));
        }
      }
    }
  }
}

TEST_CASE("a source and a sink are a pipeline, and items may be movable only") {
  long sum = 0;
  pipeline([i = 0]() mutable {
    return i < 100 ? std::optional(std::make_unique<int>(i++)) : std::nullopt;
  }).run([&](std::unique_ptr<int> item) { sum += *item; }, {.batch = 8});
  CHECK(sum == 4950);
}

TEST_CASE("a stage keeps state: it is never run twice at the same time, and sees items in order") {
  int last = -1;
  std::atomic<int> inside{0};
  bool alone = true;
  pipeline(count_to(5000))
      .then([&](int i) {
        alone = alone && inside++ == 0 && i == last + 1;
        last = i;
        --inside;
        return i;
      })
      .run([](int) {}, {.batch = 4, .max_threads = 4});
  CHECK(alone);
  CHECK(last == 4999);
}

TEST_CASE("an exception of the source, of a stage or of the sink stops the stream and is thrown") {
  for (const int where : {0, 1, 2}) {
    std::atomic<int> drained{0};
    const auto at = [where](int place, int i) {
      if (place == where && i == 500) throw std::domain_error("item 500");
    };
    const auto run = [&] {
      pipeline([&, i = 0]() mutable {
        at(0, i);
        return std::optional(i++);  // without end: only the exception ends it
      })
          .then([&](int i) {
            at(1, i);
            return i;
          })
          .run(
              [&](int i) {
                at(2, i);
                ++drained;
              },
              {.batch = 16, .max_threads = 3});
    };
    CHECK_THROWS_WITH_AS(run(), "item 500", std::domain_error);
    CHECK(drained <= 500);
  }
}

TEST_CASE("queues are bounded: a slow sink holds up the source") {
  std::atomic<int> made{0};
  int taken = 0;
  int furthest = 0;
  pipeline([&]() -> std::optional<int> { return made < 200 ? std::optional(made++) : std::nullopt; })
      .run(
          [&](int) {
            std::this_thread::sleep_for(std::chrono::microseconds(50));
            furthest = std::max(furthest, made - taken);
            ++taken;
          },
          {.batch = 1, .queue_batches = 3, .max_threads = 2});
  CHECK(taken == 200);
  CHECK(furthest <= 3 + 2);  // the queue, one in the source, one in the sink
}

TEST_CASE("no more threads than allowed") {
  for (const unsigned threads : {1U, 2U}) {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    const auto note = [&] {
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    };
    pipeline(count_to(500))
        .then([&](int i) {
          note();
          return i;
        })
        .then([&](int i) {
          note();
          return i;
        })
        .run([&](int) { note(); }, {.batch = 4, .max_threads = threads});
    CHECK(ids.size() <= threads);
  }
}

TEST_CASE("options that make no sense are refused") {
  CHECK_THROWS_AS(pipeline(count_to(1)).run([](int) {}, {.batch = 0}), perfopt::BadInput);
  CHECK_THROWS_AS(pipeline(count_to(1)).run([](int) {}, {.queue_batches = 0}), perfopt::BadInput);
}
