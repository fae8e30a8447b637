// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/profile_builder.hpp"

#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

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

class Builder {
 public:
  Builder(const Recording& recording, const NamingOptions& options, model::Profile& profile)
      : recording_(recording), profile_(profile), frames_(profile.frames) {
    name_addresses(options);
    build_stacks();
    build_samples();
  }

 private:
  void name_addresses(const NamingOptions& options);
  void build_stacks();
  void build_samples();
  // Indices of the frames that stand for a key, from the root inwards.
  const std::vector<std::uint32_t>& outermost_first(const FrameKey& key);
  std::uint32_t node(std::uint32_t parent, std::uint32_t frame);
  [[nodiscard]] Frame script_frame(const FrameKey& key) const;

  const Recording& recording_;
  model::Profile& profile_;
  Frames frames_;
  std::unordered_map<FrameKey, std::vector<std::uint32_t>, FrameKeyHash> known_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> nodes_;
  std::vector<std::uint32_t> place_of_;  // of each node of the recording's tree
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
    for (auto frame = named[i].rbegin(); frame != named[i].rend(); ++frame) indices.push_back(frames_.index(*frame));
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

void Builder::build_stacks() {
  const auto tree = recording_.stacks.nodes();
  place_of_.reserve(tree.size());
  for (const StackTree::Node& one : tree) {
    std::uint32_t place = one.parent == StackTree::kRoot ? StackNode::kRoot : place_of_[one.parent];
    for (const std::uint32_t frame : outermost_first(one.frame)) place = node(place, frame);
    place_of_.push_back(place);
  }
}

void Builder::build_samples() {
  model::Samples& to = profile_.samples;
  to.values.resize(recording_.measures.size());
  for (const SampleRow& row : recording_.samples.rows()) {
    to.stack.push_back(row.stack == StackTree::kRoot ? StackNode::kRoot : place_of_[row.stack]);
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
  profile.cpu_s = recording.cpu_s;
  profile.wall_s = recording.wall_s;
  profile.doubts = recording.doubts;
  profile.time_resolution_ns = recording.samples.resolution_ns();
  const Builder build(recording, options, profile);
  return profile;
}

}  // namespace perfopt::prof
