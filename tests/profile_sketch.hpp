// SPDX-License-Identifier: Apache-2.0
// Profiles written by hand for tests.
//
// A stack is a text, the root first: "main;work|/opt/app/app|/home/me/app.cpp|12;memcpy|/usr/lib/libc.so.6". What a
// frame leaves out is that of the program /opt/app/app; a file that ends in .py makes it Python, "[kernel]" the
// kernel's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::test {

struct RowSketch {
  std::string_view stack;  // "": none could be taken
  std::uint64_t cpu = 0;
  std::uint64_t wall = 0;
  std::uint64_t faults = 0;
  std::uint64_t time_ns = 0;
  std::uint32_t thread = 0;
  model::Activity activity = model::Activity::running;
  std::string object{};
};

class ProfileSketch {
 public:
  ProfileSketch() {
    profile.command = "app";
    profile.mode = "cpu";
    profile.backend = "perf_event";
    profile.elapsed_s = 1;
    profile.rate_hz = 1000;
    profile.primary = "cpu";
    profile.environment.cpus_allowed = 4;
    profile.measures = {{"cpu", "ns"}, {"wall", "ns"}, {"page_faults", "count"}};
    profile.samples.values.resize(3);
    profile.objects = {""};
    profile.processes = {{1, 0, "app", "app", 0, {}, ""}};
    thread();
  }

  std::uint32_t thread(std::uint64_t start_ns = 0) {
    const auto index = static_cast<std::uint32_t>(profile.threads.size());
    model::ProfiledThread thread;
    thread.pid = 1;
    thread.tid = index + 1;
    thread.name = "app";
    thread.start_ns = start_ns;
    profile.threads.push_back(thread);
    return index;
  }

  void row(const RowSketch& row) {
    auto& samples = profile.samples;
    samples.stack.push_back(stack(row.stack));
    samples.thread.push_back(row.thread);
    samples.time_ns.push_back(row.time_ns);
    samples.activity.push_back(row.activity);
    samples.object.push_back(object(row.object));
    samples.values[0].push_back(row.cpu);
    samples.values[1].push_back(row.wall);
    samples.values[2].push_back(row.faults);
  }

  // `count` samples of a millisecond each, one after the other.
  void busy(std::string_view text, std::uint64_t count, std::uint64_t from_ns = 0, std::uint32_t of_thread = 0) {
    constexpr std::uint64_t kMs = 1'000'000;
    for (std::uint64_t i = 0; i < count; ++i) row({text, kMs, kMs, 0, from_ns + (i + 1) * kMs, of_thread});
  }

  std::uint32_t stack(std::string_view text) {
    std::uint32_t node = model::StackNode::kRoot;
    while (!text.empty()) {
      const auto end = text.find(';');
      node = child(node, frame(text.substr(0, end)));
      text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return node;
  }

  model::Profile profile;

 private:
  std::uint32_t child(std::uint32_t parent, std::uint32_t of_frame) {
    const auto index = static_cast<std::uint32_t>(profile.stacks.size());
    const auto [at, is_new] = nodes_.try_emplace({parent, of_frame}, index);
    if (is_new) profile.stacks.push_back({parent, of_frame});
    return at->second;
  }

  std::uint32_t frame(std::string_view text) {
    const auto index = static_cast<std::uint32_t>(profile.frames.size());
    const auto [at, is_new] = frames_.try_emplace(std::string(text), index);
    if (!is_new) return at->second;
    std::vector<std::string> parts(1);
    for (const char c : text) {
      if (c == '|') {
        parts.emplace_back();
      } else {
        parts.back() += c;
      }
    }
    parts.resize(4);
    model::Frame made;
    made.function = parts[0];
    made.module = parts[1].empty() ? "/opt/app/app" : parts[1];
    made.file = parts[2];
    made.line = parts[3].empty() ? 0 : static_cast<unsigned>(std::stoul(parts[3]));
    made.language = model::Language::native;
    if (made.module == "[kernel]") made.language = model::Language::kernel;
    if (made.file.ends_with(".py")) made.language = model::Language::python;
    profile.frames.push_back(made);
    return index;
  }

  std::uint32_t object(const std::string& name) {
    for (std::uint32_t i = 0; i < profile.objects.size(); ++i) {
      if (profile.objects[i] == name) return i;
    }
    profile.objects.push_back(name);
    return static_cast<std::uint32_t>(profile.objects.size() - 1);
  }

  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> nodes_;
  std::map<std::string, std::uint32_t> frames_;
};

}  // namespace perfopt::test
