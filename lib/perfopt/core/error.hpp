// SPDX-License-Identifier: Apache-2.0
// The one family of errors of perfopt, and the exit codes that all programs share.
//
// Every failure that a caller may act on is an exception derived from perfopt::Error. Its message says what is
// wrong, where (file, line, field) and what to do; its code is what the program exits with when nobody handles
// it before cli::run_main, which alone catches them.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace perfopt {

enum class ExitCode : int {
  ok = 0,           // done
  bad_answer = 1,   // done, and the answer is bad: integrity failure, regression
  bad_request = 2,  // the request or an input is wrong
  unavailable = 3,  // this machine lacks what was demanded
  internal = 4,     // our own fault
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

// A computed result is not what it must be. The message names the first difference.
class IntegrityError : public Error {
 public:
  explicit IntegrityError(const std::string& message) : Error(ExitCode::bad_answer, message) {}
};

// A flag, a file or a field that the user gave is wrong.
class BadInput : public Error {
 public:
  explicit BadInput(const std::string& message) : Error(ExitCode::bad_request, message) {}
};

// This machine cannot do it: a missing permission, library, kernel feature or device. The message is the reason
// that is shown where the result would stand.
class Unavailable : public Error {
 public:
  explicit Unavailable(const std::string& message) : Error(ExitCode::unavailable, message) {}
};

// A system call failed in a way that the request explains (no space, no permission, no such file): exit code 2.
class SystemError : public Error {
 public:
  SystemError(int error_number, std::string_view what);
  [[nodiscard]] int error_number() const noexcept { return error_number_; }

 private:
  int error_number_;
};

// Throws SystemError for the current errno. `what` reads as "write /path/file".
[[noreturn]] void throw_errno(std::string_view what);

}  // namespace perfopt
