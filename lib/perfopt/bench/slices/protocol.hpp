// SPDX-License-Identifier: Apache-2.0
// How a benchmark program is run in slices: what perfbench and the small main (benchmark_main.cpp) say to each other.
//
// Lines of text over two pipes. The variable names their descriptors in the program, "IN,OUT". The program greets,
// tells its benchmarks, and then answers one line for each that it reads, until IN is closed:
//
//   perfopt-slices 1
//   benchmark NAME                    one a benchmark, in order of registration; the 0th is the first
//   ready
//   > run INDEX ITERATIONS            ITERATIONS 0: as many as the program wants itself
//   < ran ITERATIONS WALL_S CPU_S PAGE_FAULTS VOLUNTARY INVOLUNTARY ALLOCATED_BYTES RSS_BYTES THREADS MANUAL LABEL
//   < failed REASON
//
// Times are of all iterations of the timed loop, counts are of the whole slice; ALLOCATED_BYTES is -1 where nobody
// counts, MANUAL is 1 where the benchmark tells its time itself. LABEL, to the end of the line, is what the benchmark
// says of its result: its label and its counters whose name begins with "checksum".
#pragma once

namespace perfopt::bench {

inline constexpr const char* kSlicesVariable = "PERFOPT_SLICES";
inline constexpr const char* kSlicesGreeting = "perfopt-slices 1";

}  // namespace perfopt::bench
