// SPDX-License-Identifier: Apache-2.0
// What every output of a profile says, worked out once: the answer, the rows, the words. Private to the module.
//
// A view refers to its profile, which must outlive it. It never throws for what a document holds: one whose `primary`
// names no measure is shown as one without samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/stats/flame_tree.hpp"
#include "perfopt/stats/hotspots.hpp"
#include "perfopt/stats/waits.hpp"

namespace perfopt::report {

// A place that memory was allocated at: the end of a stack.
struct AllocationSite {
  std::string path;  // "make_node < build < main": innermost first, without the allocator's own frames
  std::string file;
  unsigned line = 0;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
};

struct ProfileView {
  explicit ProfileView(const model::Profile& shown);

  const model::Profile& profile;
  // Of mode "offcpu": without the time on a CPU. Of mode "alloc": stacks end in who asks for memory, not in the
  // library that hands it out.
  std::optional<model::Profile> refined;
  std::optional<std::size_t> measure;  // the primary one; empty: there is none
  std::optional<std::size_t> second;   // a count that belongs to it: allocations of bytes, calls of a file
  std::uint64_t total = 0;
  std::vector<stats::Hotspot> functions;             // with self, the hottest first
  std::vector<std::optional<std::uint64_t>> counts;  // of `second`, for each function
  std::vector<stats::Hotspot> objects;               // files of an I/O profile, the largest first
  std::vector<stats::Wait> waits;                    // over 1 % of all waiting, the longest first
  std::uint64_t waited_ns = 0;                       // by all threads, those small ones included
  stats::Concurrency concurrency;
  stats::FlameTree tree;
  std::vector<AllocationSite> live;  // over 1 % of what was left at the end, the largest first
  std::uint64_t live_bytes = 0;

  [[nodiscard]] const model::Profile& source() const { return refined ? *refined : profile; }
  [[nodiscard]] stats::SampleFilter filter() const;
  [[nodiscard]] const model::Measure& unit() const { return profile.measures[*measure]; }
  [[nodiscard]] bool is_waiting() const { return refined && profile.mode == "offcpu"; }
  [[nodiscard]] bool has_samples() const { return total > 0; }
};

// --- words
// 1.19e9 of "cpu" as "1.19 s", of bytes as "4.00 MiB", of counts as "1,200".
[[nodiscard]] std::string value_text(const model::Measure& measure, std::uint64_t value);
// "CPU time", "waiting", "bytes allocated"; the name itself for what we do not know.
[[nodiscard]] std::string measure_words(const ProfileView& view);
// "12.3 %" without needless digits: "38 %", "3.1 %", "0.05 %".
[[nodiscard]] std::string share_text(double share);
// "parse.cpp:81", "[libc.so.6]" where there is no line, "" where nothing is known.
[[nodiscard]] std::string place_text(std::string_view file, unsigned line, std::string_view module = "");
[[nodiscard]] std::string_view language_word(model::Language language);
// "", or the sign that stands before names of that language so that no colour has to be told from another.
[[nodiscard]] std::string_view language_sign(model::Language language);
// "waiting for a lock", "asleep".
[[nodiscard]] std::string_view activity_words(model::Activity activity);
// "up to 38 % less time (36 to 40 %)"; "" for what saves no time: a leak.
[[nodiscard]] std::string impact_text(const model::Impact& impact);
// "low effort, 90 % sure of the cause".
[[nodiscard]] std::string effort_text(const model::Recommendation& recommendation);
// Both, joined by a comma.
[[nodiscard]] std::string gain_text(const model::Recommendation& recommendation);
[[nodiscard]] std::string evidence_text(const model::Evidence& evidence);  // with its place

// --- sentences
// The answer, first the hottest function, then what else decides. Each a sentence of its own.
[[nodiscard]] std::vector<std::string> answer(const ProfileView& view);
// Why there is nothing to show.
[[nodiscard]] std::string no_samples_reason(const model::Profile& profile);
// "cpu | perf_event at 999 Hz | 3.10 s | 3,120 samples | exit code 0": parts to be joined.
[[nodiscard]] std::vector<std::string> origin_parts(const model::Profile& profile);
// Lost and truncated samples, interruption, and the document's own doubts.
[[nodiscard]] std::vector<model::Doubt> doubts_of(const model::Profile& profile);
// Commands that look further, with what each shows. `saved_as`: where the document lies; "" nowhere.
struct NextStep {
  std::string command;
  std::string shows;
};
[[nodiscard]] std::vector<NextStep> next_steps(const ProfileView& view, std::string_view saved_as);
// The names from the root to where most is spent, runs of frames that tell nothing left out.
[[nodiscard]] std::vector<std::string> hottest_path(const ProfileView& view);

}  // namespace perfopt::report
