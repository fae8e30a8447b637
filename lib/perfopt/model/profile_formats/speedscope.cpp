// SPDX-License-Identifier: Apache-2.0
// The file format of speedscope: frames once, then profiles of events (a frame opens or closes at a moment) or of
// samples with weights. A profile is a thread.
//
// Units of time become nanoseconds, and the moments are kept; "bytes" and "none" are counts without moments. What a
// profile measures is not in the file: "time", "bytes" or "samples".
// Source: https://www.speedscope.app/file-format-schema.json.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/format.hpp"

namespace perfopt::model::profile_formats {
namespace {

using foreign::Field;
using foreign::Json;

constexpr const char* kSchemaAddress = "https://www.speedscope.app/file-format-schema.json";

struct Unit {
  std::string_view name;
  double factor;  // of ours in one of it
  const char* measure;
  const char* unit;
};
constexpr Unit kUnits[] = {
    {"nanoseconds", 1, "time", "ns"}, {"microseconds", 1e3, "time", "ns"}, {"milliseconds", 1e6, "time", "ns"},
    {"seconds", 1e9, "time", "ns"},   {"bytes", 1, "bytes", "bytes"},      {"none", 1, "samples", "count"},
};

const Unit& unit_of(const Field& profile) {
  const std::string name = profile.at("unit").text();
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit;
  }
  profile.at("unit").refuse("unit '" + name + "' is not one of speedscope's (nanoseconds ... seconds, bytes, none)");
}

// A whole number below `bound` of an array whose Fields would cost more than the numbers.
std::size_t index_in(const Json& value, std::size_t bound, const Field& place) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= bound) {
    place.refuse("expected the index of one of " + std::to_string(bound) + " frames, found " + value.dump());
  }
  return value.get<std::size_t>();
}

class Reader {
 public:
  Reader(const Json& root, std::string_view origin)
      : root_(root, origin), assembly_("speedscope", origin, timed(root) ? Times::of_samples : Times::none) {}

  Profile read() {
    for (const Field& frame : root_.at("shared").at("frames").items())
      frames_.push_back(assembly_.frame(parsed(frame)));
    std::uint32_t number = 0;
    for (const Field& profile : root_.at("profiles").items()) read_profile(profile, ++number);
    assembly_.profile().command = root_.text_or_empty("name");
    const bool scopes = root_.text_or_empty("exporter") == "perfopt" && assembly_.profile().command == "scopes";
    if (scopes) assembly_.profile().mode = "scopes";
    return assembly_.take(0);
  }

 private:
  // Events and weights of time have moments; one file has one clock.
  static bool timed(const Json& root) {
    const auto profiles = root.find("profiles");
    if (profiles == root.end() || !profiles->is_array()) return false;
    return std::ranges::all_of(*profiles, [](const Json& profile) {
      const auto unit = profile.is_object() ? profile.find("unit") : profile.end();
      return unit != profile.end() && unit->is_string() && *unit != "none" && *unit != "bytes";
    });
  }

  static Frame parsed(const Field& field) {
    Frame frame;
    frame.function = field.at("name").text();
    frame.file = field.text_or_empty("file");
    if (const auto line = field.find("line")) frame.first_line = line->small_count();
    frame.language = language_of(frame.file, "");
    return frame;
  }

  void read_profile(const Field& profile, std::uint32_t number) {
    const Unit& unit = unit_of(profile);
    const std::string type = profile.at("type").text();
    // What lies between an opening and its closing is elapsed time.
    const bool elapsed = type == "evented" && std::string_view(unit.unit) == "ns";
    const std::size_t measure = assembly_.measure(elapsed ? "wall" : unit.measure, unit.unit);
    const std::uint32_t thread = assembly_.thread(0, number, profile.text_or_empty("name"));
    if (type == "sampled") return sampled(profile, unit, measure, thread);
    if (type == "evented") return evented(profile, unit, measure, thread);
    profile.at("type").refuse("type '" + type + "' is not one of speedscope's (sampled, evented)");
  }

  void add(std::uint32_t stack, std::uint32_t thread, double at, std::size_t measure, std::uint64_t value,
           std::uint64_t samples) {
    std::vector<std::uint64_t> values(measure + 1, 0);
    values[measure] = value;
    // 9e18: the moment, too, is a whole number of nanoseconds that 63 bits hold.
    const auto time_ns = static_cast<std::uint64_t>(std::llround(std::clamp(at, 0.0, 9e18)));
    assembly_.add({stack, thread, time_ns, Activity::running}, values, samples);
  }

  void sampled(const Field& profile, const Unit& unit, std::size_t measure, std::uint32_t thread) {
    const Field samples = profile.at("samples");
    const std::vector<Field> stacks = samples.items();
    const std::vector<double> weights = profile.at("weights").quantities();
    if (weights.size() != stacks.size()) {
      profile.refuse(std::to_string(stacks.size()) + " samples and " + std::to_string(weights.size()) + " weights");
    }
    RunningRound round;
    const auto start = profile.find("startValue");
    double at = start ? start->number() * unit.factor : 0;
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      if (!stacks[i].json().is_array()) stacks[i].refuse("expected an array of indexes of frames");
      std::uint32_t node = StackNode::kRoot;
      for (const Json& frame : stacks[i].json()) {
        node = assembly_.child(node, frames_[index_in(frame, frames_.size(), stacks[i])]);
      }
      const std::uint64_t value = round.next(weights[i] * unit.factor, assembly_.origin());
      const bool counts = unit.name == "none";
      add(node, thread, at, measure, value, counts ? value : 1);
      at += weights[i] * unit.factor;
    }
  }

  void evented(const Field& profile, const Unit& unit, std::size_t measure, std::uint32_t thread) {
    std::vector<std::pair<std::size_t, std::uint32_t>> open;  // frame and node
    RunningRound round;
    double last = profile.at("startValue").number() * unit.factor;
    for (const Field& event : profile.at("events").items()) {
      const double at = event.at("at").number() * unit.factor;
      if (at < last) event.refuse("'at' goes back in time");
      if (!open.empty() && at > last) {
        add(open.back().second, thread, last, measure, round.next(at - last, assembly_.origin()), 1);
      }
      last = at;
      const std::string type = event.at("type").text();
      const std::size_t frame = index_in(event.at("frame").json(), frames_.size(), event);
      if (type == "O") {
        const std::uint32_t parent = open.empty() ? StackNode::kRoot : open.back().second;
        open.emplace_back(frame, assembly_.child(parent, frames_[frame]));
      } else if (type == "C" && !open.empty() && open.back().first == frame) {
        open.pop_back();
      } else {
        event.refuse(type == "C" ? "closes a frame that is not the innermost open one"
                                 : "type '" + type + "' is neither 'O' nor 'C'");
      }
    }
    if (!open.empty()) profile.refuse("the events end with " + std::to_string(open.size()) + " frames open");
  }

  Field root_;
  Assembly assembly_;
  std::vector<std::uint32_t> frames_;
};

// Frames as speedscope tells them apart: without the line that is being executed.
class FrameList {
 public:
  explicit FrameList(const Profile& profile) : profile_(profile), index_(profile.frames.size(), kNew) {}

  std::size_t index(std::uint32_t frame) {
    if (index_[frame] != kNew) return index_[frame];
    const Frame& source = profile_.frames[frame];
    Json json = {{"name", frame_name(source)}};
    const std::string& file = source.file.empty() ? source.module : source.file;
    if (!file.empty()) json["file"] = file;
    if (source.first_line != 0) json["line"] = source.first_line;
    const std::string key = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    const auto [found, fresh] = known_.try_emplace(key, list_.size());
    if (fresh) list_.push_back(std::move(json));
    return index_[frame] = found->second;
  }
  [[nodiscard]] Json take() { return std::move(list_); }

 private:
  static constexpr std::size_t kNew = static_cast<std::size_t>(-1);
  const Profile& profile_;
  std::vector<std::size_t> index_;
  std::map<std::string, std::size_t> known_;
  Json list_ = Json::array();
};

Json stack_json(const Profile& profile, std::uint32_t node, FrameList& frames) {
  std::vector<std::size_t> leaf_first;
  for (; node != StackNode::kRoot; node = profile.stacks[node].parent) {
    leaf_first.push_back(frames.index(profile.stacks[node].frame));
  }
  std::ranges::reverse(leaf_first);
  return leaf_first;
}

std::string thread_title(const Profile& profile, const ProfiledThread& thread) {
  std::string title = thread.name;
  for (const ProfiledProcess& process : profile.processes) {
    if (process.pid != thread.pid || process.name == thread.name || process.name.empty()) continue;
    title = process.name + (title.empty() ? "" : ": " + title);
  }
  if (title.empty()) title = "thread";
  return thread.tid == 0 ? title : title + " (" + std::to_string(thread.tid) + ")";
}

const char* unit_name(const std::string& unit) {
  if (unit == "ns") return "nanoseconds";
  return unit == "bytes" ? "bytes" : "none";
}

Json thread_json(const Profile& profile, std::uint32_t thread, std::span<const std::size_t> rows, std::size_t measure,
                 FrameList& frames) {
  Json samples = Json::array();
  Json weights = Json::array();
  std::uint64_t total = 0;
  std::optional<std::uint32_t> last;
  for (const std::size_t row : rows) {
    const std::uint64_t value = profile.samples.values[measure][row];
    total += value;
    if (last == profile.samples.stack[row]) {
      weights.back() = weights.back().get<std::uint64_t>() + value;
      continue;
    }
    last = profile.samples.stack[row];
    samples.push_back(stack_json(profile, *last, frames));
    weights.push_back(value);
  }
  return {{"type", "sampled"},
          {"name", thread_title(profile, profile.threads[thread])},
          {"unit", unit_name(profile.measures[measure].unit)},
          {"startValue", 0},
          {"endValue", total},
          {"samples", std::move(samples)},
          {"weights", std::move(weights)}};
}

}  // namespace

bool is_speedscope(const Json& root) {
  return root.is_object() && root.contains("profiles") && root.contains("shared");
}

Profile read_speedscope(const Json& root, std::string_view origin) {
  return Reader(root, origin).read();
}

std::string write_speedscope(const Profile& profile, std::size_t measure) {
  std::map<std::uint32_t, std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (profile.samples.values.at(measure)[i] != 0) rows[profile.samples.thread[i]].push_back(i);
  }
  FrameList frames(profile);
  Json profiles = Json::array();
  for (auto& [thread, of_thread] : rows) {
    std::ranges::stable_sort(of_thread, {}, [&](std::size_t row) { return profile.samples.time_ns[row]; });
    profiles.push_back(thread_json(profile, thread, of_thread, measure, frames));
  }
  const Json json = {{"$schema", kSchemaAddress},
                     {"exporter", "perfopt"},
                     {"name", profile.command},
                     {"activeProfileIndex", 0},
                     {"shared", {{"frames", frames.take()}}},
                     {"profiles", std::move(profiles)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace perfopt::model::profile_formats
