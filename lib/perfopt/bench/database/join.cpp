// SPDX-License-Identifier: Apache-2.0
// The items of many orders: a query for each order (what object mappers do by default), one for all, or a join.
//
//   size    n, orders, of 20,000; 3 items each
//   tables  shared by all; indexed by order
//   check   order and amount of every item in order, against the rows' definition
//   errors  Unavailable without a server to write to
//   source  "N+1 selects": Fowler, Patterns of Enterprise Application Architecture, 2002 (Lazy Load, ripple loading)
#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::int64_t kOrders = 20'000;
constexpr std::int64_t kItems = 3;  // of an order: its number * kItems + 0, 1, 2

class Join : public PostgresReading {
 public:
  explicit Join(const Setup& setup) : PostgresReading(setup), count_(static_cast<std::int64_t>(setup.size)) {
    first_ = static_cast<std::int64_t>(Random(setup.seed).below(static_cast<std::uint64_t>(kOrders - count_ + 1)));
    server_.share("orders", [](Postgres& connection) {
      (void)connection.execute(
          "CREATE TABLE orders (id BIGINT PRIMARY KEY); INSERT INTO orders SELECT generate_series(0, " +
          std::to_string(kOrders - 1) + ")");
      (void)connection.execute("VACUUM ANALYZE orders");
    });
    server_.share("items", [](Postgres& connection) {
      (void)connection.execute(
          "CREATE TABLE items (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, amount BIGINT NOT NULL); "
          "INSERT INTO items SELECT id, id / " +
          std::to_string(kItems) + ", " + kAmountSql + " FROM generate_series(0::bigint, " +
          std::to_string(kOrders * kItems - 1) +
          ") AS id; "
          "CREATE INDEX items_order ON items (order_id)");
      (void)connection.execute("VACUUM ANALYZE items");
    });
  }
  Work work() const final {
    const auto n = static_cast<double>(count_);
    return {n, n * kItems * 2 * sizeof(std::int64_t), {}};
  }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> values;
    for (std::int64_t order = first_; order < first_ + count_; ++order) {
      for (std::int64_t item = order * kItems; item < (order + 1) * kItems; ++item) {
        values.push_back(static_cast<std::uint64_t>(order));
        values.push_back(static_cast<std::uint64_t>(amount_of(item)));
      }
    }
    return values;
  }
  [[nodiscard]] std::vector<std::string> orders() {
    const std::string first = std::to_string(first_);
    const std::string count = std::to_string(count_);
    const char* const values[] = {first.c_str(), count.c_str()};
    const auto found = server_.session().execute("SELECT id FROM orders WHERE id >= $1 ORDER BY id LIMIT $2", values);
    std::vector<std::string> ids;
    for (int i = 0; i < found.rows(); ++i) ids.emplace_back(found.text(i, 0));
    return ids;
  }
  // Adds what is a row of (order, amount).
  void add_all(const optim::db::PostgresResult& found) {
    for (int i = 0; i < found.rows(); ++i) {
      add(found.integer(i, 0));
      add(found.integer(i, 1));
    }
  }

  std::int64_t first_ = 0;
  const std::int64_t count_;
};

struct QueryEach final : Join {
  using Join::Join;
  void run() override {
    results_.clear();
    for (const std::string& id : orders()) {
      const char* const values[] = {id.c_str()};
      add_all(server_.session().execute("SELECT order_id, amount FROM items WHERE order_id = $1 ORDER BY id", values));
    }
  }
};

struct AnyOfList final : Join {
  using Join::Join;
  void run() override {
    results_.clear();
    std::string list = "{";
    for (const std::string& id : orders()) list += (list.size() > 1 ? "," : "") + id;
    list += '}';
    const char* const values[] = {list.c_str()};
    add_all(server_.session().execute(
        "SELECT order_id, amount FROM items WHERE order_id = ANY($1::bigint[]) ORDER BY order_id, id", values));
  }
};

struct Joined final : Join {
  using Join::Join;
  void run() override {
    results_.clear();
    const std::string first = std::to_string(first_);
    const std::string end = std::to_string(first_ + count_);
    const char* const values[] = {first.c_str(), end.c_str()};
    add_all(server_.session().execute(
        "SELECT o.id, i.amount FROM orders o JOIN items i ON i.order_id = o.id WHERE o.id >= $1 AND o.id < $2 "
        "ORDER BY o.id, i.id",
        values));
  }
};

constexpr Strategy kStrategies[] = {
    {"query_each", Level::baseline, "N+1: one query for the orders, then one for the items of each", "PostgreSQL", "",
     make<QueryEach>},
    {"any_of_list", Level::conservative, "two queries: the items of all orders by = ANY(list)", "PostgreSQL", "",
     make<AnyOfList>},
    {"join", Level::conservative, "one query", "PostgreSQL", "", make<Joined>},
};
constexpr Size kSizes[] = {{10, SizeClass::small}, {100, SizeClass::medium}, {2'000, SizeClass::large}};

}  // namespace

const Problem& database_join() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "join",
      .title = "The items of many orders: N+1 queries against one",
      .unit = "orders",
      .bytes_per_unit = kItems * 2 * sizeof(std::int64_t),
      .squared = false,
      .max_size = kOrders,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 1'000 + 4e6; },
      .file_bytes = [](std::size_t) { return 20e6; },
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
