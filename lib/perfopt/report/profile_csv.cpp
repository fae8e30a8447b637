// SPDX-License-Identifier: Apache-2.0
// A profile for a spreadsheet: one header line, then a line a function and measure, every figure unrounded.
#include <string>
#include <utility>

#include "perfopt/report/csv_row.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

std::string profile_csv(const model::Profile& profile) {
  std::string out = "measure,unit,function,language,file,line,module,self,total,self_share,total_share,samples\n";
  for (std::size_t m = 0; m < profile.measures.size(); ++m) {
    stats::SampleFilter filter;
    filter.measure = m;
    for (const stats::Hotspot& spot : stats::hotspots(profile, stats::GroupBy::function, filter)) {
      if (spot.total == 0) continue;
      CsvRow row;
      row.text(profile.measures[m].name);
      row.text(profile.measures[m].unit);
      row.text(spot.name);
      row.text(language_word(spot.language));
      row.text(spot.file);
      row.text(spot.line == 0 ? "" : std::to_string(spot.line));
      row.text(spot.module);
      row.figure(spot.self);
      row.figure(spot.total);
      row.figure(spot.self_share);
      row.figure(spot.total_share);
      row.figure(spot.samples);
      out += std::move(row).line();
    }
  }
  return out;
}

}  // namespace perfopt::report
