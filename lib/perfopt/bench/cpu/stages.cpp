// SPDX-License-Identifier: Apache-2.0
// A stream of text lines through three stages: parse a reading, calibrate it, add it to the sums of its sensor.
//
// Two cores can share the stages, but only if handing over costs less than the work handed over: a lock, a signal
// and a switch of threads for each line cost many times what the line does. A batch pays for them once.
//
//   size    lines; footprint about 55 bytes each
//   check   count, sum, least, greatest and signature of each of 256 sensors, exact, against values computed from
//           the generated readings without their text
//   errors  std::bad_alloc; SystemError when a thread cannot be started
#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/cpu/pipeline.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kSensors = 256;
constexpr std::size_t kBatch = 512;

struct Reading {
  std::uint32_t sensor = 0;
  std::uint64_t time_ms = 0;
  std::uint64_t value = 0;
  std::array<std::uint64_t, 3> levels{};
};

struct Calibrated {
  std::uint32_t sensor = 0;
  std::uint64_t value = 0;
  std::uint64_t signature = 0;
};

// Of one sensor, in the order of the output.
struct Sums {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t greatest = 0;
  std::uint64_t signature = 0;
};
using Totals = std::array<Sums, kSensors>;

// Readings that rise in time by up to a second.
class Readings {
 public:
  explicit Readings(std::uint64_t seed) : random_(seed) {}
  Reading next() {
    const std::uint64_t bits = random_();
    time_ms_ += bits % 1000;
    return {static_cast<std::uint32_t>((bits >> 20U) % kSensors),
            time_ms_,
            bits >> 34U,
            {bits % 1'000'003, bits % 10'007, bits % 100'003}};
  }

 private:
  Random random_;
  std::uint64_t time_ms_ = 1'700'000'000'000;
};

void append_line(const Reading& reading, std::string& text) {
  text += "sensor-" + std::to_string(reading.sensor) + ',' + std::to_string(reading.time_ms) + ',' +
          std::to_string(reading.value);
  for (const std::uint64_t level : reading.levels) text += ',' + std::to_string(level);
  text += '\n';
}

template <class T>
const char* parse_number(const char* at, const char* end, T& number) {
  const auto [rest, error] = std::from_chars(at, end, number);
  if (error != std::errc{}) throw IntegrityError("a line of the stream has no number where one must be");
  return rest + 1;
}

Reading parse(std::string_view line) {
  constexpr std::string_view kPrefix = "sensor-";
  Reading reading;
  const char* const end = line.data() + line.size();
  const char* at = parse_number(line.data() + kPrefix.size(), end, reading.sensor);
  at = parse_number(at, end, reading.time_ms);
  at = parse_number(at, end, reading.value);
  for (std::uint64_t& level : reading.levels) at = parse_number(at, end, level);
  return reading;
}

// A polynomial in the value, and a chained hash that stands for a signature over all fields.
Calibrated calibrate(const Reading& reading) {
  constexpr int kRounds = 24;
  std::uint64_t value = 7 + reading.value * (3 + reading.value % 1009);
  for (const std::uint64_t level : reading.levels) value += level * level;
  std::uint64_t signature = reading.time_ms ^ reading.sensor;
  for (int round = 0; round < kRounds; ++round) signature = Random(signature + value)();
  return {reading.sensor, value, signature};
}

void add(const Calibrated& reading, Totals& totals) {
  Sums& sums = totals[reading.sensor % kSensors];
  ++sums.count;
  sums.sum += reading.value;
  sums.least = std::min(sums.least, reading.value);
  sums.greatest = std::max(sums.greatest, reading.value);
  sums.signature = sums.signature * 31 + reading.signature;  // depends on the order
}

class Stages : public Workload {
 public:
  explicit Stages(const Setup& setup) : size_(setup.size), seed_(setup.seed), threads_(setup.threads) {
    Readings readings(seed_);
    for (std::size_t i = 0; i < size_; ++i) append_line(readings.next(), text_);
  }

  // What the stages take is what the baseline measures: units 0.
  Work work() const final { return {static_cast<double>(size_), static_cast<double>(text_.size()), bound()}; }
  void poison() final { std::memset(flat_.data(), 0xDE, sizeof flat_); }
  Output output() final { return exact(Element::u64, std::span<const std::uint64_t>(flat_)); }
  void check(const Output& result) const final {
    Totals totals{};
    Readings readings(seed_);
    for (std::size_t i = 0; i < size_; ++i) add(calibrate(readings.next()), totals);
    const Flat expected = flatten(totals);
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }
  void run() final {
    Totals totals{};
    stream(totals);
    flat_ = flatten(totals);
  }

 protected:
  // Lines of a text, in turn.
  class Lines {
   public:
    explicit Lines(std::string_view text) : rest_(text) {}
    std::optional<std::string_view> next() {
      if (rest_.empty()) return std::nullopt;
      const std::size_t length = rest_.find('\n');
      const std::string_view line = rest_.substr(0, length);
      rest_.remove_prefix(length + 1);
      return line;
    }

   private:
    std::string_view rest_;
  };

  virtual void stream(Totals& totals) = 0;
  virtual Bound bound() const { return {.limit = Limit::cores, .threads = 1}; }

  const std::size_t size_;
  const std::uint64_t seed_;
  const unsigned threads_;
  std::string text_;

 private:
  using Flat = std::array<std::uint64_t, 5 * kSensors>;
  static Flat flatten(const Totals& totals) {
    Flat flat{};
    auto* at = flat.begin();
    for (const Sums& s : totals)
      at = std::ranges::copy(std::array{s.count, s.sum, s.least, s.greatest, s.signature}, at).out;
    return flat;
  }
  Flat flat_{};
};

struct OneByOne final : Stages {
  using Stages::Stages;
  void stream(Totals& totals) override {
    Lines lines(text_);
    while (const auto line = lines.next()) add(calibrate(parse(*line)), totals);
  }
};

struct Batches final : Stages {
  using Stages::Stages;
  void stream(Totals& totals) override {
    std::vector<std::string_view> batch;
    std::vector<Reading> readings;
    std::vector<Calibrated> calibrated;
    Lines lines(text_);
    do {
      batch.clear();
      readings.clear();
      calibrated.clear();
      for (auto line = lines.next(); line; line = lines.next()) {
        batch.push_back(*line);
        if (batch.size() == kBatch) break;
      }
      for (const std::string_view line : batch) readings.push_back(parse(line));
      for (const Reading& reading : readings) calibrated.push_back(calibrate(reading));
      for (const Calibrated& reading : calibrated) add(reading, totals);
    } while (!batch.empty());
  }
};

class Threaded : public Stages {
 public:
  explicit Threaded(const Setup& setup) : Stages(setup) {
    if (threads_ < 2) throw Unavailable("needs two threads; the limit is " + std::to_string(threads_));
  }

 protected:
  Bound bound() const override { return {.limit = Limit::cores, .threads = threads_}; }
};

// The queue of every textbook: a lock and a signal for each item.
template <class T>
class Queue {
 public:
  void push(std::optional<T> item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    ready_.notify_one();
  }
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !items_.empty(); });
    auto item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::optional<T>> items_;  // empty: the end of the stream
};

struct ItemQueue final : Threaded {
  using Threaded::Threaded;
  void stream(Totals& totals) override {
    Queue<Reading> queue;
    try {
      const std::jthread second([&] {
        while (const auto reading = queue.pop()) add(calibrate(*reading), totals);
      });
      Lines lines(text_);
      while (const auto line = lines.next()) queue.push(parse(*line));
      queue.push(std::nullopt);
    } catch (const std::system_error& error) {
      throw SystemError(error.code().value(), "start a thread");
    }
  }
};

struct BatchPipeline final : Threaded {
  using Threaded::Threaded;
  void stream(Totals& totals) override {
    Lines lines(text_);
    optim::pipeline([&] { return lines.next(); })
        .then(parse)
        .then(calibrate)
        .run([&](const Calibrated& reading) { add(reading, totals); }, {.batch = kBatch, .max_threads = threads_});
  }
};

constexpr Size kSizes[] = {
    {100, SizeClass::small}, {1'000, SizeClass::small}, {10'000, SizeClass::medium}, {150'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"one_by_one", Level::baseline, "each line through all stages, on one thread", "", "", make<OneByOne>},
    {"batches", Level::balanced, "512 lines through a stage, then the next stage, on one thread", "",
     "a result is up to 512 lines late", make<Batches>},
    {"item_queue", Level::balanced, "two threads, each reading handed over by a lock and a condition variable", "",
     "a thread; a lock and often a switch of threads for each line", make<ItemQueue>},
    {"pipeline", Level::balanced, "perfopt::optim::Pipeline: batches of 512 lines handed from thread to thread", "",
     "threads, started at each call; a result is some batches late", make<BatchPipeline>},
};

}  // namespace

const Problem& cpu_stages() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "stages",
      .title = "Parse, calibrate and aggregate a stream of lines",
      .unit = "lines",
      .bytes_per_unit = 55,
      .squared = false,
      .max_size = 100'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      // The text, doubled while it grows; the queue of readings, all of them at worst.
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * (2 * 64 + 64) + 1e6; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
