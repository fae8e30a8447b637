// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/postgres_cluster.hpp"

#include <sys/ipc.h>
#include <sys/shm.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/database/postgres.hpp"

namespace perfopt::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kInitSeconds = 60;
constexpr auto kStartTime = std::chrono::seconds(30);
constexpr double kStopSeconds = 10;
constexpr unsigned kReservedConnections = 16;  // beside those of a pool: ours, pgbouncer's, the superuser's

bool has_programs(const fs::path& directory) {
  std::error_code ignored;
  return fs::exists(directory / "initdb", ignored) && fs::exists(directory / "postgres", ignored);
}

fs::path newest_version(const fs::path& versions) {
  fs::path newest;
  int highest = 0;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(versions, ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= highest || !has_programs(entry.path() / "bin")) continue;
    highest = version;
    newest = entry.path() / "bin";
  }
  return newest;
}

fs::path told_by_pg_config() {
  if (find_program("pg_config").empty()) return {};
  Command command;
  command.words = {"pg_config", "--bindir"};
  std::string text = run_to_end(command, 5).output;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// In the quotes that libpq's "key=value" form knows.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace

fs::path find_postgres(const fs::path& versions) {
  if (const char* given = std::getenv("PERFOPT_POSTGRES_BINDIR"); given != nullptr && *given != '\0') {
    if (has_programs(given)) return given;
    throw Unavailable("PERFOPT_POSTGRES_BINDIR: no initdb and postgres in " + std::string(given));
  }
  if (fs::path newest = newest_version(versions); !newest.empty()) return newest;
  if (fs::path in_path = find_program("initdb").parent_path(); has_programs(in_path)) return in_path;
  if (fs::path told = told_by_pg_config(); has_programs(told)) return told;
  throw Unavailable("PostgreSQL is not installed: no initdb below " + versions.string() +
                    " nor in PATH; install it (postgresql-15), or give --database URL");
}

PostgresCluster::PostgresCluster(const ServiceContext& context)
    : home_(context, "postgres"),
      data_(home_.path() / "data"),
      target_("host=" + quoted(home_.path().string()) + " port=5432 user=" + kUser + " dbname=" + kDatabase) {
  const fs::path programs = find_postgres();
  try {
    make(programs);
    start(programs, context.connections);
    wait_until_ready();
  } catch (const SystemError& error) {
    throw Unavailable(std::string("no PostgreSQL cluster: ") + error.what());
  }
}

PostgresCluster::~PostgresCluster() {
  if (!server_) return;
  const bool died = !server_->end().empty();
  server_->stop(SIGINT, kStopSeconds);
  if (died) remove_shared_memory();
}

void PostgresCluster::make(const fs::path& programs) {
  Command command;
  command.words = {
      programs / "initdb", "-D", data_, "-U", kUser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
      "--no-instructions"};
  command.environment = {"LC_ALL=C"};
  command.directory = home_.path();
  command.user = home_.user();
  const Finished finished = run_to_end(command, kInitSeconds);
  if (finished.exit_code == 0) return;
  const auto place = finished.output.find("FATAL:");
  const auto error = place != std::string::npos ? place : finished.output.find("error:");
  const std::string why =
      error == std::string::npos ? "exit code " + std::to_string(finished.exit_code) : finished.output.substr(error);
  throw Unavailable("initdb could not make a cluster in " + data_.string() + ": " + why.substr(0, why.find('\n')));
}

void PostgresCluster::start(const fs::path& programs, unsigned connections) {
  Command command;
  command.words = {programs / "postgres", "-D", data_, "-k", home_.path(), "-p", "5432"};
  const std::string settings[] = {
      "listen_addresses=",
      "unix_socket_permissions=0700",
      "max_connections=" + std::to_string(connections + kReservedConnections),
      "shared_buffers=128MB",
      "dynamic_shared_memory_type=mmap",  // files in the cluster's directory: nothing stays when it is killed
      "autovacuum=off",
      "checkpoint_timeout=1h",
      "jit=off",
      "log_min_messages=fatal",
      "log_min_error_statement=panic",
  };
  for (const std::string& setting : settings) command.words.insert(command.words.end(), {"-c", setting});
  command.environment = {"LC_ALL=C"};
  command.directory = home_.path();
  command.output = home_.path() / "log";
  command.user = home_.user();
  command.death_signal = SIGQUIT;
  server_.emplace(command);
}

void PostgresCluster::wait_until_ready() {
  for (const auto end = Clock::now() + kStartTime;;) {
    try {
      (void)optim::db::Postgres(target_);
      return;
    } catch (const Unavailable& refused) {
      const std::string ended = death();
      if (ended.empty() && Clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        continue;
      }
      const std::string said = home_.last_words("log");
      throw Unavailable(ended.empty() ? std::string(refused.what()) : ended + (said.empty() ? "" : ": " + said));
    }
  }
}

std::string PostgresCluster::death(double patience_s) {
  server_->wait(patience_s);
  const std::string end = server_->end();
  return end.empty() ? "" : "PostgreSQL " + end;
}

std::string PostgresCluster::settings() {
  return "own cluster on a unix socket, fsync on, shared_buffers 128 MB, autovacuum off";
}

// A server that was killed could not remove the segment that guards its directory: line 7 of its lock file has the id.
void PostgresCluster::remove_shared_memory() const noexcept {
  std::ifstream lock(data_ / "postmaster.pid");
  std::string line;
  for (int i = 0; i < 6; ++i) std::getline(lock, line);
  unsigned long key = 0;
  int id = -1;
  struct shmid_ds segment{};
  // It is ours while nobody else has made one under the same id: the key tells.
  if (lock >> key >> id && ::shmctl(id, IPC_STAT, &segment) == 0 &&
      static_cast<unsigned long>(static_cast<unsigned>(segment.shm_perm.__key)) == key && segment.shm_nattch == 0) {
    ::shmctl(id, IPC_RMID, nullptr);
  }
}

}  // namespace perfopt::bench
