// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_text.hpp"

#include <algorithm>
#include <sstream>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/report/escape.hpp"
#include "unit/report/profile_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void require_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t last = 0;
  for (const std::string& part : parts) {
    CAPTURE(part);
    CAPTURE(text);
    const std::size_t at = text.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, character_count(line));
  return longest;
}

}  // namespace

TEST_CASE("the answer comes first, then functions, waits, what to do, doubts, where to look next") {
  ProfileTextOptions options;
  options.saved_as = "p.json";
  options.width = 200;
  const std::string text = profile_text(words_profile(), options);
  require_order(text,
                {"std::__detail::_Compiler<..>::_Compiler takes 50.0 % of the CPU time (1.00 s of 2.00 s), called "
                 "from parse_line",
                 "Hottest functions, by CPU time",
                 "self",
                 "50.0 %",
                 "####",
                 "regex_compiler.tcc",
                 "hottest path: main > parse_line",
                 "Waits: 2.50 s over all threads",
                 "2.00 s",
                 "asleep",
                 "waiting for a lock",
                 "futex 0x55d0",
                 "What to do first",
                 "1. compile the regular expression once",
                 "up to 50 % less time (48 to 52 %), low effort, 95 % sure",
                 "- 50 % of CPU time",
                 "(parse.cpp:81)",
                 "try:    hoist",
                 "verify: perfbench command",
                 "What makes this doubtful",
                 "12 of",
                 "(0.5 %) lost",
                 "does not reach the root",
                 "load average 1.9",
                 "Where to look next",
                 "perfviz --profiler p.json --report",
                 "perfprof diff p.json after.json",
                 "./words --input",
                 "mode cpu | perf_event at 1,000 Hz | 4.00 s | 2,200 samples"});
  CHECK_FALSE(has(text, "page_faults"));
}

TEST_CASE("no line is wider than the terminal, with every mark of colour in its place") {
  for (const model::Profile& profile : {words_profile(), allocation_profile(), io_profile()}) {
    for (const std::size_t width : {80U, 100U, 160U}) {
      ProfileTextOptions options;
      options.width = width;
      options.tree = true;
      const std::string plain = profile_text(profile, options);
      CAPTURE(plain);
      CHECK(longest_line(plain) <= width);
      CHECK_FALSE(has(plain, "\x1b"));
      options.color = true;
      const std::string colored = profile_text(profile, options);
      CHECK(has(colored, "\x1b[1m"));
      std::string bare;
      for (std::size_t i = 0; i < colored.size(); ++i) {
        if (colored[i] == '\x1b')
          i = colored.find('m', i);
        else
          bare += colored[i];
      }
      CHECK(bare == plain);
    }
  }
}

TEST_CASE("a handful of samples is no answer") {
  model::Profile profile = words_profile();
  profile.counts.taken = 3;
  CHECK(has(profile_text(profile, {}), "3 samples are too few to tell where the time goes; most of them in"));
}

TEST_CASE("each mode has its own units and columns") {
  const std::string memory = profile_text(allocation_profile(), {});
  require_order(memory, {"format_row makes 75.0 % of the bytes allocated (48.0 MiB of 64.0 MiB)",
                         "At the end 1.00 MiB were still allocated, 1.00 MiB of them by make_node < build < main.",
                         "bytes", "count", "48.0 MiB", "3,000", "Still allocated at the end: 1.00 MiB", "1.00 MiB",
                         "16", "leak.cpp:12", "make_node < build < main"});
  const std::string files = profile_text(io_profile(), {});
  require_order(files, {"write_log takes 80.0 % of the bytes read and written (3.81 MiB of 4.77 MiB)", "4,000",
                        "Files and descriptors", "/var/log/app.log", "socket:[1234]"});
  model::Profile offcpu = words_profile();
  offcpu.mode = "offcpu";
  offcpu.primary = "wall";
  const std::string waiting = profile_text(offcpu, {});
  require_order(waiting, {"clock_nanosleep waits 80.0 % of the waiting time (2.00 s of 2.50 s)", "Waits: 2.50 s",
                          "Hottest functions, by waiting time"});
  CHECK_FALSE(has(waiting, "regex_compiler"));
}

TEST_CASE("a profile without samples says why") {
  model::Profile profile = words_profile();
  profile.samples = {};
  profile.samples.values.resize(3);
  profile.cpu_s = 0.0004;
  const std::string text = profile_text(profile, {});
  require_order(text, {"No samples: the program used 400 us of CPU time, and one is taken every 1.00 ms", "--rate"});
  CHECK_FALSE(has(text, "0.0 %\n"));
  profile.complete = false;
  CHECK(has(profile_text(profile, {}), "interrupted before the first"));
  CHECK(has(profile_text(model::Profile{}, {}), "No samples"));
  profile.primary = "nonsense";
  CHECK(has(profile_text(profile, {}), "No samples"));
  profile.mode = "alloc";
  CHECK(has(profile_text(profile, {}), "No allocation was sampled"));
}

TEST_CASE("the tree is indented by callers, told in shares, and folds what is small") {
  ProfileTextOptions options;
  options.tree = true;
  options.color = false;
  const std::string text = profile_text(words_profile(), options);
  require_order(text, {"Call tree, by CPU time", "90.0 %           main", "80.0 %   10.0 %    parse_line",
                       "50.0 %   50.0 %      std::__detail::_Compiler"});
  ProfileDraft wide("cpu", {{"cpu", "ns"}});
  for (int i = 0; i < 200; ++i) wide.sample(wide.stack({"main", "leaf" + std::to_string(i)}), {10});
  wide.sample(wide.stack({"main", "hot"}), {2000});
  require_order(profile_text(wide.profile, options), {"Call tree", "hot", "... 200 more"});
  ProfileDraft deep("cpu", {{"cpu", "ns"}});
  deep.sample(deep.stack(std::vector<std::string>(50'000, "recurse")), {10});
  CHECK(has(profile_text(deep.profile, options), "recurse"));
}

TEST_CASE("what is listed is chosen, and the heads name it") {
  ProfileTextOptions options;
  options.width = 120;
  const auto text = [&](std::string_view group) {
    options.by = profile_group(group);
    return profile_text(words_profile(), options);
  };
  require_order(text("module"), {"takes 50.0 % of the CPU time", "Hottest modules, by CPU time (# self, - called)",
                                 "total", "  module\n", "80.0 %  1.60 s  90.0 %  ########-   /home/me/words/words\n",
                                 "10.0 %  200 ms", "[kernel]"});
  require_order(text("line"), {"Hottest lines", "line", "function", "50.0 %  1.00 s", "regex_compiler.tcc:70", "20.0 %",
                               "hashtable.h:2100", "10.0 %", "count.py:7", "count"});
  require_order(text("thread"), {"Hottest threads, by CPU time\n", "thread\n", "90.0 %  1.80 s", "words 100\n",
                                 "10.0 %  200 ms", "python3 101\n"});
  require_order(text("process"), {"Hottest processes", "process\n", "90.0 %  1.80 s", "words 100\n"});
  require_order(text("language"), {"Hottest languages", "language\n", "80.0 %  1.60 s  90.0 %", "native\n", "10.0 %"});
  CHECK_FALSE(has(text("thread"), "total"));
  CHECK(text("function") == profile_text(words_profile(), [&] {
          ProfileTextOptions plain;
          plain.width = options.width;
          return plain;
        }()));
  options.top = 1;
  CHECK(has(text("process"), "1 more process: 10.0 % together (--top 2 lists all)"));
  CHECK(has(text("language"), "2 more languages: 20.0 % together"));
  CHECK_THROWS_WITH_AS(static_cast<void>(profile_group("modul")),
                       "--by: 'modul' is none of function, module, line, thread, process, language; did you mean "
                       "'module'?",
                       BadInput);
}

TEST_CASE("Markdown and CSV list what was chosen") {
  const std::string markdown = profile_markdown(words_profile(), 1, stats::GroupBy::module);
  CHECK(has(markdown,
            "| self | ns | total | module |\n| ---: | ---: | ---: | --- |\n| 80.0 % | 1.60 s | 90.0 % | "
            "/home/me/words/words |\n"));
  CHECK(has(profile_markdown(words_profile(), 3, stats::GroupBy::line), "| line | function |\n"));
  const std::string csv = profile_csv(words_profile(), stats::GroupBy::thread);
  CHECK(
      csv.starts_with("measure,unit,thread,self,total,self_share,total_share,samples\n"
                      "cpu,ns,words 100,1800000000,1800000000,0.9,0.9,1800\n"));
}

TEST_CASE("hostile text stays text") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  draft.sample(draft.stack({"main\x1b]0;title\x07", "| `x` <script>alert(1)</script>\n"}), {10});
  draft.profile.command = "sh -c '\x1b[2J'";
  const std::string text = profile_text(draft.profile, {});
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "\x07"));
  const std::string markdown = profile_markdown(draft.profile, 10);
  CHECK_FALSE(has(markdown, "<script>"));
  CHECK_FALSE(has(markdown, "\x1b"));
}

TEST_CASE("Markdown holds the answer, the functions and what to do") {
  const std::string text = profile_markdown(words_profile(), 3);
  require_order(text, {"### Profile of ./words --input corpus.txt", "takes 50.0 % of the CPU time",
                       "| self | ns | total | function | where |", "| 50.0 % | 1.00 s |", "| waited |", "asleep",
                       "**What to do first**", "1. **compile the regular expression once**",
                       "**What makes this doubtful**", "load average"});
  CHECK(has(profile_markdown(model::Profile{}, 3), "No samples"));
}

TEST_CASE("CSV has a line a function and measure, and its selfs sum to the total") {
  const model::Profile profile = words_profile();
  std::istringstream lines(profile_csv(profile));
  std::string line;
  std::getline(lines, line);
  CHECK(line == "measure,unit,function,language,file,line,module,self,total,self_share,total_share,samples");
  std::uint64_t cpu = 0;
  while (std::getline(lines, line)) {
    if (!line.starts_with("cpu,")) continue;
    std::vector<std::string> fields;  // function names hold commas only within quotes
    bool quoted = false;
    fields.emplace_back();
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted)
        fields.emplace_back();
      else
        fields.back() += c;
    }
    REQUIRE(fields.size() == 12);
    cpu += std::stoull(fields[7]);
  }
  CHECK(cpu == 2'000'000'000);
}
