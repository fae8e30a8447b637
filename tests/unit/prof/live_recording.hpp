// SPDX-License-Identifier: Apache-2.0
// Records a program of tests/programs by perf_event, for tests to look at.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/record/backend.hpp"

namespace perfopt::test {

// Why nothing can be recorded here; "" when it can.
[[nodiscard]] std::string cannot_record();

// The same for a plain user and this program.
[[nodiscard]] std::string cannot_record_as_nobody(const std::string& program);

// Runs `words` to its end; as the user who runs the test, or as a plain one.
[[nodiscard]] model::Profile record_live(const std::vector<std::string>& words,
                                         const prof::RecordOptions& options = {});
[[nodiscard]] model::Profile record_live_as_nobody(const std::vector<std::string>& words,
                                                   const prof::RecordOptions& options = {});
[[nodiscard]] model::Profile record_process(pid_t pid, double seconds);

// Sums over the rows of a profile.
[[nodiscard]] std::uint64_t sum_of(const model::Profile& profile, std::size_t measure);
[[nodiscard]] std::uint64_t wall_of(const model::Profile& profile, model::Activity activity);
// Of the rows that have a function of that name in their stack, and of all that have the activity.
[[nodiscard]] std::uint64_t below(const model::Profile& profile, const std::string& function, std::size_t measure);
[[nodiscard]] std::uint64_t wall_below(const model::Profile& profile, const std::string& function,
                                       model::Activity activity);

}  // namespace perfopt::test
