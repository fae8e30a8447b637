// SPDX-License-Identifier: Apache-2.0
// The sentences that a profile is summed up in.
#include <algorithm>
#include <array>

#include "perfopt/core/shell_word.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

using model::Profile;

constexpr std::size_t kName = 48;          // characters of a function in a sentence
constexpr double kStandsOut = 0.05;        // a function below this share is no answer
constexpr std::uint64_t kFewSamples = 20;  // below them a share is not told: half could be a fifth
constexpr double kMainCaller = 0.5;        // of a function's value: then it is "called from" that one
constexpr double kMostlyIdle = 0.2;        // of the elapsed time: then waiting belongs to the answer
constexpr double kMuchLeft = 0.01;         // of the bytes allocated: then what was not freed belongs to the answer
constexpr std::size_t kPathEnds = 3;       // frames shown at each end of a long path

std::string verb_of(const ProfileView& view) {
  const std::string& name = view.unit().name;
  if (name == "alloc_bytes" || name == "allocs") return " makes ";
  if (name == "live_bytes" || name == "live_allocs") return " holds ";
  if (name == "calls" || name == "io_calls") return " gets ";
  return view.is_waiting() ? " waits " : " takes ";
}

std::string main_caller(const ProfileView& view, const stats::Hotspot& spot) {
  const stats::Neighbours around = stats::neighbours(view.source(), spot.name, view.filter());
  if (around.callers.empty()) return "";
  const stats::Neighbour& first = around.callers.front();
  if (static_cast<double>(first.value) < kMainCaller * static_cast<double>(spot.total)) return "";
  return first.name == spot.name || first.name == "[root]" ? "" : first.name;
}

// What stands for time that nobody saw a stack of.
bool is_marker(std::string_view name) {
  constexpr std::array<std::string_view, 9> kMarkers{"[unsampled]", "[between looks]", "[no stack]",
                                                     "[preempted]", "[truncated]",     "[short waits]",
                                                     "[switching]", "[running, ",      "[waiting, "};
  return std::ranges::any_of(kMarkers, [&](std::string_view marker) { return name.starts_with(marker); });
}

std::string unattributed_sentence(const ProfileView& view) {
  const stats::Hotspot& marker = view.functions.front();
  std::string text = share_text(marker.self_share) + " of the " + measure_words(view) +
                     " could not be attributed to functions, " + marker.name + ".";
  const auto named =
      std::ranges::find_if(view.functions, [](const stats::Hotspot& spot) { return !is_marker(spot.name); });
  if (named != view.functions.end() && named->self > 0) {
    text += " Of the rest " + short_function(named->name, kName) + verb_of(view) + share_text(named->self_share) + ".";
  }
  return text;
}

std::string hottest_sentence(const ProfileView& view) {
  if (is_marker(view.functions.front().name)) return unattributed_sentence(view);
  const stats::Hotspot& spot = view.functions.front();
  const std::uint64_t taken = view.profile.counts.taken;
  const bool sampled =
      view.profile.rate_hz > 0 && !view.is_waiting() && (view.unit().name == "cpu" || view.unit().name == "wall");
  if (sampled && taken > 0 && taken < kFewSamples) {
    return plural(taken, "sample is", "samples are") + " too few to tell where the time goes; most of " +
           (taken == 1 ? "it" : "them") + " in " + short_function(spot.name, kName) + ".";
  }
  const std::string share = share_text(spot.self_share) + " of the " + measure_words(view) + " (" +
                            value_text(view.unit(), spot.self) + " of " + value_text(view.unit(), view.total) + ")";
  const std::string name = short_function(spot.name, kName);
  if (spot.self_share < kStandsOut) {
    return "No function stands out: the hottest, " + name + "," + verb_of(view) + share + ".";
  }
  const std::string caller = main_caller(view, spot);
  return name + verb_of(view) + share + (caller.empty() ? "" : ", called from " + short_function(caller, kName)) + ".";
}

std::string idle_sentence(const ProfileView& view) {
  if (view.waits.empty() || view.concurrency.idle_share < kMostlyIdle) return "";
  const stats::Wait& wait = view.waits.front();
  return "Nothing ran for " + share_text(view.concurrency.idle_share) + " of the " +
         format_duration_ns(view.profile.elapsed_s * 1e9) +
         "; the longest wait: " + std::string(activity_words(wait.activity)) +
         (wait.place.empty() ? "" : " in " + short_function(wait.place, kName)) + " (" +
         format_duration_ns(static_cast<double>(wait.wall_ns)) + ").";
}

std::string live_sentence(const ProfileView& view) {
  if (view.live.empty()) return "";
  const auto allocated = model::find_measure(view.profile, "alloc_bytes");
  if (allocated) {
    stats::SampleFilter filter;
    filter.measure = *allocated;
    const auto all = static_cast<double>(stats::total_of(view.profile, filter));
    if (static_cast<double>(view.live_bytes) < kMuchLeft * all) return "";
  }
  const AllocationSite& site = view.live.front();
  return "At the end " + format_bytes(static_cast<double>(view.live_bytes)) + " were still allocated, " +
         format_bytes(static_cast<double>(site.bytes)) + " of them by " + site.path + ".";
}

// Frames that stand at the root of every program.
bool is_start(std::string_view name) {
  constexpr std::array<std::string_view, 6> kStarts{"_start",       "__libc_start", "__libc_start_call_main",
                                                    "start_thread", "clone",        "__clone"};
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); });
}

void add(std::vector<model::Doubt>& doubts, std::uint64_t count, std::uint64_t of, std::string_view what,
         std::string_view advice) {
  if (count == 0) return;
  const double share = static_cast<double>(count) / static_cast<double>(std::max(of, count));
  doubts.push_back({"samples",
                    format_count(count) + " of " + plural(std::max(of, count), "sample", "samples") + " (" +
                        share_text(share) + ") " + std::string(what),
                    std::string(advice)});
}

}  // namespace

std::vector<std::string> answer(const ProfileView& view) {
  if (!view.has_samples()) return {no_samples_reason(view.profile)};
  std::vector<std::string> sentences{hottest_sentence(view)};
  for (const std::string& sentence : {idle_sentence(view), live_sentence(view)}) {
    if (!sentence.empty()) sentences.push_back(sentence);
  }
  return sentences;
}

std::string no_samples_reason(const Profile& profile) {
  if (profile.mode == "alloc") {
    return "No allocation was sampled: nothing was allocated on the heap, less than a sample stands for, or not "
           "through "
           "malloc.";
  }
  if (profile.mode == "io") return "No read or write was seen.";
  if (profile.mode == "calls") return "No call was seen.";
  if (profile.mode == "scopes") return "No scope was closed while they were traced.";
  if (!profile.complete) return "No samples: interrupted before the first.";
  std::string text = "No samples";
  if (profile.cpu_s && profile.rate_hz > 0) {
    text += ": the program used " + format_duration_ns(*profile.cpu_s * 1e9) + " of CPU time, and one is taken every " +
            format_duration_ns(1e9 / profile.rate_hz) + "; --rate asks for more, --mode calls counts exactly";
  } else if (profile.backend.starts_with("import")) {
    text += ": the imported file holds none";
  } else {
    text += ": the program ended before the first";
  }
  return text + ".";
}

std::vector<model::Doubt> doubts_of(const Profile& profile) {
  std::vector<model::Doubt> doubts;
  if (!profile.complete) {
    doubts.push_back({"interrupted", "interrupted: this is what was recorded until then", ""});
  }
  const model::SampleCounts& counts = profile.counts;
  add(doubts, counts.lost, counts.taken + counts.lost, "lost: the kernel had no room for them", "lower --rate");
  add(doubts, counts.truncated, counts.taken, "have a stack that does not reach the root, shown below [truncated]", "");
  add(doubts, counts.no_stack, counts.taken, "without a stack, shown as [no stack]", "");
  add(doubts, counts.torn, counts.taken, "without frames of the interpreter, which changed while they were read", "");
  doubts.insert(doubts.end(), profile.doubts.begin(), profile.doubts.end());
  doubts.insert(doubts.end(), profile.environment.doubts.begin(), profile.environment.doubts.end());
  return doubts;
}

std::vector<NextStep> next_steps(const ProfileView& view, std::string_view saved_as) {
  const Profile& profile = view.profile;
  std::vector<NextStep> steps;
  const bool recorded = !profile.backend.starts_with("import") && !profile.command.empty();
  const std::string target = (profile.command.starts_with("--pid ") ? "" : "-- ") + profile.command;
  if (saved_as.empty()) {
    if (recorded) steps.push_back({"perfprof --report " + target, "the flame graph, callers, threads"});
  } else {
    const std::string file = shell_word(saved_as);
    steps.push_back({"perfviz --profiler " + file + " --report", "the flame graph, callers, threads"});
    if (recorded) steps.push_back({"perfprof diff " + file + " after.json", "whether a change helped"});
  }
  if (!recorded || !view.has_samples()) return steps;
  if (profile.mode == "cpu" && view.concurrency.idle_share >= kMostlyIdle) {
    steps.push_back({"perfprof --mode offcpu " + target, "what it waits for, by stack"});
  }
  const auto allocates = std::ranges::any_of(view.functions, [](const stats::Hotspot& spot) {
    return spot.self_share >= kStandsOut && spot.name.find("malloc") != std::string::npos;
  });
  if (allocates && profile.mode != "alloc" && !profile.command.starts_with("--pid ")) {
    steps.push_back({"perfprof --mode alloc " + target, "who allocates"});
  }
  return steps;
}

std::vector<std::string> hottest_path(const ProfileView& view) {
  const auto& nodes = view.tree.nodes;
  if (nodes.empty()) return {};
  std::vector<std::uint32_t> heaviest(nodes.size(), stats::FlameNode::kNone);  // siblings stand by falling total
  for (std::uint32_t i = 1; i < nodes.size(); ++i) {
    if (heaviest[nodes[i].parent] == stats::FlameNode::kNone) heaviest[nodes[i].parent] = i;
  }
  std::vector<std::string> names;
  for (std::uint32_t at = 0; heaviest[at] != stats::FlameNode::kNone;) {
    const std::uint32_t child = heaviest[at];
    if (2 * nodes[child].total < nodes[at].total || nodes[at].self > nodes[child].total) break;
    const std::string& name = view.tree.names[nodes[child].name];
    if (!is_start(name) && (names.empty() || names.back() != name)) names.push_back(name);
    at = child;
  }
  if (names.size() <= 2 * kPathEnds + 1) return names;
  std::vector<std::string> ends(names.begin(), names.begin() + kPathEnds);
  ends.emplace_back("..");
  ends.insert(ends.end(), names.end() - kPathEnds, names.end());
  return ends;
}

}  // namespace perfopt::report
