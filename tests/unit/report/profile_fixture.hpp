// SPDX-License-Identifier: Apache-2.0
// Profiles as a recording leaves them, for the tests of what they look like.
#pragma once

#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::report::testing {

// A profile in the making: frames are told apart by function, stacks are given from the root.
class ProfileDraft {
 public:
  ProfileDraft(std::string mode, std::vector<model::Measure> measures);

  // The next frames of that name are this one.
  void frame(const model::Frame& frame);
  // Index of a stack, "main > parse > compile".
  std::uint32_t stack(const std::vector<std::string>& root_first);
  void sample(std::uint32_t stack, std::vector<std::uint64_t> values, std::uint64_t time_ns = 0,
              std::uint32_t thread = 0, model::Activity activity = model::Activity::running, std::uint32_t object = 0);

  model::Profile profile;
};

// 4 s of a program of two threads: words are parsed with a regular expression that is compiled again and again; one
// long-named template, one thread asleep, a lock, Python below bash, a recommendation and doubts.
[[nodiscard]] model::Profile words_profile();
// 64 MiB allocated by two functions, 1 MiB of it in 16 blocks never freed by make_node.
[[nodiscard]] model::Profile allocation_profile();
// Bytes by file.
[[nodiscard]] model::Profile io_profile();
// `functions` functions in stacks that share a trunk of up to 40 frames, drawn from a fixed seed.
[[nodiscard]] model::Profile large_profile(std::size_t functions, std::size_t samples);

}  // namespace perfopt::report::testing
