// SPDX-License-Identifier: Apache-2.0
// Lines matched by a regular expression that is compiled for each; clean: compiled once.
#include <regex>
#include <string>

#include "fault.hpp"

namespace {

constexpr const char* kPattern = "^(\\w+)=([0-9]+)(;[a-z]*)?$";

[[gnu::noinline]] bool matches_anew(const std::string& line) {
  const std::regex pattern(kPattern);
  return std::regex_match(line, pattern);
}

[[gnu::noinline]] bool matches_known(const std::string& line) {
  static const std::regex pattern(kPattern);
  return std::regex_match(line, pattern);
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long x = 1;
  unsigned long long found = 0;
  while (run.goes_on()) {
    x = fault::crunch(x, 200);
    const std::string line = "name=" + std::to_string(x % 100000) + ";ab";
    found += (run.clean() ? matches_known(line) : matches_anew(line)) ? 1U : 0U;
  }
  return fault::Run::done(found);
}
