// SPDX-License-Identifier: Apache-2.0
// Filter-sum over two of eight fields: SELECT sum(price) WHERE quantity < 24.
//
// An array of structures reads every line of all records for a quarter of their bytes; a structure of arrays reads
// two columns alone. The code of both is the same plain loop, so that the layout alone differs; where the data is in
// the cache, the unpredictable branch costs more than either. cpu/filter_sum adds SIMD to the columns.
//
//   size    n, records of 8 fields of 32 bits
//   check   the 64-bit sum of integers, exact, against the same generator run again
//   source  Copeland, Khoshafian, A decomposition storage model, SIGMOD 1985
#include <array>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

constexpr std::uint32_t kQuantityLimit = 24;

struct Order {
  std::uint32_t id, customer, product, quantity, price, discount, day, status;
};

Order generate(std::uint32_t id, Random& random) {
  const std::uint64_t a = random();
  const std::uint64_t b = random();
  return {.id = id,
          .customer = static_cast<std::uint32_t>(a),
          .product = static_cast<std::uint32_t>(a >> 32U) & 0xFFFFU,
          .quantity = 1 + static_cast<std::uint32_t>((a >> 48U) * 50 >> 16U),
          .price = static_cast<std::uint32_t>(b) & 0xFFFFFU,
          .discount = static_cast<std::uint32_t>(b >> 32U) & 0xFFU,
          .day = static_cast<std::uint32_t>(b >> 40U) & 0xFFFU,
          .status = static_cast<std::uint32_t>(b >> 60U)};
}

class Layout : public Workload {
 public:
  explicit Layout(const Setup& setup) : n(setup.size), seed_(setup.seed) {}

  void poison() override { sum = ~std::uint64_t{0}; }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, {&sum, 1}); }
  void check(const Output& result) const override {
    std::uint64_t expected = 0;
    for_each_order([&expected](const Order& order) {
      if (order.quantity < kQuantityLimit) expected += order.price;
    });
    require_equal(exact<std::uint64_t>(Element::u64, {&expected, 1}), result);
  }

 protected:
  template <class F>
  void for_each_order(const F& take) const {
    Random random(seed_);
    for (std::size_t i = 0; i < n; ++i) take(generate(static_cast<std::uint32_t>(i), random));
  }
  [[nodiscard]] Work work_touching(std::size_t bytes_per_record) const {
    const auto records = static_cast<double>(n);
    return {records,
            records * 2 * sizeof(std::uint32_t),
            {Limit::read_bandwidth, records * static_cast<double>(bytes_per_record), n * bytes_per_record}};
  }

  std::size_t n;
  std::uint64_t sum = 0;

 private:
  std::uint64_t seed_;
};

struct Records final : Layout {
  explicit Records(const Setup& setup) : Layout(setup) {
    orders.reserve(n);
    for_each_order([this](const Order& order) { orders.push_back(order); });
  }
  [[nodiscard]] Work work() const override { return work_touching(sizeof(Order)); }
  void run() override {
    std::uint64_t total = 0;
    for (const Order& order : orders) {
      if (order.quantity < kQuantityLimit) total += order.price;
    }
    sum = total;
  }

  std::vector<Order> orders;
};

struct Columns final : Layout {
  using Column = std::vector<std::uint32_t>;

  explicit Columns(const Setup& setup) : Layout(setup) {
    for (Column* column : {&id, &customer, &product, &quantity, &price, &discount, &day, &status}) column->reserve(n);
    for_each_order([this](const Order& order) {
      id.push_back(order.id);
      customer.push_back(order.customer);
      product.push_back(order.product);
      quantity.push_back(order.quantity);
      price.push_back(order.price);
      discount.push_back(order.discount);
      day.push_back(order.day);
      status.push_back(order.status);
    });
  }
  [[nodiscard]] Work work() const override { return work_touching(2 * sizeof(std::uint32_t)); }
  void run() override {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (quantity[i] < kQuantityLimit) total += price[i];
    }
    sum = total;
  }

  Column id, customer, product, quantity, price, discount, day, status;
};

constexpr Size kSizes[] = {{1'000, SizeClass::small},
                           {30'000, SizeClass::medium},
                           {300'000, SizeClass::medium},
                           {3'000'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"records", Level::baseline, "array of structures of 32 bytes", "", "", make<Records>},
    {"columns", Level::conservative, "structure of arrays: reads 8 of the 32 bytes", "",
     "a whole record is gathered from 8 places, an insertion writes to 8", make<Columns>},
};
constexpr Problem kProblem{
    .category = "memory",
    .name = "layout",
    .title = "Filter-sum over 2 of 8 fields, array of structures against structure of arrays",
    .unit = "records",
    .bytes_per_unit = sizeof(Order),
    .squared = false,
    .max_size = 1'000'000'000,
    .sizes = kSizes,
    .strategies = kStrategies,
    .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * sizeof(Order); },
    .file_bytes = [](std::size_t) { return 0.0; },
};

}  // namespace

const Problem& memory_layout();
const Problem& memory_layout() {
  return kProblem;
}

}  // namespace perfopt::bench
