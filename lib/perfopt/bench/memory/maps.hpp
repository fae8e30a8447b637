// SPDX-License-Identifier: Apache-2.0
// What the problems on maps share: keys, and the map types from 64-bit keys to row numbers.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>
#include <boost/unordered/unordered_flat_map.hpp>

#include "perfopt/core/random.hpp"

namespace perfopt::bench {

using Row = std::uint32_t;
using StdMap = std::map<std::uint64_t, Row>;
using StdUnorderedMap = std::unordered_map<std::uint64_t, Row>;
using BoostFlatMap = boost::unordered_flat_map<std::uint64_t, Row>;
using AbslFlatMap = absl::flat_hash_map<std::uint64_t, Row>;
using AbslBtreeMap = absl::btree_map<std::uint64_t, Row>;

// The next n keys of the stream. Random visits each 64-bit number once in its period: no two keys are equal, and the
// keys drawn afterwards are none of these.
[[nodiscard]] inline std::vector<std::uint64_t> distinct_keys(std::size_t n, Random& random) {
  std::vector<std::uint64_t> keys(n);
  for (std::uint64_t& key : keys) key = random();
  return keys;
}

// The largest of the maps: a node of std::map with the allocator's header is 64 bytes; a flat map that doubles holds
// both its tables for a moment.
inline constexpr double kMapBytesPerElement = 96;

}  // namespace perfopt::bench
