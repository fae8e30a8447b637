// SPDX-License-Identifier: Apache-2.0
// The Profile document of a recording: names for all its frames, inlined ones unfolded.
#pragma once

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/recording.hpp"

namespace perfopt::prof {

struct NamingOptions {
  bool inlines = true;
};

// Fills everything of the document that a recording knows; command, mode, backend, times and environment are the
// caller's.
[[nodiscard]] model::Profile profile_of(const Recording& recording, const NamingOptions& options);

}  // namespace perfopt::prof
