// SPDX-License-Identifier: Apache-2.0
// A connection to PostgreSQL and the results of its statements, with every return code checked.
//
// Not for use by two threads at once. Parameters and results are text; a null pointer is NULL. Notices of the server
// are dropped.
//   errors  Unavailable in one line, without the password, when the server cannot be reached or refuses us (10 s at
//           most, unless connect_timeout is given); SqlError with the server's text, place and SQLSTATE; SystemError
//           when the server says that its disk or memory is full or that it has no connection left
//
//   example:
//   using namespace perfopt::optim::db;
//   try {
//     Postgres connection("postgresql:///postgres?host=/nonexistent");
//     connection.prepare("add", "SELECT $1::int8 + 1");
//     const std::vector<const char*> values{"41"};
//     if (connection.execute_prepared("add", values).integer(0, 0) != 42) throw std::logic_error("41 + 1");
//   } catch (const perfopt::Unavailable& no_server) {
//     if (std::string(no_server.what()).find('\n') != std::string::npos) throw std::logic_error("one line");
//   }
//   end
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"

// libpq's own types: a user of this header needs no path to its headers.
struct pg_conn;
struct pg_result;

namespace perfopt::optim::db {

class PostgresResult {
 public:
  explicit PostgresResult(pg_result* result) noexcept : handle_(result) {}
  [[nodiscard]] int rows() const noexcept;
  [[nodiscard]] int columns() const noexcept;
  // Valid as long as the result. Rows and columns count from 0.
  [[nodiscard]] std::string_view text(int row, int column) const noexcept;
  [[nodiscard]] bool is_null(int row, int column) const noexcept;
  // Throws SqlError for what is no integer of 64 bits.
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] pg_result* handle() const noexcept { return handle_.get(); }

 private:
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, Clear> handle_;
};

class Postgres {
 public:
  using Values = std::span<const char* const>;

  // `target`: a URL (postgresql://user@host/database) or "key=value ..." as libpq takes them.
  explicit Postgres(const std::string& target);

  // Without values: the simple protocol, in which several statements may stand. With: one statement with $1, $2, ...
  PostgresResult execute(const std::string& sql);
  PostgresResult execute(const std::string& sql, Values values);
  void prepare(const std::string& name, const std::string& sql);
  PostgresResult execute_prepared(const std::string& name, Values values);

  // True when the connection stands as far as is known here and no transaction is open; one system call, no round trip.
  [[nodiscard]] bool healthy() noexcept;
  // True when the connection is known to be broken; one system call, no round trip. Not while an answer is awaited.
  [[nodiscard]] bool lost() noexcept;
  // As an identifier in SQL, in quotes.
  [[nodiscard]] std::string quoted(std::string_view identifier) const;
  [[nodiscard]] pg_conn* handle() const noexcept { return handle_.get(); }

  // `result` if it is a success, else throws what the server said.
  [[nodiscard]] PostgresResult checked(pg_result* result) const;
  // Throws what is known about a failed call of libpq.
  [[noreturn]] void fail(std::string_view what) const;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const noexcept;
  };
  std::unique_ptr<pg_conn, Finish> handle_;
};

// Statements sent without waiting for the answers of those before: one round trip for many. Prepared ones only.
// In one implicit transaction: the first error undoes all since the start, and the others are not executed.
class PostgresPipeline {
 public:
  explicit PostgresPipeline(Postgres& connection);
  PostgresPipeline(const PostgresPipeline&) = delete;
  PostgresPipeline& operator=(const PostgresPipeline&) = delete;
  // Without finish(): what was sent is awaited, and may have been done.
  ~PostgresPipeline();

  void send(const std::string& name, Postgres::Values values);
  // Waits for all answers and gives each to `receive` in the order of sending. Throws the first error.
  void finish(const std::function<void(const PostgresResult&)>& receive);

 private:
  void leave() noexcept;

  Postgres& connection_;
  std::size_t sent_ = 0;
  bool active_ = true;
};

}  // namespace perfopt::optim::db
