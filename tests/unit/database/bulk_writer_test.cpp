// SPDX-License-Identifier: Apache-2.0
// On SQLite; on PostgreSQL, which needs a server: unit/bench/database_postgres_test.cpp.
#include "perfopt/optim/database/bulk_writer.hpp"

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/database/error.hpp"

using namespace perfopt;
using namespace perfopt::optim::db;

namespace {

std::int64_t count(Sqlite& database) {
  SqliteStatement statement(database, "SELECT count(*) FROM t");
  REQUIRE(statement.step());
  return statement.integer(0);
}

}  // namespace

TEST_CASE("every kind of value is stored as it is") {
  Sqlite database(":memory:");
  database.execute("CREATE TABLE \"a \"\"table\"\"\" (i INTEGER, r REAL, \"t'\" TEXT, b BLOB, n)");
  const std::array bytes{std::byte{0}, std::byte{0xFF}};
  BulkWriter writer(database, "a \"table\"", {"i", "r", "t'", "b", "n"});
  writer.add({std::int64_t{-1}, 0.25, "it's; \\N\n", Bytes(bytes), nullptr});
  CHECK(writer.finish() == 1);
  SqliteStatement select(database, "SELECT i, r, \"t'\", hex(b), n, typeof(b) FROM \"a \"\"table\"\"\"");
  REQUIRE(select.step());
  CHECK(select.integer(0) == -1);
  CHECK(select.real(1) == 0.25);
  CHECK(select.text(2) == "it's; \\N\n");
  CHECK(select.text(3) == "00FF");
  CHECK(select.is_null(4));
  CHECK(select.text(5) == "blob");
}

TEST_CASE("a refused row is named, all is undone, and no more is taken") {
  Sqlite database(":memory:");
  database.execute("CREATE TABLE t (a INTEGER UNIQUE)");
  BulkWriter writer(database, "t", {"a"});
  writer.add({1});
  writer.add({2});
  CHECK_THROWS_WITH_AS(writer.add({1}),
                       "row 3: SQLite: INSERT INTO \"t\" (\"a\") VALUES (?): UNIQUE constraint failed: t.a "
                       "(SQLITE_CONSTRAINT)",
                       SqlError);
  CHECK(count(database) == 0);
  CHECK_FALSE(database.in_transaction());
  CHECK_THROWS_AS(writer.add({4}), BadInput);
  CHECK_THROWS_AS(writer.finish(), BadInput);
}

TEST_CASE("a row of the wrong length is refused, and an open transaction is not taken over") {
  Sqlite database(":memory:");
  database.execute("CREATE TABLE t (a, b)");
  {
    BulkWriter writer(database, "t", {"a", "b"});
    CHECK_THROWS_WITH_AS(writer.add({1}), "row 1: 1 values for 2 columns", BadInput);
    writer.add({1, 2});
    CHECK(writer.finish() == 1);
  }
  database.execute("BEGIN");
  CHECK_THROWS_AS(BulkWriter(database, "t", {"a"}), BadInput);
  CHECK(database.in_transaction());
  database.execute("ROLLBACK");
  CHECK_THROWS_AS(BulkWriter(database, "missing", {"a"}), SqlError);
}

TEST_CASE("transactions of a number of rows keep the full ones") {
  Sqlite database(":memory:");
  database.execute("CREATE TABLE t (a)");
  {
    BulkWriter writer(database, "t", {"a"}, 10);
    for (int i = 0; i < 25; ++i) writer.add({i});
  }
  CHECK(count(database) == 20);
  BulkWriter writer(database, "t", {"a"}, 10);
  for (int i = 0; i < 20; ++i) writer.add({i});
  CHECK(writer.finish() == 20);
  CHECK(count(database) == 40);
}
