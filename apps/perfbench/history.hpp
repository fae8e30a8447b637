// SPDX-License-Identifier: Apache-2.0
// perfbench history: runs over time, where they changed, and how versions and environments compare.
#pragma once

#include <string>
#include <vector>

#include "perfopt/cli/options.hpp"
#include "perfopt/model/comparison.hpp"
#include "perfopt/model/history.hpp"
#include "perfopt/store/history.hpp"
#include "subcommands.hpp"

namespace perfbench {

class HistoryJob final : public Subcommand {
 public:
  explicit HistoryJob(CLI::App& program);
  [[nodiscard]] int run() override;

 private:
  CLI::App* add_job(CLI::App& parent, const std::string& name, const std::string& doc, const std::string& footer);
  void add_selection(CLI::App& job);
  void add_recording();
  void add_reading();
  void add_keeping();

  [[nodiscard]] std::string store_path() const;
  [[nodiscard]] perfopt::store::History open(bool create) const;
  [[nodiscard]] std::size_t whole(const std::string& text, const char* flag) const;
  [[nodiscard]] std::string environment_called(perfopt::store::History& history) const;

  [[nodiscard]] perfopt::model::HistoryRun run_from_file(const std::string& file) const;
  int record();
  int list();
  int show();
  int compare();
  int set_baseline();
  int list_baselines();
  int prune();
  int export_to();
  int import_from();

  void deliver(const perfopt::model::History& history) const;
  void deliver(const perfopt::model::Comparison& comparison) const;
  void note(const std::string& text) const;

  CLI::App* record_ = nullptr;
  CLI::App* list_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* compare_ = nullptr;
  CLI::App* baseline_ = nullptr;
  CLI::App* baseline_set_ = nullptr;
  CLI::App* baseline_list_ = nullptr;
  CLI::App* prune_ = nullptr;
  CLI::App* export_ = nullptr;
  CLI::App* import_ = nullptr;

  std::string store_;
  std::vector<std::string> files_;
  std::string file_, pattern_, first_, second_;
  std::string commit_, branch_, version_, date_;
  std::string environment_, last_, since_, keep_, before_, threshold_, fail_on_;
  bool elsewhere_ = false, no_samples_ = false, environments_ = false;
};

}  // namespace perfbench
