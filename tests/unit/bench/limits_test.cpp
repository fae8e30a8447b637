// SPDX-License-Identifier: Apache-2.0
// Absolute rates differ from machine to machine: only relations that hold on all of them are tested.
#include "perfopt/bench/limits.hpp"

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using namespace perfopt::bench;

TEST_CASE("every limit of memory, CPU and page cache is positive, and its files are removed") {
  const TempDir scratch("perfopt-limits");
  {
    LimitProbe probe(scratch.path());
    for (const Limit limit :
         {Limit::read_bandwidth, Limit::write_bandwidth, Limit::copy_bandwidth, Limit::random_reads, Limit::f32_flops,
          Limit::f64_flops, Limit::system_calls, Limit::page_cache_read, Limit::page_cache_write, Limit::disk_syncs}) {
      CAPTURE(std::string(limit_name(limit)));
      CHECK(probe.rate({limit, 0, 65536, 1, 1}) > 0);
      CHECK_FALSE(limit_unit(limit).empty());
    }
    CHECK(probe.rate({}) == 0);
  }
  CHECK(std::filesystem::is_empty(scratch.path()));
}

TEST_SUITE("timing") {
  TEST_CASE("caches are faster than memory, and single precision is not slower than double") {
    const TempDir scratch("perfopt-limits");
    LimitProbe probe(scratch.path());
    CHECK(probe.rate({Limit::read_bandwidth, 0, 16384, 1, 1}) >
          probe.rate({Limit::read_bandwidth, 0, 256U << 20U, 1, 1}));
    CHECK(probe.rate({Limit::random_reads, 0, 16384, 1, 1}) >
          2 * probe.rate({Limit::random_reads, 0, 64U << 20U, 1, 1}));
    CHECK(probe.rate({Limit::f32_flops, 0, 0, 1, 1}) > probe.rate({Limit::f64_flops, 0, 0, 1, 1}));
  }
}

TEST_CASE("random reads of a device are counted where the file system has O_DIRECT") {
  const TempDir scratch("perfopt-limits");
  LimitProbe probe(scratch.path());
  try {
    CHECK(probe.rate({Limit::disk_random_reads, 0, 0, 1, 16}) > 0);
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
  }
}
