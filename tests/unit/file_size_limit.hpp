// SPDX-License-Identifier: Apache-2.0
// A limit on the size of files for as long as the object lives: write(2) beyond it fails with EFBIG, as on a full disk.
#pragma once

#include <sys/resource.h>

#include <csignal>

#include <doctest/doctest.h>

struct FileSizeLimit {
  rlimit saved{};
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &saved) == 0);
    const rlimit limit{bytes, saved.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &saved);
    std::signal(SIGXFSZ, SIG_DFL);
  }
};
