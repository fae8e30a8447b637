// SPDX-License-Identifier: Apache-2.0
#include "perfopt/store/noise_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/noise_json.hpp"

namespace perfopt::store {
namespace {

namespace fs = std::filesystem;

fs::path directory_in(const char* variable) {
  const char* value = std::getenv(variable);
  const fs::path directory = value == nullptr ? "" : value;
  return directory.is_absolute() ? directory : fs::path();  // the XDG specification: a relative one is ignored
}

}  // namespace

fs::path noise_path(const model::Environment& environment) {
  fs::path cache = directory_in("XDG_CACHE_HOME");
  const fs::path home = directory_in("HOME");
  if (cache.empty() && !home.empty()) cache = home / ".cache";
  if (cache.empty()) return {};
  return cache / "perfopt" / ("noise-" + model::machine_key(environment) + ".json");
}

void save_noise(const model::NoiseProfile& profile) {
  const fs::path path = noise_path(profile.environment);
  if (path.empty()) throw Unavailable("keep the noise profile: neither XDG_CACHE_HOME nor HOME is set; set one");
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw SystemError(error.value(), "make the directory " + path.parent_path().string());
  write_atomically(path, model::to_json_text(profile));
}

std::optional<model::NoiseProfile> load_noise(const model::Environment& environment) {
  const fs::path path = noise_path(environment);
  if (path.empty()) return std::nullopt;
  try {
    return model::noise_from_json(read_file(path), path.string());
  } catch (const SystemError& error) {
    const int number = error.error_number();
    // Somebody else's home is no reason to refuse a comparison.
    if (number == ENOENT || number == ENOTDIR || number == EACCES) return std::nullopt;
    throw;
  }
}

}  // namespace perfopt::store
