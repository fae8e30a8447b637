// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/store/history_database.hpp"

namespace perfopt::store {
namespace {

// A benchmark's name may be longer than an index takes: a series is found by a digest of what it is.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE environments (
  id {id}, fingerprint TEXT NOT NULL UNIQUE, machine TEXT NOT NULL);
CREATE TABLE runs (
  id {id}, digest TEXT NOT NULL UNIQUE, started_s BIGINT NOT NULL, environment BIGINT NOT NULL,
  revision TEXT NOT NULL, branch TEXT NOT NULL, version TEXT NOT NULL, dirty BIGINT NOT NULL,
  tool TEXT NOT NULL, origin TEXT NOT NULL);
CREATE INDEX runs_by_time ON runs (started_s, id);
CREATE TABLE series (
  id {id}, digest TEXT NOT NULL UNIQUE, environment BIGINT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
  higher_is_better BIGINT NOT NULL);
CREATE TABLE results (
  series BIGINT NOT NULL, started_s BIGINT NOT NULL, run BIGINT NOT NULL,
  median {real} NOT NULL, low {real} NOT NULL, high {real} NOT NULL, samples BIGINT NOT NULL,
  PRIMARY KEY (series, started_s, run)) {clustered};
CREATE TABLE samples (
  run BIGINT NOT NULL, series BIGINT NOT NULL, content {bytes} NOT NULL,
  PRIMARY KEY (run, series)) {clustered};
CREATE TABLE baselines (
  name TEXT NOT NULL, environment BIGINT NOT NULL, run BIGINT NOT NULL,
  PRIMARY KEY (name, environment));
)sql";

constexpr std::array kSteps{kFirst};

}  // namespace

std::span<const std::string_view> history_schema() {
  return kSteps;
}

void migrate(std::int64_t version, std::span<const std::string_view> steps, const std::string& store,
             const std::function<void(const std::string&)>& execute) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version < 0 || version > newest) {
    throw BadInput(store + ": it has version " + std::to_string(version) + ", this build knows versions up to " +
                   std::to_string(newest) + "; update perfopt");
  }
  for (std::int64_t i = version; i < newest; ++i) execute(std::string(steps[static_cast<std::size_t>(i)]));
}

std::string in_dialect(std::string_view text, const SqlDialect& dialect) {
  const std::array<std::pair<std::string_view, std::string_view>, 4> words{
      {{"{id}", dialect.id}, {"{real}", dialect.real}, {"{bytes}", dialect.bytes}, {"{clustered}", dialect.clustered}}};
  std::string sql(text);
  for (const auto& [word, replacement] : words) {
    for (auto at = sql.find(word); at != std::string::npos; at = sql.find(word, at + replacement.size())) {
      sql.replace(at, word.size(), replacement);
    }
  }
  return sql;
}

}  // namespace perfopt::store
