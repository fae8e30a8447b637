// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::array<std::string_view, 3> kUsualPlaces{"/usr/local/sbin", "/usr/sbin", "/sbin"};
constexpr int kExecFailed = 127;

struct Identity {
  uid_t uid;
  gid_t gid;
};

// Everything that the child needs between fork and exec, where nothing may be allocated.
struct Start {
  std::string program;
  std::vector<char*> words;
  std::vector<std::string> variables;
  std::vector<char*> environment;
  std::optional<Identity> identity;
  pid_t parent;
  int output;
  int errors;  // errno of what failed before exec is written here; closed by exec
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> result = added;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    if (std::ranges::none_of(added, [&](const std::string& one) { return one.starts_with(name); })) {
      result.emplace_back(text);
    }
  }
  return result;
}

std::optional<Identity> identity_of(const std::string& user) {
  if (user.empty()) return std::nullopt;
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) throw Unavailable("there is no user '" + user + "' here");
  return Identity{entry->pw_uid, entry->pw_gid};
}

void lift_limits() {
  for (const auto resource : {RLIMIT_DATA, RLIMIT_FSIZE}) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) continue;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(resource, &limit);
  }
}

void default_signals() {
  for (int number = 1; number < SIGRTMIN; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool become(const Identity& identity) {
  return ::setgroups(0, nullptr) == 0 && ::setgid(identity.gid) == 0 && ::setuid(identity.uid) == 0;
}

// In the child: system calls only.
[[noreturn]] void execute(Start& start, const Command& command) {
  default_signals();
  lift_limits();
  ::setpgid(0, 0);
  bool ok = !start.identity || become(*start.identity);
  // After the change of user, which clears it.
  ok = ok && ::prctl(PR_SET_PDEATHSIG, command.death_signal) == 0;
  if (ok && ::getppid() != start.parent) ::_exit(kExecFailed);
  ok = ok && (command.directory.empty() || ::chdir(command.directory.c_str()) == 0);
  const int input = ::open("/dev/null", O_RDONLY);
  ok = ok && ::dup2(input, STDIN_FILENO) == STDIN_FILENO && ::dup2(start.output, STDOUT_FILENO) == STDOUT_FILENO &&
       ::dup2(start.output, STDERR_FILENO) == STDERR_FILENO;
  for (const int fd : command.keep) ok = ok && ::fcntl(fd, F_SETFD, 0) == 0;
  if (ok) ::execve(start.program.c_str(), start.words.data(), start.environment.data());
  const int error = errno;
  (void)!::write(start.errors, &error, sizeof error);
  ::_exit(kExecFailed);
}

fs::path program_of(const Command& command) {
  const std::string& name = command.words.front();
  if (name.find('/') != std::string::npos) return name;
  const fs::path found = find_program(name);
  if (found.empty()) throw Unavailable(name + ": not found in PATH; install it");
  return found;
}

pid_t launch(const Command& command) {
  Start start;
  start.program = program_of(command);
  std::vector<std::string> words = command.words;
  start.words = pointers(words);
  start.variables = merged_environment(command.environment);
  start.environment = pointers(start.variables);
  start.identity = identity_of(command.user);
  start.parent = ::getpid();
  const UniqueFd output =
      open_file(command.output.empty() ? "/dev/null" : command.output, O_WRONLY | O_CREAT | O_APPEND, 0644);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw_errno("make a pipe");
  UniqueFd read_end(pipe[0]);
  UniqueFd write_end(pipe[1]);
  start.output = output.get();
  start.errors = write_end.get();
  const pid_t pid = ::fork();
  if (pid < 0) throw_errno("start " + start.program);
  if (pid == 0) execute(start, command);
  write_end.reset();
  int error = 0;
  if (::read(read_end.get(), &error, sizeof error) == sizeof error) {
    ::waitpid(pid, nullptr, 0);
    throw SystemError(error, "start " + start.program);
  }
  return pid;
}

void read_all(int fd, std::string& into, Clock::time_point end) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) == 0) return;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    into.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Process::Process(const Command& command) : pid_(launch(command)) {}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_), stopped_(other.stopped_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    stop();
    pid_ = std::exchange(other.pid_, -1);
    status_ = other.status_;
    stopped_ = other.stopped_;
  }
  return *this;
}

Process::~Process() {
  stop();
}

bool Process::running() {
  return pid_ > 0 && !wait(0);
}

std::optional<int> Process::wait(double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  // Most children end at once when they are stopped; the others are not worth a busy core.
  auto pause = std::chrono::microseconds(50);
  constexpr auto kLongestPause = std::chrono::microseconds(2000);
  while (!status_ && pid_ > 0) {
    int status = 0;
    const pid_t done = ::waitpid(pid_, &status, WNOHANG);
    if (done == pid_) status_ = status;
    if (done < 0 && errno != EINTR) status_ = 0;  // somebody else has waited for it
    if (status_ || Clock::now() >= end) break;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
  return status_;
}

void Process::stop(int signal, double grace_s) noexcept {
  if (pid_ <= 0) return;
  if (!wait(0)) {
    stopped_ = true;
    ::kill(pid_, signal);
    wait(grace_s);
  }
  ::kill(-pid_, SIGKILL);  // what is left of the group
  if (!status_) wait(grace_s);
}

std::string Process::end() {
  if (stopped_ || !wait(0)) return "";
  if (WIFSIGNALED(*status_)) {
    const int number = WTERMSIG(*status_);
    return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "ended with exit code " + std::to_string(WEXITSTATUS(*status_));
}

Finished run_to_end(Command command, double seconds) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw_errno("make a pipe");
  const UniqueFd read_end(pipe[0]);
  UniqueFd write_end(pipe[1]);
  command.output = "/dev/fd/" + std::to_string(pipe[1]);
  Process process(command);
  write_end.reset();
  Finished finished;
  read_all(read_end.get(), finished.output, end);
  const auto left = std::chrono::duration<double>(end - Clock::now()).count();
  const auto status = process.wait(std::max(left, 0.0));
  if (!status) throw Error(ExitCode::internal, command.words.front() + " did not end within its time");
  finished.exit_code = WIFSIGNALED(*status) ? 128 + WTERMSIG(*status) : WEXITSTATUS(*status);
  return finished;
}

fs::path find_program(std::string_view name, std::span<const std::string_view> places) {
  std::vector<fs::path> candidates;
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "/usr/bin:/bin" : variable;
  for (bool more = true; more;) {
    const auto colon = rest.find(':');
    if (const auto place = rest.substr(0, colon); !place.empty()) candidates.emplace_back(place);
    more = colon != std::string_view::npos;
    if (more) rest.remove_prefix(colon + 1);
  }
  candidates.insert(candidates.end(), places.begin(), places.end());
  candidates.insert(candidates.end(), kUsualPlaces.begin(), kUsualPlaces.end());
  for (const fs::path& place : candidates) {
    fs::path file = place / name;
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

fs::path own_program() {
  std::error_code error;
  fs::path path = fs::read_symlink("/proc/self/exe", error);
  if (error) throw Unavailable("this program's own file is not known: /proc is not there");
  return path;
}

}  // namespace perfopt
