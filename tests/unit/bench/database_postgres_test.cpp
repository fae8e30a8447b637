// SPDX-License-Identifier: Apache-2.0
// The parts of optim/database/ that talk to PostgreSQL, on a cluster of the test's own.
#include <array>
#include <cmath>
#include <csignal>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/database/postgres_cluster.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"
#include "perfopt/optim/database/connection_pool.hpp"
#include "perfopt/optim/database/error.hpp"

using namespace perfopt;
using namespace perfopt::optim::db;
using perfopt::bench::PostgresCluster;

namespace {

// nullptr, and a message, where there is no PostgreSQL.
std::unique_ptr<PostgresCluster> cluster_in(const TempDir& scratch) {
  try {
    return std::make_unique<PostgresCluster>(bench::ServiceContext{scratch.path()});
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
    return nullptr;
  }
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void check_values(Postgres& connection, CopyFormat format) {
  (void)connection.execute(
      "CREATE TABLE v (i2 INT2, i4 INT4, i8 INT8, b BOOL, f4 FLOAT4, f8 FLOAT8, t TEXT, c VARCHAR(9), y BYTEA)");
  const std::array bytes{std::byte{0}, std::byte{0x5C}, std::byte{0xFF}};
  const std::string text = "tab\t nl\n cr\r back\\slash \\N \\. z\xC3\xBCrich 'q'";
  BulkWriter writer(connection, "v", {"i2", "i4", "i8", "b", "f4", "f8", "t", "c", "y"}, format);
  writer.add({-2, 70'000, std::numeric_limits<std::int64_t>::min(), 1, 0.5, 0.1, text, "short", Bytes(bytes)});
  writer.add(
      {nullptr, nullptr, nullptr, nullptr, nullptr, -std::numeric_limits<double>::infinity(), "", nullptr, Bytes()});
  writer.add({0, 0, 0, 0, 0.0, std::nan(""), nullptr, "", nullptr});
  CHECK(writer.finish() == 3);
  const auto rows = connection.execute("SELECT * FROM v");
  REQUIRE(rows.rows() == 3);
  const std::vector<std::string> first{"-2",    "70000",    "-9223372036854775808", "t", "0.5", "0.1", text,
                                       "short", "\\x005cff"};
  for (int i = 0; i < rows.columns(); ++i) CHECK(rows.text(0, i) == first[static_cast<std::size_t>(i)]);
  for (const int column : {0, 1, 2, 3, 4, 7}) CHECK(rows.is_null(1, column));
  CHECK(rows.text(1, 5) == "-Infinity");
  CHECK_FALSE(rows.is_null(1, 6));
  CHECK(rows.text(1, 8) == "\\x");
  CHECK(rows.text(2, 5) == "NaN");
  CHECK(rows.is_null(2, 6));
  CHECK_FALSE(rows.is_null(2, 7));
  (void)connection.execute("DROP TABLE v");
}

void check_undone(Postgres& connection, CopyFormat format) {
  (void)connection.execute("CREATE TABLE u (id INT4 PRIMARY KEY, t VARCHAR(3))");
  {
    BulkWriter undone(connection, "u", {"id", "t"}, format);
    for (int i = 0; i < 20'000; ++i) undone.add({i, "abc"});
  }
  CHECK(connection.healthy());
  BulkWriter twice(connection, "u", {"id", "t"}, format);
  for (const int id : {1, 2, 1}) twice.add({id, "x"});
  const std::string said = message_of([&] { twice.finish(); });
  CHECK(contains(said, "duplicate key"));
  CHECK(contains(said, "line 3"));
  CHECK(contains(said, "23505"));
  BulkWriter wide(connection, "u", {"id", "t"}, format);
  wide.add({1, "abc"});
  wide.add({2, "abcd"});
  const std::string too_long = message_of([&] { wide.finish(); });
  CHECK(contains(too_long, "line 2, column t"));
  CHECK_FALSE(contains(too_long, "\n"));
  CHECK(connection.execute("SELECT count(*) FROM u").integer(0, 0) == 0);
  (void)connection.execute("DROP TABLE u");
}

}  // namespace

TEST_CASE("BulkWriter: COPY stores every kind of value, and undoes what was not finished or was refused") {
  const TempDir scratch("perfopt-database");
  const auto cluster = cluster_in(scratch);
  if (!cluster) return;
  Postgres connection(cluster->target());
  for (const CopyFormat format : {CopyFormat::binary, CopyFormat::text}) {
    check_values(connection, format);
    check_undone(connection, format);
  }
  (void)connection.execute("CREATE TABLE t (small INT2, whole INT4, flag BOOL, odd NUMERIC)");
  const auto refusal = [&](const std::vector<std::string>& columns, const Value& value) {
    return message_of([&] {
      BulkWriter writer(connection, "t", columns);
      writer.add({value});
    });
  };
  CHECK(refusal({"small"}, std::int64_t{40'000}) == "row 1, column small: 40000 does not fit the column's type");
  CHECK(refusal({"whole"}, 0.5) == "row 1, column whole: a double for a column of another type");
  CHECK(refusal({"whole"}, "7") == "row 1, column whole: a text for a column of another type");
  CHECK(refusal({"flag"}, std::int64_t{2}) == "row 1, column flag: 2 is no bool: 0 or 1");
  CHECK(contains(refusal({"odd"}, 0.5), "column odd: its type has no binary form here"));
  CHECK(contains(refusal({"missing"}, 0.5), "column \"missing\" does not exist"));
  CHECK(connection.healthy());
}

TEST_CASE("statements, prepared ones and pipelines give answers or one line with the SQLSTATE") {
  const TempDir scratch("perfopt-database");
  const auto cluster = cluster_in(scratch);
  if (!cluster) return;
  Postgres connection(cluster->target());
  CHECK(message_of([&] { (void)connection.execute("SELECT x"); }) == "PostgreSQL: column \"x\" does not exist (42703)");
  CHECK(message_of([&] { (void)connection.execute("SELECT 'y'").integer(0, 0); }) ==
        "row 0, column 0: 'y' is no integer of 64 bits (22003)");
  connection.prepare("half", "SELECT 100 / $1::int8");
  std::vector<std::int64_t> answers;
  const auto take = [&](const PostgresResult& answer) { answers.push_back(answer.integer(0, 0)); };
  const std::vector<const char*> values[] = {{"1"}, {"2"}, {"0"}, {"4"}};
  {
    PostgresPipeline pipeline(connection);
    pipeline.send("half", values[0]);
    pipeline.send("half", values[1]);
    pipeline.finish(take);
  }
  CHECK(answers == std::vector<std::int64_t>{100, 50});
  {
    PostgresPipeline pipeline(connection);
    for (const auto& value : values) pipeline.send("half", value);
    CHECK(message_of([&] { pipeline.finish(take); }) == "PostgreSQL: division by zero (22012)");
  }
  CHECK(connection.healthy());
  {
    PostgresPipeline forgotten(connection);
    forgotten.send("half", values[0]);
  }
  CHECK(connection.healthy());
  CHECK(connection.execute_prepared("half", values[1]).integer(0, 0) == 50);
}

TEST_CASE("a pool replaces connections that the server has ended") {
  const TempDir scratch("perfopt-database");
  const auto cluster = cluster_in(scratch);
  if (!cluster) return;
  ConnectionPool<Postgres> pool(cluster->target());
  const std::int64_t first = pool.acquire()->execute("SELECT pg_backend_pid()").integer(0, 0);
  CHECK(pool.acquire()->execute("SELECT pg_backend_pid()").integer(0, 0) == first);
  Postgres other(cluster->target());
  (void)other.execute("SELECT pg_terminate_backend(" + std::to_string(first) + ", 5000)");
  CHECK(pool.acquire()->execute("SELECT pg_backend_pid()").integer(0, 0) != first);
  (void)pool.acquire()->execute("BEGIN");
  CHECK(pool.acquire()->healthy());
  CHECK(pool.counts().opened == 3);
}

TEST_CASE("a server that is killed is one line for those connected and those who come") {
  const TempDir scratch("perfopt-database");
  auto cluster = cluster_in(scratch);
  if (!cluster) return;
  Postgres connection(cluster->target());
  REQUIRE(::kill(cluster->pid(), SIGQUIT) == 0);
  std::string said;
  for (int i = 0; i < 1000 && said.empty(); ++i) said = message_of([&] { (void)connection.execute("SELECT 1"); });
  CHECK_FALSE(said.empty());
  CHECK_FALSE(contains(said, "\n"));
  CHECK_FALSE(connection.healthy());
  CHECK_THROWS_AS(Postgres(cluster->target()), Unavailable);
}
