// SPDX-License-Identifier: Apache-2.0
// Writes the processed profile format of the Firefox profiler (profiler.firefox.com), version 48: newer ones of it
// upgrade that when they load it.
//
// Every thread has tables of its own for strings, functions, frames and stacks. Times become weights of milliseconds
// ("tracing-ms"), bytes stay bytes, all else counts as samples. The category of a frame is its language.
// Source: github.com/firefox-devtools/profiler, docs-developer/processed-profile-format.md, CHANGELOG-formats.md and
// src/types/profile.
#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "perfopt/core/timestamp.hpp"
#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile_formats/format.hpp"

namespace perfopt::model::profile_formats {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 48;
constexpr double kNsPerMs = 1e6;

struct Category {
  const char* name;
  const char* color;  // a grey one must be there
};
// By Language.
constexpr std::array<Category, 7> kCategories = {{{"Other", "grey"},
                                                  {"Native", "blue"},
                                                  {"Kernel", "orange"},
                                                  {"Python", "yellow"},
                                                  {"JavaScript", "green"},
                                                  {"Shell", "purple"},
                                                  {"Synthetic", "transparent"}}};

// Columns of one of the format's tables, as they grow.
class Table {
 public:
  explicit Table(std::initializer_list<const char*> columns) {
    for (const char* column : columns) json_[column] = Json::array();
  }
  std::size_t add(std::initializer_list<Json> values) {
    auto column = json_.begin();
    for (const Json& value : values) (column++)->push_back(value);
    return length_++;
  }
  [[nodiscard]] Json take() {
    json_["length"] = length_;
    return std::move(json_);
  }

 private:
  Json json_ = Json::object();
  std::size_t length_ = 0;
};

class ThreadWriter {
 public:
  explicit ThreadWriter(const Profile& profile) : profile_(profile) {}

  void add(std::size_t row, std::size_t measure) {
    const Samples& samples = profile_.samples;
    const std::uint64_t value = samples.values[measure][row];
    const bool is_time = profile_.measures[measure].unit == "ns";
    const Json weight = is_time ? Json(static_cast<double>(value) / kNsPerMs) : Json(value);
    const std::uint32_t node = samples.stack[row];
    const Json stack_index = node == StackNode::kRoot ? Json(nullptr) : Json(stack(node));
    samples_.add({stack_index, static_cast<double>(samples.time_ns[row]) / kNsPerMs, weight});
  }

  Json take(const ProfiledThread& thread, const ProfiledProcess& process, const Measure& measure) {
    const bool is_main = thread.pid == thread.tid;
    const auto end = [](const std::optional<std::uint64_t>& ns) {
      return ns ? Json(static_cast<double>(*ns) / kNsPerMs) : Json(nullptr);
    };
    Json samples = samples_.take();
    samples["weightType"] = "samples";
    if (measure.unit == "ns") samples["weightType"] = "tracing-ms";
    if (measure.unit == "bytes") samples["weightType"] = "bytes";
    std::string name = is_main ? process.name : thread.name;
    if (name.empty()) name = "Thread <" + std::to_string(thread.tid) + ">";
    return {{"processType", "default"},
            {"processStartupTime", static_cast<double>(process.start_ns) / kNsPerMs},
            {"processShutdownTime", end(process.end_ns)},
            {"registerTime", static_cast<double>(thread.start_ns) / kNsPerMs},
            {"unregisterTime", end(thread.end_ns)},
            {"pausedRanges", Json::array()},
            {"name", name},
            {"isMainThread", is_main},
            {"processName", process.name},
            {"pid", std::to_string(thread.pid)},
            {"tid", std::to_string(thread.tid)},
            {"samples", std::move(samples)},
            {"markers", Table({"data", "name", "startTime", "endTime", "phase", "category"}).take()},
            {"stackTable", stacks_.take()},
            {"frameTable", frames_.take()},
            {"funcTable", functions_.take()},
            {"resourceTable", resources_.take()},
            {"nativeSymbols", Table({"libIndex", "address", "name", "functionSize"}).take()},
            {"stringArray", std::move(strings_)}};
  }

 private:
  std::size_t string(const std::string& text) {
    const auto [found, fresh] = string_index_.try_emplace(text, strings_.size());
    if (fresh) strings_.push_back(text);
    return found->second;
  }

  // Nodes of a deep stack are made from the root on.
  std::size_t stack(std::uint32_t node) {
    std::vector<std::uint32_t> missing;
    for (; node != StackNode::kRoot && !stack_index_.contains(node); node = profile_.stacks[node].parent) {
      missing.push_back(node);
    }
    Json prefix = node == StackNode::kRoot ? Json(nullptr) : Json(stack_index_.at(node));
    for (const auto one : std::views::reverse(missing)) {
      const std::uint32_t index = profile_.stacks[one].frame;
      const auto category = static_cast<std::size_t>(profile_.frames[index].language);
      const std::size_t made = stacks_.add({frame(index), category, 0, prefix});
      stack_index_[one] = made;
      prefix = made;
    }
    return prefix.get<std::size_t>();
  }

  std::size_t frame(std::uint32_t index) {
    const auto [found, fresh] = frame_index_.try_emplace(index, 0);
    if (!fresh) return found->second;
    const Frame& frame = profile_.frames[index];
    const Json line = frame.line == 0 ? Json(nullptr) : Json(frame.line);
    const auto category = static_cast<std::size_t>(frame.language);
    // Address -1: what is named here needs no symbols.
    found->second =
        frames_.add({-1, frame.inlined ? 1 : 0, category, 0, function(frame), nullptr, 0, nullptr, line, nullptr});
    return found->second;
  }

  std::size_t function(const Frame& frame) {
    const std::string name = frame_name(frame);
    const auto [found, fresh] = function_index_.try_emplace({name, frame.file, frame.module, frame.first_line}, 0);
    if (!fresh) return found->second;
    const bool is_js = frame.language == Language::javascript;
    const Json file = frame.file.empty() ? Json(nullptr) : Json(string(frame.file));
    const Json line = frame.first_line == 0 ? Json(nullptr) : Json(frame.first_line);
    found->second = functions_.add({string(name), is_js, false, resource(frame.module), file, line, nullptr});
    return found->second;
  }

  Json resource(const std::string& module) {
    if (module.empty()) return -1;
    const auto [found, fresh] = resource_index_.try_emplace(module, 0);
    constexpr int kOther = 0;  // a type of resource: no library whose symbols could be asked for
    if (fresh) {
      found->second = resources_.add({nullptr, string(module.substr(module.find_last_of('/') + 1)), nullptr, kOther});
    }
    return found->second;
  }

  const Profile& profile_;
  Table samples_{"stack", "time", "weight"};
  Table stacks_{"frame", "category", "subcategory", "prefix"};
  Table frames_{"address",      "inlineDepth",   "category",       "subcategory", "func",
                "nativeSymbol", "innerWindowID", "implementation", "line",        "column"};
  Table functions_{"name", "isJS", "relevantForJS", "resource", "fileName", "lineNumber", "columnNumber"};
  Table resources_{"lib", "name", "host", "type"};
  Json strings_ = Json::array();
  std::unordered_map<std::string, std::size_t> string_index_, resource_index_;
  std::unordered_map<std::uint32_t, std::size_t> stack_index_, frame_index_;
  std::map<std::tuple<std::string, std::string, std::string, unsigned>, std::size_t> function_index_;
};

Json meta(const Profile& profile) {
  Json categories = Json::array();
  for (const Category& category : kCategories) {
    categories.push_back({{"name", category.name}, {"color", category.color}, {"subcategories", {"Other"}}});
  }
  constexpr double kMsPerSecond = 1e3;
  const double started_ms = static_cast<double>(parse_utc(profile.started).value_or(0)) * kMsPerSecond;
  return {{"interval", profile.rate_hz > 0 ? kMsPerSecond / profile.rate_hz : 1},
          {"startTime", started_ms},
          {"processType", 0},
          {"categories", std::move(categories)},
          {"product", profile.command.empty() ? "perfopt" : profile.command},
          {"stackwalk", 1},
          {"debug", false},
          {"version", 30},  // of the form that Firefox itself records; only the next one counts here
          {"preprocessedProfileVersion", kVersion},
          {"symbolicated", true},
          {"markerSchema", Json::array()},
          {"sampleUnits", {{"time", "ms"}, {"eventDelay", "ms"}, {"threadCPUDelta", "ns"}}},
          {"importedFrom", "perfopt"}};
}

}  // namespace

std::string write_firefox(const Profile& profile, std::size_t measure) {
  std::map<std::uint32_t, std::vector<std::size_t>> rows;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (profile.samples.values.at(measure)[i] != 0) rows[profile.samples.thread[i]].push_back(i);
  }
  Json threads = Json::array();
  for (auto& [index, of_thread] : rows) {
    std::ranges::stable_sort(of_thread, {}, [&](std::size_t row) { return profile.samples.time_ns[row]; });
    ThreadWriter writer(profile);
    for (const std::size_t row : of_thread) writer.add(row, measure);
    const ProfiledThread& thread = profile.threads[index];
    const auto process = std::ranges::find(profile.processes, thread.pid, &ProfiledProcess::pid);
    threads.push_back(writer.take(thread, process == profile.processes.end() ? ProfiledProcess{} : *process,
                                  profile.measures[measure]));
  }
  const Json json = {
      {"meta", meta(profile)}, {"libs", Json::array()}, {"pages", Json::array()}, {"threads", std::move(threads)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace perfopt::model::profile_formats
