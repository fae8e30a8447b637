// SPDX-License-Identifier: Apache-2.0
// A query for each row: SQLite spends its time on preparing statements and on beginning and ending them, not on rows.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.1;      // of the time, around the queries
constexpr double kLeastOverhead = 0.25;  // of the database's time

bool of_sqlite(const model::Frame& frame) {
  return frame.function.starts_with("sqlite3_") || frame.module.find("libsqlite3") != std::string::npos;
}

// What is done once a query: its text made a program, its lock taken and given back, its parameters bound.
bool around_query(const model::Frame& frame) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"sqlite3_prepare", "sqlite3_prepare_v2", "sqlite3_prepare_v3", "sqlite3_finalize", "sqlite3_reset",
       "sqlite3_clear_bindings", "fcntl", "fcntl64", "__fcntl64_nocancel", "__GI___fcntl64_nocancel", "__libc_fcntl64",
       "access", "__GI___access", "sqlite3BtreeBeginTrans", "sqlite3VdbeHalt"});
  return std::find(kNames.begin(), kNames.end(), frame.function) != kNames.end();
}

}  // namespace

void n_plus_one_queries(Facts& facts, Advice& advice) {
  const Finding database = facts.find(facts.below_user(of_sqlite), facts.cpu);
  if (database.empty()) return;
  std::vector<bool> around = facts.below_user(around_query);
  const std::vector<bool> sqlite = facts.below_user(of_sqlite);
  for (std::size_t i = 0; i < around.size(); ++i) around[i] = around[i] && sqlite[i];
  const Finding finding = facts.find(around, facts.cpu);
  if (!facts.matters(finding, kLeastShare) ||
      static_cast<double>(finding.value) < kLeastOverhead * static_cast<double>(database.value)) {
    return;
  }
  model::Recommendation one;
  one.rule = "n_plus_one_queries";
  one.title = "ask the database once for many rows";
  one.reason = percent(facts.share(database.value)) + " of the time is spent in SQLite, and " +
               percent(static_cast<double>(finding.value) / static_cast<double>(database.value)) +
               " of that on preparing, beginning and ending queries: there are many small ones.";
  one.evidence = evidence_of(facts, finding, "around queries, not in them");
  one.impact = facts.sampled(database.value);
  one.effort = model::Effort::medium;
  one.confidence = 0.8;
  one.remedy =
      "a JOIN or WHERE id IN (...) in place of a query for each row; prepare once and bind; one transaction "
      "around many";
  one.uses = "perfopt/optim/database/sqlite.hpp, perfopt/optim/database/query_cache.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(database);
}

}  // namespace perfopt::advise
