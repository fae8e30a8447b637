// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/hotspots.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "perfopt/stats/function_table.hpp"
#include "perfopt/stats/stack_sums.hpp"

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;
constexpr const char* kNoStack = "[no stack]";

std::string line_name(const model::Frame& frame) {
  return frame.file.empty() || frame.line == 0 ? frame_name(frame) : frame.file + ":" + std::to_string(frame.line);
}

std::string_view language_name(model::Language language) {
  switch (language) {
    case model::Language::unknown:
      break;
    case model::Language::native:
      return "native";
    case model::Language::kernel:
      return "kernel";
    case model::Language::python:
      return "python";
    case model::Language::javascript:
      return "javascript";
    case model::Language::shell:
      return "shell";
    case model::Language::synthetic:
      return "synthetic";
  }
  return "unknown";
}

// Frames in groups, each with a name: what is true of a frame alone.
struct Groups {
  std::vector<std::uint32_t> of_frame;
  std::vector<Hotspot> rows;  // name, module, file, line, language
};

Hotspot function_row(const model::Frame& frame) {
  Hotspot row;
  row.name = frame_name(frame);
  row.module = frame.module;
  row.file = frame.file;
  row.line = frame.first_line != 0 ? frame.first_line : frame.line;
  row.language = frame.language;
  return row;
}

Groups groups_by_function(const model::Profile& profile) {
  FunctionTable table = function_table(profile);
  Groups groups;
  groups.of_frame = std::move(table.of_frame);
  groups.rows.reserve(table.frame.size());
  for (const std::uint32_t frame : table.frame) groups.rows.push_back(function_row(profile.frames[frame]));
  return groups;
}

Hotspot named_row(const model::Frame& frame, GroupBy by) {
  Hotspot row;
  row.language = frame.language;
  if (by == GroupBy::language) {
    row.name = language_name(frame.language);
  } else if (by == GroupBy::module) {
    row.name = row.module = frame.module.empty() ? "[unknown]" : frame.module;
  } else {
    row = function_row(frame);
    row.function = std::move(row.name);
    row.name = line_name(frame);
    row.line = frame.line;
  }
  return row;
}

Groups groups_of(const model::Profile& profile, GroupBy by) {
  if (by == GroupBy::function) return groups_by_function(profile);
  Groups groups;
  groups.of_frame.reserve(profile.frames.size());
  std::unordered_map<std::string, std::uint32_t> index;
  for (const auto& frame : profile.frames) {
    Hotspot row = named_row(frame, by);
    const auto [at, is_new] = index.try_emplace(row.name, static_cast<std::uint32_t>(groups.rows.size()));
    if (is_new) groups.rows.push_back(std::move(row));
    groups.of_frame.push_back(at->second);
  }
  return groups;
}

// A group is charged when it is entered from outside, so that what calls itself is counted once.
void add_totals(const model::Profile& profile, const StackSums& sums, Groups& groups) {
  const std::vector<std::uint64_t> subtree = subtree_sums(profile, sums.self);
  std::vector<std::uint32_t> depth(groups.rows.size(), 0);
  const auto group = [&](std::uint32_t stack) { return groups.of_frame[profile.stacks[stack].frame]; };
  walk_stacks(
      profile,
      [&](std::uint32_t stack) {
        const std::uint32_t g = group(stack);
        if (depth[g]++ == 0) groups.rows[g].total += subtree[stack];
      },
      [&](std::uint32_t stack) { --depth[group(stack)]; });
}

// The line of each function that most of its self time was spent in.
void add_hot_lines(const model::Profile& profile, const StackSums& sums, Groups& groups) {
  std::vector<std::uint64_t> frame_self(profile.frames.size(), 0);
  for (std::size_t i = 0; i < sums.self.size(); ++i) frame_self[profile.stacks[i].frame] += sums.self[i];
  std::map<std::tuple<std::uint32_t, std::string_view, unsigned>, std::uint64_t> lines;
  for (std::size_t i = 0; i < frame_self.size(); ++i) {
    const auto& frame = profile.frames[i];
    if (frame_self[i] != 0 && frame.line != 0) lines[{groups.of_frame[i], frame.file, frame.line}] += frame_self[i];
  }
  std::vector<std::uint64_t> best(groups.rows.size(), 0);
  for (const auto& [where, self] : lines) {
    const auto& [group, file, line] = where;
    if (self <= best[group]) continue;
    best[group] = self;
    groups.rows[group].file = file;
    groups.rows[group].line = line;
  }
}

std::vector<Hotspot> frame_hotspots(const model::Profile& profile, GroupBy by, const SampleFilter& filter) {
  const StackSums sums = stack_sums(profile, filter);
  Groups groups = groups_of(profile, by);
  for (std::size_t i = 0; i < sums.self.size(); ++i) {
    Hotspot& row = groups.rows[groups.of_frame[profile.stacks[i].frame]];
    row.self += sums.self[i];
    row.samples += sums.rows[i];
  }
  add_totals(profile, sums, groups);
  if (by == GroupBy::function) add_hot_lines(profile, sums, groups);
  if (sums.no_stack != 0) {
    Hotspot row;
    row.name = kNoStack;
    row.self = row.total = sums.no_stack;
    row.samples = sums.no_stack_rows;
    groups.rows.push_back(std::move(row));
  }
  return std::move(groups.rows);
}

std::string thread_name(const model::ProfiledThread& thread) {
  return (thread.name.empty() ? "thread" : thread.name) + " " + std::to_string(thread.tid);
}

std::string process_name(const model::Profile& profile, std::uint32_t pid) {
  const auto at = std::find_if(profile.processes.begin(), profile.processes.end(),
                               [&](const auto& process) { return process.pid == pid; });
  const bool named = at != profile.processes.end() && !at->name.empty();
  return (named ? at->name : "process") + " " + std::to_string(pid);
}

// What is true of a row of samples, not of its frames.
std::string row_name(const model::Profile& profile, GroupBy by, std::size_t row) {
  const auto& samples = profile.samples;
  if (by == GroupBy::activity) return std::string(activity_name(samples.activity[row]));
  if (by == GroupBy::object) {
    const std::string& object = profile.objects.at(samples.object[row]);
    return object.empty() ? "[none]" : object;
  }
  const auto& thread = profile.threads.at(samples.thread[row]);
  return by == GroupBy::thread ? thread_name(thread) : process_name(profile, thread.pid);
}

std::uint64_t row_key(const model::Profile& profile, GroupBy by, std::size_t row) {
  const auto& samples = profile.samples;
  if (by == GroupBy::activity) return static_cast<std::uint64_t>(samples.activity[row]);
  if (by == GroupBy::object) return samples.object[row];
  return by == GroupBy::thread ? samples.thread[row] : profile.threads.at(samples.thread[row]).pid;
}

std::vector<Hotspot> row_hotspots(const model::Profile& profile, GroupBy by, const SampleFilter& filter) {
  const auto& values = profile.samples.values.at(filter.measure);
  std::unordered_map<std::uint64_t, std::size_t> index;
  std::vector<Hotspot> rows;
  for (std::size_t row = 0; row < profile.samples.size(); ++row) {
    if (values[row] == 0 || !takes(filter, profile.samples, row)) continue;
    const auto [at, is_new] = index.try_emplace(row_key(profile, by, row), rows.size());
    if (is_new) rows.emplace_back().name = row_name(profile, by, row);
    rows[at->second].self += values[row];
    ++rows[at->second].samples;
  }
  for (Hotspot& row : rows) row.total = row.self;
  return rows;
}

bool of_frames(GroupBy by) {
  return by == GroupBy::function || by == GroupBy::module || by == GroupBy::line || by == GroupBy::language;
}

std::vector<Neighbour> ranked(const std::map<std::string, std::uint64_t>& values) {
  std::vector<Neighbour> result;
  for (const auto& [name, value] : values) {
    if (value != 0) result.push_back({name, value});
  }
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.value > b.value; });
  return result;
}

}  // namespace

std::string_view activity_name(model::Activity activity) {
  constexpr std::array<std::string_view, 12> kNames{"running", "preempted", "futex",   "read", "write",      "poll",
                                                    "sleep",   "child",     "network", "sync", "page fault", "other"};
  return kNames.at(static_cast<std::size_t>(activity));
}

std::vector<Hotspot> hotspots(const model::Profile& profile, GroupBy by, const SampleFilter& filter) {
  std::vector<Hotspot> rows = of_frames(by) ? frame_hotspots(profile, by, filter) : row_hotspots(profile, by, filter);
  double total = 0;
  std::vector<Hotspot*> order;  // a row is too large to be moved at each step of a sort
  for (Hotspot& row : rows) {
    total += static_cast<double>(row.self);
    if (row.total != 0) order.push_back(&row);
  }
  std::ranges::sort(order, [](const Hotspot* a, const Hotspot* b) {
    return std::tie(b->self, b->total, a->name, a->module, a) < std::tie(a->self, a->total, b->name, b->module, b);
  });
  std::vector<Hotspot> sorted;
  sorted.reserve(order.size());
  for (Hotspot* const row : order) {
    row->self_share = static_cast<double>(row->self) / total;
    row->total_share = static_cast<double>(row->total) / total;
    sorted.push_back(std::move(*row));
  }
  return sorted;
}

std::uint64_t total_of(const model::Profile& profile, const SampleFilter& filter) {
  return stack_sums(profile, filter).total;
}

Neighbours neighbours(const model::Profile& profile, const std::string& function, const SampleFilter& filter) {
  const StackSums sums = stack_sums(profile, filter);
  const std::vector<std::uint64_t> subtree = subtree_sums(profile, sums.self);
  std::vector<bool> meant(profile.frames.size());
  for (std::size_t i = 0; i < meant.size(); ++i) meant[i] = frame_name(profile.frames[i]) == function;
  std::map<std::string, std::uint64_t> callers;
  std::map<std::string, std::uint64_t> callees;
  const auto name = [&](std::uint32_t stack) { return frame_name(profile.frames[profile.stacks[stack].frame]); };
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    if (subtree[i] == 0) continue;
    const std::uint32_t parent = profile.stacks[i].parent;
    const bool below = parent != kRoot && meant[profile.stacks[parent].frame];
    if (meant[profile.stacks[i].frame]) {
      if (!below) callers[parent == kRoot ? "[root]" : name(parent)] += subtree[i];
    } else if (below) {
      callees[name(i)] += subtree[i];
    }
  }
  return {ranked(callers), ranked(callees)};
}

}  // namespace perfopt::stats
