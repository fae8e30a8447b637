// SPDX-License-Identifier: Apache-2.0
// The page of two profiles compared: one account of all functions, noise never told as a change, a table that ends.
#include "perfopt/report/profile_diff_page.hpp"

#include <doctest/doctest.h>

#include <string>

#include "perfopt/stats/profile_diff.hpp"
#include "profile_fixture.hpp"

using perfopt::report::Article;
using perfopt::report::profile_diff_article;
using perfopt::report::testing::ProfileDraft;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

void add(ProfileDraft& draft, const std::string& function, std::size_t samples) {
  const auto stack = draft.stack({"main", function});
  for (std::size_t i = 0; i < samples; ++i) draft.sample(stack, {1'000'000});
}

Article article_of(const ProfileDraft& before, const ProfileDraft& after) {
  return profile_diff_article(before.profile, after.profile,
                              perfopt::stats::profile_diff(before.profile, 0, after.profile, 0), "");
}

// Two runs of one program of 300 rare functions, of which each run sees 200.
struct Rare {
  ProfileDraft before{"cpu", {{"cpu", "ns"}}};
  ProfileDraft after{"cpu", {{"cpu", "ns"}}};
  Rare() {
    add(before, "hot", 1'000);
    add(after, "hot", 1'000);
    for (int i = 0; i < 300; ++i) {
      if (i < 200) add(before, "rare" + std::to_string(i), 1);
      if (i >= 100) add(after, "rare" + std::to_string(i), 1);
    }
  }
};

}  // namespace

TEST_CASE("functions that one run alone happened to sample are no change, and the table of them ends") {
  const Rare runs;
  const std::string body = article_of(runs.before, runs.after).body;
  CHECK(has(body, "No change beyond sampling noise: 2 functions compared"));
  CHECK(has(
      body,
      "301 functions were sampled themselves in either profile, 1 of them often enough to be compared, and 1 more by "
      "what they call. Self of the 100 largest"));
  CHECK(has(body, "too few samples</td>"));
  CHECK_FALSE(has(body, "added</td>"));
  CHECK_FALSE(has(body, "removed</td>"));
  CHECK(has(body, "<div class=\"scroll tall\" role=\"group\" tabindex=\"0\" aria-label=\"Functions\""));
  const std::string table = body.substr(body.find("aria-label=\"Functions\""));
  CHECK(count(table.substr(0, table.find("</table>")), "<tr><th scope=\"row\"") == 100);
}

TEST_CASE("a function that is compared and was not sampled once is not called removed") {
  Rare runs;
  add(runs.before, "seldom", 10);
  for (int i = 0; i < 100; ++i) {
    add(runs.before, "other" + std::to_string(i), 10);
    add(runs.after, "other" + std::to_string(i), 10);
  }
  const std::string body = article_of(runs.before, runs.after).body;
  CHECK(has(body, "No change beyond sampling noise"));
  CHECK(has(body, "not sampled after</td>"));
}

TEST_CASE("boxes within noise are drawn as the same, and what changed beyond it is coloured") {
  Rare runs;
  add(runs.after, "hot", 5);
  const std::string quiet = article_of(runs.before, runs.after).body;
  CHECK(count(quiet, "dg1") + count(quiet, "df1") == 2);  // the legend alone
  CHECK(has(quiet, "the same, or within noise"));
  add(runs.after, "new", 500);
  CHECK(count(article_of(runs.before, runs.after).body, "dg3") > 1);
}

TEST_CASE("what is not there is a dash, and what changed beyond noise stands first as added or removed") {
  Rare runs;
  add(runs.before, "old", 400);
  add(runs.after, "new", 500);
  const std::string body = article_of(runs.before, runs.after).body;
  const std::string table = body.substr(body.find("aria-label=\"Functions\""));
  const std::string first = table.substr(table.find("<tbody>"), table.find("</tr>", table.find("<tbody>")));
  CHECK(has(first, "<bdi>new</bdi>"));
  CHECK(has(first, ">-</td>"));
  CHECK(has(first, "+ added</td>"));
  CHECK(has(table, "− removed</td>"));
  CHECK_FALSE(has(body, ">0.0 %</td>"));
  CHECK_FALSE(has(body, ">0.00 ns</td>"));
}
