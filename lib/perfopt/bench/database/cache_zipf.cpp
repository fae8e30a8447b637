// SPDX-License-Identifier: Apache-2.0
// Values by key from PostgreSQL with caches before it,
// where a few are asked for often (the r-th in proportion to 1/r): most reads find them cached.
//
//   size, table, check, note, errors  as in cache.hpp
//   source  cache-aside: Nishtala et al., Scaling Memcache at Facebook, NSDI 2013
#include "perfopt/bench/database/cache.hpp"

namespace perfopt::bench {
namespace {

struct Query final : QueryEachTime {
  explicit Query(const Setup& setup) : QueryEachTime(setup, Popularity::zipf) {}
};
struct Cached final : InProcess {
  explicit Cached(const Setup& setup) : InProcess(setup, Popularity::zipf) {}
};
struct Redis final : RedisAside {
  explicit Redis(const Setup& setup) : RedisAside(setup, Popularity::zipf) {}
};

constexpr Strategy kStrategies[] = {
    {"query", Level::baseline, "a prepared query each time", "PostgreSQL", "", make<Query>},
    {"query_cache", Level::balanced, "optim::db::QueryCache: 1,000 values in this process", "PostgreSQL",
     "memory; changes by others are seen only when they are told or have aged", make<Cached>},
    {"redis", Level::balanced, "Redis asked first, filled when it has nothing", "PostgreSQL, redis-server",
     "another server; two more round trips for each miss", make<Redis>},
};

}  // namespace

const Problem& database_cache_zipf() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "cache_zipf",
      .title = "Values by key from PostgreSQL, a few keys asked for often",
      .unit = "keys",
      .bytes_per_unit = kCacheValueBytes,
      .squared = false,
      .max_size = kCacheKeysMost,
      .sizes = kCacheSizes,
      .strategies = kStrategies,
      .memory_bytes = cache_memory_bytes,
      .file_bytes = cache_file_bytes,
      .weight = 2,
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
