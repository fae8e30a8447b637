// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/launch/target.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/prof/launch/program.hpp"
#include "perfopt/prof/launch/signals.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr int kExecFailed = 127;
constexpr char kGo = 'g';

// Everything that the child needs between fork and exec, where nothing may be allocated.
struct Start {
  std::string file;
  std::vector<std::string> words;
  std::vector<std::string> variables;
  std::vector<char*> argv;
  std::vector<char*> environment;
  sock_fprog filter{};
  int gate = -1;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& one : added) replaced = replaced || one.starts_with(name);
    if (!replaced) result.emplace_back(text);
  }
  result.insert(result.end(), added.begin(), added.end());
  return result;
}

bool install_filter(const sock_fprog& filter) {
  if (filter.len == 0) return true;
  if (::geteuid() != 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

// In the child: system calls only. `refusal` is seen by the parent. What fails is told by that and by the end of the
// socket, not by a write(2), which a filter may hand to a tracer that is waiting for us.
[[noreturn]] void execute(const Start& start, std::atomic<int>& refusal) {
  restore_inherited_signals();
  char word = 0;
  ssize_t got = 0;
  do {
    got = ::recv(start.gate, &word, 1, 0);
  } while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(kExecFailed);  // nobody is there any more to let us go
  if (install_filter(start.filter)) ::execve(start.file.c_str(), start.argv.data(), start.environment.data());
  refusal.store(errno);
  ::shutdown(start.gate, SHUT_RDWR);
  ::_exit(kExecFailed);
}

UniqueFd open_pidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// Of /proc/PID/status; "" when it does not say.
std::string status_field(std::string_view status, std::string_view name) {
  for (std::size_t begin = 0; begin < status.size();) {
    const std::size_t end = std::min(status.find('\n', begin), status.size());
    std::string_view line = status.substr(begin, end - begin);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(":\t")) {
      return std::string(line.substr(name.size() + 2));
    }
    begin = end + 1;
  }
  return "";
}

void require_readable(pid_t pid) {
  const std::string name = "process " + std::to_string(pid);
  const std::string place = "/proc/" + std::to_string(pid);
  if (pid <= 0 || ::kill(pid, 0) != 0) {
    if (pid <= 0 || errno != EPERM) throw BadInput(name + ": there is none; look it up with pgrep -a NAME");
  }
  if (pid == ::getpid()) throw BadInput(name + ": is perfprof itself");
  const std::string status = read_proc(place + "/status");
  if (status.empty()) throw BadInput(name + ": is hidden from us (how /proc is mounted); run perfprof as root");
  const std::string group = status_field(status, "Tgid");
  if (group != std::to_string(pid))
    throw BadInput(name + ": is a thread of process " + group + "; give --pid " + group);
  if (status_field(status, "State").starts_with('Z')) throw BadInput(name + ": has ended already");
  if (status_field(status, "VmSize").empty())
    throw BadInput(name + ": is a thread of the kernel, which has no program");
  const UniqueFd maps(::open((place + "/maps").c_str(), O_RDONLY | O_CLOEXEC));
  if (maps) return;
  struct stat owner{};
  const bool other = ::stat(place.c_str(), &owner) == 0 && owner.st_uid != ::geteuid();
  throw Unavailable(name + (other ? ": belongs to another user (uid " + std::to_string(owner.st_uid) +
                                        "); run perfprof as that user or as root"
                                  : ": may not be read (setuid, or it forbids it); run perfprof as root"));
}

[[noreturn]] void refuse(int error, const std::string& file) {
  throw Unavailable(file + ": cannot be executed: " + std::strerror(error));
}

}  // namespace

struct Target::Refusal {
  std::string file;  // what was to be executed
  std::atomic<int>* error = nullptr;

  explicit Refusal(std::string name) : file(std::move(name)) {
    void* page = ::mmap(nullptr, sizeof *error, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw_errno("map memory to start " + file);
    error = new (page) std::atomic<int>(0);
  }
  Refusal(const Refusal&) = delete;
  Refusal& operator=(const Refusal&) = delete;
  ~Refusal() { ::munmap(error, sizeof *error); }
};

Target Target::start(const TargetCommand& command) {
  Program program = find_executable(command.words);
  Start start;
  start.file = program.file;
  start.words = std::move(program.words);
  start.variables = merged_environment(command.environment);
  start.argv = pointers(start.words);
  start.environment = pointers(start.variables);
  std::vector<sock_filter> filter = command.filter;
  start.filter = {.len = static_cast<unsigned short>(filter.size()), .filter = filter.data()};
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw_errno("make a socket pair");
  Target target;
  target.gate_.reset(ends[0]);
  const UniqueFd child_end(ends[1]);
  start.gate = child_end.get();
  target.refusal_ = std::make_shared<Refusal>(program.file);
  struct sigaction usual{};  // one that ignores SIGCHLD never learns how its child ended
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &usual, nullptr);
  target.pid_ = ::fork();
  if (target.pid_ < 0) throw_errno("start " + program.file);
  if (target.pid_ == 0) {
    ::close(ends[0]);  // else it would hold its own gate open, and not see us end
    execute(start, *target.refusal_->error);
  }
  target.ours_ = true;
  target.end_ = open_pidfd(target.pid_);
  return target;
}

Target Target::attach(pid_t pid) {
  require_readable(pid);
  Target target;
  target.pid_ = pid;
  target.end_ = open_pidfd(pid);
  return target;
}

Target::Target(Target&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      ours_(std::exchange(other.ours_, false)),
      status_(std::exchange(other.status_, std::nullopt)),
      gate_(std::move(other.gate_)),
      refusal_(std::move(other.refusal_)),
      end_(std::move(other.end_)) {}

Target& Target::operator=(Target&& other) noexcept {
  if (this != &other) {
    abandon();
    pid_ = std::exchange(other.pid_, -1);
    ours_ = std::exchange(other.ours_, false);
    status_ = std::exchange(other.status_, std::nullopt);
    gate_ = std::move(other.gate_);
    refusal_ = std::move(other.refusal_);
    end_ = std::move(other.end_);
  }
  return *this;
}

Target::~Target() {
  abandon();
}

void Target::abandon() noexcept {
  if (!gate_ || status_) return;  // it was let go
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Target::go() {
  if (!gate_) return;
  if (::send(gate_.get(), &kGo, 1, MSG_NOSIGNAL) != 1) {
    const std::string file = refusal_->file;
    throw Unavailable(file + ": was stopped before it began");
  }
  char none = 0;
  while (::recv(gate_.get(), &none, 1, 0) < 0 && errno == EINTR) continue;
  const int error = refusal_->error->load();
  const std::string file = refusal_->file;
  gate_.reset();
  refusal_.reset();
  if (error != 0) refuse(error, file);
}

bool Target::ended() {
  if (status_) return true;
  if (ours_) {
    int status = 0;
    const pid_t done = ::waitpid(pid_, &status, WNOHANG);
    if (done == pid_ && (WIFEXITED(status) || WIFSIGNALED(status))) status_ = status;
    if (done < 0 && errno == ECHILD) return true;  // somebody else has waited for it
    return status_.has_value();
  }
  if (end_) {
    pollfd ready{end_.get(), POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1;
  }
  const std::string status = read_proc("/proc/" + std::to_string(pid_) + "/status");
  return status.empty() || status_field(status, "State").starts_with('Z');
}

}  // namespace perfopt::prof
