// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_page.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <doctest/doctest.h>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/flame_graph.hpp"
#include "unit/report/markup.hpp"
#include "unit/report/profile_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the profile page is sound for every mode, and without samples") {
  for (const model::Profile& profile : {words_profile(), allocation_profile(), io_profile(), model::Profile{}}) {
    require_sound(profile_page(profile));
  }
  const std::string empty = profile_page(model::Profile{});
  CHECK(has(empty, "No samples"));
  CHECK_FALSE(has(empty, "id=\"flame\""));
  CHECK_FALSE(has(empty, "<svg"));
}

TEST_CASE("the page answers first: sentence, figures, doubts, advice, flame graph, functions, waits, time") {
  const std::string page = profile_page(words_profile());
  std::size_t last = 0;
  for (const char* part : {"Where the time goes",
                           "./words --input corpus.txt",
                           "_Compiler takes 50.0 % of the CPU time",
                           "Nothing ran for",
                           "Hottest path",
                           "<b>50.0 %</b>",
                           "<b>2.00 s</b> CPU time",
                           "load average",
                           "compile the regular expression once",
                           "up to 50 % less time",
                           "perfbench command",
                           "<svg class=\"flame\"",
                           "Hottest functions",
                           "Called from",
                           "Waits",
                           "asleep",
                           "futex 0x55d0",
                           "Over time",
                           "python3 101",
                           "Resident memory",
                           "Processes",
                           "python3 count.py",
                           "Recording",
                           "2,200 taken, 12 lost",
                           "Intel(R) Xeon(R)"}) {
    CAPTURE(part);
    const std::size_t at = page.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
}

TEST_CASE("callers and callees of a row are its neighbours in the tree") {
  const std::string page = profile_page(words_profile());
  const std::size_t row = page.find("<p>parse_line(std::string const&amp;)</p>");
  REQUIRE(row != std::string::npos);
  const std::string details = page.substr(row, page.find("</details>", row) - row);
  CHECK(has(details, "<p>Called from</p><ul><li>80.0 % main</li></ul>"));
  CHECK(has(details, "<p>Calls</p><ul><li>50.0 % std::__detail::_Compiler"));
  CHECK(has(details, "<li>20.0 % std::_Hashtable"));
}

TEST_CASE("the flame graph is as wide as the shares, with language and tooltip in each box") {
  const model::Profile profile = words_profile();
  const ProfileView view(profile);
  const FlameGraph graph = flame_graph(view);
  CHECK(graph.boxes == 9);  // the root, main, parse_line, two below, libc, kernel, run_all, count
  CHECK(graph.left_out == 0);
  CHECK(graph.rows == 4);  // all, main, parse_line, what that calls
  CHECK(has(graph.svg, "<title>parse_line\n80.0 %, 1.60 s; self 10.0 %\nparse.cpp:81</title>"));
  CHECK(has(graph.svg, "width=\"960\""));
  CHECK(has(graph.svg, "◆ count"));
  CHECK(has(graph.svg, "■ do_syscall_64"));
  CHECK(flame_graph(ProfileView(model::Profile{})).svg.empty());
}

TEST_CASE("a flame graph of more boxes than are drawn keeps the largest and stays in one piece") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  for (int i = 0; i < 400; ++i) {
    std::vector<std::string> stack{"main", "f" + std::to_string(i)};
    for (int d = 0; d < 5; ++d) stack.push_back("g" + std::to_string(i) + "_" + std::to_string(d));
    draft.sample(draft.stack(stack), {10'000 + static_cast<std::uint64_t>(i)});
  }
  draft.sample(draft.stack(std::vector<std::string>(500, "deep")), {100'000});
  const FlameGraph graph = flame_graph(ProfileView(draft.profile));
  CHECK(graph.boxes <= kMostBoxes);
  CHECK(graph.boxes > 1000);
  CHECK(graph.boxes + graph.left_out == 1 + 1 + 400 * 6 + 1);  // what only calls itself is one box
  CHECK(count(graph.svg, "<rect") == graph.boxes);
  CHECK(count(graph.svg, "calls itself: x500</title>") == 1);
  CHECK(graph.rows == 24);  // of 501 that the live graph has
  CHECK(has(flame_figure_html(graph, "f", "Graph", "words"), "<svg class=\"rows\" viewBox=\"0 0 1 432\""));
}

TEST_CASE("a line of few points stays the static picture; a longer one has data, and a figure that names it") {
  const auto is_live = [](const model::Profile& profile, const std::string& id) {
    const Article article = profile_article(profile, "");
    const bool has_figure = has(article.body, "data-lines=\"" + id + "\"");
    const bool has_island = std::ranges::any_of(
        article.islands, [&](const std::string& island) { return has(island, "\"id\":\"" + id + "\""); });
    CHECK(has_figure == has_island);
    return has_figure;
  };
  model::Profile profile = words_profile();
  CHECK(is_live(profile, "concurrency"));  // 400 points: 4 s at 1000 Hz, ten samples each
  profile.elapsed_s = 3;
  CHECK_FALSE(is_live(profile, "concurrency"));
  CHECK_FALSE(is_live(profile, "memory"));
  for (const char* title : {"Threads over time", "Resident memory of all processes over time"}) {
    CHECK(has(profile_article(profile, "").body, title));
  }
  profile.memory.clear();
  for (std::uint64_t i = 0; i <= 300; ++i) profile.memory.push_back({i * 10'000'000, 1U << 20U});
  CHECK(is_live(profile, "memory"));
  profile.memory.pop_back();
  CHECK_FALSE(is_live(profile, "memory"));
}

TEST_CASE("text of a profile cannot become markup") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}, {"wall", "ns"}});
  const std::string evil = "</title><script>alert(1)</script>\" onload=\"x {{style}}";
  draft.frame({evil, evil, 1, 1, evil, 0, model::Language::python, false});
  draft.profile.objects.push_back(evil);
  draft.sample(draft.stack({evil}), {1'000'000, 1'000'000}, 1'000'000);
  draft.sample(draft.stack({evil}), {0, 5'000'000}, 2'000'000, 0, model::Activity::read, 1);
  draft.profile.command = draft.profile.threads[0].name = draft.profile.processes[0].command = evil;
  draft.profile.recommendations.push_back({evil, evil, evil, {{evil, evil, evil, 1}}, {}, {}, 0.5, evil, evil, evil});
  draft.profile.doubts.push_back({evil, evil, evil});
  const std::string page = profile_page(draft.profile);
  require_sound(page);
  CHECK_FALSE(has(without_scripts(page), "<script"));
}

TEST_CASE("indices and figures that no recording has do not harm") {
  model::Profile profile = words_profile();
  profile.elapsed_s = -1;
  profile.threads.clear();
  profile.memory = {{0, 0}, {~0ULL, ~0ULL}};
  profile.environment.cpus_online = 0;
  require_sound(profile_page(profile));
  profile = words_profile();
  profile.recommendations[0].impact = {-3, 1e300, 2e300};
  profile.rate_hz = 1e-300;
  require_sound(profile_page(profile));
}

TEST_CASE("equal profiles give equal pages") {
  CHECK(profile_page(words_profile()) == profile_page(words_profile()));
}

TEST_CASE("the size of a page does not follow that of a program of 200,000 functions") {
  const model::Profile profile = large_profile(200'000, 20'000);
  const std::string page = profile_page(profile);
  require_sound(page);
  CHECK(page.size() < 4'000'000);
}
