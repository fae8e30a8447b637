# SPDX-License-Identifier: Apache-2.0
# The database category: SQLite, PostgreSQL, Redis.
list(APPEND problems
  database/sqlite_insert
  database/sqlite_settings
  database/sqlite_cache
  database/lookups
  database/index_pays
  database/postgres_insert
  database/connections
  database/hot_query
  database/join
  database/columns
  database/paging
  database/partitions
  database/cache_zipf
  database/cache_uniform
)
list(APPEND peers
)
list(APPEND category_sources
  database/cache.cpp
  database/index_scan.cpp
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
