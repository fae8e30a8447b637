// SPDX-License-Identifier: Apache-2.0
// Build an index from random 64-bit keys to row numbers, one insertion at a time, without knowing how many come.
//
// The node-based maps allocate for each element and follow pointers; flat hash maps keep elements in one array and
// compare 16 tags at a time with SIMD, and pay for it when they grow.
//
//   size    n, distinct keys
//   check   the row of each key and the number of elements, exact
//   errors  std::bad_alloc
//   source  Kulukundis, Designing a fast, efficient, cache-friendly hash table, CppCon 2017
#include <string>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/memory/maps.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {
namespace {

template <class Map>
class Insert final : public Workload {
 public:
  explicit Insert(const Setup& setup) {
    Random random(setup.seed);
    keys_ = distinct_keys(setup.size, random);
  }

  [[nodiscard]] Work work() const override {
    const auto keys = static_cast<double>(keys_.size());
    return {keys, keys * (sizeof(std::uint64_t) + sizeof(Row)), {}};
  }
  void poison() override { map_ = Map(); }
  void run() override {
    Row row = 0;
    for (const std::uint64_t key : keys_) map_.emplace(key, row++);
  }
  // The number of elements, and the key of each row.
  [[nodiscard]] Output output() override {
    found_.assign(keys_.size() + 1, 0);
    found_[0] = map_.size();
    for (const auto& [key, row] : map_) {
      if (row >= keys_.size()) throw IntegrityError("key " + std::to_string(key) + ": row " + std::to_string(row));
      found_[1 + std::size_t{row}] = key;
    }
    return exact<std::uint64_t>(Element::u64, found_);
  }
  void check(const Output& result) const override {
    std::vector<std::uint64_t> expected{keys_.size()};
    expected.insert(expected.end(), keys_.begin(), keys_.end());
    require_equal(exact<std::uint64_t>(Element::u64, expected), result);
  }

 private:
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint64_t> found_;
  Map map_;
};

constexpr Size kSizes[] = {
    {1'000, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::medium}, {200'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"std_unordered_map", Level::baseline, "std::unordered_map, a node an element", "", "42 bytes an element",
     make<Insert<StdUnorderedMap>>},
    {"std_map", Level::conservative, "std::map, a balanced tree of nodes", "", "48 bytes an element; keeps keys sorted",
     make<Insert<StdMap>>},
    {"boost_flat_map", Level::conservative, "boost::unordered_flat_map, open addressing with SIMD tags",
     "Boost 1.81, headers only", "27 bytes an element; references do not survive growth", make<Insert<BoostFlatMap>>},
    {"absl_flat_map", Level::conservative, "absl::flat_hash_map, open addressing with SIMD tags", "abseil",
     "27 bytes an element; references do not survive growth", make<Insert<AbslFlatMap>>},
    {"absl_btree_map", Level::conservative, "absl::btree_map, a tree of wide nodes", "abseil",
     "keeps keys sorted; references do not survive insertions", make<Insert<AbslBtreeMap>>},
};
constexpr Problem kProblem{
    .category = "memory",
    .name = "maps_insert",
    .title = "Insert random 64-bit keys into a map",
    .unit = "keys",
    .bytes_per_unit = sizeof(std::uint64_t) + sizeof(Row),
    .squared = false,
    .max_size = 100'000'000,
    .sizes = kSizes,
    .strategies = kStrategies,
    .memory_bytes = [](std::size_t n) { return 10'000 + static_cast<double>(n) * (kMapBytesPerElement + 16); },
    .file_bytes = [](std::size_t) { return 0.0; },
};

}  // namespace

const Problem& memory_maps_insert();
const Problem& memory_maps_insert() {
  return kProblem;
}

}  // namespace perfopt::bench
