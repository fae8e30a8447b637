// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/sarif.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include "perfopt/model/json_fields.hpp"

namespace perfopt::model {
namespace {

// A URI reference (RFC 3986) of a path: absolute ones get the scheme, what is not unreserved is percent-encoded.
std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    uri += code.data();
  }
  return uri;
}

Json location_of(const SarifResult& result) {
  Json location = Json::object();
  if (!result.file.empty()) {
    // A benchmark has no line that we know; code scanning of GitHub takes no result without one.
    location["physicalLocation"] = {{"artifactLocation", {{"uri", uri_of(result.file)}}},
                                    {"region", {{"startLine", 1}}}};
  }
  location["logicalLocations"] = Json::array({{{"fullyQualifiedName", result.subject}, {"kind", "function"}}});
  return location;
}

Json json_of(const SarifResult& result, const std::vector<SarifRule>& rules) {
  constexpr const char* kLevels[] = {"error", "warning", "note"};
  Json json = {{"ruleId", result.rule}};
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].id == result.rule) json["ruleIndex"] = i;
  }
  json["level"] = kLevels[static_cast<std::size_t>(result.level)];
  json["message"] = {{"text", result.message}};
  json["locations"] = Json::array({location_of(result)});
  json["partialFingerprints"] = {{"benchmark/v1", result.rule + ":" + result.subject}};
  return json;
}

Json json_of(const SarifRule& rule) {
  return {{"id", rule.id}, {"shortDescription", {{"text", rule.name}}}, {"help", {{"text", rule.help}}}};
}

}  // namespace

std::string to_json_text(const SarifLog& log) {
  Json driver = {{"name", log.tool}};
  if (!log.tool_version.empty()) driver["version"] = log.tool_version;
  driver["rules"] = Json::array();
  for (const SarifRule& rule : log.rules) driver["rules"].push_back(json_of(rule));
  Json run = {{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", Json::array()}};
  for (const SarifResult& result : log.results) run["results"].push_back(json_of(result, log.rules));
  if (!log.properties.empty()) run["properties"] = Json::object();
  for (const auto& [name, value] : log.properties) run["properties"][name] = value;
  Json json = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}};
  json["runs"] = Json::array({run});
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace perfopt::model
