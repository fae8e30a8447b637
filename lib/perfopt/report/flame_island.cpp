// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_island.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/report/flame_rows.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/island.hpp"
#include "perfopt/stats/flame_size.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kName = 200;
constexpr std::size_t kPlace = 64;
constexpr std::uint64_t kNone = ~std::uint64_t{0};
constexpr double kLargest = 9007199254740992;  // whole number of JavaScript
constexpr std::array<std::string_view, 7> kLanguages{"unknown",    "native", "kernel",   "python",
                                                     "javascript", "shell",  "synthetic"};

// Texts, each once, as a JSON list.
class Texts {
 public:
  std::uint64_t index(std::string text) {
    const auto [at, is_new] = index_.try_emplace(std::move(text), index_.size());
    if (is_new) json_ += (json_.empty() ? "" : ",") + island_text(at->first);
    return at->second;
  }
  [[nodiscard]] std::string json() const { return "[" + json_ + "]"; }

 private:
  std::unordered_map<std::string, std::uint64_t> index_;
  std::string json_;
};

// Functions of one or two profiles, numbered as nodes name them.
class Functions {
 public:
  // `frame` of `profile`, or no frame at all.
  std::uint64_t add(const std::string& name, const model::Profile& profile, std::uint32_t frame) {
    const model::Frame* known = frame < profile.frames.size() ? &profile.frames[frame] : nullptr;
    names_.push_back(text_of_name(name));
    places_.push_back(places_texts_.index(known == nullptr ? "" : place_of(*known)));
    languages_.push_back(static_cast<std::uint64_t>(known == nullptr ? model::Language::synthetic : known->language));
    return names_.size() - 1;
  }

  void tell(IslandObject& island) const {
    island.add("names", packed_json(names_texts_.json()));
    island.add("places", packed_json(places_texts_.json()));
    IslandObject frames;
    frames.add("name", packed_deltas(names_)).add("place", packed_deltas(places_));
    frames.add("language", packed(languages_));
    island.add("frames", frames.json());
  }

 private:
  static std::string place_of(const model::Frame& frame) {
    const unsigned line = frame.first_line != 0 ? frame.first_line : frame.line;
    return short_path(place_text(frame.file, line, frame.module), kPlace);
  }

  std::uint64_t text_of_name(const std::string& name) {
    const bool is_plain = name.size() <= kName && name.find_first_of("(<@[. ") == std::string::npos &&
                          name.find("__cxx11") == std::string::npos;
    return names_texts_.index(is_plain ? name : short_function(name, kName));  // which is slow
  }

  Texts names_texts_, places_texts_;
  std::vector<std::uint64_t> names_, places_, languages_;
};

// Bits that each value is shifted by, so that their sum fits a number of JavaScript. As doubles: it may not fit ours.
template <class Nodes, class Value>
unsigned shift_of(const Nodes& nodes, Value value) {
  double total = 0;
  for (const auto& node : nodes) total += static_cast<double>(value(node));
  unsigned shift = 0;
  for (; total > kLargest; total /= 2) ++shift;
  return shift;
}

IslandObject head(const ProfileView& view, std::string_view id, unsigned shift) {
  IslandObject island;
  island.add_text("id", id).add_text("kind", "flame").add_text("title", measure_words(view));
  island.add_text("unit", view.unit().unit);
  if (shift > 0) island.add_number("scale", static_cast<double>(std::uint64_t{1} << shift));
  island.add("languages", island_list(kLanguages, island_text));
  return island;
}

std::string thread_name(const ProfileView& view, std::uint32_t thread) {
  if (thread >= view.profile.threads.size()) return "unknown";
  const model::ProfiledThread& shown = view.profile.threads[thread];
  return (shown.name.empty() ? "thread" : shown.name) + " " + std::to_string(shown.tid);
}

template <class Get>
std::vector<std::uint64_t> column(const std::vector<FlameRow>& rows, Get get) {
  std::vector<std::uint64_t> values;
  values.reserve(rows.size());
  for (const FlameRow& row : rows) values.push_back(get(row));
  return values;
}

bool are_told(const FlameRows& all) {
  return !all.rows.empty() && all.tells_more();
}

void add_rows(IslandObject& island, const ProfileView& view, const FlameRows& all) {
  const auto thread = [&](std::uint32_t index) { return island_text(thread_name(view, index)); };
  const auto activity = [](model::Activity one) { return island_text(stats::activity_name(one)); };
  island.add("threads", island_list(all.threads, thread));
  island.add("activities", island_list(all.activities, activity));
  island.add_number("bucket_ns", static_cast<double>(all.bucket_ns));
  if (!are_told(all)) {
    island.add("rows", "null");
    return;
  }
  IslandObject rows;
  rows.add("node", packed_deltas(column(all.rows, [](const FlameRow& row) { return row.node; })));
  rows.add("thread", packed(column(all.rows, [](const FlameRow& row) { return row.thread; })));
  rows.add("activity", packed(column(all.rows, [](const FlameRow& row) { return row.activity; })));
  rows.add("time", packed_deltas(column(all.rows, [](const FlameRow& row) { return row.bucket; })));
  rows.add("value", packed(column(all.rows, [](const FlameRow& row) { return row.value; })));
  island.add("rows", rows.json());
}

// Self by node, the root's left out: it has none.
std::vector<std::uint64_t> selfs_of(const ProfileView& view, const stats::FlameTree& tree, unsigned shift) {
  std::vector<std::uint64_t> selfs(tree.nodes.size() - 1, 0);
  if (shift == 0) {
    for (std::size_t i = 0; i < selfs.size(); ++i) selfs[i] = tree.nodes[i + 1].self;
    return selfs;
  }
  // Shifted row by row, as the rows are, so that they sum to it.
  const model::Samples& samples = view.source().samples;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint64_t value = samples.values[*view.measure][row];
    const std::uint32_t stack = samples.stack[row];
    const std::uint32_t node = stack == model::StackNode::kRoot ? tree.no_stack : tree.of_stack[stack];
    if (value > 0 && node > 0) selfs[node - 1] += value >> shift;
  }
  return selfs;
}

}  // namespace

std::string flame_island(const ProfileView& view, std::string_view id) {
  if (!view.has_samples()) return "";
  const std::optional<stats::FlameTree> smaller = stats::smaller_tree(view.tree, {});
  const stats::FlameTree& tree = smaller ? *smaller : view.tree;
  const std::vector<stats::FlameNode>& nodes = tree.nodes;
  const unsigned shift = shift_of(nodes, [](const stats::FlameNode& node) { return node.self; });
  Functions functions;
  std::vector<std::uint64_t> known(view.profile.frames.size(), kNone);
  std::vector<std::uint64_t> nameless(tree.names.size(), kNone);  // nodes that stand for no frame
  std::vector<std::uint64_t> parents, frames;
  parents.reserve(nodes.size());
  frames.reserve(nodes.size());
  for (std::uint32_t i = 1; i < nodes.size(); ++i) {
    const stats::FlameNode& node = nodes[i];
    parents.push_back(i - node.parent);
    const bool has_frame = node.frame < known.size();
    std::uint64_t& function = has_frame ? known[node.frame] : nameless[node.name];
    if (function == kNone) function = functions.add(tree.names[node.name], view.profile, node.frame);
    frames.push_back(function);
  }
  IslandObject island = head(view, id, shift);
  functions.tell(island);
  IslandObject columns;
  const FlameRows rows = flame_rows(view, tree, kMostFlameRows, kMostFlameBuckets, shift);
  columns.add("parent", packed(parents)).add("frame", packed(frames));
  if (!are_told(rows)) columns.add("self", packed(selfs_of(view, tree, shift)));
  island.add("nodes", columns.json());
  add_rows(island, view, rows);
  return island.json();
}

std::string flame_diff_island(const ProfileView& before, const ProfileView& after, const stats::FlameUnion& tree,
                              std::string_view id, double detectable) {
  if (tree.nodes.size() < 2) return "";
  const unsigned shift =
      shift_of(tree.nodes, [](const stats::UnitedNode& node) { return std::max(node.self.before, node.self.after); });
  Functions functions;
  std::vector<std::uint64_t> known(tree.names.size(), kNone);
  std::vector<std::uint64_t> parents, frames, self_before, self_after;
  for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
    const stats::UnitedNode& node = tree.nodes[i];
    parents.push_back(i - node.parent);
    if (known[node.name] == kNone) {
      const bool is_after = node.frame_after != stats::FlameNode::kNone;
      known[node.name] = functions.add(tree.names[node.name], is_after ? after.profile : before.profile,
                                       is_after ? node.frame_after : node.frame_before);
    }
    frames.push_back(known[node.name]);
    self_before.push_back(node.self.before >> shift);
    self_after.push_back(node.self.after >> shift);
  }
  IslandObject island = head(after, id, shift);
  functions.tell(island);
  IslandObject columns, second;
  columns.add("parent", packed(parents)).add("frame", packed(frames)).add("self", packed(self_before));
  second.add("self", packed(self_after));
  island.add("nodes", columns.json()).add("rows", "null").add("threads", "[]").add("activities", "[]");
  island.add("bucket_ns", "0").add("after", second.json()).add("sure_points", island_number(100 * detectable));
  return island.json();
}

}  // namespace perfopt::report
