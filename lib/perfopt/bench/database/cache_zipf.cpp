// SPDX-License-Identifier: Apache-2.0
// Values by key from PostgreSQL with caches before it,
// where a few are asked for often (the r-th in proportion to 1/r): most reads find them cached.
//
//   size, table, check, note, errors  as in cache.hpp
//   source  cache-aside: Nishtala et al., Scaling Memcache at Facebook, NSDI 2013
#include "perfopt/bench/database/cache.hpp"

namespace perfopt::bench {

const Problem& database_cache_zipf() {
  static constexpr Problem kProblem =
      CacheOver<Popularity::zipf>::problem("cache_zipf", "Values by key from PostgreSQL, a few keys asked for often");
  return kProblem;
}

}  // namespace perfopt::bench
