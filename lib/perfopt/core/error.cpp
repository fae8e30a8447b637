// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/error.hpp"

#include <cerrno>
#include <system_error>

namespace perfopt {

SystemError::SystemError(int error_number, std::string_view what)
    : Error(ExitCode::bad_request, std::string(what) + ": " + std::generic_category().message(error_number)),
      error_number_(error_number) {}

void throw_errno(std::string_view what) {
  throw SystemError(errno, what);
}

}  // namespace perfopt
