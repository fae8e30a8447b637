// SPDX-License-Identifier: Apache-2.0
// perfbench compare: did a change make it slower? Two benchmark programs in turns, or two files of results.
#pragma once

#include <string>

#include "comparison_output.hpp"
#include "perfopt/model/comparison.hpp"
#include "perfopt/model/config.hpp"
#include "subcommands.hpp"

namespace perfbench {

class Compare final : public Subcommand {
 public:
  explicit Compare(CLI::App& program);
  [[nodiscard]] int run() override;

 private:
  void declare_sides();
  void declare_judging();
  void declare_measuring();
  [[nodiscard]] perfopt::model::CompareConfig margins(const perfopt::model::EffectiveConfig& config) const;
  [[nodiscard]] perfopt::model::CompareSettings settings(const perfopt::model::CompareConfig& margins) const;
  [[nodiscard]] int compare_programs(const perfopt::model::CompareConfig& margins);
  [[nodiscard]] int compare_files(const perfopt::model::CompareConfig& margins);

  std::string base_, changed_;
  bool programs_ = false;
  std::string threshold_;
  std::string error_rate_ = "1%";
  std::string family_ = "holm";
  std::string fail_on_ = "slower";
  std::string filter_;
  std::string max_time_;
  std::string timeout_ = "60s";
  std::string metric_ = "auto";
  std::string cpu_;
  bool same_output_ = false;
  bool instructions_ = false;
  ComparisonOutputs outputs_;
};

}  // namespace perfbench
