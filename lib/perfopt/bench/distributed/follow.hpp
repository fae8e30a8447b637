// SPDX-License-Identifier: Apache-2.0
// What the ranks of a program that mpirun or srun has started do for the distributed category (launch.hpp).
//
// Rank 0 measures, and its RankTeam leads the others as soon as a distributed case asks for it. The others wait for
// that in follow_ranks(), without using a CPU.
#pragma once

namespace perfopt::bench {

// On ranks other than 0: carries out what rank 0 asks for, until its end. Throws Unavailable where MPI cannot start,
// and in a build without it.
void follow_ranks();

// On rank 0, after its run: lets the others end if no case has asked for them. Nothing otherwise.
void release_ranks();

}  // namespace perfopt::bench
