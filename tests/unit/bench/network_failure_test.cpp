// SPDX-License-Identifier: Apache-2.0
// The network category when something fails: one line says what, the rest goes on, nothing is left behind.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "perfopt/bench/network/link.hpp"
#include "perfopt/bench/network/web_server.hpp"
#include "perfopt/bench/runner.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "unit/bench/processes.hpp"

using namespace perfopt;
using namespace perfopt::bench;
using namespace std::chrono_literals;
using model::Status;

namespace {

using Clock = std::chrono::steady_clock;

// Runs `done` until it is true, at most so long.
template <class F>
bool within(std::chrono::milliseconds time, F done) {
  for (const auto end = Clock::now() + time; Clock::now() < end;) {
    if (done()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return done();
}

pid_t child_with(std::string_view word, pid_t parent) {
  for (const pid_t pid : processes_with("cmdline", word)) {
    if (parent_of(pid) == parent) return pid;
  }
  return 0;
}

// Kills the peer of a link of ours in the middle of its first case.
class Killer {
 public:
  Killer() : thread_([this](const std::stop_token& stop) { run(stop); }) {}
  [[nodiscard]] bool has_killed() const { return has_killed_; }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested() && !has_killed_) {
      if (const pid_t peer = child_with("network_peer", ::getpid()); peer != 0) {
        std::this_thread::sleep_for(100ms);
        has_killed_ = ::kill(peer, SIGKILL) == 0;
      }
      std::this_thread::sleep_for(2ms);
    }
  }
  std::atomic<bool> has_killed_{false};
  std::jthread thread_;
};

ServiceContext context(const TempDir& scratch) {
  ServiceContext context;
  context.scratch = scratch.path();
  return context;
}

// One of the test cases below that are run in a process of their own.
Command child_case(const char* name) {
  Command command;
  command.words = {own_program(), "--no-skip", "--test-case=" + std::string(name), "--reporters=console"};
  return command;
}

constexpr const char* kShowLink = "child: shows the link that it gets";
constexpr const char* kShowWebServer = "child: shows the web server that it gets";
constexpr const char* kHoldLinks = "child: holds links until it is killed";

// What that test case prints as root of a user namespace of its own, in which `before` was done. Empty where such a
// namespace cannot be made.
std::optional<std::string> output_of_child(const char* more_namespaces, const char* before, const char* exec,
                                           const char* name) {
  std::string script = std::string(before) + " && echo prepared && " + exec;
  for (const std::string& word : child_case(name).words) script += " '" + word + "'";
  Command command;
  command.words = {"unshare", "--user", "--map-root-user", more_namespaces, "sh", "-c", script};
  const Finished finished = run_to_end(command, 30);
  if (finished.output.find("prepared") != std::string::npos) return finished.output;
  MESSAGE("skipped: no user namespace of that kind here: " << finished.output);
  return std::nullopt;
}

}  // namespace

TEST_CASE("a server that is killed in the middle of a case takes only its own cases with it") {
  const TempDir scratch("perfopt-runner");
  for (const char* problem : {"messages", "requests_region"}) {
    RunOptions options;
    options.filter = "network/" + std::string(problem) + "/|memory/transpose/";
    options.sizes.classes = {SizeClass::small};
    options.repetitions = 200;
    options.refine = false;
    options.scratch = scratch.path();
    Observer observer;
    const Cancellation never;
    const Killer killer;
    const model::Suite suite = run(options, observer, never);
    CHECK(killer.has_killed());
    CHECK(suite.complete);
    for (const model::Case& one : suite.cases) {
      CAPTURE(one.problem);
      CAPTURE(one.reason);
      if (one.category == "memory") {
        CHECK(one.status == Status::ok);
        continue;
      }
      CHECK(one.status == Status::skipped);
      CHECK(one.reason.starts_with("the server of link "));
      CHECK(one.reason.ends_with(" was killed by signal 9 (Killed)"));
      CHECK_FALSE(one.variants[1].summary.speedup);
    }
    CHECK(std::filesystem::is_empty(scratch.path()));
  }
}

TEST_CASE("a web server that is killed is named, and one that is not there is") {
  const TempDir scratch("perfopt-nginx");
  std::optional<WebServer> server;
  try {
    server.emplace(context(scratch), "loopback");
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
    return;
  }
  CHECK(server->death() == "");
  const pid_t nginx = child_with("nginx", server->link().pid());
  REQUIRE(nginx > 0);
  ::kill(nginx, SIGKILL);
  CHECK(within(2000ms, [&] { return server->death() == "nginx was killed by signal 9 (Killed)"; }));
}

TEST_CASE("a web server that is not installed is named") {
  const auto output =
      output_of_child("--mount", "for f in $(which -a nginx) /usr/sbin/nginx; do mount --bind /dev/null $f; done",
                      "exec", kShowWebServer);
  if (!output) return;
  CAPTURE(*output);
  CHECK(output->find("web server: nginx: not found in PATH; install it (Debian: nginx-light)") != std::string::npos);
}

TEST_CASE("without namespaces links are plain loopback, and say why") {
  const auto output = output_of_child("--user", "echo 0 > /proc/sys/user/max_user_namespaces",
                                      "exec setpriv --bounding-set=-sys_admin", kShowLink);
  if (!output) return;
  CAPTURE(*output);
  CHECK(output->find("conditions: plain loopback instead of link region; no TUN emulator: make a user namespace: ") !=
        std::string::npos);
}

TEST_CASE("nothing outlives a measuring process that is killed") {
  const TempDir scratch("perfopt-kill");
  const std::string mark = "PERFOPT_TEST_MARK=" + std::to_string(::getpid()) + "-links";
  Command command = child_case(kHoldLinks);
  command.environment = {mark, "TMPDIR=" + scratch.path().string()};
  Process child(command);
  // It and two links with their peers, one of them with nginx where that is installed.
  REQUIRE(within(20'000ms, [&] { return std::filesystem::exists(scratch.path() / "ready"); }));
  CHECK(processes_with("environ", mark).size() >= 3);
  ::kill(child.pid(), SIGKILL);
  CHECK(within(2000ms, [&] { return processes_with("environ", mark).empty(); }));
}

TEST_CASE("child: shows the link that it gets" * doctest::skip()) {
  const TempDir scratch("perfopt-link");
  const Link link(context(scratch), "region");
  std::printf("conditions: %s\n", link.conditions().c_str());
  CHECK(link.bytes_per_s() == 0);
}

TEST_CASE("child: shows the web server that it gets" * doctest::skip()) {
  const TempDir scratch("perfopt-nginx");
  std::string reason = "runs";
  try {
    const WebServer server(context(scratch), "loopback");
  } catch (const Unavailable& error) {
    reason = error.what();
  }
  std::printf("web server: %s\n", reason.c_str());
  CHECK(reason != "runs");
}

TEST_CASE("child: holds links until it is killed" * doctest::skip()) {
  const std::filesystem::path directory = temp_parent();
  ServiceContext own;
  own.scratch = directory;
  const Link link(own, "office");
  std::optional<WebServer> server;
  std::optional<Link> other;
  try {
    server.emplace(own, "region");
  } catch (const Unavailable&) {
    other.emplace(own, "region");
  }
  write_atomically(directory / "ready", "");
  std::this_thread::sleep_for(30s);
}
