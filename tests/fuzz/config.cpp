// SPDX-License-Identifier: Apache-2.0
// The configuration file: any text is read or refused as BadInput, with each section, and what is read can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/model/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace model = perfopt::model;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view environment : {"", "testing"}) {
    model::EffectiveConfig config = model::built_in_config(environment);
    try {
      model::apply_file(config, text, "fuzz.json", environment);
    } catch (const perfopt::BadInput&) {
      continue;
    }
    // A value that was taken is one that its own reader takes again.
    for (const model::Setting& setting : model::settings()) {
      model::Config again = config.values;
      setting.assign(again, setting.show(config.values), "fuzz");
      if (setting.show(again) != setting.show(config.values)) std::abort();
    }
    if (model::to_json_text(config).empty()) std::abort();
  }
  return 0;
}
