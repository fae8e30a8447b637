// SPDX-License-Identifier: Apache-2.0
// A setting looked up in a text of JSON for each request; clean: in what was parsed once.
#include <string>

#include <nlohmann/json.hpp>

#include "fault.hpp"

namespace {

using Json = nlohmann::json;

[[gnu::noinline]] unsigned long long answer_parsing(const std::string& settings, unsigned long long request) {
  const Json parsed = Json::parse(settings);
  return fault::crunch(request, parsed.at("steps").get<int>());
}

[[gnu::noinline]] unsigned long long answer(const Json& settings, unsigned long long request) {
  return fault::crunch(request, settings.at("steps").get<int>());
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  Json settings{{"steps", 2000}};
  for (int i = 0; i < 40; ++i) settings["limits"].push_back({{"name", "limit " + std::to_string(i)}, {"value", i}});
  const std::string text = settings.dump();
  unsigned long long x = 1;
  while (run.goes_on()) x = run.clean() ? answer(settings, x) : answer_parsing(text, x);
  return fault::Run::done(x);
}
