// SPDX-License-Identifier: Apache-2.0
// The role of a rank that the measuring process has started by mpirun: `--peer distributed_rank DIRECTORY`.
//
// The first rank serves the commands that come over the socket in DIRECTORY until it closes. A rank dies with mpirun.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/distributed/rank_channel.hpp"
#include "perfopt/bench/distributed/rank_crew.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

// Until the measuring process ends the conversation.
void carry_out(RankCrew& crew, RankChannel& channel) {
  try {
    while (const auto command = channel.receive_command()) channel.send(crew.lead(*command));
  } catch (const SystemError&) {
    return;  // it was killed in the middle of a step
  }
}

void serve(RankCrew& crew, const std::string& directory, const std::string& description) {
  RankChannel channel = RankChannel::connect(directory);
  RankReply hello;
  const auto text = std::as_bytes(std::span(description));
  hello.bytes.assign(text.begin(), text.end());
  channel.send(hello);
  carry_out(crew, channel);
  (void)crew.lead({});
}

}  // namespace

int distributed_rank(const std::vector<std::string>& words);

int distributed_rank(const std::vector<std::string>& words) {
  if (words.size() != 1) throw BadInput("--peer distributed_rank: needs the directory of the socket");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == 1) throw Unavailable("mpirun has ended before its rank began");
  optim::distributed::check_mpi(MPI_Init(nullptr, nullptr), "MPI_Init");
  {
    RankCrew crew(MPI_COMM_WORLD);
    const std::string description = crew.describe();
    if (crew.is_root()) {
      serve(crew, words.front(), description);
    } else {
      crew.follow();
    }
  }
  MPI_Finalize();
  return 0;
}

}  // namespace perfopt::bench
