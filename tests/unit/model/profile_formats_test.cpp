// SPDX-License-Identifier: Apache-2.0
// Profiles of other tools: known answers of each format, what is kept through each and back, what is refused.
#include "perfopt/model/profile_formats.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/gzip.hpp"

namespace {

using perfopt::BadInput;
using namespace perfopt::model;

using Totals = std::map<std::string, std::uint64_t>;

std::size_t measure_of(const Profile& profile, const std::string& name) {
  const auto found = find_measure(profile, name);
  REQUIRE(found);
  return *found;
}

std::vector<std::string> stack_of(const Profile& profile, std::uint32_t node) {
  std::vector<std::string> names;
  for (; node != StackNode::kRoot; node = profile.stacks[node].parent) {
    names.push_back(frame_name(profile.frames[profile.stacks[node].frame]));
  }
  std::ranges::reverse(names);
  return names;
}

Totals self_of(const Profile& profile, std::size_t measure) {
  Totals sums;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const std::uint64_t value = profile.samples.values[measure][i];
    if (value > 0) sums[stack_of(profile, profile.samples.stack[i]).back()] += value;
  }
  return sums;
}

Totals total_of(const Profile& profile, std::size_t measure) {
  Totals sums;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const auto stack = stack_of(profile, profile.samples.stack[i]);
    for (const std::string& name : std::set<std::string>(stack.begin(), stack.end())) {
      sums[name] += profile.samples.values[measure][i];
    }
  }
  return sums;
}

std::map<std::vector<std::string>, std::uint64_t> stacks_of(const Profile& profile, std::size_t measure) {
  std::map<std::vector<std::string>, std::uint64_t> sums;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (profile.samples.values[measure][i] == 0) continue;
    sums[stack_of(profile, profile.samples.stack[i])] += profile.samples.values[measure][i];
  }
  return sums;
}

std::uint64_t sum_of(const Profile& profile, std::size_t measure) {
  std::uint64_t sum = 0;
  for (const std::uint64_t value : profile.samples.values[measure]) sum += value;
  return sum;
}

Profile read(const std::string& text) {
  return read_profile(text, "x");
}

std::string written(const Profile& profile, std::string_view format) {
  return profile_writer(format).write(profile, primary_measure(profile));
}

constexpr const char* kScript =
    "# captured on: today\n"
    "\n"
    "my prog  6573/6574 [001] 36839.247319:    2004008 cpu-clock:pppH: \n"
    "\tffffffff82203877 _raw_spin_lock+0x17 ([kernel.kallsyms])\n"
    "\t            16b3 std::vector<int, std::allocator<int> >::push_back(int&&)+0x63 (inlined)\n"
    "\t            16b3 sorter(unsigned int (*)(int), char) const+0x63 (/opt/a b/p)\n"
    "\t            10dc main+0x2c (/opt/a b/p)\n"
    "\n"
    "my prog  6573/6574 [001] 36839.249319:    1000000 cpu-clock:pppH: \n"
    "\t    7f3a00001000 [unknown] (/usr/lib/libz.so.1)\n"
    "\t            10dc main+0x2c (/opt/a b/p)\n"
    "  p.cpp:12\n"
    "\n"
    "my prog  6573/6573 [000] 36839.250319:          1 page-faults: \n"
    "\t            10dc main+0x2c (/opt/a b/p)\n";

constexpr const char* kSpeedscopeEvents =
    R"j({"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[{"name":"a","file":"x.py","line":3},{"name":"b"}]},)j"
    R"j("profiles":[{"type":"evented","name":"t","unit":"milliseconds","startValue":1,"endValue":11,"events":[)j"
    R"j({"type":"O","frame":0,"at":1},{"type":"O","frame":1,"at":3},{"type":"C","frame":1,"at":7.5},{"type":"C","frame":0,"at":11}]}]})j";

constexpr const char* kCpuProfile =
    R"json({"nodes":[{"id":1,"callFrame":{"functionName":"(root)","url":"","lineNumber":-1},"children":[2,3]},
{"id":2,"callFrame":{"functionName":"work","url":"file:///a.js","lineNumber":4}},
{"id":3,"callFrame":{"functionName":"(idle)","url":"","lineNumber":-1}}],
"startTime":1000,"endTime":1100,"samples":[2,3,2],"timeDeltas":[10,20,30]})json";

constexpr const char* kTrace =
    R"json({"traceEvents":[{"name":"Profile","ph":"P","pid":7,"tid":8,"id":"0x1","args":{"data":{"startTime":1000}}},
{"name":"ProfileChunk","ph":"P","pid":7,"tid":9,"id":"0x1","args":{"data":{"cpuProfile":{"nodes":[
{"id":1,"callFrame":{"functionName":"(root)"}},{"id":2,"parent":1,"callFrame":{"functionName":"f"}}],
"samples":[2]},"timeDeltas":[5]}}},
{"name":"ProfileChunk","ph":"P","pid":7,"tid":9,"id":"0x1","args":{"data":{"cpuProfile":{"samples":[2]},
"timeDeltas":[7],"endTime":1020}}}]})json";

constexpr const char* kCallgrind =
    "# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\npid: 12\ncmd: ./a\npart: 1\n\n"
    "positions: instr line\nevents: Ir Dr\nsummary: 100 10\n\n"
    "ob=(1) /bin/a\nfl=(1) a.c\nfn=(1) main\n0x10 5 10 1\n"
    "cfn=(2) work\ncalls=2 0x40 20\n+4 6 80 8\n"
    "jump=3 +8 7\n* * \n"
    "cfi=(2) b.c\ncfn=(3) log\ncalls=1 0x80 40\n* +1 10 1\n\n"
    "fn=(2)\n0x40 20 30 3\nfi=(3) inline.h\n+4 99 20 2\nfe=(1)\ncfi=(2)\ncfn=(3)\ncalls=3 0x80 40\n+4 22 30 3\n\n"
    "part: 2\nfl=(2)\nfn=(3)\n0x80 40 25 3\n+4 -1 15 1\ntotals: 100 10\n";

}  // namespace

TEST_CASE("perf script: events are measures, blanks and brackets belong to names, inlined frames know their module") {
  const Profile profile = read(kScript);
  REQUIRE(profile.measures.size() == 2);
  CHECK(profile.primary == "cpu");
  CHECK(profile.measures[0].unit == "ns");
  CHECK(sum_of(profile, 0) == 3'004'008);
  CHECK(sum_of(profile, measure_of(profile, "page_faults")) == 1);
  const std::vector<std::string> stack = stack_of(profile, profile.samples.stack[0]);
  CHECK(stack == std::vector<std::string>{"main", "sorter(unsigned int (*)(int), char) const",
                                          "std::vector<int, std::allocator<int> >::push_back(int&&)",
                                          "_raw_spin_lock"});
  const Frame& inlined = profile.frames[profile.stacks[profile.stacks[profile.samples.stack[0]].parent].frame];
  CHECK(inlined.inlined);
  CHECK(inlined.module == "/opt/a b/p");
  CHECK(stack_of(profile, profile.samples.stack[1]).back() == "[libz.so.1]");
  CHECK(profile.frames[profile.stacks[profile.stacks[profile.samples.stack[1]].parent].frame].line == 12);
  CHECK(profile.samples.time_ns == std::vector<std::uint64_t>{0, 2'000'000, 3'000'000});
  REQUIRE(profile.threads.size() == 2);
  CHECK(profile.threads[0].name == "my prog");
  CHECK(profile.threads[0].tid == 6574);
  CHECK(profile.counts.taken == 3);
}

TEST_CASE("perf script without call chains, periods and pids") {
  const Profile profile = read("  p  12 1.000001:  55d0 leaf+0x20 (/p)\n  p  12 1.000002:  55d4 leaf+0x24 (/p)\n");
  CHECK(self_of(profile, 0) == Totals{{"leaf", 2}});
  CHECK(profile.measures[0].name == "samples");
}

TEST_CASE("collapsed stacks: callers that neighbours share, in any order of the lines") {
  std::vector<std::string> lines{"a;b 1", "a;bc 2", "a 4", "a;b;c 8", "a;b;;c 16", "a;b; 32", "b;b 64", "a;b 128"};
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    CAPTURE(text);
    const Profile profile = read(text);
    const auto sums = stacks_of(profile, 0);
    CHECK(sums.size() == 7);
    CHECK(sums.at({"a", "b"}) == 129);
    CHECK(sums.at({"a", "bc"}) == 2);
    CHECK(sums.at({"a"}) == 4);
    CHECK(sums.at({"a", "b", "c"}) == 8);
    CHECK(sums.at({"b", "b"}) == 64);
    CHECK(sum_of(profile, 0) == 255);
    std::ranges::shuffle(lines, random);
  }
}

TEST_CASE("collapsed stacks: sums by stack, annotations, fractions that keep the total") {
  const Profile profile =
      read("# a comment\na;b;c 3\na;b 2\na;b;c 4\nmain;do_x_[k] 1.4\nmain;do_x_[k] 1.4\n[unknown] 1.2\n");
  CHECK(self_of(profile, 0) == Totals{{"c", 7}, {"b", 2}, {"do_x", 3}, {"[unknown]", 1}});
  CHECK(sum_of(profile, 0) == 13);
  CHECK(profile.doubts.size() == 1);
  CHECK(written(read("a;b 2\nk_[k] 1\n"), "collapsed") == "a;b 2\nk_[k] 1\n");
  CHECK(written(read("a;b 2\na 1\n  a;b\t3 \na;b;c 1\na 4\r\n"), "collapsed") == "a;b 5\na 5\na;b;c 1\n");
}

TEST_CASE("speedscope: events and samples have moments and units") {
  const Profile events = read(kSpeedscopeEvents);
  CHECK(self_of(events, 0) == Totals{{"a", 5'500'000}, {"b", 4'500'000}});
  CHECK(events.samples.time_ns == std::vector<std::uint64_t>{0, 2'000'000, 6'500'000});
  CHECK(events.frames[0].language == Language::python);
  const Profile samples = read(
      R"j({"shared":{"frames":[{"name":"a"},{"name":"b"}]},"profiles":[{"type":"sampled","name":"t","unit":"bytes",)j"
      R"j("startValue":0,"endValue":7,"samples":[[0,1],[0],[]],"weights":[4,2,1]}]})j");
  CHECK(samples.measures[0].unit == "bytes");
  CHECK(sum_of(samples, 0) == 7);
  CHECK(samples.counts.no_stack == 1);
}

TEST_CASE(".cpuprofile: a sample lasts until the next one, idle is a wait") {
  const Profile profile = read(kCpuProfile);
  CHECK(profile.measures[0].name == "wall");
  CHECK(self_of(profile, 0) == Totals{{"work", 20'000 + 40'000}, {"(idle)", 30'000}});
  CHECK(profile.frames[profile.stacks[0].frame].first_line == 5);
  CHECK(profile.frames[profile.stacks[0].frame].file == "/a.js");
  CHECK(std::ranges::count(profile.samples.activity, Activity::other) == 1);
}

TEST_CASE("Chrome traces: the chunks of each process make a profile") {
  const Profile profile = read(kTrace);
  CHECK(self_of(profile, 0) == Totals{{"f", 7'000 + 8'000}});
  CHECK(profile.threads[0].tid == 8);
}

TEST_CASE("callgrind: self costs by line, inclusive costs, inlined files, parts, compressed names, jumps") {
  const Profile profile = read(kCallgrind);
  REQUIRE(profile.measures.size() == 3);
  CHECK(profile.measures[2].name == "calls");
  CHECK(self_of(profile, 0) == Totals{{"main", 10}, {"work", 50}, {"log", 40}});
  CHECK(self_of(profile, 1) == Totals{{"main", 1}, {"work", 5}, {"log", 4}});
  CHECK(total_of(profile, 0) == Totals{{"main", 100}, {"work", 80}, {"log", 40}});
  std::map<std::pair<std::string, unsigned>, std::uint64_t> lines;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (profile.samples.values[0][i] == 0) continue;  // a count of calls
    const Frame& frame = profile.frames[profile.stacks[profile.samples.stack[i]].frame];
    lines[{frame.file, frame.line}] += profile.samples.values[0][i];
  }
  CHECK(lines ==
        decltype(lines){
            {{"a.c", 5}, 10}, {{"a.c", 20}, 30}, {{"inline.h", 99}, 20}, {{"b.c", 40}, 25}, {{"b.c", 39}, 15}});
  CHECK(profile.doubts.size() == 1);
  CHECK(profile.command == "./a");
}

TEST_CASE("callgrind: recursion ends, self costs stay exact") {
  const Profile profile = read(
      "events: Ir\nfn=main\n1 1\ncfn=a\ncalls=1 1\n1 99\n\nfn=a\n2 40\ncfn=b\ncalls=1 1\n2 80\ncfn=a\ncalls=1 1\n2 "
      "500\n\n"
      "fn=b\n3 59\ncfn=a\ncalls=1 1\n3 30\n");
  CHECK(self_of(profile, 0) == Totals{{"main", 1}, {"a", 40}, {"b", 59}});
  CHECK(total_of(profile, 0).at("main") > 90);  // what a cycle costs inclusively no graph tells
  CHECK(total_of(profile, 0).at("main") <= 100);
}

TEST_CASE("through a format and back totals, self times and stacks are the same") {
  const Profile script = read(kScript);
  for (const char* format : {"json", "pprof", "speedscope", "collapsed", "callgrind"}) {
    CAPTURE(format);
    const Profile back = read(written(script, format));
    const std::size_t measure = primary_measure(back);
    CHECK(sum_of(back, measure) == sum_of(script, 0));
    CHECK(self_of(back, measure) == self_of(script, 0));
    const bool keeps_stacks = std::string(format) != "callgrind" && std::string(format) != "collapsed";
    if (keeps_stacks) CHECK(stacks_of(back, measure) == stacks_of(script, 0));
    // What a format cannot hold is lost on the first way alone.
    CHECK(self_of(read(written(back, format)), 0) == self_of(back, 0));
    CHECK(total_of(read(written(back, "json")), measure) == total_of(back, measure));
  }
}

TEST_CASE("pprof keeps all measures, names those that it knows, and the default") {
  Profile profile = read("a;b 5\n");
  profile.measures = {{"live_bytes", "bytes"}, {"cpu", "ns"}};
  profile.samples.values = {{640}, {7}};
  profile.primary = "live_bytes";
  const Profile back = read(profile_writer("pprof").write(profile, 0));
  REQUIRE(back.measures.size() == 2);
  CHECK(back.measures[0].name == "live_bytes");
  CHECK(back.measures[1].unit == "ns");
  CHECK(back.primary == "live_bytes");
  CHECK(sum_of(back, 0) == 640);
  CHECK(sum_of(back, 1) == 7);
}

TEST_CASE("every format is read from gzip, too") {
  const auto same = [](const std::string& text) {
    return stacks_of(read(profile_formats::gzip(text)), 0) == stacks_of(read(text), 0);
  };
  CHECK(same("main;work 10\nmain 2\n"));
  CHECK(same("\xef\xbb\xbf# a comment\nmain;work 10\n"));
  CHECK(same("\n \nmain;work 10\n"));
  CHECK(same("main;\xff\xfework 10\n"));
  CHECK(same("main;work 10\nmain;a\x01 10\n"));
  CHECK(same(std::string(kScript)));
  CHECK(same(" \n" + written(read(kScript), "json")));
  CHECK(same(written(read(kScript), "speedscope")));
  CHECK(same(written(read(kScript), "callgrind")));
  const std::string pprof = written(read(kScript), "pprof");
  CHECK(same(profile_formats::gunzip(pprof, "x")));
  CHECK(stacks_of(read(pprof), 0) == stacks_of(read(kScript), 0));
}

TEST_CASE("what is broken is refused with its place") {
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      (void)read(text);
    } catch (const BadInput& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal("").find("the file is empty") != std::string::npos);
  CHECK(refusal("hello").find("no profile of a tool that is known") != std::string::npos);
  CHECK(refusal("a;b 3\na;b c\n") == "x:2: expected stack and number, 'main;f 12', found 'a;b c'");
  CHECK(refusal("a 9223372036854775807\na 1\n").find("does not fit 63 bits") != std::string::npos);
  CHECK(refusal("a 99999999999999999999\n").find("x:1: number") == 0);
  CHECK(refusal(std::string(kScript) + "\nrubbish\n").find("x:17: expected the head of a sample") == 0);
  CHECK(refusal("events: Ir\nfn=a\n1 2 3\n") == "x:3: expected at most 1 costs, found '3'");
  CHECK(refusal("events: Ir\n1 2\n") == "x:2: costs before the first fn=");
  CHECK(refusal("events: Ir\nfn=(1)\n1 2\n").find("x:2: name '(1)' is used before") == 0);
  CHECK(refusal(
            R"j({"shared":{"frames":[]},"profiles":[{"type":"sampled","unit":"none","samples":[[3]],"weights":[1]}]})j")
            .find("x: profiles[0].samples[0]: expected the index of one of 0 frames") == 0);
  CHECK(
      refusal(R"j({"shared":{"frames":[]},"profiles":[{"type":"sampled","unit":"hours","samples":[],"weights":[]}]})j")
          .find("unit 'hours'") != std::string::npos);
  CHECK(refusal(R"j({"schema":"perfopt.suite"})j").find("another document of perfopt") != std::string::npos);
  CHECK(refusal("{\"a\":1").find("broken JSON") != std::string::npos);
  const std::string packed = written(read(kScript), "pprof");
  CHECK(refusal(packed.substr(0, packed.size() / 2)).find("cut off") != std::string::npos);
  std::string flipped = packed;
  flipped[packed.size() / 2] = static_cast<char>(flipped[packed.size() / 2] ^ 0x55);
  CHECK(!refusal(flipped).empty());
  CHECK(refusal(profile_formats::gzip(packed)).find("compressed with gzip twice") != std::string::npos);
  CHECK(refusal(profile_formats::gzip("hello")).find("text or data of something else") != std::string::npos);
  CHECK(refusal(profile_formats::gzip("a;b 3\na;b c\n")).find("x:2: expected stack and number") == 0);
  CHECK(refusal(profile_formats::gzip("<!DOCTYPE html>")).find("web page") != std::string::npos);
  CHECK(refusal(profile_formats::gzip("")).find("the file is empty") != std::string::npos);
  CHECK(refusal("\x1f\x8b rubbish").find("broken gzip") != std::string::npos);
}

TEST_CASE("every prefix of every format is read or refused") {
  const Profile script = read(kScript);
  std::vector<std::string> files = {kScript, kSpeedscopeEvents, kCallgrind};
  for (const ProfileWriter& writer : profile_writers()) files.push_back(writer.write(script, 0));
  for (const std::string& file : files) {
    for (std::size_t size = 0; size < file.size(); size += 7) {
      try {
        (void)read(file.substr(0, size));
      } catch (const BadInput& error) {
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
      }
    }
  }
}

TEST_CASE("rows are kept in bounded number, sums exactly") {
  profile_formats::Assembly assembly("test", "x", profile_formats::Times::of_samples, 1000);
  assembly.measure("samples", "count");
  const std::uint32_t thread = assembly.thread(1, 1, "t");
  std::vector<std::uint32_t> stacks;
  for (int i = 0; i < 5; ++i) {
    Frame frame;
    frame.function = "f" + std::to_string(i);
    stacks.push_back(assembly.child(StackNode::kRoot, assembly.frame(frame)));
  }
  const std::uint64_t one[] = {1};
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    assembly.add({stacks[i % 5], thread, 50 + i * 1000, Activity::running}, one);
  }
  const Profile profile = assembly.take(0);
  CHECK(profile.samples.size() <= 1000);
  CHECK(profile.time_resolution_ns > 1);
  CHECK(self_of(profile, 0) == Totals{{"f0", 4000}, {"f1", 4000}, {"f2", 4000}, {"f3", 4000}, {"f4", 4000}});
  CHECK(profile.counts.taken == 20'000);
}

TEST_CASE("names of formats") {
  CHECK(profile_writer("pprof").name == "pprof");
  CHECK_THROWS_AS((void)profile_writer("ppro"), BadInput);
  CHECK(profile_writer_of("a.speedscope.json")->name == "speedscope");
  CHECK(profile_writer_of("a.json")->name == "json");
  CHECK(profile_writer_of("a.pb.gz")->name == "pprof");
  CHECK(profile_writer_of("a.txt") == nullptr);
}
