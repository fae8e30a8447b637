// SPDX-License-Identifier: Apache-2.0
// A table handed to a function by value; clean: by reference.
#include <map>
#include <string>

#include "fault.hpp"

namespace {

using Table = std::map<std::string, std::string>;

[[gnu::noinline]] std::size_t look_up_copy(Table table, const std::string& key) {
  const auto at = table.find(key);
  return at == table.end() ? 0 : at->second.size();
}

[[gnu::noinline]] std::size_t look_up(const Table& table, const std::string& key) {
  const auto at = table.find(key);
  return at == table.end() ? 0 : at->second.size();
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  Table table;
  for (int i = 0; i < 300; ++i) table["setting " + std::to_string(i)] = "a value that is longer than a short string";
  unsigned long long x = 1;
  while (run.goes_on()) {
    const std::string key = "setting " + std::to_string(fault::crunch(x, 500) % 400);
    x += run.clean() ? look_up(table, key) : look_up_copy(table, key);
  }
  return fault::Run::done(x);
}
