// SPDX-License-Identifier: Apache-2.0
// Where the noise profile of this machine is kept, so that a comparison of files knows what two sessions can tell.
//
// $XDG_CACHE_HOME/perfopt/noise-<machine>.json, else ~/.cache/perfopt/...: one file a machine, since a home may be
// shared by several.
#pragma once

#include <filesystem>
#include <optional>

#include "perfopt/model/noise.hpp"

namespace perfopt::store {

// Empty when neither $XDG_CACHE_HOME nor $HOME names a directory (an absolute path).
[[nodiscard]] std::filesystem::path noise_path(const model::Environment& environment);

// Written whole; the directory is made. Throws SystemError when that fails, Unavailable without a place.
void save_noise(const model::NoiseProfile& profile);

// Of the machine that `environment` describes; empty when none is kept where we may read it. Throws BadInput for a file
// that is no such document, SystemError for one that cannot be read.
[[nodiscard]] std::optional<model::NoiseProfile> load_noise(const model::Environment& environment);

}  // namespace perfopt::store
