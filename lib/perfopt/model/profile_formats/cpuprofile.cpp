// SPDX-License-Identifier: Apache-2.0
// CPU profiles of V8: a .cpuprofile file (node --cpu-prof, Chrome's developer tools), and those within a Chrome trace.
//
//   nodes        a tree of calls; `lineNumber` counts from 0 and is where the function starts
//   samples      node of each sample; `timeDeltas` [us] are the times between them
// A sample stands for the time until the next one. V8 samples the clock on the wall: "(idle)" is a wait. Samples that
// V8 reports out of order count as taken at the later time. Without samples a node's hitCount counts.
// Source: chromedevtools.github.io/devtools-protocol/tot/Profiler.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/model/foreign/reader.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/format.hpp"

namespace perfopt::model::profile_formats {
namespace {

using foreign::Field;
using foreign::Json;

struct Node {
  Frame frame;
  std::optional<std::uint64_t> parent;  // id
  std::uint64_t hits = 0;
};

// One profile of a file, as both forms tell it.
struct CpuProfile {
  std::map<std::uint64_t, Node> nodes;  // by id
  std::vector<std::uint64_t> samples;   // ids
  std::vector<double> deltas_us;
  double start_us = 0;
  std::optional<double> end_us;
};

Frame frame_of(const Field& call) {
  Frame frame;
  frame.function = call.at("functionName").text();
  frame.file = call.text_or_empty("url");
  constexpr std::string_view kScheme = "file://";
  if (frame.file.starts_with(kScheme)) frame.file.erase(0, kScheme.size());
  const auto line = call.find("lineNumber");
  if (line && line->number() >= 0 && line->number() < 1e9) {
    frame.first_line = static_cast<unsigned>(line->number()) + 1;
  }
  if (frame.function.empty()) frame.function = "(anonymous)";
  // Natives of V8 have no file; "(idle)" and the like are no functions at all.
  frame.language = frame.file.empty() && frame.function.starts_with('(') ? Language::synthetic : Language::javascript;
  return frame;
}

void read_node(const Field& field, CpuProfile& profile) {
  Node& node = profile.nodes[field.at("id").count()];
  node.frame = frame_of(field.at("callFrame"));
  if (const auto hits = field.find("hitCount")) node.hits = hits->count();
  if (const auto parent = field.find("parent")) node.parent = parent->count();
}

void read_children(const Field& field, CpuProfile& profile) {
  const auto children = field.find("children");
  if (!children) return;
  for (const Field& child : children->items()) {
    const auto found = profile.nodes.find(child.count());
    if (found == profile.nodes.end()) child.refuse("there is no node with this id");
    found->second.parent = field.at("id").count();
  }
}

class Reader {
 public:
  Reader(std::string_view format, std::string_view origin, bool timed)
      : assembly_(format, origin, timed ? Times::of_samples : Times::none) {
    if (timed) {
      assembly_.measure("wall", "ns");
    } else {
      assembly_.measure("samples", "count");
    }
  }

  void add(const CpuProfile& profile, std::uint32_t thread) {
    const auto stacks = stacks_of(profile);
    if (profile.samples.empty()) return add_hits(profile, stacks, thread);
    if (profile.deltas_us.size() != profile.samples.size()) {
      throw BadInput(assembly_.origin() + ": " + std::to_string(profile.samples.size()) + " samples and " +
                     std::to_string(profile.deltas_us.size()) + " timeDeltas");
    }
    const std::vector<double> times = times_of(profile);
    RunningRound round;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
      const auto found = stacks.find(profile.samples[i]);
      if (found == stacks.end()) {
        throw BadInput(assembly_.origin() + ": samples[" + std::to_string(i) + "]: there is no node " +
                       std::to_string(profile.samples[i]));
      }
      const std::uint64_t values[] = {round.next((times[i + 1] - times[i]) * 1e3, assembly_.origin())};
      const bool idle = profile.nodes.at(profile.samples[i]).frame.function == "(idle)";
      const auto time_ns = static_cast<std::uint64_t>(std::llround(std::clamp(times[i] * 1e3, 0.0, 9e18)));
      assembly_.add({found->second, thread, time_ns, idle ? Activity::other : Activity::running}, values);
    }
  }

  Assembly& assembly() { return assembly_; }
  Profile take() {
    assembly_.profile().mode = assembly_.profile().measures[0].name == "wall" ? "wall" : "cpu";
    return assembly_.take(0);
  }

 private:
  // Of each sample, and the end.
  static std::vector<double> times_of(const CpuProfile& profile) {
    std::vector<double> times;
    double at = profile.start_us;
    double last = at;
    for (const double delta : profile.deltas_us) {
      at += delta;
      last = std::max(last, at);
      times.push_back(last);
    }
    times.push_back(std::max(last, profile.end_us.value_or(last)));
    return times;
  }

  void add_hits(const CpuProfile& profile, const std::unordered_map<std::uint64_t, std::uint32_t>& stacks,
                std::uint32_t thread) {
    for (const auto& [id, node] : profile.nodes) {
      const std::uint64_t values[] = {node.hits};
      if (node.hits > 0) assembly_.add({stacks.at(id), thread, 0, Activity::running}, values, node.hits);
    }
  }

  // The stack of each node, without V8's own root. A parent may come after its child in the file.
  std::unordered_map<std::uint64_t, std::uint32_t> stacks_of(const CpuProfile& profile) {
    std::unordered_map<std::uint64_t, std::uint32_t> stacks;
    for (const auto& entry : profile.nodes) {
      std::vector<std::uint64_t> path;
      std::optional<std::uint64_t> id = entry.first;
      while (id && !stacks.contains(*id)) {
        path.push_back(*id);
        const auto found = profile.nodes.find(*id);
        if (found == profile.nodes.end() || path.size() > profile.nodes.size()) {
          throw BadInput(assembly_.origin() + ": node " + std::to_string(entry.first) +
                         ": its parents do not lead to a root");
        }
        id = found->second.parent;
      }
      std::uint32_t stack = id ? stacks.at(*id) : StackNode::kRoot;
      for (const auto& node : std::views::reverse(path)) {
        const Frame& frame = profile.nodes.at(node).frame;
        if (frame.function != "(root)") stack = assembly_.child(stack, assembly_.frame(frame));
        stacks[node] = stack;
      }
    }
    return stacks;
  }

  Assembly assembly_;
};

std::vector<double> deltas(const Field& field) {
  std::vector<double> values;
  for (const Json& value : field.json()) {
    if (!value.is_number()) field.refuse("expected numbers, found " + std::string(value.type_name()));
    values.push_back(value.get<double>());
  }
  return values;
}

// A chunk of a trace, or all of a file.
void read_samples(const Field& samples, CpuProfile& profile) {
  for (const Field& sample : samples.items()) profile.samples.push_back(sample.count());
}

void read_deltas(const Field& field, CpuProfile& profile) {
  const auto found = field.find("timeDeltas");
  if (!found) return;
  const std::vector<double> more = deltas(*found);
  profile.deltas_us.insert(profile.deltas_us.end(), more.begin(), more.end());
}

struct TracedThread {
  std::uint32_t pid = 0;
  std::uint32_t tid = 0;
  CpuProfile profile;
};
using TraceKey = std::pair<std::uint32_t, std::string>;  // process and id of the profile

void read_event(const Field& event, std::map<TraceKey, TracedThread>& threads) {
  const std::string name = event.text_or_empty("name");
  if (name != "Profile" && name != "ProfileChunk") return;
  const Field data = event.at("args").at("data");
  TraceKey key{event.at("pid").small_count(), event.find("id") ? event.at("id").scalar_text() : ""};
  TracedThread& thread = threads[std::move(key)];
  thread.pid = event.at("pid").small_count();
  if (name == "Profile") {
    thread.tid = event.at("tid").small_count();
    thread.profile.start_us = data.at("startTime").quantity();
    return;
  }
  if (const auto end = data.find("endTime")) thread.profile.end_us = end->quantity();
  read_deltas(data, thread.profile);
  const auto part = data.find("cpuProfile");
  if (!part) return;
  if (const auto nodes = part->find("nodes")) {
    for (const Field& node : nodes->items()) read_node(node, thread.profile);
  }
  if (const auto samples = part->find("samples")) read_samples(*samples, thread.profile);
}

// "thread_name" of the trace's own metadata.
std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> thread_names(const std::vector<Field>& events) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> names;
  for (const Field& event : events) {
    if (event.text_or_empty("name") != "thread_name") continue;
    const auto arguments = event.find("args");
    if (!arguments || !event.find("pid") || !event.find("tid")) continue;
    names[{event.at("pid").small_count(), event.at("tid").small_count()}] = arguments->text_or_empty("name");
  }
  return names;
}

}  // namespace

bool is_cpuprofile(const Json& root) {
  return foreign::has_rows(root, "nodes", "callFrame");
}

Profile read_cpuprofile(const Json& json, std::string_view origin) {
  const Field root(json, origin);
  CpuProfile profile;
  const std::vector<Field> nodes = root.at("nodes").items();
  for (const Field& node : nodes) read_node(node, profile);
  for (const Field& node : nodes) read_children(node, profile);
  if (const auto samples = root.find("samples")) read_samples(*samples, profile);
  read_deltas(root, profile);
  if (const auto start = root.find("startTime")) profile.start_us = start->quantity();
  if (const auto end = root.find("endTime")) profile.end_us = end->quantity();
  Reader reader("Chrome .cpuprofile", origin, !profile.samples.empty());
  reader.add(profile, reader.assembly().thread(0, 0, ""));
  return reader.take();
}

bool is_chrome_trace(const Json& root) {
  return foreign::has_rows(root, "traceEvents", "ph") ||
         (root.is_array() && !root.empty() && root.front().is_object() && root.front().contains("ph"));
}

Profile read_chrome_trace(const Json& json, std::string_view origin) {
  const Field root(json, origin);
  const std::vector<Field> events = json.is_array() ? root.items() : root.at("traceEvents").items();
  std::map<TraceKey, TracedThread> threads;
  for (const Field& event : events) read_event(event, threads);
  if (threads.empty()) {
    throw BadInput(std::string(origin) + ": a Chrome trace without CPU profile; record with the category " +
                   "disabled-by-default-v8.cpu_profiler");
  }
  auto names = thread_names(events);
  Reader reader("Chrome trace", origin, true);
  for (const auto& [key, thread] : threads) {
    const std::string& name = names[{thread.pid, thread.tid}];
    reader.add(thread.profile, reader.assembly().thread(thread.pid, thread.tid, name));
  }
  return reader.take();
}

}  // namespace perfopt::model::profile_formats
