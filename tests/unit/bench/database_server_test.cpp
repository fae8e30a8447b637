// SPDX-License-Identifier: Apache-2.0
// What goes wrong with the servers of the database category: each time one clear line, the rest goes on, and nothing is
// left behind.
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/database/postgres_server.hpp"
#include "perfopt/bench/database/redis_server.hpp"
#include "perfopt/bench/runner.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/optim/database/error.hpp"
#include "unit/environment_variable.hpp"

using namespace perfopt;
using namespace perfopt::bench;
using model::Status;
using optim::db::Postgres;

namespace {

namespace fs = std::filesystem;

RunOptions quick(const fs::path& scratch, const std::string& filter) {
  RunOptions options;
  options.repetitions = 2;
  options.refine = false;
  options.min_time_s = 1e-5;
  options.scratch = scratch;
  options.filter = filter;
  options.sizes.classes = {SizeClass::small};
  return options;
}

model::Suite run_quietly(const RunOptions& options) {
  Observer observer;
  const Cancellation cancellation;
  return run(options, observer, cancellation);
}

// Of the strategies that failed, each with its reason; "" when none did.
std::string failures(const model::Suite& suite) {
  std::string text;
  for (const model::Case& one : suite.cases) {
    for (const model::Variant& variant : one.variants) {
      if (variant.status == Status::failed) text += one.problem + "/" + variant.name + ": " + variant.reason + "; ";
    }
  }
  return text;
}

const model::Case& case_of(const model::Suite& suite, const std::string& problem) {
  for (const model::Case& one : suite.cases) {
    if (one.problem == problem) return one;
  }
  FAIL("no case " << problem);
  return suite.cases.front();
}

std::string reason_of(const model::Suite& suite, const std::string& problem) {
  const model::Variant& baseline = case_of(suite, problem).variants.front();
  CHECK(baseline.status == Status::skipped);
  CHECK(baseline.reason.find('\n') == std::string::npos);
  return baseline.reason;
}

// Pids of the children of this process that run a program of that name.
std::vector<pid_t> children(const std::string& program) {
  std::vector<pid_t> found;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    pid_t pid = 0;
    std::string name;
    char state = 0;
    pid_t parent = 0;
    if (file >> pid >> name >> state >> parent && parent == ::getpid() && name == "(" + program + ")") {
      found.push_back(pid);
    }
  }
  return found;
}

// False for one that has ended, though nobody may have waited for it.
bool is_running(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  char state = 0;
  return file >> number >> name >> state && state != 'Z' && state != 'X';
}

std::string shared_memory() {
  return read_file("/proc/sysvipc/shm");
}

std::unique_ptr<PostgresCluster> cluster_in(const fs::path& scratch) {
  try {
    return std::make_unique<PostgresCluster>(ServiceContext{scratch});
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
    return nullptr;
  }
}

std::string schemas(Postgres& connection) {
  const auto found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'perfopt%' ORDER BY 1");
  std::string names;
  for (int i = 0; i < found.rows(); ++i) names += std::string(found.text(i, 0)) + " ";
  return names;
}

// A cluster of the test's own that wants passwords, and a URL for the user in it.
class Guarded {
 public:
  explicit Guarded(PostgresCluster& cluster) : cluster_(cluster), owner_(cluster.target()) {
    (void)owner_.execute(
        "CREATE ROLE writer LOGIN PASSWORD 'w:s3cret'; CREATE ROLE reader LOGIN PASSWORD 'r3ad'; "
        "GRANT CREATE ON DATABASE postgres TO writer");
    const fs::path rules = cluster.data() / "pg_hba.conf";
    std::ofstream(rules) << "local all perfopt trust\nlocal all all scram-sha-256\n";
    (void)owner_.execute("SELECT pg_reload_conf()");
  }
  [[nodiscard]] std::string url(const std::string& user, const std::string& password) const {
    return "postgresql://" + user + ":" + password + "@/postgres?host=" + cluster_.socket_directory().string();
  }
  Postgres& owner() { return owner_; }

 private:
  PostgresCluster& cluster_;
  Postgres owner_;
};

// Kills the server after the first case.
class KillAfterFirst final : public Observer {
 public:
  explicit KillAfterFirst(std::string program) : program_(std::move(program)) {}
  void finished(const model::Case&, const model::Suite&) override {
    if (killed_) return;
    for (const pid_t pid : children(program_)) killed_ = ::kill(pid, SIGKILL) == 0;
  }
  [[nodiscard]] bool killed() const { return killed_; }

 private:
  const std::string program_;
  bool killed_ = false;
};

}  // namespace

TEST_CASE("PostgreSQL missing: its problems are skipped with one line, those of SQLite go on") {
  const TempDir scratch("perfopt-servers");
  const EnvironmentVariable nowhere("PERFOPT_POSTGRES_BINDIR", "/nonexistent");
  const model::Suite suite = run_quietly(quick(scratch.path(), "^database/(hot_query|index_pays)/"));
  CHECK(reason_of(suite, "hot_query") == "PERFOPT_POSTGRES_BINDIR: no initdb and postgres in /nonexistent");
  CHECK(case_of(suite, "index_pays").status == Status::ok);
  CHECK(failures(suite) == "");
  CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("no server where none is installed: the reason says what to install") {
  const EnvironmentVariable no_programs("PATH", "/nonexistent");
  CHECK_THROWS_WITH_AS((void)find_postgres("/nonexistent"),
                       "PostgreSQL is not installed: no initdb below /nonexistent nor in PATH; install it "
                       "(postgresql-15), or give --database URL",
                       Unavailable);
  const TempDir scratch("perfopt-servers");
  CHECK_THROWS_AS(RedisServer({scratch.path()}, ""), Unavailable);
}

TEST_CASE("--database: wrong password, refused connection and unknown host are one line without the password") {
  const TempDir scratch("perfopt-servers");
  RunOptions options = quick(scratch.path(), "^database/hot_query/");
  options.database_url = "postgresql://user:t0psecret@/postgres?host=/nonexistent";
  std::string said = reason_of(run_quietly(options), "hot_query");
  CHECK(said.find("/nonexistent") != std::string::npos);
  CHECK(said.find("t0psecret") == std::string::npos);
  options.database_url = "postgresql://user:t0psecret@127.0.0.1:1/postgres";
  said = reason_of(run_quietly(options), "hot_query");
  CHECK(said.find("Connection refused") != std::string::npos);
  CHECK(said.find("t0psecret") == std::string::npos);
  options.database_url = "postgresql://user:t0psecret@[broken/postgres";
  CHECK(reason_of(run_quietly(options), "hot_query").find("t0psecret") == std::string::npos);
  options.database_url = "host=/nonexistent password='t0p secret' bad";
  CHECK(reason_of(run_quietly(options), "hot_query").find("t0p secret") == std::string::npos);

  const TempDir home("perfopt-servers");
  const auto cluster = cluster_in(home.path());
  if (!cluster) return;
  const Guarded guarded(*cluster);
  options.database_url = guarded.url("writer", "wrong1");
  said = reason_of(run_quietly(options), "hot_query");
  CHECK(said.find("password authentication failed for user \"writer\"") != std::string::npos);
  CHECK(said.find("wrong1") == std::string::npos);
}

TEST_CASE("--database: a schema of its own, dropped afterwards, with those of killed runs and no others") {
  const TempDir scratch("perfopt-servers");
  const TempDir home("perfopt-servers");
  const auto cluster = cluster_in(home.path());
  if (!cluster) return;
  Guarded guarded(*cluster);
  (void)guarded.owner().execute("CREATE SCHEMA perfopt_1_mine; COMMENT ON SCHEMA perfopt_1_mine IS 'of somebody'");
  Postgres writer(guarded.url("writer", "w%3As3cret"));
  std::string comment;
  {
    const Schema living(writer);
    const auto said = writer.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = '" +
                                     living.name() + "'");
    comment = std::string(said.text(0, 0));
    CHECK(drop_stale_schemas(writer) == 0);
  }
  // No process has this number: it is above the highest of Linux.
  const std::string gone = comment.substr(0, comment.rfind(' ')) + " 4999999";
  (void)writer.execute("CREATE SCHEMA perfopt_4999999_1; COMMENT ON SCHEMA perfopt_4999999_1 IS '" + gone + "'");
  CHECK(schemas(guarded.owner()) == "perfopt_1_mine perfopt_4999999_1 ");
  RunOptions options = quick(scratch.path(), "^database/(hot_query|postgres_insert|connections)/");
  options.database_url = guarded.url("writer", "w%3As3cret");
  const model::Suite suite = run_quietly(options);
  CHECK(case_of(suite, "postgres_insert").status == Status::ok);
  CHECK(case_of(suite, "postgres_insert").conditions.find("the server of --database") != std::string::npos);
  for (const model::Variant& variant : case_of(suite, "connections").variants) {
    CHECK((variant.name == "pgbouncer" ? Status::skipped : Status::ok) == variant.status);
  }
  CHECK(schemas(guarded.owner()) == "perfopt_1_mine ");
  CHECK(guarded.owner().execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").integer(0, 0) == 0);
}

TEST_CASE("--database: a role that cannot make a schema reads only, and what needs tables says why it is skipped") {
  const TempDir scratch("perfopt-servers");
  const TempDir home("perfopt-servers");
  const auto cluster = cluster_in(home.path());
  if (!cluster) return;
  const Guarded guarded(*cluster);
  RunOptions options = quick(scratch.path(), "^database/(hot_query|join)/");
  options.database_url = guarded.url("reader", "r3ad");
  const model::Suite suite = run_quietly(options);
  CHECK(case_of(suite, "hot_query").status == Status::ok);
  CHECK(case_of(suite, "hot_query").conditions.find("read-only") != std::string::npos);
  CHECK(reason_of(suite, "join").find("no schema of our own: PostgreSQL: permission denied for database") == 0);
}

TEST_CASE("a server that is killed mid-run: its cases say so, the others go on, nothing is left") {
  const TempDir scratch("perfopt-servers");
  const TempDir home("perfopt-servers");
  if (!cluster_in(home.path())) return;
  const std::string before = shared_memory();
  KillAfterFirst killer("postgres");
  const Cancellation cancellation;
  RunOptions options = quick(scratch.path(), "^database/(hot_query|join|paging|index_pays)/");
  options.sizes.classes = {};
  const model::Suite suite = run(options, killer, cancellation);
  CHECK(killer.killed());
  CHECK(reason_of(suite, "join") == "PostgreSQL was killed by signal 9 (Killed)");
  CHECK(reason_of(suite, "paging") == "PostgreSQL was killed by signal 9 (Killed)");
  CHECK(case_of(suite, "index_pays").status == Status::ok);
  CHECK(failures(suite) == "");
  CHECK(fs::is_empty(scratch.path()));
  CHECK(children("postgres").empty());
  CHECK(shared_memory() == before);
}

TEST_CASE("a cluster and what belongs to it are gone with their object") {
  const TempDir home("perfopt-servers");
  const std::string before = shared_memory();
  fs::path directory;
  {
    const auto cluster = cluster_in(home.path());
    if (!cluster) return;
    directory = cluster->socket_directory();
    CHECK(cluster->death() == "");
    CHECK_FALSE(children("postgres").empty());
    CHECK(Postgres(cluster->target()).execute("SHOW fsync").text(0, 0) == "on");
    CHECK(Postgres(cluster->target()).execute("SHOW listen_addresses").text(0, 0) == "");
  }
  CHECK_FALSE(fs::exists(directory));
  CHECK(children("postgres").empty());
  CHECK(shared_memory() == before);
  CHECK(fs::is_empty(home.path()));
}

TEST_CASE("a run that is killed takes its server with it, and the next one removes the files") {
  const TempDir home("perfopt-servers");
  fs::permissions(home.path(), fs::perms::others_exec, fs::perm_options::add);  // a server may go there
  if (!cluster_in(home.path())) return;
  const std::string before = shared_memory();
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const pid_t run = ::fork();
  if (run == 0) {
    const TempDir scratch("perfbench", home.path());
    const PostgresCluster cluster({scratch.path()});
    const pid_t server = cluster.pid();
    if (::write(pipe[1], &server, sizeof server) == sizeof server) ::pause();
    ::_exit(1);
  }
  REQUIRE(run > 0);
  pid_t server = 0;
  REQUIRE(::read(pipe[0], &server, sizeof server) == sizeof server);
  ::close(pipe[0]);
  ::close(pipe[1]);
  CHECK(is_running(server));
  ::kill(run, SIGKILL);
  ::waitpid(run, nullptr, 0);
  for (int i = 0; i < 5000 && is_running(server); ++i) ::usleep(1000);
  CHECK_FALSE(is_running(server));
  CHECK(shared_memory() == before);
  CHECK(remove_stale("perfbench", home.path()) == 1);
  CHECK(fs::is_empty(home.path()));
}

TEST_CASE("a scratch directory with a long path gets its servers elsewhere") {
  const TempDir home("perfopt-servers");
  const fs::path deep = home.path() / std::string(100, 'd');
  fs::create_directory(deep);
  fs::path directory;
  {
    const auto cluster = cluster_in(deep);
    if (!cluster) return;
    directory = cluster->socket_directory();
    CHECK_FALSE(directory.string().starts_with(deep.string()));
    CHECK(Postgres(cluster->target()).healthy());
  }
  CHECK_FALSE(fs::exists(directory.parent_path()));
}

TEST_CASE("Redis and pgbouncer say when they have ended") {
  const TempDir scratch("perfopt-servers");
  try {
    RedisServer redis({scratch.path()}, "");
    CHECK(redis.call({"GET", "a"}) == std::nullopt);
    CHECK(redis.call({"SET", "a", "with space\n"}) == "OK");
    CHECK(redis.call({"GET", "a"}) == "with space\n");
    CHECK_THROWS_AS(redis.call({"HGET", "a", "b"}), Error);
    for (const pid_t pid : children("redis-server")) ::kill(pid, SIGKILL);
    for (int i = 0; i < 1000 && redis.death().empty(); ++i) ::usleep(1000);
    CHECK(redis.death() == "redis-server was killed by signal 9 (Killed)");
    CHECK_THROWS_AS(redis.call({"GET", "a"}), Error);
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
  }
  try {
    PostgresServer server({scratch.path()}, "");
    Postgres through(server.pooled_target());
    CHECK(through.execute("SELECT 41 + 1").integer(0, 0) == 42);
    for (const pid_t pid : children("pgbouncer")) ::kill(pid, SIGKILL);
    for (int i = 0; i < 1000 && server.death().empty(); ++i) ::usleep(1000);
    CHECK(server.death() == "pgbouncer was killed by signal 9 (Killed)");
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
  }
  CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("a full disk: what needs it is skipped with one line, the others go on") {
  const TempDir scratch("perfopt-servers");
  const fs::path disk = scratch.path() / "disk";
  fs::create_directory(disk);
  fs::permissions(scratch.path(), fs::perms::others_exec, fs::perm_options::add);  // a server may go there
  // In a namespace of mounts of our own the disk is gone with this process.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=512k,mode=755") != 0) {
    MESSAGE("skipped: no permission to mount a small disk");
    return;
  }
  {
    RunOptions options = quick(disk, "^database/(index_pays|lookups|hot_query)/");
    options.file_limit_bytes = std::uint64_t{1} << 30U;
    const model::Suite suite = run_quietly(options);
    CHECK(reason_of(suite, "index_pays").find("No space left on device") != std::string::npos);
    CHECK(reason_of(suite, "hot_query").find("initdb could not make a cluster") == 0);
    CHECK(case_of(suite, "lookups").status == Status::ok);
    CHECK(failures(suite) == "");
    CHECK(fs::is_empty(disk));
  }
  ::umount(disk.c_str());
}
