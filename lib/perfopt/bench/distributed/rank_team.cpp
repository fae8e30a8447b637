// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/distributed/rank_team.hpp"

#include <sched.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "perfopt/bench/distributed/launch.hpp"
#include "perfopt/bench/distributed/rank_channel.hpp"
#include "perfopt/bench/distributed/rank_crew.hpp"
#include "perfopt/bench/peer.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"

namespace perfopt::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kStartSeconds = 30;
constexpr double kAnswerSeconds = 30;  // of one step, all of which are meant to take milliseconds
constexpr double kEndSeconds = 5;

std::string_view text_of(const RankReply& reply) {
  return {reinterpret_cast<const char*>(reply.bytes.data()), reply.bytes.size()};
}

unsigned usable_cpus() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

// Open MPI copies long messages from process to process with this call, and fails where a container forbids it.
bool may_copy_between_processes() {
  char from = 1;
  char to = 0;
  const iovec source{&from, 1};
  const iovec target{&to, 1};
  return ::process_vm_readv(::getpid(), &target, 1, &source, 1, 0) == 1;
}

// What mpirun says last before it gives up, without its frames of dashes.
std::string last_words(const fs::path& log) {
  std::error_code ignored;
  if (!fs::exists(log, ignored)) return "";
  const std::string text = read_file(log);
  std::string last;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.find_first_not_of("- ") != std::string::npos) last = line;
    at = end + 1;
  }
  return last.empty() ? "" : ": " + last;
}

// Only shared memory and the loopback device, and no file outside of `directory`.
Command mpirun(const fs::path& directory, unsigned ranks) {
  Command command;
  command.words = {"mpirun", "--allow-run-as-root", "--host",    "localhost:" + std::to_string(ranks),
                   "-n",     std::to_string(ranks), "--bind-to", "none"};
  const auto set = [&](const char* name, const std::string& value) {
    command.words.insert(command.words.end(), {"--mca", name, value});
  };
  set("plm", "isolated");
  set("ras", "^slurm");
  set("pml", "ob1");
  set("btl", "self,vader");
  set("osc", "^ucx");
  set("oob_tcp_if_include", "lo");
  set("orte_tmpdir_base", directory.string());
  set("btl_vader_backing_directory", directory.string());
  set("osc_sm_backing_directory", directory.string());
  set("osc_rdma_backing_directory", directory.string());
  if (!may_copy_between_processes()) set("btl_vader_single_copy_mechanism", "none");
  if (ranks > usable_cpus()) set("mpi_yield_when_idle", "1");
  for (std::string& word : peer_command("distributed_rank", {directory.string()})) {
    command.words.push_back(std::move(word));
  }
  command.environment = {"TMPDIR=" + directory.string(), "PMIX_MCA_gds=hash", "PMIX_MCA_ptl_tcp_if_include=lo",
                         "OPENBLAS_NUM_THREADS=1"};
  command.output = directory / "mpirun.log";
  command.death_signal = SIGTERM;  // mpirun then ends its ranks and removes its files
  return command;
}

class StartedRanks final : public RankLink {
 public:
  explicit StartedRanks(const ServiceContext& context)
      : directory_("ranks", context.scratch),
        listener_(directory_.path()),
        process_(mpirun(directory_.path(), context.ranks)),
        size_(context.ranks) {
    channel_ = listener_.accept(kStartSeconds, [this] { return !process_.running(); });
    if (channel_) {
      if (const auto hello = channel_->receive_reply(kStartSeconds)) description_ = text_of(*hello);
    }
    if (description_.empty()) throw Unavailable("the ranks did not start: " + cause());
  }

  // The ranks end when the channel closes.
  ~StartedRanks() override {
    channel_.reset();
    if (death_.empty()) process_.wait(kEndSeconds);
  }

  RankReply exchange(const RankCommand& command) override {
    if (!channel_) throw Unavailable(death_);
    try {
      channel_->send(command);
      if (auto reply = channel_->receive_reply(kAnswerSeconds)) return std::move(*reply);
      process_.wait(kEndSeconds);
      give_up(cause());
    } catch (const SystemError&) {  // the other end is gone
      process_.wait(kEndSeconds);
      give_up(cause());
    } catch (const Unavailable& silent) {
      give_up(silent.what());
    }
    throw Unavailable(death_);
  }

  std::string death() override {
    if (death_.empty() && !process_.running()) give_up(cause());
    return death_;
  }
  [[nodiscard]] unsigned size() const override { return size_; }
  [[nodiscard]] std::string description() const override { return description_; }

 private:
  // mpirun exits as a shell would for a rank that was killed.
  std::string cause() {
    constexpr int kSignalled = 128;
    const auto status = process_.wait(0);
    if (status && WIFEXITED(*status) && WEXITSTATUS(*status) > kSignalled) {
      const int number = WEXITSTATUS(*status) - kSignalled;
      return "a rank was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
    }
    const std::string end = process_.end();
    return "mpirun " + (end.empty() ? "is silent" : end) + last_words(directory_.path() / "mpirun.log");
  }

  void give_up(const std::string& reason) {
    death_ = reason;
    channel_.reset();
    process_.stop();
  }

  TempDir directory_;
  RankListener listener_;
  Process process_;
  unsigned size_;
  std::optional<RankChannel> channel_;
  std::string description_;
  std::string death_;
};

// This process is the first rank itself.
class FellowRanks final : public RankLink {
 public:
  FellowRanks() : mpi_(), crew_(MPI_COMM_WORLD), description_(crew_.describe()) {}
  ~FellowRanks() override {
    try {
      (void)crew_.lead({});
    } catch (const Error&) {
      return;  // nobody is left to be told
    }
  }
  RankReply exchange(const RankCommand& command) override { return crew_.lead(command); }
  std::string death() override { return ""; }  // the launcher ends us all
  [[nodiscard]] unsigned size() const override { return crew_.size(); }
  [[nodiscard]] std::string description() const override { return description_; }

 private:
  struct Mpi {
    Mpi() { optim::distributed::check_mpi(MPI_Init(nullptr, nullptr), "MPI_Init"); }
    Mpi(const Mpi&) = delete;
    Mpi& operator=(const Mpi&) = delete;
    ~Mpi() { MPI_Finalize(); }
  };
  Mpi mpi_;
  RankCrew crew_;
  std::string description_;
};

std::unique_ptr<RankLink> make_link(const ServiceContext& context) {
  if (launched()) return std::make_unique<FellowRanks>();
  return std::make_unique<StartedRanks>(context);
}

}  // namespace

RankTeam::RankTeam(const ServiceContext& context, const std::string& /*variant*/) : link_(make_link(context)) {}

RankReply RankTeam::call(const RankCommand& command) {
  RankReply reply = link_->exchange(command);
  switch (reply.outcome) {
    case RankOutcome::done:
      break;
    case RankOutcome::unavailable:
      throw Unavailable(std::string(text_of(reply)));
    case RankOutcome::wrong:
      throw IntegrityError(std::string(text_of(reply)));
    case RankOutcome::failed:
      throw Error(ExitCode::internal, std::string(text_of(reply)));
  }
  return reply;
}

}  // namespace perfopt::bench
