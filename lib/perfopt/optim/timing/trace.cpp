// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/timing/trace.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>
#include <vector>

#include "perfopt/core/file.hpp"
#include "perfopt/optim/timing/scope_events.hpp"
#include "perfopt/optim/timing/ticks.hpp"

namespace perfopt::optim {
namespace {

struct Event {
  std::uint64_t started = 0;  // ticks
  std::uint64_t ended = 0;
  std::uint32_t name = 0;
};

// Written by its thread alone, up to `count`; read by any.
struct Buffer {
  explicit Buffer(std::size_t capacity) : events(capacity) {}
  std::vector<Event> events;
  std::atomic<std::size_t> count{0};
  std::atomic<std::uint64_t> dropped{0};
};

struct Trace {
  std::mutex mutex;
  std::vector<std::shared_ptr<Buffer>> buffers;  // of each thread, in the order of their first scope
  std::map<std::string, std::uint32_t, std::less<>> index;
  std::vector<std::string> names;
  std::size_t capacity = 0;
  std::uint64_t start_ticks = 0;
  Calibration calibration = Calibration::start();
  std::atomic<std::uint64_t> generation{0};  // of the trace: buffers of an older one are not written to
};

// Never destroyed: threads may end after main() has returned.
Trace& trace() {
  static auto* const kTrace = new Trace;
  return *kTrace;
}

struct ThreadTrace {
  std::uint64_t generation = 0;
  std::shared_ptr<Buffer> buffer;
  std::unordered_map<const std::string*, std::uint32_t> names;  // by address: scopes of a thread keep theirs
};

ThreadTrace& thread_trace() {
  static thread_local ThreadTrace mine;
  return mine;
}

void join(ThreadTrace& mine, Trace& all, std::uint64_t generation) {
  const std::lock_guard lock(all.mutex);
  mine.names.clear();
  mine.buffer = std::make_shared<Buffer>(all.capacity);
  all.buffers.push_back(mine.buffer);
  mine.generation = generation;
}

std::uint32_t index_of(ThreadTrace& mine, Trace& all, const std::string& name) {
  if (const auto known = mine.names.find(&name); known != mine.names.end()) return known->second;
  const std::lock_guard lock(all.mutex);
  const auto [at, is_new] = all.index.try_emplace(name, static_cast<std::uint32_t>(all.names.size()));
  if (is_new) all.names.push_back(name);
  mine.names[&name] = at->second;
  return at->second;
}

// As JSON wants it.
std::string quoted(const std::string& text) {
  constexpr std::array<char, 17> kHex{"0123456789abcdef"};
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte >= 0x20U) {
      out += c;
    } else {
      out += "\\u00";
      out += kHex.at(byte >> 4U);
      out += kHex.at(byte & 0xFU);
    }
  }
  return out + "\"";
}

// Opens and closes of one thread in the order of time: scopes nest, so that a stack of the open ones suffices.
class Timeline {
 public:
  Timeline(const Trace& all, double ns_per_tick) : all_(all), ns_per_tick_(ns_per_tick) {}

  std::string events(std::vector<Event> scopes) {
    std::ranges::sort(scopes, [](const Event& a, const Event& b) {
      return a.started != b.started ? a.started < b.started : a.ended > b.ended;
    });
    std::vector<Event> open;
    for (Event scope : scopes) {
      scope.started = std::max(scope.started, last_);
      while (!open.empty() && open.back().ended <= scope.started) close(open);
      // Counters of two cores may differ by a few ticks: what is inside ends inside.
      if (!open.empty()) scope.ended = std::min(scope.ended, open.back().ended);
      scope.ended = std::max(scope.ended, scope.started);
      add('O', scope.name, scope.started);
      open.push_back(scope);
    }
    while (!open.empty()) close(open);
    return std::move(out_);
  }

  [[nodiscard]] std::string end() const { return number(last_); }

 private:
  void close(std::vector<Event>& open) {
    add('C', open.back().name, open.back().ended);
    open.pop_back();
  }

  void add(char type, std::uint32_t name, std::uint64_t ticks) {
    last_ = std::max(last_, ticks);
    out_ += std::string(out_.empty() ? "" : ",\n") + "{\"type\":\"" + type + "\",\"frame\":" + std::to_string(name) +
            ",\"at\":" + number(last_) + "}";
  }

  [[nodiscard]] std::string number(std::uint64_t ticks) const {
    const std::uint64_t since = ticks > all_.start_ticks ? ticks - all_.start_ticks : 0;
    return std::to_string(static_cast<std::uint64_t>(static_cast<double>(since) * ns_per_tick_));
  }

  const Trace& all_;
  double ns_per_tick_;
  std::uint64_t last_ = 0;
  std::string out_;
};

}  // namespace

namespace detail {

void trace_scope(const std::string& name, std::uint64_t started_ticks, std::uint64_t ended_ticks) noexcept {
  try {
    Trace& all = trace();
    ThreadTrace& mine = thread_trace();
    const std::uint64_t generation = all.generation.load(std::memory_order_acquire);
    if (mine.generation != generation) join(mine, all, generation);
    const std::size_t at = mine.buffer->count.load(std::memory_order_relaxed);
    if (at == mine.buffer->events.size()) {
      mine.buffer->dropped.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    mine.buffer->events[at] = {started_ticks, ended_ticks, index_of(mine, all, name)};
    mine.buffer->count.store(at + 1, std::memory_order_release);
  } catch (const std::bad_alloc&) {
    scopes_are_traced.store(false, std::memory_order_relaxed);  // a measurement must not end the program
  }
}

}  // namespace detail

void timing_trace_start(std::size_t scopes_per_thread) {
  Trace& all = trace();
  {
    const std::lock_guard lock(all.mutex);
    all.buffers.clear();
    all.index.clear();
    all.names.clear();
    all.capacity = scopes_per_thread;
    all.calibration = Calibration::start();
    all.start_ticks = ticks_now();
    all.generation.fetch_add(1, std::memory_order_release);
  }
  detail::scopes_are_traced.store(true, std::memory_order_release);
}

void timing_trace_stop() {
  detail::scopes_are_traced.store(false, std::memory_order_release);
}

std::uint64_t timing_trace_dropped() {
  Trace& all = trace();
  const std::lock_guard lock(all.mutex);
  std::uint64_t sum = 0;
  for (const auto& buffer : all.buffers) sum += buffer->dropped.load(std::memory_order_relaxed);
  return sum;
}

std::string timing_trace_text() {
  Trace& all = trace();
  const std::lock_guard lock(all.mutex);
  const double ns_per_tick = all.calibration.ns_per_tick();
  std::string frames;
  for (const std::string& name : all.names)
    frames += (frames.empty() ? "" : ",\n") + ("{\"name\":" + quoted(name) + "}");
  std::string profiles;
  for (std::size_t i = 0; i < all.buffers.size(); ++i) {
    const Buffer& buffer = *all.buffers[i];
    const std::size_t count = buffer.count.load(std::memory_order_acquire);
    Timeline timeline(all, ns_per_tick);
    const std::string events =
        timeline.events({buffer.events.begin(), buffer.events.begin() + static_cast<std::ptrdiff_t>(count)});
    profiles += std::string(profiles.empty() ? "" : ",\n") + "{\"type\":\"evented\",\"name\":\"thread " +
                std::to_string(i + 1) + "\",\"unit\":\"nanoseconds\",\"startValue\":0,\"endValue\":" + timeline.end() +
                ",\"events\":[\n" + events + "]}";
  }
  return "{\"$schema\":\"https://www.speedscope.app/"
         "file-format-schema.json\",\"exporter\":\"perfopt\",\"name\":\"scopes\","
         "\"shared\":{\"frames\":[\n" +
         frames + "]},\n\"profiles\":[\n" + profiles + "]}\n";
}

void write_timing_trace(const std::filesystem::path& path) {
  write_atomically(path, timing_trace_text());
}

}  // namespace perfopt::optim
