// SPDX-License-Identifier: Apache-2.0
#include "checkout.hpp"

#include <cstdlib>
#include <optional>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"

namespace perfbench {
namespace {

constexpr double kPatience = 20;  // seconds; a cold checkout on a slow disk

// The first line of what `git WORDS` prints; empty when it fails or there is no git.
std::optional<std::string> git(std::vector<std::string> words) {
  perfopt::Command command;
  command.words = std::move(words);
  command.words.insert(command.words.begin(), "git");
  command.environment = {"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0"};
  try {
    const perfopt::Finished finished = perfopt::run_to_end(command, kPatience);
    if (finished.exit_code != 0) return std::nullopt;
    return finished.output.substr(0, finished.output.find('\n'));
  } catch (const perfopt::Error&) {
    return std::nullopt;
  }
}

std::string branch_of_ci() {
  for (const char* name : {"GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

}  // namespace

Checkout look_at_checkout() {
  Checkout checkout;
  const auto root = git({"rev-parse", "--show-toplevel"});
  if (!root) return checkout;
  checkout.root = *root;
  checkout.commit = git({"rev-parse", "--verify", "HEAD"}).value_or("");
  checkout.branch = git({"symbolic-ref", "--short", "HEAD"}).value_or(branch_of_ci());
  checkout.dirty = !git({"status", "--porcelain", "--untracked-files=no"}).value_or("").empty();
  return checkout;
}

std::string commit_date(const std::string& commit) {
  const auto date = git({"show", "--no-patch", "--format=%cI", "--end-of-options", commit});
  if (!date) throw perfopt::BadInput("--date commit: git does not know the commit '" + commit + "' here");
  return *date;
}

}  // namespace perfbench
