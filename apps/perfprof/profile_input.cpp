// SPDX-License-Identifier: Apache-2.0
#include "profile_input.hpp"

#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/mapped_file.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/model/profile_formats.hpp"

namespace perfprof {

perfopt::model::Profile read_input(const std::string& path) {
  if (path == "-") return perfopt::model::read_profile(perfopt::MappedFile("/dev/stdin").text(), "standard input");
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
