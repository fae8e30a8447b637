// SPDX-License-Identifier: Apache-2.0
// Puts many rows into a table: one transaction with a prepared statement (SQLite), or COPY (PostgreSQL).
//
// All rows or none are stored: finish() makes them visible, the destructor without it undoes them. Exception: with
// `rows_per_transaction`, those of full transactions stay. After an error nothing more can be added, and all is undone.
// In a PostgreSQL transaction of the caller's, its COMMIT makes them visible, and an error aborts it.
//   values  integers, doubles (also infinite and NaN; SQLite stores NaN as NULL), text in UTF-8 without zero bytes,
//           bytes, nullptr for NULL. Binary COPY sends what the column's type is: int2, int4, int8, float4, float8,
//           bool from integers, text, varchar, bpchar, bytea; other types need CopyFormat::text
//   names   of table and columns are quoted: one identifier each
//   errors  BadInput for a row of the wrong length or a value that the column's type does not take, with row and
//           column; SqlError with the row (from 1) when the database refuses one: PostgreSQL may tell it only at
//           finish(); SystemError for a full disk. One thread at a time; the connection must outlive the writer
//
//   example:
//   using namespace perfopt::optim::db;
//   Sqlite database(":memory:");
//   database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, price REAL, name TEXT)");
//   {
//     BulkWriter writer(database, "t", {"id", "price", "name"});
//     for (std::int64_t id = 0; id < 1000; ++id) writer.add({id, 0.5, "O'Hara"});
//     if (writer.finish() != 1000) throw std::logic_error("rows");
//   }
//   {
//     BulkWriter undone(database, "t", {"id"});
//     undone.add({5000});
//   }
//   SqliteStatement count(database, "SELECT count(*) FROM t");
//   if (!(count.step() && count.integer(0) == 1000)) throw std::logic_error("what was not finished is undone");
//   end
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "perfopt/optim/database/postgres.hpp"
#include "perfopt/optim/database/sqlite.hpp"

namespace perfopt::optim::db {

using Bytes = std::span<const std::byte>;
// Text and bytes are used within add() only.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Bytes>;

enum class CopyFormat : std::uint8_t { binary, text };

class BulkWriter {
 public:
  // Throws BadInput when a transaction is open already.
  BulkWriter(Sqlite& database, std::string_view table, const std::vector<std::string>& columns,
             std::uint64_t rows_per_transaction = 0);
  BulkWriter(Postgres& database, std::string_view table, const std::vector<std::string>& columns,
             CopyFormat format = CopyFormat::binary);
  BulkWriter(const BulkWriter&) = delete;
  BulkWriter& operator=(const BulkWriter&) = delete;
  ~BulkWriter();

  void add(std::span<const Value> row);
  void add(std::initializer_list<Value> row) { add(std::span(row.begin(), row.size())); }

  // How many rows were stored. Nothing can be added afterwards.
  std::uint64_t finish();

  // One for each kind of database; its destructor undoes what was not finished.
  class Sink {
   public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;
    virtual void add(std::span<const Value> row, std::uint64_t number) = 0;
    virtual void finish() = 0;
  };

 private:
  std::unique_ptr<Sink> sink_;  // none after finish() or an error
  std::vector<std::string> columns_;
  std::uint64_t rows_ = 0;
};

}  // namespace perfopt::optim::db
