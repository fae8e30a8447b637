// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/database/sqlite.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/optim/database/connection_pool.hpp"
#include "perfopt/optim/database/error.hpp"
#include "unit/file_size_limit.hpp"

using namespace perfopt;
using namespace perfopt::optim::db;

TEST_CASE("values come back as they were bound, and an empty text is not NULL") {
  Sqlite database(":memory:");
  SqliteStatement select(database, "SELECT ?1, ?2, ?3, ?4, ?5");
  const std::string text("a\0b", 3);
  select.bind(1, std::int64_t{-9'223'372'036'854'775'807});
  select.bind(2, 0.1);
  select.bind(3, std::string_view(text));
  select.bind(4, std::string_view());
  select.bind(5, nullptr);
  REQUIRE(select.step());
  CHECK(select.integer(0) == -9'223'372'036'854'775'807);
  CHECK(select.real(1) == 0.1);
  CHECK(select.text(2) == text);
  CHECK(select.text(3).empty());
  CHECK_FALSE(select.is_null(3));
  CHECK(select.is_null(4));
  CHECK_FALSE(select.step());
}

TEST_CASE("an error of SQLite names the statement, the reason and the code") {
  Sqlite database(":memory:");
  CHECK_THROWS_WITH_AS(database.execute("SELECT x"), "SQLite: SELECT x: no such column: x (SQLITE_ERROR)", SqlError);
  CHECK_THROWS_AS(SqliteStatement(database, ""), SqlError);
  database.execute("CREATE TABLE t (a INTEGER UNIQUE); INSERT INTO t VALUES (1)");
  SqliteStatement again(database, "INSERT INTO t VALUES (1)");
  try {
    again.run();
    FAIL("a second 1");
  } catch (const SqlError& error) {
    CHECK(error.state() == "SQLITE_CONSTRAINT");
    CHECK(std::string(error.what()).find("UNIQUE constraint failed: t.a") != std::string::npos);
  }
}

TEST_CASE("a file that is no database is refused") {
  const TempDir directory("perfopt-sqlite");
  const std::string path = directory.path() / "text";
  write_atomically(path, std::string(4096, 'x'));
  Sqlite database(path);
  try {
    database.execute("SELECT * FROM sqlite_master");
    FAIL("it is text");
  } catch (const SqlError& error) {
    CHECK(error.state() == "SQLITE_NOTADB");
  }
  CHECK_THROWS_AS(Sqlite("/nonexistent/directory/file"), SqlError);
}

TEST_CASE("a file that may not grow is a shortage of the machine, and nothing of the transaction stays") {
  const TempDir directory("perfopt-sqlite");
  Sqlite database(directory.path() / "small");
  database.execute("CREATE TABLE t (a TEXT)");
  {
    const FileSizeLimit limit(16 * 1024);
    CHECK_THROWS_AS(database.execute("INSERT INTO t VALUES (hex(zeroblob(100000)))"), SystemError);
  }
  SqliteStatement count(database, "SELECT count(*) FROM t");
  REQUIRE(count.step());
  CHECK(count.integer(0) == 0);
}

TEST_CASE("a pool gives out no connection with an open transaction, and none that fails") {
  optim::PoolLimits limits;
  limits.max_open = 1;
  ConnectionPool<Sqlite> pool(":memory:", limits);
  pool.acquire()->execute("CREATE TABLE t (a)");
  pool.acquire()->execute("BEGIN; INSERT INTO t VALUES (1)");
  CHECK_THROWS_AS(pool.acquire()->execute("SELECT * FROM t"), SqlError);  // a new one: in memory, so without the table
  CHECK(pool.counts().opened == 2);
  CHECK(pool.counts().open == 0);
}
