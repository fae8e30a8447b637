// SPDX-License-Identifier: Apache-2.0
// What git, and the CI system that runs us, say about the current directory.
#pragma once

#include <filesystem>
#include <string>

namespace perfbench {

// Empty fields where there is no git, no checkout, or no commit yet.
struct Checkout {
  std::filesystem::path root;
  std::string commit;
  std::string branch;  // of a detached checkout, what GITHUB_REF_NAME or CI_COMMIT_REF_NAME says
  bool dirty = false;  // a tracked file differs from the commit
};

[[nodiscard]] Checkout look_at_checkout();

// The committer's date of a commit, ISO 8601. Throws BadInput for a commit that git does not know.
[[nodiscard]] std::string commit_date(const std::string& commit);

}  // namespace perfbench
