// SPDX-License-Identifier: Apache-2.0
// A profile for a spreadsheet: one header line, then a line a function (module, ...) and measure, figures unrounded.
#include <string>
#include <utility>

#include "perfopt/report/csv_row.hpp"
#include "perfopt/report/profile_formats.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

std::string profile_csv(const model::Profile& profile, stats::GroupBy by) {
  const bool placed = by == stats::GroupBy::function || by == stats::GroupBy::line;
  const std::string name(group_word(by));
  std::string out = "measure,unit," + name + (placed ? ",language,file,line,module" : "") +
                    ",self,total,self_share,total_share,samples\n";
  for (std::size_t m = 0; m < profile.measures.size(); ++m) {
    stats::SampleFilter filter;
    filter.measure = m;
    for (const stats::Hotspot& spot : stats::hotspots(profile, by, filter)) {
      if (spot.total == 0) continue;
      CsvRow row;
      row.text(profile.measures[m].name);
      row.text(profile.measures[m].unit);
      row.text(spot.name);
      if (placed) {
        row.text(language_word(spot.language));
        row.text(spot.file);
        row.text(spot.line == 0 ? "" : std::to_string(spot.line));
        row.text(spot.module);
      }
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
