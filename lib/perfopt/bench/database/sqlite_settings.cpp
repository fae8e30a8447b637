// SPDX-License-Identifier: Apache-2.0
// Small transactions on a SQLite database on disk, with the journals that SQLite offers.
//
// All but one keep the promise that a committed transaction survives a crash of the machine. Not in the timing: the
// write-ahead log is copied back into the database later, when it has grown to 1,000 pages.
//
//   size    n, transactions that update one row each
//   file    one database an object
//   check   the table's content, against the updates applied in memory
//   errors  SystemError for a full disk; IntegrityError when SQLite does not take a setting
//   source  SQLite documentation, "PRAGMA journal_mode", "Write-Ahead Logging"
#include <string_view>

#include "perfopt/bench/database/reading.hpp"
#include "perfopt/bench/io/scratch_file.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/database/sqlite.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Sqlite;
using optim::db::SqliteStatement;

constexpr std::size_t kAccounts = 100;

struct Update {
  std::int64_t account;
  std::int64_t change;
};

class Updates : public Reading {
 public:
  Updates(const Setup& setup, std::string_view journal, std::string_view synchronous)
      : file_(setup, "settings"), database_(file_.path()), synchronous_(synchronous) {
    Random random(setup.seed);
    for (std::size_t i = 0; i < setup.size; ++i) {
      updates_.push_back(
          {static_cast<std::int64_t>(random.below(kAccounts)), static_cast<std::int64_t>(random.below(1'000'000)) + 1});
    }
    database_.execute("PRAGMA synchronous = OFF; CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER)");
    set_journal(journal);
    reset_accounts();
    update_.emplace(database_, "UPDATE accounts SET balance = balance + ? WHERE id = ?");
  }
  ~Updates() override {
    update_.reset();
    // Takes away the files of a journal beside the database.
    sqlite3_exec(database_.handle(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
  }

  Work work() const override {
    const auto n = static_cast<double>(updates_.size());
    return {n, n * sizeof(Update), {Limit::disk_syncs, n}};
  }
  void poison() final {
    Reading::poison();
    reset_accounts();
  }
  void run() final {
    for (const Update& update : updates_) {
      update_->bind(1, update.change);
      update_->bind(2, update.account);
      update_->run();
    }
  }
  Output output() final {
    results_.clear();
    SqliteStatement select(database_, "SELECT balance FROM accounts ORDER BY id");
    while (select.step()) add(select.integer(0));
    return Reading::output();
  }
  std::string conditions() const final { return "SQLite " + std::string(sqlite3_libversion()); }

 protected:
  std::size_t count() const { return updates_.size(); }

  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> balances(kAccounts);
    for (const Update& update : updates_) {
      balances[static_cast<std::size_t>(update.account)] += static_cast<std::uint64_t>(update.change);
    }
    return balances;
  }

 private:
  // SQLite keeps the old journal, without an error, where it cannot have the new one.
  void set_journal(std::string_view journal) {
    SqliteStatement change(database_, "PRAGMA journal_mode = " + std::string(journal));
    if (!change.step() || change.text(0) != journal) {
      throw Unavailable("SQLite cannot use the journal mode " + std::string(journal) + " in this directory");
    }
    change.reset();
  }
  // Ready for run(): the setting is taken back meanwhile, which costs no sync.
  void reset_accounts() {
    database_.execute("PRAGMA synchronous = OFF; BEGIN; DELETE FROM accounts");
    SqliteStatement insert(database_, "INSERT INTO accounts VALUES (?, 0)");
    for (std::size_t i = 0; i < kAccounts; ++i) {
      insert.bind(1, static_cast<std::int64_t>(i));
      insert.run();
    }
    database_.execute("COMMIT; PRAGMA synchronous = " + std::string(synchronous_));
  }

  ScratchFile file_;
  Sqlite database_;
  const std::string_view synchronous_;
  std::vector<Update> updates_;
  std::optional<SqliteStatement> update_;
};

struct Rollback final : Updates {
  explicit Rollback(const Setup& setup) : Updates(setup, "delete", "FULL") {}
};
struct Truncated final : Updates {
  explicit Truncated(const Setup& setup) : Updates(setup, "truncate", "FULL") {}
};
struct Persistent final : Updates {
  explicit Persistent(const Setup& setup) : Updates(setup, "persist", "FULL") {}
};
struct WalFull final : Updates {
  explicit WalFull(const Setup& setup) : Updates(setup, "wal", "FULL") {}
};
struct WalNormal final : Updates {
  explicit WalNormal(const Setup& setup) : Updates(setup, "wal", "NORMAL") {}
  Work work() const override {
    const auto n = static_cast<double>(count());
    return {n, n * sizeof(Update), {}};
  }
};

constexpr Strategy kStrategies[] = {
    {"rollback_journal", Level::baseline, "a journal file made and deleted in each transaction: the default", "", "",
     make<Rollback>},
    {"truncate_journal", Level::conservative, "the journal is kept, and cut to nothing", "", "", make<Truncated>},
    {"persistent_journal", Level::conservative, "the journal is kept, and its head overwritten", "",
     "a file beside the database", make<Persistent>},
    {"wal_full", Level::conservative, "write-ahead log, one sync for each commit", "",
     "two files beside the database; not over a network", make<WalFull>},
    {"wal_normal", Level::balanced, "write-ahead log, no sync at commits", "",
     "a crash may lose committed transactions", make<WalNormal>,
     "a crash of the machine may lose the last committed transactions"},
};
constexpr Size kSizes[] = {{5, SizeClass::small}, {20, SizeClass::medium}, {80, SizeClass::large}};

}  // namespace

const Problem& database_sqlite_settings() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "sqlite_settings",
      .title = "Small transactions on a SQLite database with each journal",
      .unit = "transactions",
      .bytes_per_unit = sizeof(Update),
      .squared = false,
      .max_size = 20'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 64 + 4e6; },
      .file_bytes = [](std::size_t) { return 10e6; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
