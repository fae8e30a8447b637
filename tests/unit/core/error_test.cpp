// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/error.hpp"

#include <cerrno>

#include <doctest/doctest.h>

using perfopt::ExitCode;

TEST_CASE("a system error names the call and the reason, and is the user's to mend") {
  errno = ENOSPC;
  try {
    perfopt::throw_errno("write /full/file");
  } catch (const perfopt::SystemError& error) {
    CHECK(std::string(error.what()) == "write /full/file: No space left on device");
    CHECK(error.error_number() == ENOSPC);
    CHECK(error.code() == ExitCode::bad_request);
  }
}
