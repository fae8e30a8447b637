// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/source_lines.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/report/profile_page.hpp"
#include "unit/report/markup.hpp"
#include "unit/report/profile_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

std::string numbered_text(unsigned lines, const std::string& text) {
  std::string out;
  for (unsigned i = 1; i <= lines; ++i) out += "\tline " + std::to_string(i) + text + "\n";
  return out;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

SourceFile parse_alone(const std::string& path) {
  if (!path.ends_with("parse.cpp")) return {.text = "", .refusal = "it is not there", .modified = ""};
  return {.text = numbered_text(100, " <script>"), .refusal = "", .modified = "2026-11-20T00:00:00Z"};
}

}  // namespace

TEST_CASE("hot lines stand with their shares, the lines around them, and nothing else") {
  const model::Profile profile = words_profile();
  const ProfileView view(profile);
  const std::string html = source_section(view, "", parse_alone);
  // A tenth of the time was spent in line 81 itself, 80 % with what it calls.
  CHECK(has(html, "<td>10.0 %</td><td>80.0 %</td><th scope=\"row\">81</th><td class=\"code\"><code>    line 81 "));
  CHECK(has(html, "line 79 &lt;script&gt;"));
  CHECK(has(html, "line 83 "));
  CHECK_FALSE(has(html, "line 78 "));
  CHECK_FALSE(has(html, "line 84 "));
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "Changed after"));
  CHECK(has(html, "regex_compiler.tcc</bdi>, 50.0 %: it is not there"));
  require_sound(profile_page(profile, parse_alone));
}

TEST_CASE("a source that is newer than the recording, or shorter, is told") {
  const model::Profile profile = words_profile();
  const ProfileView view(profile);
  const auto newer = [](const std::string&) {
    return SourceFile{.text = numbered_text(3000, ""), .refusal = "", .modified = "2026-11-22T00:00:00Z"};
  };
  CHECK(has(source_section(view, "", newer), "Changed after the recording (2026-11-22T00:00:00Z)"));
  const auto shorter = [](const std::string&) {
    return SourceFile{.text = "one line", .refusal = "", .modified = "2026-11-20T00:00:00Z"};
  };
  CHECK(has(source_section(view, "", shorter), "it has fewer lines now"));
}

TEST_CASE("no more is read than the limits allow, and nothing without a reader") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  for (int i = 0; i < 50; ++i) {
    const std::string name = "f" + std::to_string(i);
    draft.frame({name, "/src/" + name + ".cpp", 5, 1, "/opt/app", 0, model::Language::native, false});
    draft.sample(draft.stack({name}), {1'000});
  }
  const ProfileView view(draft.profile);
  std::size_t bytes = 0;
  const auto large = [&](const std::string&) {
    SourceFile source{.text = std::string(kLargestSource, '\n'), .refusal = "", .modified = ""};
    bytes += source.text.size();
    return source;
  };
  CHECK(has(source_section(view, "", large), "Source lines"));
  CHECK(bytes <= kMostSourceBytes);
  CHECK(source_section(view, "", {}).empty());
}
