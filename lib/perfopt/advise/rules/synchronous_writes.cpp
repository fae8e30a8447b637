// SPDX-License-Identifier: Apache-2.0
// Waiting for the device again and again: fsync(2) and its like, seen as waits of that kind or by the calls in the
// stack.
#include <algorithm>
#include <string>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.1;  // of the elapsed time
constexpr double kLeastRate = 10;    // per second
constexpr std::uint64_t kFewest = 10;

bool syncs(const model::Frame& frame) {
  const std::string& name = frame.function;
  return name.ends_with("fsync") || name.ends_with("fdatasync") || name == "msync" || name == "sync_file_range" ||
         name == "__GI_fsync" || name == "__GI_fdatasync";
}

}  // namespace

void sync_every_write(Facts& facts, Advice& advice) {
  const std::vector<bool> sync = facts.below_user(syncs);
  const auto& samples = facts.profile.samples;
  const Waiting waiting = facts.find_waits([&](std::size_t row) {
    return samples.activity[row] != model::Activity::preempted &&
           (samples.activity[row] == model::Activity::sync || sync[samples.stack[row]]);
  });
  if (waiting.finding.empty() || waiting.count < kFewest || facts.elapsed_ns == 0) return;
  const double elapsed = static_cast<double>(facts.elapsed_ns);
  const double share = static_cast<double>(waiting.finding.value) / elapsed /
                       static_cast<double>(std::max<std::size_t>(waiting.threads.size(), 1));
  const double rate = static_cast<double>(waiting.count) / facts.profile.elapsed_s;
  if (share < kLeastShare || rate < kLeastRate || facts.spread(waiting.finding) < 0.5) return;
  model::Recommendation one;
  one.rule = "sync_every_write";
  one.title = "make many records durable at once";
  one.reason = "The device is waited for " + format_count(waiting.count) + " times (" + format_rate(rate) +
               "), which takes " + percent(share) + " of the time.";
  one.evidence = evidence_of(facts, waiting.finding, "waiting for the device", elapsed);
  one.impact = Facts::exact(share);
  one.effort = model::Effort::medium;
  one.confidence = 0.9;
  one.remedy = "gather records and sync once for many (group commit); in a database, one transaction for many rows";
  one.uses = "perfopt/optim/io/buffered_writer.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(waiting.finding);
}

}  // namespace perfopt::advise
