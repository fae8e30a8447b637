// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/profile_builder.hpp"

#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "perfopt/prof/languages/node.hpp"
#include "perfopt/prof/symbols/symboliser.hpp"

namespace perfopt::prof {
namespace {

using model::Frame;
using model::StackNode;

bool has_address(const FrameKey& key) {
  return key.kind != FrameKind::script && key.kind != FrameKind::marker;
}

// Frames, each once.
class Frames {
 public:
  explicit Frames(std::vector<Frame>& frames) : frames_(frames) {}

  std::uint32_t index(const Frame& frame) {
    const auto [place, fresh] = index_.try_emplace({frame.function, frame.file, frame.line, frame.first_line,
                                                    frame.module, frame.address, frame.language, frame.inlined},
                                                   static_cast<std::uint32_t>(frames_.size()));
    if (fresh) frames_.push_back(frame);
    return place->second;
  }

 private:
  std::vector<Frame>& frames_;
  std::map<std::tuple<std::string, std::string, unsigned, unsigned, std::string, std::uint64_t, model::Language, bool>,
           std::uint32_t>
      index_;
};

// The processes that each thread descends from, as the names that stand at the root of its stacks. A process that has
// its parent's name is a fork that went on as the same program: it is no level of its own.
class Lineage {
 public:
  explicit Lineage(const Recording& recording) : recording_(recording) {
    for (std::size_t i = 0; i < recording.processes.size(); ++i) by_pid_[recording.processes[i].pid].push_back(i);
  }

  // Indices into Recording::processes, the oldest first.
  [[nodiscard]] std::vector<std::size_t> of(const model::ProfiledThread& thread) const {
    std::vector<std::size_t> chain;
    auto at = living(thread.pid, thread.start_ns);
    while (at) {
      const model::ProfiledProcess& process = recording_.processes[*at];
      if (chain.empty() || recording_.processes[chain.back()].name != process.name) {
        chain.push_back(*at);
      } else {
        chain.back() = *at;
      }
      const auto parent = living(process.parent_pid, process.start_ns);
      if (!parent || *parent >= *at)
        break;  // a parent is met before its child; else a damaged recording goes in circles
      at = parent;
    }
    return {chain.rbegin(), chain.rend()};
  }

 private:
  // The last process of that number that had begun by then: numbers are used again.
  [[nodiscard]] std::optional<std::size_t> living(std::uint32_t pid, std::uint64_t time_ns) const {
    const auto found = by_pid_.find(pid);
    if (found == by_pid_.end()) return std::nullopt;
    std::optional<std::size_t> last;
    for (const std::size_t index : found->second) {
      if (recording_.processes[index].start_ns <= time_ns) last = index;
    }
    return last ? last : found->second.front();
  }

  const Recording& recording_;
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> by_pid_;
};

class Builder {
 public:
  Builder(const Recording& recording, const NamingOptions& options, model::Profile& profile)
      : recording_(recording), profile_(profile), frames_(profile.frames) {
    name_addresses(options);
    build_roots();
    build_samples();
  }

 private:
  void name_addresses(const NamingOptions& options);
  void build_roots();
  void build_samples();
  // Indices of the frames that stand for a key, from the root inwards.
  const std::vector<std::uint32_t>& outermost_first(const FrameKey& key);
  std::uint32_t node(std::uint32_t parent, std::uint32_t frame);
  // The place of a stack of the recording's tree below `root`.
  std::uint32_t place(std::uint32_t root, std::uint32_t stack);
  [[nodiscard]] Frame process_frame(std::size_t process) const;
  [[nodiscard]] Frame script_frame(const FrameKey& key) const;

  const Recording& recording_;
  model::Profile& profile_;
  Frames frames_;
  std::unordered_map<FrameKey, std::vector<std::uint32_t>, FrameKeyHash> known_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> nodes_;
  std::vector<std::uint32_t> root_of_;  // of each thread: what its stacks stand below
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> places_;
};

void Builder::name_addresses(const NamingOptions& options) {
  std::unordered_set<FrameKey, FrameKeyHash> seen;
  std::vector<FrameKey> keys;
  for (const StackTree::Node& node : recording_.stacks.nodes()) {
    if (has_address(node.frame) && seen.insert(node.frame).second) keys.push_back(node.frame);
  }
  Symboliser symboliser(recording_.modules, {.inlines = options.inlines});
  for (const auto& [process, map] : recording_.jit) symboliser.add_jit(process, map);
  const auto named = symboliser.resolve(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::vector<std::uint32_t>& indices = known_[keys[i]];
    for (const Frame& frame : std::views::reverse(named[i])) {
      if (const auto shown = javascript_frame(frame)) indices.push_back(frames_.index(*shown));
    }
  }
}

Frame Builder::script_frame(const FrameKey& key) const {
  const ScriptName& name = recording_.names.at(key.module);
  Frame frame;
  frame.function = name.function;
  frame.file = name.file;
  frame.line = static_cast<unsigned>(key.value);
  frame.first_line = name.first_line;
  frame.module = name.file;
  frame.language = name.language;
  return frame;
}

const std::vector<std::uint32_t>& Builder::outermost_first(const FrameKey& key) {
  const auto [place, fresh] = known_.try_emplace(key);
  if (fresh) place->second.push_back(frames_.index(script_frame(key)));
  return place->second;
}

std::uint32_t Builder::node(std::uint32_t parent, std::uint32_t frame) {
  const auto [place, fresh] = nodes_.try_emplace({parent, frame}, static_cast<std::uint32_t>(profile_.stacks.size()));
  if (fresh) profile_.stacks.push_back({parent, frame});
  return place->second;
}

Frame Builder::process_frame(std::size_t process) const {
  const model::ProfiledProcess& from = recording_.processes[process];
  Frame frame;
  frame.function = from.name;
  frame.module = "[process]";
  frame.language = model::Language::synthetic;
  return frame;
}

// With several programs in the tree, each stack stands below the names of those that started its own.
void Builder::build_roots() {
  root_of_.assign(recording_.threads.size(), StackNode::kRoot);
  const Lineage lineage(recording_);
  std::vector<std::vector<std::size_t>> chains;
  std::set<std::string> programs;
  for (const model::ProfiledThread& thread : recording_.threads) {
    chains.push_back(lineage.of(thread));
    for (const std::size_t process : chains.back()) programs.insert(recording_.processes[process].name);
  }
  if (programs.size() < 2) return;
  for (std::size_t i = 0; i < chains.size(); ++i) {
    for (const std::size_t process : chains[i]) root_of_[i] = node(root_of_[i], frames_.index(process_frame(process)));
  }
}

std::uint32_t Builder::place(std::uint32_t root, std::uint32_t stack) {
  if (const auto known = places_.find({root, stack}); known != places_.end()) return known->second;
  std::vector<std::uint32_t> path;  // of nodes without a place, the innermost first
  std::uint32_t at = stack;
  while (at != StackTree::kRoot && !places_.contains({root, at})) {
    path.push_back(at);
    at = recording_.stacks.nodes()[at].parent;
  }
  std::uint32_t parent = at == StackTree::kRoot ? root : places_.at({root, at});
  for (const std::uint32_t one : std::views::reverse(path)) {
    for (const std::uint32_t frame : outermost_first(recording_.stacks.nodes()[one].frame)) {
      parent = node(parent, frame);
    }
    places_[{root, one}] = parent;
  }
  return parent;
}

void Builder::build_samples() {
  model::Samples& to = profile_.samples;
  to.values.resize(recording_.measures.size());
  for (const SampleRow& row : recording_.samples.rows()) {
    const bool has_stack = row.stack != StackTree::kRoot;
    to.stack.push_back(has_stack ? place(root_of_[row.thread], row.stack) : StackNode::kRoot);
    to.thread.push_back(row.thread);
    to.time_ns.push_back(row.time_ns);
    to.activity.push_back(row.activity);
    to.object.push_back(row.object);
    for (std::size_t m = 0; m < to.values.size(); ++m) to.values[m].push_back(row.values[m]);
  }
}

}  // namespace

model::Profile profile_of(const Recording& recording, const NamingOptions& options) {
  model::Profile profile;
  profile.primary = recording.primary;
  profile.measures = recording.measures;
  profile.processes = recording.processes;
  profile.threads = recording.threads;
  profile.objects = recording.objects;
  profile.memory = recording.memory;
  profile.counts = recording.counts;
  if (!recording.waits_only) {  // else the rows are a part of that time, and the rest is not known
    profile.cpu_s = recording.cpu_s;
    profile.wall_s = recording.wall_s;
  }
  profile.doubts = recording.doubts;
  profile.time_resolution_ns = recording.samples.resolution_ns();
  const Builder build(recording, options, profile);
  return profile;
}

}  // namespace perfopt::prof
