// SPDX-License-Identifier: Apache-2.0
// A stream of items through stages, each stage on a core of its own as far as there are cores.
//
// Items travel in batches, so that handing them on costs little for each; the queues between stages are bounded, so
// that a slow stage holds up the ones before it instead of filling memory. A thread belongs to no stage: it takes
// the last one that has work, so two threads keep two cores busy whatever the number of stages.
//
//   order    every stage sees the items in the order of the source, one at a time, so a stage may keep state
//   threads  at most options.max_threads, the caller's included; they end with run()
//   memory   (queue_batches + 1) * batch items for each stage
//   errors   the first exception of a stage stops the stream and is thrown by run(), once no stage runs any more
//
//   example:
//   int next = 0;
//   long sum = 0;
//   perfopt::optim::pipeline([&]() -> std::optional<int> { return next < 1000 ? std::optional(next++) : std::nullopt;
//   })
//       .then([](int x) { return std::to_string(x); })
//       .then([](const std::string& text) { return text.size(); })
//       .run([&](std::size_t digits) { sum += static_cast<long>(digits); }, {.batch = 64});
//   if (!(sum == 10 + 90 * 2 + 900 * 3)) throw std::logic_error("digits");
//   end
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace perfopt::optim {

struct PipelineOptions {
  std::size_t batch = 256;        // items handed on at a time; at least 1
  std::size_t queue_batches = 4;  // batches that may wait before a stage; at least 1
  unsigned max_threads = 0;       // 0: one for each stage, at most the number of cores
};

namespace detail {

struct Batch {
  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  virtual ~Batch() = default;
};

template <class T>
struct Items final : Batch {
  std::vector<T> items;
};

using BatchPointer = std::unique_ptr<Batch>;
using Source = std::function<BatchPointer(std::size_t batch)>;  // null at the end of the stream
using Stage = std::function<BatchPointer(BatchPointer)>;        // the result of the last stage is not used

void run_stages(const Source& source, const std::vector<Stage>& stages, const PipelineOptions& options);

}  // namespace detail

// A source and the stages so far; T is what leaves the last of them. Functions are copied; those that are called
// concurrently are different ones, so they need no locks for what they do not share.
template <class T>
class Pipeline {
 public:
  Pipeline(detail::Source source, std::vector<detail::Stage> stages)
      : source_(std::move(source)), stages_(std::move(stages)) {}

  // Adds a stage that makes U of each T.
  template <class F>
  [[nodiscard]] auto then(F function) && {
    using U = std::decay_t<std::invoke_result_t<F&, T>>;
    stages_.push_back([function = std::move(function)](detail::BatchPointer in) mutable -> detail::BatchPointer {
      auto& taken = static_cast<detail::Items<T>&>(*in).items;
      auto made = std::make_unique<detail::Items<U>>();
      made->items.reserve(taken.size());
      for (T& item : taken) made->items.push_back(std::invoke(function, std::move(item)));
      return made;
    });
    return Pipeline<U>(std::move(source_), std::move(stages_));
  }

  // Runs the stream to its end; `sink` takes each item that leaves the last stage.
  template <class F>
  void run(F sink, const PipelineOptions& options = {}) && {
    stages_.push_back([&sink](detail::BatchPointer in) -> detail::BatchPointer {
      for (T& item : static_cast<detail::Items<T>&>(*in).items) std::invoke(sink, std::move(item));
      return nullptr;
    });
    detail::run_stages(source_, stages_, options);
  }

 private:
  detail::Source source_;
  std::vector<detail::Stage> stages_;
};

// Begins a stream: `next` gives a std::optional of the next item, empty at the end.
template <class F>
[[nodiscard]] auto pipeline(F next) {
  using T = typename std::decay_t<std::invoke_result_t<F&>>::value_type;
  return Pipeline<T>(
      [next = std::move(next)](std::size_t batch) mutable -> detail::BatchPointer {
        auto made = std::make_unique<detail::Items<T>>();
        made->items.reserve(batch);
        while (made->items.size() < batch) {
          auto item = next();
          if (!item) break;
          made->items.push_back(*std::move(item));
        }
        if (made->items.empty()) return nullptr;
        return made;
      },
      {});
}

}  // namespace perfopt::optim
