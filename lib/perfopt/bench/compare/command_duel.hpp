// SPDX-License-Identifier: Apache-2.0
// Two commands in turns: a pair is both once, next to each other, in random order, each with its --prepare and
// --conclude, the shell's cost taken off where there is a shell.
//
// A side may belong to several duels (a reference and the others): its setup and warm-up happen once, its runs are
// recorded in one place, in rounds that grow over all duels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/bench/compare/command_side.hpp"
#include "perfopt/bench/compare/duel.hpp"

namespace perfopt::bench {

enum class CommandMetric : std::uint8_t { automatic, wall, cpu };

// What all duels of one measurement share.
struct CommandStage {
  ShellGauge* shell = nullptr;  // null: none
  std::uint32_t rounds = 0;
  CommandMetric metric = CommandMetric::automatic;
  bool same_output = false;
};

// Of this program. The kernel tells of a child at least what the process that started it had taken: smaller figures
// than this cannot be told.
[[nodiscard]] std::uint64_t own_peak_rss_bytes();

// A random length for the environment of a round's runs: where the stack begins is luck that must not favour a side.
// Source: Mytkowicz, Diwan, Hauswirth, Sweeney, ASPLOS 2009.
[[nodiscard]] std::size_t random_padding(Random& random);

// Runs both once and compares what they write to stdout. Throws IntegrityError with the first difference, byte and
// line.
void require_same_output(CommandSide& base, CommandSide& changed);

class CommandDuel final : public Duel {
 public:
  // All must outlive it.
  CommandDuel(CommandSide& base, CommandSide& changed, CommandStage& stage);

  [[nodiscard]] const std::string& name() const override { return changed_.spec().name; }
  void prepare() override;
  [[nodiscard]] MeasuredPair pair(Random& order) override;
  [[nodiscard]] std::string wall_reason() const override;
  [[nodiscard]] std::string cpu_reason() const override;
  [[nodiscard]] std::vector<model::MetricChange> metrics() const override;

 private:
  CommandSide& base_;
  CommandSide& changed_;
  CommandStage& stage_;
};

}  // namespace perfopt::bench
