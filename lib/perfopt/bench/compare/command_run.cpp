// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kExecFailed = 127;
// How soon a request to stop is seen that no signal to this thread tells.
constexpr int kPollMs = 100;

// All that the child needs: it shares our memory and may allocate nothing.
struct Start {
  std::string program;
  std::vector<char*> words;
  std::vector<char*> environment;
  UniqueFd input, output, errors;  // -1 of the outputs: ours
  pid_t parent = 0;
  int error = 0;  // errno, written by a child that could not execute
};

// In the child: system calls only.
[[noreturn]] void execute(Start& start) {
  // Ignored signals stay ignored over an exec, handlers do not; until then a handler would run in our memory.
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);
  bool ok = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  if (ok && ::getppid() != start.parent) ::_exit(kExecFailed);
  ok = ok && ::dup2(start.input.get(), STDIN_FILENO) == STDIN_FILENO;
  ok = ok && (!start.output || ::dup2(start.output.get(), STDOUT_FILENO) == STDOUT_FILENO);
  ok = ok && (!start.errors || ::dup2(start.errors.get(), STDERR_FILENO) == STDERR_FILENO);
  if (ok) ::execve(start.program.c_str(), start.words.data(), start.environment.data());
  start.error = errno;
  ::_exit(kExecFailed);
}

// Its frame must outlive the child's use of it, hence a function of its own that the child never returns from.
[[gnu::noinline]] pid_t start_child(Start& start) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  // posix_spawn(3) cannot tie the child's life to ours.
  const pid_t pid = ::vfork();  // NOLINT(bugprone-unsafe-functions)
  if (pid == 0) execute(start);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

std::string program_of(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  std::string found = find_program(name).string();
  if (found.empty()) throw Unavailable(name + ": not found in PATH; install it, or give its path");
  return found;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));  // execve takes them so
  return result;
}

struct Pipe {
  UniqueFd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) throw_errno("make a pipe");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// Opens where the output goes to; returns the end that is to be drained, if any.
UniqueFd open_output(const RunRequest& request, Start& start) {
  if (request.output_to == OutputTo::inherit) return {};
  start.errors = open_file("/dev/null", O_WRONLY);
  if (request.output_to == OutputTo::nothing) start.output = open_file("/dev/null", O_WRONLY);
  if (request.output_to == OutputTo::file) start.output = open_file(request.output, O_WRONLY | O_CREAT | O_TRUNC);
  if (request.output_to != OutputTo::pipe) return {};
  Pipe pipe = make_pipe();
  start.output = std::move(pipe.write_end);
  if (::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK) != 0) throw_errno("make a pipe");
  return std::move(pipe.read_end);
}

// What is in the pipe now; closes it at its end.
std::uint64_t drain(UniqueFd& pipe) {
  static std::array<char, 65536> dropped;
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(pipe.get(), dropped.data(), dropped.size());
    if (got > 0) total += static_cast<std::uint64_t>(got);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) pipe.reset();
    if (got <= 0) return total;
  }
}

double time_ns(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_usec) * 1e3;
}

void take_usage(const rusage& usage, CommandRun& run) {
  run.user_ns = time_ns(usage.ru_utime);
  run.system_ns = time_ns(usage.ru_stime);
  run.peak_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  run.minor_faults = static_cast<std::uint64_t>(usage.ru_minflt);
  run.major_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  run.voluntary_switches = static_cast<std::uint64_t>(usage.ru_nvcsw);
  run.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
}

// Waits for the end of the child, draining its output; kills its group when the time is over or we are cancelled.
void await_end(pid_t pid, UniqueFd& output, Clock::time_point end, const Cancellation& cancellation, CommandRun& run) {
  // Not by its function: the header of glibc 2.36 declares that for C alone.
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) {
    const int error = errno;
    ::kill(-pid, SIGKILL);
    throw SystemError(error, "watch a process (pidfd_open)");
  }
  for (bool stopped = false;;) {
    std::array<pollfd, 2> ready{pollfd{process.get(), POLLIN, 0}, pollfd{output.get(), POLLIN, 0}};
    ::poll(ready.data(), output ? 2 : 1, kPollMs);
    if (output && ready[1].revents != 0) run.drained_bytes += drain(output);
    if (ready[0].revents != 0) return;
    if (stopped) continue;
    if (cancellation.requested()) run.end = RunEnd::cancelled;
    if (run.end == RunEnd::exited && Clock::now() >= end) run.end = RunEnd::timed_out;
    stopped = run.end != RunEnd::exited;
    if (stopped) ::kill(-pid, SIGKILL);
  }
}

void reap(pid_t pid, Clock::time_point begin, CommandRun& run) {
  int status = 0;
  rusage usage{};
  while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) continue;
  run.wall_ns = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
  take_usage(usage, run);
  if (run.end != RunEnd::exited) return;
  if (WIFSIGNALED(status)) run.end = RunEnd::killed;
  run.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

Clock::time_point deadline(Clock::time_point begin, double limit_s) {
  if (limit_s <= 0) return Clock::time_point::max();
  return begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(limit_s));
}

}  // namespace

CommandRun run_command(const RunRequest& request, const Cancellation& cancellation) {
  Start start;
  start.program = program_of(request.words.front());
  start.words = pointers(request.words);
  start.words.push_back(nullptr);
  start.environment = pointers(request.variables);
  for (char** variable = environ; *variable != nullptr; ++variable) start.environment.push_back(*variable);
  start.environment.push_back(nullptr);
  start.input = open_file(request.input.empty() ? "/dev/null" : request.input, O_RDONLY);
  UniqueFd drained = open_output(request, start);
  start.parent = ::getpid();

  CommandRun run;
  if (cancellation.requested()) {
    run.end = RunEnd::cancelled;
    return run;
  }
  const auto begin = Clock::now();
  const pid_t pid = start_child(start);
  if (pid < 0) throw_errno("start " + start.program);
  start.output.reset();
  if (start.error != 0) {
    ::waitpid(pid, nullptr, 0);
    throw SystemError(start.error, "start " + start.program);
  }
  try {
    await_end(pid, drained, deadline(begin, request.time_limit_s), cancellation, run);
  } catch (const Error&) {
    ::waitpid(pid, nullptr, 0);
    throw;
  }
  reap(pid, begin, run);
  if (drained) run.drained_bytes += drain(drained);
  return run;
}

std::string end_text(const CommandRun& run, double time_limit_s) {
  switch (run.end) {
    case RunEnd::exited:
      return "ended with exit code " + std::to_string(run.code);
    case RunEnd::killed:
      return "was killed by signal " + std::to_string(run.code) + " (" + ::strsignal(run.code) + ")";
    case RunEnd::timed_out:
      return "did not end within " + format_duration_ns(time_limit_s * 1e9) + " and was stopped";
    case RunEnd::cancelled:
      break;
  }
  return "was interrupted";
}

}  // namespace perfopt::bench
