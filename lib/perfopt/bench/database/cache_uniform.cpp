// SPDX-License-Identifier: Apache-2.0
// Values by key from PostgreSQL with caches before it,
// where all are asked for alike: a cache that is small against them seldom has one.
//
//   size, table, check, note, errors  as in cache.hpp
//   source  cache-aside: Nishtala et al., Scaling Memcache at Facebook, NSDI 2013
#include "perfopt/bench/database/cache.hpp"

namespace perfopt::bench {

const Problem& database_cache_uniform() {
  static constexpr Problem kProblem = CacheOver<Popularity::uniform>::problem(
      "cache_uniform", "Values by key from PostgreSQL, all keys asked for alike");
  return kProblem;
}

}  // namespace perfopt::bench
