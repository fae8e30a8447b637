// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_json.hpp"

#include <doctest/doctest.h>

#include <string>

#include "perfopt/core/error.hpp"

namespace {

namespace model = perfopt::model;

model::Profile example() {
  model::Profile profile;
  profile.command = "job --fast";
  profile.mode = "cpu";
  profile.backend = "perf_event";
  profile.primary = "cpu";
  profile.measures = {{"cpu", "ns"}, {"wall", "ns"}};
  profile.exit_code = 3;
  profile.cpu_s = 1.5;
  profile.processes.emplace_back().pid = 10;
  profile.processes[0].language = "python 3.11";
  profile.threads.emplace_back().tid = 10;
  profile.threads[0].end_ns = 70;
  profile.threads[0].cpu_ns = 12;
  profile.frames.resize(2);
  profile.frames[0].function = "main";
  profile.frames[0].file = "a.cpp";
  profile.frames[0].line = 7;
  profile.frames[0].language = model::Language::native;
  profile.frames[1].module = "/bin/job";
  profile.frames[1].function = "x\xff";
  profile.frames[1].address = 18446744073709551615U;
  profile.frames[1].inlined = true;
  profile.stacks = {{model::StackNode::kRoot, 0}, {0, 1}};
  profile.objects = {"", "/tmp/file"};
  profile.samples.stack = {1, model::StackNode::kRoot};
  profile.samples.thread = {0, 0};
  profile.samples.time_ns = {5, 9};
  profile.samples.activity = {model::Activity::running, model::Activity::futex};
  profile.samples.object = {0, 1};
  profile.samples.values = {{1'001'001, 0}, {1'001'001, 77}};
  profile.recommendations.emplace_back().rule = "busy_wait";
  profile.recommendations[0].impact = {0.5, 0.4, 0.6};
  return profile;
}

std::string changed(const std::string& from, const std::string& to) {
  std::string text = model::to_json_text(example());
  const auto place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

std::string refusal(const std::string& text) {
  try {
    (void)model::profile_from_json(text, "p.json");
  } catch (const perfopt::BadInput& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a profile reads back as it was written") {
  const std::string text = model::to_json_text(example());
  const model::Profile back = model::profile_from_json(text, "p.json");
  CHECK(model::to_json_text(back) == text);
  CHECK(back.frames[0].line == 7);
  CHECK(back.frames[1].address == 18446744073709551615U);
  CHECK(back.frames[1].inlined);
  CHECK(back.stacks[0].parent == model::StackNode::kRoot);
  CHECK(back.stacks[1].parent == 0);
  CHECK(back.samples.stack[1] == model::StackNode::kRoot);
  CHECK(back.samples.activity[1] == model::Activity::futex);
  CHECK(back.samples.values[1][1] == 77);
  CHECK(back.exit_code == 3U);
  CHECK_FALSE(back.exit_signal);
  CHECK(back.threads[0].cpu_ns == 12U);
  CHECK(back.recommendations[0].impact.high == 0.6);
  CHECK(model::primary_measure(back) == 0);
}

TEST_CASE("indices that point nowhere are refused with their place") {
  CHECK(refusal(changed(R"("parent":[-1,0])", R"("parent":[-1,1])")) ==
        "p.json:27: profile.stacks.parent[1]: is 1, but a parent stands before its child");
  CHECK(refusal(changed(R"("stack":[1,-1])", R"("stack":[2,-1])")) ==
        "p.json:28: profile.samples.stack[0]: expected a whole number from -1 to 1, found 2");
  CHECK(refusal(changed(R"("thread":[0,0])", R"("thread":[0,4])")) ==
        "p.json:28: profile.samples.thread[1]: expected a whole number from 0 to 0, found 4");
  CHECK(refusal(changed(R"("object":[0,1])", R"("object":[0,2])")).starts_with("p.json:28: profile.samples.object[1]"));
  CHECK(refusal(changed(R"("frame":[0,1])", R"("frame":[0,9])")).starts_with("p.json:27: profile.stacks.frame[1]"));
  CHECK(refusal(changed(R"("activity":[0,2])", R"("activity":[0,200])"))
            .starts_with("p.json:28: profile.samples.activity[1]"));
}

TEST_CASE("columns of unequal length and wrong types are refused") {
  CHECK(refusal(changed(R"("time_ns":[5,9])", R"("time_ns":[5])")) ==
        "p.json:28: profile.samples.time_ns: has 1 rows, the other columns have 2");
  CHECK(refusal(changed(R"("time_ns":[5,9])", R"("time_ns":[5,"x"])")).find("time_ns[1]") != std::string::npos);
  CHECK(refusal(changed(R"("time_ns":[5,9])", R"("time_ns":7)")).find("expected an array") != std::string::npos);
  CHECK(refusal(changed(R"("primary": "cpu")", R"("primary": "heat")")) ==
        "p.json:15: profile.primary: names none of the measures");
  CHECK(refusal(changed(R"([[1001001,0],[1001001,77]])", R"([[1001001,0]])")).find("values") != std::string::npos);
}

TEST_CASE("what is no profile is refused") {
  CHECK(refusal("").find("the file is empty") != std::string::npos);
  CHECK(refusal("{").find("broken JSON") != std::string::npos);
  CHECK(refusal(R"({"schema": "perfopt.suite", "schema_version": 1})").find("perfopt.profile") != std::string::npos);
}
