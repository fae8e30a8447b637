// SPDX-License-Identifier: Apache-2.0
// What may be set: one table of settings that serves the configuration file, PERFOPT_* variables, flags, the
// documentation and --print-config.
//
// A later source overrides an earlier one: built-in, file, the file's section that --env names, PERFOPT_* variables,
// flags. Each value remembers where it came from. A setting "limits.memory" is the field "memory" of "limits" in the
// file (configs/schema/optimization_config.schema.json) and PERFOPT_LIMITS_MEMORY in the environment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::model {

inline constexpr std::array<std::string_view, 6> kOptimizerCategories{"memory",  "cpu",      "io",
                                                                      "network", "database", "distributed"};
inline constexpr std::array<std::string_view, 3> kEnvironments{"development", "testing", "production"};

struct OptimizerSwitch {
  bool enabled = true;
  std::vector<std::string> disable;  // "sort" (the problem) or "sort/tbb" (one strategy of it)
};

struct ResourceLimits {
  unsigned threads = 0;            // 0: as many as this process may use
  std::uint64_t memory_bytes = 0;  // 0: half of what is available
  std::uint64_t file_bytes = 0;    // 0: 1 GiB, at most half of the free space
  unsigned connections = 64;
  unsigned ranks = 0;  // processes of the distributed category; 0: as many as threads, at least 2
};

// What `perfbench compare` calls the same.
struct CompareConfig {
  double threshold = 0.02;           // 0.02 is 2 %
  std::vector<std::string> margins;  // "REGEX=5%": of benchmarks whose name matches, instead; the first that fits holds

  // Throws BadInput for a margin that cannot be read.
  [[nodiscard]] double margin_of(const std::string& benchmark) const;
};

struct Config {
  std::string level = "aggressive";
  std::string sizes = "all";
  unsigned repetitions = 0;  // rounds of a case; 0: as many as the time allows
  double max_time_s = 165;
  std::uint64_t seed = 1;
  std::string scratch;       // directory of the files that are measured; "": the one for temporary files
  std::string database_url;  // PostgreSQL to measure; "": a cluster of our own
  ResourceLimits limits;
  CompareConfig compare;
  std::array<OptimizerSwitch, kOptimizerCategories.size()> optimizers;  // by the order of kOptimizerCategories

  // "io", "cpu/sort", "cpu/sort/tbb": what is switched off, as bench::RunOptions wants it.
  [[nodiscard]] std::vector<std::string> disabled() const;
};

// What a value is written as.
enum class SettingKind : std::uint8_t { toggle, number, bytes, duration, choice, sizes, names, directory, text };

struct Setting {
  std::string name;      // "limits.memory"
  std::string variable;  // "PERFOPT_LIMITS_MEMORY"
  std::string flag;      // "--memory-limit", or "" for none
  SettingKind kind;
  std::string value;  // placeholder, "BYTES", or the choices, "conservative|balanced|aggressive"
  std::string doc;    // one line
  // Reads `text`; throws BadInput that begins with `where`.
  std::function<void(Config&, std::string_view text, std::string_view where)> assign;
  std::function<std::string(const Config&)> show;  // text that assign() reads back
};

[[nodiscard]] const std::vector<Setting>& settings();
// Null when there is no such setting.
[[nodiscard]] const Setting* find_setting(std::string_view name);

struct EffectiveConfig {
  Config values;
  std::vector<std::string>
      sources;              // of each of settings(): "built-in", "x.json:12 (testing)", "PERFOPT_SEED", "--seed"
  std::string environment;  // the chosen one of kEnvironments, or ""

  void assign(const Setting& setting, std::string_view text, std::string_view where, std::string_view source);
  [[nodiscard]] const std::string& source(const Setting& setting) const;
};

// Values of the shipped configs/optimization_config.json, with the section `environment` unless that is "".
[[nodiscard]] EffectiveConfig built_in_config(std::string_view environment);

// Overrides by a file's text. All sections are checked, only the one of `environment` counts; throws BadInput for
// whatever is unknown, wrong or missing, with the line and the nearest right name.
void apply_file(EffectiveConfig& config, std::string_view text, std::string_view path, std::string_view environment);

// Overrides by those of `variables` ("NAME=VALUE") that begin with PERFOPT_. PERFOPT_CONFIG and PERFOPT_ENV are
// known and left to the caller; any other unknown one is refused.
void apply_variables(EffectiveConfig& config, std::span<const std::string_view> variables);

// Every effective value, its source and how to set it, as one JSON object.
[[nodiscard]] std::string to_json_text(const EffectiveConfig& config);

}  // namespace perfopt::model
