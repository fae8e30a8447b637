// SPDX-License-Identifier: Apache-2.0
// Uses of the installed parts that need other software: SQLite behind one, MPI behind the other.
#include <mpi.h>

#include <cstdint>
#include <cstdio>

#include "perfopt/optim/database/bulk_writer.hpp"
#include "perfopt/optim/distributed/team.hpp"

int main() {
  namespace db = perfopt::optim::db;
  db::Sqlite database(":memory:");
  database.execute("CREATE TABLE t (id INTEGER)");
  db::BulkWriter writer(database, "t", {"id"});
  for (std::int64_t id = 0; id < 100; ++id) writer.add({id});
  const bool stored = writer.finish() == 100;
  MPI_Init(nullptr, nullptr);
  bool alone = false;
  {
    const perfopt::optim::distributed::Team team(MPI_COMM_WORLD);
    alone = team.size() == 1;
  }
  MPI_Finalize();
  std::printf("parts: %s\n", stored && alone ? "stored" : "NOT STORED");
  return stored && alone ? 0 : 1;
}
