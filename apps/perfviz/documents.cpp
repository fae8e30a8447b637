// SPDX-License-Identifier: Apache-2.0
#include "documents.hpp"

#include <algorithm>

#include "perfopt/core/error.hpp"
#include "perfopt/core/mapped_file.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/suite_json.hpp"

namespace perfviz {
namespace {

namespace model = perfopt::model;

constexpr const char* kStandardInput = "-";

std::string origin_of(const std::string& path) {
  return path == kStandardInput ? "standard input" : path;
}

perfopt::MappedFile opened(const std::string& path) {
  return perfopt::MappedFile(path == kStandardInput ? "/dev/stdin" : path);
}

Document read_benchmark(const std::string& path) {
  const perfopt::MappedFile file = opened(path);
  const std::string origin = origin_of(path);
  return {origin, model::suite_from_json(file.text(), origin)};
}

Document read_profile(const std::string& path) {
  const perfopt::MappedFile file = opened(path);
  const std::string origin = origin_of(path);
  return {origin, model::read_profile(file.text(), origin)};
}

}  // namespace

std::vector<Document> read_documents(const Options& options) {
  const std::vector<std::string> inputs = options.inputs();
  if (std::ranges::count(inputs, kStandardInput) > 1) {
    throw perfopt::BadInput("several inputs are '-'; standard input can be one of them");
  }
  std::vector<Document> documents;
  for (const std::string& path : options.benchmarks) documents.push_back(read_benchmark(path));
  for (const std::string& path : options.profiles) documents.push_back(read_profile(path));
  return documents;
}

}  // namespace perfviz
