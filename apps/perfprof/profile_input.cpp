// SPDX-License-Identifier: Apache-2.0
#include "profile_input.hpp"

#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/mapped_file.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/prof/profile_builder.hpp"
#include "perfopt/prof/record/perf_data.hpp"

namespace perfprof {

namespace {

perfopt::model::Profile unwound(const std::string& path) {
  perfopt::prof::PerfData data = perfopt::prof::read_perf_data(path);
  perfopt::model::Profile profile = perfopt::prof::profile_of(data.recording, {});
  profile.command = data.command;
  profile.mode = "cpu";
  profile.backend = "import: perf.data";
  profile.backend_reason = "read from " + path + ", event " + data.event;
  profile.rate_hz = data.rate_hz;
  profile.elapsed_s = data.elapsed_s;
  profile.environment.host = data.host;
  profile.environment.kernel = data.kernel;
  profile.environment.cpu_model = data.cpu;
  return profile;
}

}  // namespace

perfopt::model::Profile read_input(const std::string& path) {
  if (path == "-") {
    const perfopt::MappedFile input("/dev/stdin");
    if (input.text().starts_with("PERFILE2")) {
      throw perfopt::BadInput(
          "standard input: a perf.data is read from a file: save it (perf record -o FILE) and name that");
    }
    return perfopt::model::read_profile(input.text(), "standard input");
  }
  if (perfopt::prof::is_perf_data(path)) return unwound(path);
  return perfopt::model::read_profile(perfopt::MappedFile(path).text(), path);
}

std::size_t chosen_measure(const perfopt::model::Profile& profile, const std::string& name, const std::string& path) {
  if (name.empty()) return perfopt::model::primary_measure(profile);
  if (const auto found = perfopt::model::find_measure(profile, name)) return *found;
  std::string all;
  std::vector<std::string_view> names;
  for (const perfopt::model::Measure& measure : profile.measures) {
    all += (all.empty() ? "" : ", ") + measure.name;
    names.push_back(measure.name);
  }
  throw perfopt::BadInput("--measure: " + path + " has no '" + name + "' but " + all +
                          perfopt::did_you_mean(name, names));
}

}  // namespace perfprof
