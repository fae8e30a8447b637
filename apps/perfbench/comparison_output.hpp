// SPDX-License-Identifier: Apache-2.0
// Where a comparison goes: the console, the document, and files for those who read it in CI, several at once.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"
#include "perfopt/model/comparison.hpp"
#include "perfopt/report/comparison_page.hpp"

namespace perfbench {

inline constexpr const char* kComparisonFormats = "console|json|csv|markdown|junit|github|sarif|html";

struct ComparisonOutputs {
  std::string junit, markdown, sarif;  // files beside --output
  bool github = false;                 // annotations on standard output, after everything else

  void add_to(CLI::App& app, const std::string& group);
};

// Asks before a long run what writing after it would find out; throws as store::require_writable does.
void require_writable(const ComparisonOutputs& outputs, const perfopt::cli::CommonOptions& common);

// To standard output and to every file that is named. A page tells in what `environments` differ.
void deliver(const perfopt::model::Comparison& comparison, const ComparisonOutputs& outputs,
             const perfopt::cli::CommonOptions& common,
             const std::optional<perfopt::report::ComparedEnvironments>& environments = std::nullopt);

// 1 when the gate fails, 128 + `signal` when one has interrupted, else 0.
[[nodiscard]] int exit_code(const perfopt::model::Comparison& comparison, int signal);

}  // namespace perfbench
