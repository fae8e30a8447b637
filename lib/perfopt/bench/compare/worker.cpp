// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/slices/protocol.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  UniqueFd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("make a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Slice parse_slice(const std::string& answer) {
  std::istringstream text(answer);
  std::string word;
  Slice slice;
  double wall_s = 0;
  double cpu_s = 0;
  long long allocated = -1;
  text >> word >> slice.iterations >> wall_s >> cpu_s >> slice.page_faults >> slice.voluntary_switches >>
      slice.involuntary_switches >> allocated >> slice.peak_rss_bytes >> slice.threads >> slice.manual;
  if (!text || word != "ran" || slice.iterations == 0) throw Error(ExitCode::bad_request, "answers '" + answer + "'");
  constexpr double kNanoseconds = 1e9;
  slice.wall_ns = wall_s * kNanoseconds / static_cast<double>(slice.iterations);
  slice.cpu_ns = cpu_s * kNanoseconds / static_cast<double>(slice.iterations);
  if (allocated >= 0) slice.allocated_bytes = static_cast<std::uint64_t>(allocated);
  text.get();
  std::getline(text, slice.label);
  return slice;
}

}  // namespace

Worker::Worker(const Program& program, const std::vector<std::string>& before)
    : side_(program.side), timeout_s_(program.timeout_s), cancellation_(program.cancellation) {
  Pipe requests = make_pipe();
  Pipe answers = make_pipe();
  Command command;
  command.words = before;
  command.words.insert(command.words.end(), program.words.begin(), program.words.end());
  command.keep = {requests.read_end.get(), answers.write_end.get()};
  command.environment = {std::string(kSlicesVariable) + "=" + std::to_string(command.keep[0]) + "," +
                         std::to_string(command.keep[1])};
  process_.emplace(command);
  to_worker_ = std::move(requests.write_end);
  from_worker_ = std::move(answers.read_end);
}

bool Worker::greet(std::vector<std::string>& names) {
  const auto first = read_line();
  if (!first || *first != kSlicesGreeting) return false;
  constexpr std::string_view kName = "benchmark ";
  for (auto line = read_line(); line != "ready"; line = read_line()) {
    if (!line || !line->starts_with(kName)) fail("ended before it was ready");
    names.push_back(line->substr(kName.size()));
  }
  return true;
}

Slice Worker::run(std::size_t index, std::uint64_t iterations) {
  const std::string request = "run " + std::to_string(index) + " " + std::to_string(iterations) + "\n";
  if (::write(to_worker_.get(), request.data(), request.size()) != static_cast<ssize_t>(request.size())) {
    fail("is gone");
  }
  const auto answer = read_line();
  if (!answer) fail("ended in the middle");
  constexpr std::string_view kFailed = "failed ";
  if (answer->starts_with(kFailed))
    throw Error(ExitCode::bad_request, "the " + side_ + " " + answer->substr(kFailed.size()));
  try {
    return parse_slice(*answer);
  } catch (const Error& error) {
    throw Error(ExitCode::bad_request, "the " + side_ + " " + error.what() + " to a request for a slice");
  }
}

void Worker::finish() {
  to_worker_.reset();
  process_->wait(timeout_s_);
}

// Empty when the program has closed its end. Throws Error when the time is over.
std::optional<std::string> Worker::read_line() {
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout_s_));
  for (;;) {
    const auto line_end = buffer_.find('\n');
    if (line_end != std::string::npos) {
      std::string line = buffer_.substr(0, line_end);
      buffer_.erase(0, line_end + 1);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{from_worker_.get(), POLLIN, 0};
    constexpr std::int64_t kPollMs = 100;
    const int polled = left <= 0 ? 0 : ::poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left, kPollMs)));
    if (cancellation_ != nullptr && cancellation_->requested()) throw Interrupted();
    if (polled <= 0 && left > 0) continue;
    if (polled <= 0) {
      std::ostringstream seconds;
      seconds << timeout_s_;
      throw Error(ExitCode::bad_request, "the " + side_ + " hangs: no answer in " + seconds.str() + " s (--timeout)");
    }
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(from_worker_.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

void Worker::fail(const std::string& what) {
  constexpr double kMoment = 0.2;
  process_->wait(kMoment);
  const std::string how = process_->end();
  throw Error(ExitCode::bad_request, "the " + side_ + " " + (how.empty() ? what : how));
}

}  // namespace perfopt::bench
