// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/page_template.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/report/embedded.hpp"

using namespace perfopt;
using namespace perfopt::report;

TEST_CASE("slots are filled in one pass; what they bring in is not scanned") {
  const std::vector<Slot> slots{{"a", "{{b}}"}, {"b", "x"}};
  CHECK(fill("<{{a}}|{{b}}|{{a}}>", slots) == "<{{b}}|x|{{b}}>");
  CHECK(fill("nothing", {}) == "nothing");
}

TEST_CASE("a slot without content and content without a slot are our own faults") {
  const std::vector<Slot> slots{{"a", "1"}};
  CHECK_THROWS_WITH_AS((void)fill("{{b}}", slots), "page template: no content for slot b", Error);
  CHECK_THROWS_WITH_AS((void)fill("no slot", slots), "page template: no slot for a", Error);
  CHECK_THROWS_AS((void)fill("{{a", slots), Error);
}

TEST_CASE("the embedded files are complete, with the hashes of what runs and what styles") {
  const PageAssets& assets = page_assets();
  CHECK(assets.page.starts_with("<!DOCTYPE html>"));
  CHECK(assets.page.ends_with("</html>\n"));
  CHECK(assets.style.starts_with(":root {"));
  CHECK(assets.style.ends_with("}\n"));
  CHECK(assets.script.find("</script") == std::string_view::npos);
  CHECK(assets.script.find("<!--") == std::string_view::npos);
  for (const std::string_view hash : {assets.style_hash, assets.script_hash}) {
    CHECK(hash.starts_with("sha256-"));
    CHECK(hash.size() == 7 + 44);
  }
}
