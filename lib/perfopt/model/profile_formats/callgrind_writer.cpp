// SPDX-License-Identifier: Apache-2.0
// Writes callgrind's form for KCachegrind and callgrind_annotate: all measures as events, self costs by line, and the
// calls of each function with what they cost inclusively.
//
// The cost of a stack in which a function calls itself counts once, in the call of its innermost occurrence: the
// inclusive cost of a function is then the sum of its own and of its calls. How often a function was called is not
// known to a sampling profiler: 1 is written, since callgrind_annotate takes the cost of 0 calls for a self cost.
// Source: valgrind.org/docs/manual/cl-format.html.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile_formats/format.hpp"

namespace perfopt::model::profile_formats {
namespace {

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text.empty() ? "???" : text;
}

// An event is a word.
std::string event_name(std::string text) {
  for (char& c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  return text;
}

class Writer {
 public:
  Writer(const Profile& profile, std::size_t measure) : profile_(profile) {
    order_.push_back(measure);
    for (std::size_t i = 0; i < profile.measures.size(); ++i) {
      if (i != measure) order_.push_back(i);
    }
    for (const Frame& frame : profile.frames) functions_.push_back(function(frame));
  }

  std::string write() {
    for (std::size_t row = 0; row < profile_.samples.size(); ++row) add(row);
    std::string out = header();
    for (std::uint32_t f = 0; f < keys_.size(); ++f) out += block(f);
    return out + "\ntotals:" + numbers(total_) + "\n";
  }

 private:
  using Costs = std::vector<std::uint64_t>;
  using Key = std::tuple<std::string, std::string, std::string>;  // module, file, name

  struct Function {
    std::map<unsigned, Costs> lines;
    std::map<std::pair<std::uint32_t, unsigned>, Costs> calls;  // callee and line of the call
  };

  std::uint32_t function(const Frame& frame) {
    Key key{one_line(frame.module), one_line(frame.file), one_line(frame_name(frame))};
    const auto [found, fresh] = index_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
    if (fresh) {
      keys_.push_back(std::move(key));
      costs_.emplace_back();
    }
    return found->second;
  }

  void add_to(Costs& sum, std::size_t row) const {
    sum.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) sum[i] += profile_.samples.values[order_[i]][row];
  }

  void add(std::size_t row) {
    add_to(total_, row);
    std::uint32_t node = profile_.samples.stack[row];
    if (node == StackNode::kRoot) {
      Frame none;
      none.function = "[no stack]";
      return add_to(costs_[function(none)].lines[0], row);
    }
    const std::uint32_t leaf = profile_.stacks[node].frame;
    add_to(costs_[functions_[leaf]].lines[profile_.frames[leaf].line], row);
    std::set<std::uint32_t> seen{functions_[leaf]};
    std::uint32_t callee = functions_[leaf];
    for (node = profile_.stacks[node].parent; node != StackNode::kRoot; node = profile_.stacks[node].parent) {
      const std::uint32_t frame = profile_.stacks[node].frame;
      const std::uint32_t caller = functions_[frame];
      if (seen.insert(caller).second) add_to(costs_[caller].calls[{callee, profile_.frames[frame].line}], row);
      callee = caller;
    }
  }

  std::string header() const {
    std::string out = "# callgrind format\nversion: 1\ncreator: perfopt\n";
    if (!profile_.command.empty()) out += "cmd: " + one_line(profile_.command) + "\n";
    out += "positions: line\n";
    std::string events = "events:";
    for (const std::size_t measure : order_) {
      const Measure& one = profile_.measures[measure];
      const std::string name = event_name(one.name);
      events += " " + name;
      if (one.unit == "ns") out += "event: " + name + " : nanoseconds of " + name + "\n";
      if (one.unit == "bytes") out += "event: " + name + " : bytes of " + name + "\n";
    }
    return out + events + "\nsummary:" + numbers(total_) + "\n";
  }

  static std::string numbers(const Costs& costs) {
    std::string text;
    for (const std::uint64_t cost : costs) text += " " + std::to_string(cost);
    return text;
  }

  // "(3) name" the first time, "(3)" from then on.
  static std::string compressed(std::unordered_map<std::string, std::size_t>& ids, const std::string& name) {
    const auto [found, fresh] = ids.try_emplace(name, ids.size() + 1);
    return "(" + std::to_string(found->second) + ")" + (fresh ? " " + name : "");
  }

  std::string block(std::uint32_t f) {
    if (costs_[f].lines.empty() && costs_[f].calls.empty()) return "";
    const auto& [module, file, name] = keys_[f];
    std::string out = "\nob=" + compressed(modules_, module) + "\nfl=" + compressed(files_, file) +
                      "\nfn=" + compressed(names_, name) + "\n";
    for (const auto& [line, costs] : costs_[f].lines) out += std::to_string(line) + numbers(costs) + "\n";
    for (const auto& [call, costs] : costs_[f].calls) {
      const auto& [callee_module, callee_file, callee] = keys_[call.first];
      out += "cob=" + compressed(modules_, callee_module) + "\ncfi=" + compressed(files_, callee_file) +
             "\ncfn=" + compressed(names_, callee) + "\ncalls=1 0\n" + std::to_string(call.second) + numbers(costs) +
             "\n";
    }
    return out;
  }

  const Profile& profile_;
  std::vector<std::size_t> order_;        // measures, the chosen one first
  std::vector<std::uint32_t> functions_;  // of each frame
  std::map<Key, std::uint32_t> index_;
  std::vector<Key> keys_;
  std::vector<Function> costs_;
  Costs total_;
  std::unordered_map<std::string, std::size_t> modules_, files_, names_;
};

}  // namespace

std::string write_callgrind(const Profile& profile, std::size_t measure) {
  return Writer(profile, measure).write();
}

}  // namespace perfopt::model::profile_formats
