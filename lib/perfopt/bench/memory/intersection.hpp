// SPDX-License-Identifier: Apache-2.0
// Intersection of two sets of 32-bit ids; the problems intersection*.cpp differ in the density of the ids alone.
//
// A std::set follows a pointer an element and allocates its result; sorted vectors are merged in place; a Roaring
// bitmap intersects 65,536 ids at a time, as bits where they are dense and as sorted arrays where they are sparse.
// Each strategy's result has the form of its inputs, so that it can be intersected again; output() lists it.
//
//   size    n, ids in each set
//   check   the number of common ids and the ids in order, exact, by a binary search for each
//   errors  std::bad_alloc, also when CRoaring returns no bitmap
//   source  Lemire et al., Roaring bitmaps: implementation of an optimized software library, SPE 2018
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <set>
#include <vector>

#include <roaring/roaring.h>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {

using Ids = std::vector<std::uint32_t>;

// Sets whose ids are kSpacing apart in the mean.
template <std::size_t kSpacing>
class Intersection : public Workload {
 public:
  explicit Intersection(const Setup& setup) {
    Random random(setup.seed);
    a = ids(setup.size, random);
    b = ids(setup.size, random);
  }

  [[nodiscard]] Work work() const override {
    const auto both = static_cast<double>(a.size() + b.size());
    return {both, both * sizeof(std::uint32_t), {}, held_bytes()};
  }
  [[nodiscard]] Output output() override {
    listed_ = {0};
    list_result(listed_);
    listed_[0] = static_cast<std::uint32_t>(listed_.size() - 1);
    return exact<std::uint32_t>(Element::u32, listed_);
  }
  void check(const Output& result) const override {
    Ids expected{0};
    std::copy_if(a.begin(), a.end(), std::back_inserter(expected),
                 [this](std::uint32_t id) { return std::binary_search(b.begin(), b.end(), id); });
    expected[0] = static_cast<std::uint32_t>(expected.size() - 1);
    require_equal(exact<std::uint32_t>(Element::u32, expected), result);
  }

 protected:
  // Of both inputs.
  [[nodiscard]] virtual double held_bytes() const = 0;
  // Appends the result's ids, ascending.
  virtual void list_result(Ids& listed) const = 0;

  Ids a, b;

 private:
  static Ids ids(std::size_t n, Random& random) {
    Ids result(n);
    std::uint64_t next = 0;
    for (std::uint32_t& id : result) id = static_cast<std::uint32_t>(next += 1 + random.below(2 * kSpacing - 1));
    return result;
  }

  Ids listed_;
};

template <std::size_t kSpacing>
struct TreeSets final : Intersection<kSpacing> {
  explicit TreeSets(const Setup& setup)
      : Intersection<kSpacing>(setup), x(this->a.begin(), this->a.end()), y(this->b.begin(), this->b.end()) {}
  void poison() override { result.clear(); }
  void run() override {
    std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::inserter(result, result.end()));
  }
  void list_result(Ids& listed) const override { listed.insert(listed.end(), result.begin(), result.end()); }
  [[nodiscard]] double held_bytes() const override {
    constexpr double kNodeBytes = 48;  // 3 pointers, colour and id, and the allocator's header
    return kNodeBytes * static_cast<double>(x.size() + y.size());
  }

  std::set<std::uint32_t> x, y, result;
};

template <std::size_t kSpacing>
struct SortedVectors final : Intersection<kSpacing> {
  using Intersection<kSpacing>::Intersection;
  void poison() override { result.clear(); }
  void run() override {
    std::set_intersection(this->a.begin(), this->a.end(), this->b.begin(), this->b.end(), std::back_inserter(result));
  }
  void list_result(Ids& listed) const override { listed.insert(listed.end(), result.begin(), result.end()); }
  [[nodiscard]] double held_bytes() const override {
    return static_cast<double>((this->a.size() + this->b.size()) * sizeof(std::uint32_t));
  }

  Ids result;
};

template <std::size_t kSpacing>
struct RoaringBitmaps final : Intersection<kSpacing> {
  struct Free {
    void operator()(roaring_bitmap_t* bitmap) const noexcept { roaring_bitmap_free(bitmap); }
  };
  using Bitmap = std::unique_ptr<roaring_bitmap_t, Free>;

  explicit RoaringBitmaps(const Setup& setup)
      : Intersection<kSpacing>(setup), x(bitmap_of(this->a)), y(bitmap_of(this->b)) {}
  void poison() override { result.reset(); }
  void run() override { result = owned(roaring_bitmap_and(x.get(), y.get())); }
  void list_result(Ids& listed) const override {
    if (result == nullptr) return;
    const std::size_t before = listed.size();
    listed.resize(before + roaring_bitmap_get_cardinality(result.get()));
    roaring_bitmap_to_uint32_array(result.get(), listed.data() + before);
  }
  [[nodiscard]] double held_bytes() const override {
    return static_cast<double>(roaring_bitmap_size_in_bytes(x.get()) + roaring_bitmap_size_in_bytes(y.get()));
  }

  static Bitmap owned(roaring_bitmap_t* bitmap) {
    if (bitmap == nullptr) throw std::bad_alloc();
    return Bitmap(bitmap);
  }
  static Bitmap bitmap_of(const Ids& ids) { return owned(roaring_bitmap_of_ptr(ids.size(), ids.data())); }

  Bitmap x, y, result;
};

inline constexpr Size kIntersectionSizes[] = {
    {1'000, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::medium}, {300'000, SizeClass::large}};

template <std::size_t kSpacing>
inline constexpr Strategy kIntersectionStrategies[] = {
    {"std_set", Level::baseline, "std::set_intersection of two std::set into a third", "", "48 bytes an id",
     make<TreeSets<kSpacing>>},
    {"sorted_vector", Level::conservative, "std::set_intersection of two sorted vectors into a third", "",
     "4 bytes an id; an insertion moves what follows it", make<SortedVectors<kSpacing>>},
    {"roaring", Level::conservative, "CRoaring bitmaps", "libroaring",
     "32-bit ids only; at most 2 bytes an id and much less when dense", make<RoaringBitmaps<kSpacing>>},
};

template <std::size_t kSpacing>
[[nodiscard]] constexpr Problem intersection_problem(std::string_view name, std::string_view title) {
  return {.category = "memory",
          .name = name,
          .title = title,
          .unit = "ids",
          .bytes_per_unit = sizeof(std::uint32_t),
          .squared = false,
          .max_size = 0xFFFFFFFF / (2 * kSpacing),  // so that the last id fits 32 bits
          .sizes = kIntersectionSizes,
          .strategies = kIntersectionStrategies<kSpacing>,
          // Three trees, the two inputs and the listed result.
          .memory_bytes = [](std::size_t n) { return 10'000 + static_cast<double>(n) * (3 * 48 + 2 * 4 + 2 * 8); },
          .file_bytes = [](std::size_t) { return 0.0; }};
}

}  // namespace perfopt::bench
