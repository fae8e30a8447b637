// SPDX-License-Identifier: Apache-2.0
// A SQLite database and its statements, with every return code checked.
//
// Neither may be used by two threads at once. A statement must not outlive its database. A database that another
// connection has locked is waited for, 5 s at most.
//   errors  SqlError with SQLite's text and the name of its code; SystemError for a full disk, a file limit, no memory
//
//   example:
//   using namespace perfopt::optim::db;
//   Sqlite database(":memory:");
//   database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
//   SqliteStatement insert(database, "INSERT INTO t VALUES (?, ?)");
//   insert.bind(1, std::int64_t{7});
//   insert.bind(2, std::string_view("seven"));
//   insert.run();
//   SqliteStatement select(database, "SELECT name FROM t WHERE id = 7");
//   if (!(select.step() && select.text(0) == "seven" && !select.step())) throw std::logic_error("one row");
//   end
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace perfopt::optim::db {

class Sqlite {
 public:
  // Opens or creates the file `path`; ":memory:" is a database of this connection alone.
  explicit Sqlite(const std::string& path);

  // Runs all statements of `sql`; rows are ignored.
  void execute(const std::string& sql);
  // True when it answers and no transaction is open: fit to be given to the next user.
  [[nodiscard]] bool healthy() noexcept;
  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// Throws what stands for the last failed call on `handle`; `what` says what was tried.
[[noreturn]] void throw_sqlite(sqlite3* handle, std::string_view what);

class SqliteStatement {
 public:
  SqliteStatement(const Sqlite& database, std::string_view sql);

  // Parameters count from 1. Text and bytes must stay valid until the next bind() of that parameter or the destructor.
  void bind(int index, std::nullptr_t);
  void bind(int index, std::int64_t value);
  void bind(int index, double value);
  void bind(int index, std::string_view value);
  void bind(int index, std::span<const std::byte> value);

  // Goes to the next row; false when there is none, and the statement can then be run again.
  bool step();
  // Runs it to the end.
  void run() {
    while (step()) {
    }
  }
  // Gives up the rows that are left. Parameters keep their values.
  void reset() noexcept { sqlite3_reset(handle_.get()); }

  // Columns count from 0, and are valid until the next step() or reset().
  [[nodiscard]] std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }
  [[nodiscard]] double real(int column) const noexcept { return sqlite3_column_double(handle_.get(), column); }
  [[nodiscard]] std::string_view text(int column) const noexcept;
  [[nodiscard]] bool is_null(int column) const noexcept {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
  }

 private:
  void require(int result, std::string_view what) const;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace perfopt::optim::db
