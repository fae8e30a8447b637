// SPDX-License-Identifier: Apache-2.0
// The history in one file of SQLite.
//
// With a rollback journal, not a write-ahead log: the store is one file at rest, which can be copied, cached by a CI
// system and read from a place that cannot be written. Each transaction syncs (synchronous = FULL, SQLite's default).
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/database/error.hpp"
#include "perfopt/optim/database/sqlite.hpp"
#include "perfopt/store/history_database.hpp"

namespace perfopt::store {
namespace {

namespace db = optim::db;
namespace fs = std::filesystem;

constexpr std::int64_t kApplication = 0x50664869;  // "PfHi": tells the file from other programs' databases
constexpr SqlDialect kDialect{"INTEGER PRIMARY KEY", "REAL", "BLOB", "WITHOUT ROWID"};

std::string meaning(const db::SqlError& error) {
  const std::string& state = error.state();
  if (state == "SQLITE_NOTADB") return "it is no SQLite database; name another file";
  if (state == "SQLITE_CORRUPT") return "the database is damaged; go on with a copy of it or with an export";
  if (state == "SQLITE_BUSY") return "another program keeps it locked; try again when that is done";
  if (state == "SQLITE_READONLY") return "it cannot be written; ask for permission, or choose another place";
  if (state == "SQLITE_CANTOPEN") return "it cannot be opened; check its name, its directory and the permissions";
  return error.what();
}

class Row final : public SqlRow {
 public:
  explicit Row(const db::SqliteStatement& statement) : statement_(statement) {}
  [[nodiscard]] std::int64_t integer(int column) const override { return statement_.integer(column); }
  [[nodiscard]] double real(int column) const override { return statement_.real(column); }
  [[nodiscard]] std::string text(int column) const override { return std::string(statement_.text(column)); }
  // Of a blob, text() gives the bytes as they are.
  [[nodiscard]] std::string bytes(int column) const override { return std::string(statement_.text(column)); }

 private:
  const db::SqliteStatement& statement_;
};

// Gives up what is left of an answer, also when its handler throws.
class Reset {
 public:
  explicit Reset(db::SqliteStatement& statement) : statement_(statement) {}
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;
  ~Reset() { statement_.reset(); }

 private:
  db::SqliteStatement& statement_;
};

class SqliteHistory final : public HistoryDatabase {
 public:
  SqliteHistory(const std::string& path, bool create, std::span<const std::string_view> steps) : path_(path) {
    if (!create && path != ":memory:" && !fs::exists(path)) {
      throw BadInput(path + ": there is no history yet; `perfbench history record` makes one");
    }
    told([&] { database_.emplace(path); });
    if (!is_current(steps)) {
      if (!create && is_blank()) {
        throw BadInput(path + ": there is no history in it yet; `perfbench history record` makes one");
      }
      transaction([&] { bring_up_to_date(steps); });
    }
  }

  void query(std::string_view sql, std::span<const SqlValue> values, const RowHandler& row) override {
    told([&] {
      db::SqliteStatement& statement = prepared(sql);
      const Reset reset(statement);
      int index = 0;
      for (const SqlValue& value : values) {
        ++index;
        std::visit([&](const auto& typed) { statement.bind(index, typed); }, value);
      }
      const Row answer(statement);
      while (statement.step()) row(answer);
    });
  }

  void transaction(const std::function<void()>& body) override {
    told([&] { database_->execute("BEGIN IMMEDIATE"); });
    try {
      body();
      told([&] { database_->execute("COMMIT"); });
    } catch (...) {
      // Some errors have ended the transaction already.
      if (database_->in_transaction()) told([&] { database_->execute("ROLLBACK"); });
      throw;
    }
  }

 private:
  // Errors of the database in words that name the file.
  template <class Call>
  void told(Call call) const {
    try {
      call();
    } catch (const db::SqlError& error) {
      throw BadInput(path_ + ": " + meaning(error));
    } catch (const SystemError& error) {
      throw SystemError(error.error_number(), "write " + path_ + " (free some space, or choose another place)");
    }
  }

  db::SqliteStatement& prepared(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return found->second;
    return statements_.emplace(sql, db::SqliteStatement(*database_, sql)).first->second;
  }

  std::int64_t number(std::string_view sql) {
    std::int64_t value = 0;
    query(sql, {}, [&](const SqlRow& row) { value = row.integer(0); });
    return value;
  }

  bool is_blank() { return number("SELECT count(*) FROM sqlite_master") == 0; }

  bool is_current(std::span<const std::string_view> steps) {
    return number("PRAGMA application_id") == kApplication &&
           std::cmp_equal(number("PRAGMA user_version"), steps.size());
  }

  // Asked again within the transaction: another process may have just done it.
  void bring_up_to_date(std::span<const std::string_view> steps) {
    if (number("PRAGMA application_id") != kApplication && !is_blank()) {
      throw BadInput(path_ + ": it is a SQLite database of another program; name another file");
    }
    migrate(number("PRAGMA user_version"), steps, path_,
            [&](const std::string& sql) { told([&] { database_->execute(in_dialect(sql, kDialect)); }); });
    told([&] {
      database_->execute("PRAGMA application_id = " + std::to_string(kApplication));
      database_->execute("PRAGMA user_version = " + std::to_string(steps.size()));
    });
  }

  std::string path_;
  std::optional<db::Sqlite> database_;
  std::map<std::string_view, db::SqliteStatement> statements_;  // by their text, which the callers keep
};

}  // namespace

std::unique_ptr<HistoryDatabase> open_sqlite_history(const std::string& path, bool create,
                                                     std::span<const std::string_view> steps) {
  return std::make_unique<SqliteHistory>(path, create, steps);
}

}  // namespace perfopt::store
