// SPDX-License-Identifier: Apache-2.0
// Orders with the names of their customers: a query for each order; clean: one join.
#include <sqlite3.h>
#include <unistd.h>

#include <string>

#include "fault.hpp"

namespace {

unsigned long long sum_of(sqlite3* database, const std::string& query,
                          unsigned long long (*each)(sqlite3*, sqlite3_stmt*)) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr) != SQLITE_OK) std::abort();
  unsigned long long sum = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) sum += each(database, statement);
  sqlite3_finalize(statement);
  return sum;
}

unsigned long long name_length(sqlite3* /*database*/, sqlite3_stmt* row) {
  return static_cast<unsigned long long>(sqlite3_column_bytes(row, 0));
}

[[gnu::noinline]] unsigned long long customer_of(sqlite3* database, sqlite3_stmt* order) {
  const std::string query = "SELECT name FROM customers WHERE id = " + std::to_string(sqlite3_column_int64(order, 0));
  return sum_of(database, query, name_length);
}

[[gnu::noinline]] unsigned long long one_by_one(sqlite3* database) {
  return sum_of(database, "SELECT customer FROM orders", customer_of);
}

[[gnu::noinline]] unsigned long long joined(sqlite3* database) {
  return sum_of(database, "SELECT name FROM orders JOIN customers ON customers.id = customer", name_length);
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  sqlite3* database = nullptr;
  const std::string path = "fault-" + std::to_string(::getpid()) + ".db";
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) return 1;
  const char* fill =
      "PRAGMA synchronous=OFF; CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
      " INSERT INTO customers SELECT i, 'customer ' || i FROM n;"
      "INSERT INTO orders SELECT id, (id * 7919) % 5000 + 1 FROM customers;";
  if (sqlite3_exec(database, fill, nullptr, nullptr, nullptr) != SQLITE_OK) return 1;
  unsigned long long sum = 0;
  while (run.goes_on()) sum += run.clean() ? joined(database) : one_by_one(database);
  sqlite3_close(database);
  ::unlink(path.c_str());
  return fault::Run::done(sum);
}
