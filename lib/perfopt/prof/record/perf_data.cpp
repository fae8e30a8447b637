// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_data.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/record/backend.hpp"
#include "perfopt/prof/record/perf_file.hpp"
#include "perfopt/prof/record/record_queue.hpp"
#include "perfopt/prof/record/task_records.hpp"
#include "perfopt/prof/record/thread_times.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {
namespace {

constexpr double kSecond = 1e9;
constexpr std::uint64_t kLatest = std::uint64_t{1} << 62U;  // 146 years

// What one sample of an event stands for.
enum class Weight : std::uint8_t {
  none,       // not what the profile is about
  period_ns,  // its period, of a clock
  rate_ns,    // the nanoseconds between two samples at its frequency, of cycles
  count,      // its period, of something that is no time
  faults,     // its period, page faults beside the time
};

bool is_software(const perf_event_attr& attr, std::uint64_t config) {
  return attr.type == PERF_TYPE_SOFTWARE && attr.config == config;
}

Weight weight_of(const perf_event_attr& attr) {
  if (attr.sample_period == 0 || is_software(attr, PERF_COUNT_SW_DUMMY)) return Weight::none;
  if (is_software(attr, PERF_COUNT_SW_CPU_CLOCK) || is_software(attr, PERF_COUNT_SW_TASK_CLOCK)) {
    return Weight::period_ns;
  }
  // Page faults, minor or major, are counted beside a clock and alone as anything else.
  if (is_software(attr, PERF_COUNT_SW_PAGE_FAULTS)) return Weight::faults;
  const bool cycles = attr.type == PERF_TYPE_HARDWARE && attr.config == PERF_COUNT_HW_CPU_CYCLES;
  return cycles && attr.freq != 0 ? Weight::rate_ns : Weight::count;
}

class Replay {
 public:
  Replay(const std::filesystem::path& path, PerfData& into) : file_(path), path_(path), into_(into) {}

  void run();

 private:
  void choose_events();
  void show(const RecordQueue::Entry& entry);
  void handle_sample(const PerfRecord& record, std::size_t event);
  void add_sample(const Moment& moment, Weight weight, const PerfRecord& record);
  void add_time(Moment moment, std::uint64_t ns);
  [[nodiscard]] std::size_t event_of(const RawRecord& record) const;
  [[nodiscard]] std::uint64_t time_of(const RawRecord& raw);
  void begin(std::uint64_t time);
  void describe();
  void finish();
  void tell_changed_binaries();
  [[nodiscard]] std::string event_name(std::size_t event) const;

  PerfFile file_;
  std::filesystem::path path_;
  PerfData& into_;
  RecordQueue queue_;
  std::vector<RecordLayout> layouts_;
  std::vector<Weight> weights_;
  std::size_t primary_ = 0;
  bool counts_time_ = false;
  bool switches_ = false;
  std::optional<IdPlace> id_place_;  // none: one layout for all
  std::unordered_map<std::uint64_t, std::size_t> event_of_id_;
  std::optional<Tracker> tracker_;
  std::optional<ThreadTimes> times_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> last_sample_;  // by tid and CPU
  PerfRecord record_;
  std::vector<std::uint64_t> kernel_chain_;
  std::vector<std::uint64_t> user_chain_;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t left_out_ = 0;  // samples of other events
};

void Replay::run() {
  RawRecord raw;
  const auto handler = [this](const RecordQueue::Entry& entry) { show(entry); };
  while (file_.next(raw)) {
    if (layouts_.size() != file_.events().size()) choose_events();
    if (raw.type == kFinishedRound) {
      queue_.finish_round(handler);
      file_.release(queue_.oldest_offset(raw.offset));
      continue;
    }
    const std::uint64_t time = time_of(raw);
    queue_.add(time, raw);
  }
  queue_.finish(handler);
  finish();
}

// All samples of one event are the profile; page faults and context switches come beside a time.
void Replay::choose_events() {
  layouts_.clear();
  weights_.clear();
  event_of_id_.clear();
  bool alike = true;
  for (const RecordedEvent& event : file_.events()) {
    for (const std::uint64_t id : event.ids) event_of_id_[id] = layouts_.size();
    layouts_.push_back(layout_of(event.attr));
    weights_.push_back(weight_of(event.attr));
    alike = alike && layouts_.back() == layouts_.front();
    switches_ = switches_ || event.attr.context_switch != 0;
  }
  const auto is_time = [](Weight weight) { return weight == Weight::period_ns || weight == Weight::rate_ns; };
  auto primary = std::ranges::find_if(weights_, is_time);
  if (primary == weights_.end()) primary = std::ranges::find_if(weights_, [](Weight w) { return w != Weight::none; });
  primary_ = primary == weights_.end() ? 0 : static_cast<std::size_t>(primary - weights_.begin());
  counts_time_ = is_time(weights_[primary_]);
  switches_ = switches_ && counts_time_;
  IdPlace place;
  id_place_.reset();
  if (!id_place(layouts_.front(), place)) {
    if (!alike)
      throw BadInput(path_.string() + ": several events whose samples cannot be told apart; record them with ids");
    return;
  }
  for (const RecordLayout& layout : layouts_) {
    IdPlace other;
    if (!id_place(layout, other) || other.front != place.front || other.back != place.back) {
      throw BadInput(path_.string() + ": several events whose samples cannot be told apart; record them one by one");
    }
  }
  if (layouts_.size() > 1) id_place_ = place;
}

std::size_t Replay::event_of(const RawRecord& record) const {
  if (!id_place_) return 0;
  const auto found = event_of_id_.find(id_at(record.bytes, *id_place_));
  return found == event_of_id_.end() ? 0 : found->second;
}

std::uint64_t Replay::time_of(const RawRecord& raw) {
  if (layouts_.empty()) file_.refuse(raw.offset, "a record before any event is described");
  if (!parse_record(raw.bytes, layouts_[event_of(raw)], record_)) {
    file_.refuse(raw.offset, "a record of type " + std::to_string(raw.type) + " that contradicts itself");
  }
  if (record_.time == ~std::uint64_t{0}) return 0;  // perf's mark of no time
  if (record_.time > kLatest) file_.refuse(raw.offset, "a record of a moment that no clock has reached");
  return record_.time;
}

void Replay::begin(std::uint64_t time) {
  first_ = time;
  Recording& recording = into_.recording;
  recording.measures = time_measures();
  if (!counts_time_) recording.measures = {{.name = event_name(primary_), .unit = "count"}};
  recording.primary = recording.measures.front().name;
  tracker_.emplace(recording, Tracker::Options{.live = false, .scripts = false, .start_ns = time});
  if (!switches_) return;
  const perf_event_attr& attr = file_.events()[primary_].attr;
  const std::uint64_t period = attr.freq != 0
                                   ? static_cast<std::uint64_t>(kSecond) / std::max<std::uint64_t>(attr.sample_freq, 1)
                                   : attr.sample_period;
  constexpr std::uint64_t kLongest = 1'000'000'000'000;
  times_.emplace(recording, *tracker_, std::clamp<std::uint64_t>(period, 1, kLongest), attr.exclude_kernel == 0);
}

void Replay::show(const RecordQueue::Entry& entry) {
  const std::size_t event = event_of(entry.record);
  if (!parse_record(entry.record.bytes, layouts_[event], record_)) return;  // it was read before
  if (entry.time != 0 && first_ == 0) first_ = entry.time;
  if (!tracker_) begin(entry.time);
  last_ = std::max(last_, entry.time);
  record_.time = std::max(entry.time, first_);
  if (record_.type == PERF_RECORD_LOST || record_.type == PERF_RECORD_LOST_SAMPLES) tracker_->lost(record_.lost);
  // The kernel's own maps have pid -1, an idle CPU has 0.
  if (static_cast<pid_t>(record_.pid) <= 0 || static_cast<pid_t>(record_.tid) <= 0) return;
  if (record_.type == PERF_RECORD_SAMPLE) {
    handle_sample(record_, event);
  } else {
    tell_of_task(record_, *tracker_, times_ ? &*times_ : nullptr, false);
  }
}

void Replay::handle_sample(const PerfRecord& record, std::size_t event) {
  const Weight weight = weights_[event];
  const bool beside = counts_time_ && weight == Weight::faults;
  if (event != primary_ && !beside) {
    ++left_out_;
    return;
  }
  split_chain(record.chain, kernel_chain_, user_chain_);
  if (record.chain.empty()) {
    const bool kernel = (record.misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_KERNEL;
    (kernel ? kernel_chain_ : user_chain_).push_back(record.ip);
  }
  const CopiedStack stack(record.registers.sp(), record.stack);
  Moment moment{.time_ns = record.time, .pid = static_cast<pid_t>(record.pid), .tid = static_cast<pid_t>(record.tid)};
  moment.kernel_chain = kernel_chain_;
  if (record.registers.known != 0 && !record.stack.empty()) {
    moment.registers = &record.registers;
    moment.memory = &stack;
  } else {
    moment.user_chain = user_chain_;
  }
  add_sample(moment, weight, record);
}

void Replay::add_sample(const Moment& moment, Weight weight, const PerfRecord& record) {
  Moment valued = moment;
  const perf_event_attr& attr = file_.events()[primary_].attr;
  if (weight == Weight::faults && counts_time_) {
    valued.values[kFaults] = record.period;
    tracker_->add(valued);
  } else if (!counts_time_) {
    valued.values[0] = record.period != 0 ? record.period : attr.sample_period;
    tracker_->add(valued);
  } else if (times_) {
    times_->sampled(record.time, moment.pid, moment.tid, record.cpu, tracker_->stack_of(valued));
  } else if (weight == Weight::period_ns) {
    const std::uint64_t fixed =
        attr.freq != 0 ? static_cast<std::uint64_t>(kSecond) / attr.sample_freq : attr.sample_period;
    add_time(valued, record.period != 0 ? record.period : fixed);
  } else {
    // While the frequency settles, samples come faster than it says.
    std::uint64_t& last = last_sample_[{record.tid, record.cpu}];
    const std::uint64_t nominal = static_cast<std::uint64_t>(kSecond) / std::max<std::uint64_t>(attr.sample_freq, 1);
    const std::uint64_t since = record.time - std::exchange(last, record.time);
    add_time(valued, std::min(since, nominal));
  }
}

void Replay::add_time(Moment moment, std::uint64_t ns) {
  moment.values[kCpu] = ns;
  moment.values[kWall] = ns;
  tracker_->add(moment);
}

std::string Replay::event_name(std::size_t event) const {
  const RecordedEvent& one = file_.events()[event];
  if (!one.name.empty()) return one.name;
  if (is_software(one.attr, PERF_COUNT_SW_CPU_CLOCK)) return "cpu-clock";
  if (is_software(one.attr, PERF_COUNT_SW_TASK_CLOCK)) return "task-clock";
  return "event " + std::to_string(one.attr.type) + ":" + std::to_string(one.attr.config);
}

// Names and stacks come from the binaries of this machine: those that are gone give none, and those that were built
// anew since would give others.
void Replay::tell_changed_binaries() {
  Recording& recording = into_.recording;
  std::vector<std::string> gone;
  std::vector<std::string> changed;
  for (std::uint32_t i = 0; i < recording.modules.size(); ++i) {
    const std::string& path = recording.modules.at(i).path;
    const auto recorded = file_.build_ids().find(path);
    if (recorded == file_.build_ids().end() || !path.starts_with('/')) continue;
    const ElfImage* const image = recording.modules.image(i);
    if (image == nullptr) {
      gone.push_back(path);
    } else if (!image->build_id().empty() && !recorded->second.starts_with(image->build_id())) {
      changed.push_back(path);
    }
  }
  constexpr const char* kAdvice = "read it where it was recorded, or with the same binaries";
  const auto told = [](const std::vector<std::string>& paths, std::string_view one, std::string_view many) {
    return format_count(paths.size()) + std::string(paths.size() == 1 ? one : many) + " (" + paths.front() + ")";
  };
  if (!gone.empty()) {
    recording.doubts.push_back({.subject = "binaries",
                                .finding = told(gone, " binary is not here", " binaries are not here") + ": " +
                                           (gone.size() == 1 ? "its" : "their") + " functions are told by address",
                                .advice = kAdvice});
  }
  if (!changed.empty()) {
    recording.doubts.push_back(
        {.subject = "binaries",
         .finding = told(changed, " binary differs from what was recorded", " binaries differ from what was recorded") +
                    ": functions and stacks may be wrong",
         .advice = kAdvice});
  }
}

void Replay::describe() {
  into_.command = file_.command();
  into_.host = file_.host();
  into_.kernel = file_.kernel();
  into_.cpu = file_.cpu();
  into_.event = event_name(primary_);
  const perf_event_attr& attr = file_.events()[primary_].attr;
  into_.rate_hz = attr.freq != 0 ? static_cast<double>(attr.sample_freq) : 0;
  if (attr.freq == 0 && weights_[primary_] == Weight::period_ns)
    into_.rate_hz = kSecond / static_cast<double>(attr.sample_period);
  into_.elapsed_s = static_cast<double>(last_ - std::min(first_, last_)) / kSecond;
}

void Replay::finish() {
  if (!tracker_)
    throw BadInput(path_.string() + ": holds no records; the command may have ended before it was recorded");
  if (times_) times_->finish(last_);
  Recording& recording = into_.recording;
  if (times_) recording.wall_s = times_->wall_s();
  tracker_->finish(last_);
  describe();
  tell_changed_binaries();
  if (file_.cut_short()) {
    recording.doubts.push_back({.subject = "file",
                                .finding = "it ends early: perf was killed, or the file was cut",
                                .advice = "end the command and let perf finish"});
  }
  if (left_out_ > 0) {
    recording.doubts.push_back(
        {.subject = "events",
         .finding = format_count(left_out_) + " samples of other events than " + into_.event + " are left out",
         .advice = "record them one at a time"});
  }
  if (!file_.machine().empty() && file_.machine() != "x86_64") {
    recording.doubts.push_back(
        {.subject = "machine",
         .finding = "recorded on " + file_.machine() + ": stacks copied with samples are not unwound",
         .advice = "record with frame pointers (-g)"});
  }
}

}  // namespace

bool is_perf_data(const std::filesystem::path& file) {
  constexpr std::string_view kMagic = "PERFILE2";
  std::array<std::byte, kMagic.size()> begin{};
  const UniqueFd fd = open_file(file, O_RDONLY);
  if (read_at(fd.get(), begin, 0, file) != begin.size()) return false;
  return std::string_view(reinterpret_cast<const char*>(begin.data()), begin.size()) == kMagic;
}

PerfData read_perf_data(const std::filesystem::path& file) {
  PerfData data;
  Replay(file, data).run();
  return data;
}

}  // namespace perfopt::prof
