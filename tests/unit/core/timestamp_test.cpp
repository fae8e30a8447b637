// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/timestamp.hpp"

#include <doctest/doctest.h>

using namespace perfopt;

TEST_CASE("moments are written and read in UTC, whatever their zone") {
  CHECK(utc_text(0) == "1970-01-01T00:00:00Z");
  CHECK(utc_text(1'772'325'296) == "2026-03-01T00:34:56Z");
  CHECK(utc_text(-1) == "1969-12-31T23:59:59Z");
  CHECK(parse_utc("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_utc("2024-02-29") == 1'709'164'800);
  CHECK(parse_utc("2026-03-01T01:34:56.789123+01:00") == 1'772'325'296);
  CHECK(parse_utc("2026-02-28 19:34:56-0500") == 1'772'325'296);
  CHECK(parse_utc("2026-03-01T00:34") == 1'772'325'240);
  CHECK(parse_utc("2026-03-01T02:34:56+02") == 1'772'325'296);
  for (const char* text : {"", "2026", "2026-13-01", "2023-02-29", "2026-03-01T", "2026-03-01T25:00:00", "2026-03-01x",
                           "2026-03-01T00:34:56+", "2026-03-01T00:34:56Zz", "yesterday"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_utc(text));
  }
}
