// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/strategy_list.hpp"

#include <nlohmann/json.hpp>

namespace perfopt::model {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const StrategyEntry& entry) {
  return {{"category", entry.category}, {"problem", entry.problem}, {"strategy", entry.strategy},
          {"title", entry.title},       {"unit", entry.unit},       {"sizes", entry.sizes},
          {"level", entry.level},       {"does", entry.does},       {"needs", entry.needs},
          {"costs", entry.costs},       {"weaker", entry.weaker}};
}

}  // namespace

std::string to_json_text(const StrategyList& list) {
  Json document{{"schema", "perfopt.strategies"}, {"schema_version", 1}};
  document["strategies"] = Json::array();
  for (const StrategyEntry& entry : list.strategies) document["strategies"].push_back(to_json(entry));
  document["missing"] = Json::array();
  for (const SkippedCategory& category : list.missing) {
    document["missing"].push_back({{"category", category.category}, {"reason", category.reason}});
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace perfopt::model
