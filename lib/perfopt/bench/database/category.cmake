# SPDX-License-Identifier: Apache-2.0
# The database category: SQLite, PostgreSQL, Redis.
list(APPEND problems
  database/sqlite_insert
  database/postgres_insert
)
list(APPEND peers
)
list(APPEND category_sources
  database/pgbouncer.cpp
  database/postgres_cluster.cpp
  database/postgres_server.cpp
  database/redis_server.cpp
  database/rows.cpp
  database/schema.cpp
  database/server_home.cpp
)
list(APPEND category_links
  Perfopt::database
  pkg::hiredis
)
