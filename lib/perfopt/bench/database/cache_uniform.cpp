// SPDX-License-Identifier: Apache-2.0
// Values by key from PostgreSQL with caches before it,
// where all are asked for alike: a cache that is small against them seldom has one.
//
//   size, table, check, note, errors  as in cache.hpp
//   source  cache-aside: Nishtala et al., Scaling Memcache at Facebook, NSDI 2013
#include "perfopt/bench/database/cache.hpp"

namespace perfopt::bench {
namespace {

struct Query final : QueryEachTime {
  explicit Query(const Setup& setup) : QueryEachTime(setup, Popularity::uniform) {}
};
struct Cached final : InProcess {
  explicit Cached(const Setup& setup) : InProcess(setup, Popularity::uniform) {}
};
struct Redis final : RedisAside {
  explicit Redis(const Setup& setup) : RedisAside(setup, Popularity::uniform) {}
};

constexpr Strategy kStrategies[] = {
    {"query", Level::baseline, "a prepared query each time", "PostgreSQL", "", make<Query>},
    {"query_cache", Level::balanced, "optim::db::QueryCache: 1,000 values in this process", "PostgreSQL",
     "memory; changes by others are seen only when they are told or have aged", make<Cached>},
    {"redis", Level::balanced, "Redis asked first, filled when it has nothing", "PostgreSQL, redis-server",
     "another server; two more round trips for each miss", make<Redis>},
};

}  // namespace

const Problem& database_cache_uniform() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "cache_uniform",
      .title = "Values by key from PostgreSQL, all keys asked for alike",
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
