// SPDX-License-Identifier: Apache-2.0
// A log in SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), as far as findings about benchmarks need
// it.
//
// Written only. Text that is not UTF-8 is written with U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace perfopt::model {

struct SarifRule {
  std::string id;    // "slower"
  std::string name;  // one sentence
  std::string help;  // what to do
};

enum class SarifLevel : std::uint8_t { error, warning, note };

struct SarifResult {
  std::string rule;  // id of one of the rules
  SarifLevel level = SarifLevel::error;
  std::string message;
  std::string subject;  // the benchmark: the logical location, and what the fingerprint is made of
  std::string file;     // that it belongs to: program or document; "" for none
};

struct SarifLog {
  std::string tool;  // "perfbench"
  std::string tool_version;
  std::vector<SarifRule> rules;
  std::vector<SarifResult> results;
  std::vector<std::pair<std::string, std::string>> properties;  // of the run, in words
};

[[nodiscard]] std::string to_json_text(const SarifLog& log);

}  // namespace perfopt::model
