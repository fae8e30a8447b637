// SPDX-License-Identifier: Apache-2.0
// Look keys up in an index from random 64-bit keys to row numbers; every other key, at random, is not in it.
//
// The map is built before the clock starts. A tree of n keys costs log2(n) dependent cache misses a lookup, a table of
// nodes two or three, a flat table about one.
//
//   size    n, keys in the map; as many lookups, at most 65,536
//   check   each lookup's row, or the mark of a miss, exact, as drawn with the key
//   errors  std::bad_alloc
//   source  Kulukundis, Designing a fast, efficient, cache-friendly hash table, CppCon 2017
#include <algorithm>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/memory/maps.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {
namespace {

constexpr Row kMiss = 0xFFFFFFFF;
constexpr Row kPoison = 0xDEADDEAD;
constexpr std::size_t kMostLookups = 65'536;

template <class Map>
class Find final : public Workload {
 public:
  explicit Find(const Setup& setup) {
    Random random(setup.seed);
    const std::vector<std::uint64_t> keys = distinct_keys(setup.size, random);
    Row row = 0;
    for (const std::uint64_t key : keys) map_.emplace(key, row++);
    lookups_.resize(std::min(keys.size(), kMostLookups));
    expected_.resize(lookups_.size());
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      const std::uint64_t fresh = random();
      const bool hit = fresh % 2 == 0;
      expected_[i] = hit ? static_cast<Row>(random.below(keys.size())) : kMiss;
      lookups_[i] = hit ? keys[expected_[i]] : fresh;
    }
    rows_.resize(lookups_.size());
  }

  [[nodiscard]] Work work() const override {
    const auto lookups = static_cast<double>(lookups_.size());
    return {lookups, lookups * (sizeof(std::uint64_t) + sizeof(Row)), {}};
  }
  void poison() override { std::fill(rows_.begin(), rows_.end(), kPoison); }
  void run() override {
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
      const auto found = map_.find(lookups_[i]);
      rows_[i] = found == map_.end() ? kMiss : found->second;
    }
  }
  [[nodiscard]] Output output() override { return exact<Row>(Element::u32, rows_); }
  void check(const Output& result) const override { require_equal(exact<Row>(Element::u32, expected_), result); }

 private:
  Map map_;
  std::vector<std::uint64_t> lookups_;
  std::vector<Row> expected_;
  std::vector<Row> rows_;
};

constexpr Size kSizes[] = {
    {1'000, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::medium}, {200'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"std_map", Level::baseline, "std::map, a balanced tree of nodes", "", "48 bytes an element; keeps keys sorted",
     make<Find<StdMap>>},
    {"std_unordered_map", Level::conservative, "std::unordered_map, a node an element", "",
     "42 bytes an element; no order", make<Find<StdUnorderedMap>>},
    {"boost_flat_map", Level::conservative, "boost::unordered_flat_map, open addressing with SIMD tags",
     "Boost 1.81, headers only", "27 bytes an element; no order; references do not survive growth",
     make<Find<BoostFlatMap>>},
    {"absl_flat_map", Level::conservative, "absl::flat_hash_map, open addressing with SIMD tags", "abseil",
     "27 bytes an element; no order; references do not survive growth", make<Find<AbslFlatMap>>},
    {"absl_btree_map", Level::conservative, "absl::btree_map, a tree of wide nodes", "abseil",
     "keeps keys sorted; references do not survive insertions", make<Find<AbslBtreeMap>>},
};
constexpr Problem kProblem{
    .category = "memory",
    .name = "maps_find",
    .title = "Look up random 64-bit keys in a map, half of them absent",
    .unit = "keys",
    .bytes_per_unit = sizeof(std::uint64_t) + sizeof(Row),
    .squared = false,
    .max_size = 100'000'000,
    .sizes = kSizes,
    .strategies = kStrategies,
    .memory_bytes =
        [](std::size_t n) {
          return static_cast<double>(n) * (kMapBytesPerElement + 8) +
                 static_cast<double>(std::min(n, kMostLookups)) * 16;
        },
    .file_bytes = [](std::size_t) { return 0.0; },
};

}  // namespace

const Problem& memory_maps_find();
const Problem& memory_maps_find() {
  return kProblem;
}

}  // namespace perfopt::bench
