// SPDX-License-Identifier: Apache-2.0
#include "live_recording.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <ctime>
#include <functional>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/profile_json.hpp"
#include "perfopt/prof/profile_builder.hpp"
#include "perfopt/prof/record/perf_event.hpp"

namespace perfopt::test {
namespace {

std::uint64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

model::Profile record(prof::Target target, const prof::RecordOptions& options) {
  prof::Recording recording;
  const auto backend = prof::perf_event_kind().make(options, recording);
  {
    prof::Tracker tracker(recording, {.live = true, .scripts = true, .start_ns = now_ns()});
    backend->attach(target, tracker);
    backend->record(target, tracker, Cancellation());
  }
  return prof::profile_of(recording, {});
}

bool has_function(const model::Profile& profile, std::uint32_t stack, const std::string& function) {
  for (std::uint32_t node = stack; node != model::StackNode::kRoot; node = profile.stacks[node].parent) {
    const std::string& name = profile.frames[profile.stacks[node].frame].function;
    if (name.find(function) != std::string::npos) return true;
  }
  return false;
}

// What `body` returns when a plain user runs it, in a process of its own; here where we are one.
std::string as_nobody(const std::function<std::string()>& body) {
  if (::getuid() != 0) return body();
  constexpr uid_t kNobody = 65534;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("make a pipe");
  UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    const bool changed = ::setgroups(0, nullptr) == 0 && ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
    // Who was root hides itself and what it starts from others, a plain user does not.
    if (changed && ::prctl(PR_SET_DUMPABLE, 1) == 0) write_all(to.get(), body(), "pipe");
    ::_exit(0);
  }
  to.reset();
  std::string text;
  std::array<std::byte, 65536> buffer{};
  while (const std::size_t got = read_some(from.get(), buffer, "pipe")) {
    text.append(reinterpret_cast<const char*>(buffer.data()), got);
  }
  ::waitpid(child, nullptr, 0);
  return text;
}

std::uint64_t sum_where(const model::Profile& profile, std::size_t measure,
                        const std::function<bool(std::size_t)>& counts) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (counts(i)) sum += profile.samples.values.at(measure)[i];
  }
  return sum;
}

}  // namespace

std::string cannot_record() {
  return prof::perf_event_kind().missing({});
}

model::Profile record_live(const std::vector<std::string>& words, const prof::RecordOptions& options) {
  prof::TargetCommand command;
  command.words = words;
  return record(prof::Target::start(command), options);
}

model::Profile record_process(pid_t pid, double seconds) {
  prof::RecordOptions options;
  options.duration_s = seconds;
  return record(prof::Target::attach(pid), options);
}

std::string cannot_record_as_nobody(const std::string& program) {
  return as_nobody([&] {
    if (::access(program.c_str(), X_OK) != 0) return "a plain user may not execute " + program;
    return cannot_record();
  });
}

model::Profile record_live_as_nobody(const std::vector<std::string>& words, const prof::RecordOptions& options) {
  return model::profile_from_json(as_nobody([&] { return model::to_json_text(record_live(words, options)); }),
                                  "what a plain user recorded");
}

std::uint64_t sum_of(const model::Profile& profile, std::size_t measure) {
  return sum_where(profile, measure, [](std::size_t) { return true; });
}

std::uint64_t wall_of(const model::Profile& profile, model::Activity activity) {
  return sum_where(profile, prof::kWall, [&](std::size_t i) { return profile.samples.activity[i] == activity; });
}

std::uint64_t below(const model::Profile& profile, const std::string& function, std::size_t measure) {
  return sum_where(profile, measure,
                   [&](std::size_t i) { return has_function(profile, profile.samples.stack[i], function); });
}

std::uint64_t wall_below(const model::Profile& profile, const std::string& function, model::Activity activity) {
  return sum_where(profile, prof::kWall, [&](std::size_t i) {
    return profile.samples.activity[i] == activity && has_function(profile, profile.samples.stack[i], function);
  });
}

}  // namespace perfopt::test
