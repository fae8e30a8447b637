// SPDX-License-Identifier: Apache-2.0
// A report of many lines: each line makes a new string of all that was before; clean: appended in place, in space
// that is kept.
#include <string>

#include "fault.hpp"

namespace {

[[gnu::noinline]] std::string line_of(unsigned long long x) {
  return "row " + std::to_string(fault::crunch(x, 100)) + "\n";
}

[[gnu::noinline]] std::string report_anew(int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i) text = text + line_of(static_cast<unsigned long long>(i));
  return text;
}

[[gnu::noinline]] const std::string& report_in_place(int lines) {
  static std::string text;
  text.clear();
  for (int i = 0; i < lines; ++i) text += line_of(static_cast<unsigned long long>(i));
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long size = 0;
  while (run.goes_on()) size += run.clean() ? report_in_place(8000).size() : report_anew(8000).size();
  return fault::Run::done(size);
}
