// SPDX-License-Identifier: Apache-2.0
// The test suite "ranks" runs in this process alone, and here once more on several ranks.
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;

TEST_CASE("what holds for one rank holds for several") {
  if (find_program("mpirun").empty()) {
    MESSAGE("skipped: mpirun is not installed");
    return;
  }
  const TempDir directory("perfopt-ranks");
  // A clean environment: what a rank of its own has set here would mislead mpirun. Open MPI
  // itself leaks.
  for (const char* ranks : {"2", "3", "5"}) {
    Command command;
    command.words = {"env",
                     "-i",
                     std::string("PATH=") + std::getenv("PATH"),
                     "HOME=" + directory.path().string(),
                     "TMPDIR=" + directory.path().string(),
                     "LSAN_OPTIONS=detect_leaks=0",
                     "mpirun",
                     "--allow-run-as-root",
                     "--host",
                     std::string("localhost:") + ranks,
                     "-n",
                     ranks,
                     "--bind-to",
                     "none",
                     "--mca",
                     "plm",
                     "isolated",
                     "--mca",
                     "btl",
                     "self,vader",
                     "--mca",
                     "btl_vader_backing_directory",
                     directory.path().string(),
                     "--mca",
                     "btl_vader_single_copy_mechanism",
                     "none",
                     "--mca",
                     "osc_sm_backing_directory",
                     directory.path().string(),
                     "--mca",
                     "mpi_yield_when_idle",
                     "1",
                     own_program().string(),
                     "--test-suite=ranks"};
    const Finished finished = run_to_end(command, 100);
    INFO(finished.output);
    CHECK(finished.exit_code == 0);
    CHECK(finished.output.find("SUCCESS") != std::string::npos);
  }
}
