// SPDX-License-Identifier: Apache-2.0
// The same query again and again with other values: parsed and planned each time, prepared once, or also sent without
// waiting for the answer before.
//
// It needs no table, so that it also runs where we may only read.
//
//   size    n, executions
//   check   the answers, against the same question asked of a list here
//   errors  Unavailable without a server
//   source  PostgreSQL documentation, "PREPARE"; "Pipeline Mode" of libpq
#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::int64_t kRates[] = {19, 7, 0, 21, 25, 20, 8, 17};

// A lookup in a list of rates: VALUES (0, 19), (1, 7), ...
std::string question(const std::string& country, const std::string& price) {
  std::string list;
  for (std::size_t i = 0; i < std::size(kRates); ++i) {
    list += (i == 0 ? "(" : ", (") + std::to_string(i) + "::int8, " + std::to_string(kRates[i]) + "::int8)";
  }
  return "SELECT " + price + "::int8 + " + price + "::int8 * r.rate / 100 FROM (VALUES " + list +
         ") AS r (country, rate) WHERE r.country = " + country + "::int8 ORDER BY r.rate LIMIT 1";
}

struct Price {
  std::size_t country;
  std::int64_t net;
};

class HotQuery : public PostgresReading {
 public:
  explicit HotQuery(const Setup& setup) : PostgresReading(setup) {
    Random random(setup.seed);
    for (std::size_t i = 0; i < setup.size; ++i) {
      prices_.push_back({random.below(std::size(kRates)), static_cast<std::int64_t>(random.below(1'000'000))});
    }
  }
  Work work() const final {
    const auto n = static_cast<double>(prices_.size());
    return {n, n * sizeof(Price), {}};
  }
  void warm() final { (void)server_.session().execute(question("0", "100")); }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> answers;
    for (const Price& price : prices_) {
      answers.push_back(static_cast<std::uint64_t>(price.net + price.net * kRates[price.country] / 100));
    }
    return answers;
  }
  template <class Use>
  void for_each_values(const Use& use) const {
    for (const Price& price : prices_) {
      const std::string country = std::to_string(price.country);
      const std::string net = std::to_string(price.net);
      const char* const values[] = {country.c_str(), net.c_str()};
      use(Postgres::Values(values));
    }
  }

  std::vector<Price> prices_;
  const std::string name_ = unique_name("hot");  // of the prepared statement
};

struct TextEach final : HotQuery {
  using HotQuery::HotQuery;
  void run() override {
    results_.clear();
    Postgres& session = server_.session();
    for (const Price& price : prices_) {
      add(session.execute(question(std::to_string(price.country), std::to_string(price.net))).integer(0, 0));
    }
  }
};

// Preparing is inside the timing.
struct PreparedOnce final : HotQuery {
  using HotQuery::HotQuery;
  void run() override {
    results_.clear();
    Postgres& session = server_.session();
    session.prepare(name_, question("$1", "$2"));
    for_each_values([&](Postgres::Values values) { add(session.execute_prepared(name_, values).integer(0, 0)); });
    (void)session.execute("DEALLOCATE " + name_);
  }
};

struct Pipelined final : HotQuery {
  using HotQuery::HotQuery;
  void run() override {
    results_.clear();
    Postgres& session = server_.session();
    session.prepare(name_, question("$1", "$2"));
    {
      optim::db::PostgresPipeline pipeline(session);
      for_each_values([&](Postgres::Values values) { pipeline.send(name_, values); });
      pipeline.finish([this](const optim::db::PostgresResult& answer) { add(answer.integer(0, 0)); });
    }
    (void)session.execute("DEALLOCATE " + name_);
  }
};

constexpr Strategy kStrategies[] = {
    {"text", Level::baseline, "parsed and planned each time", "PostgreSQL", "", make<TextEach>},
    {"prepared", Level::conservative, "prepared once, inside the timing", "PostgreSQL",
     "state of the session; a plan for all values", make<PreparedOnce>},
    {"pipelined", Level::balanced, "prepared once, sent without waiting (libpq pipeline mode)", "PostgreSQL, libpq 14",
     "a query cannot depend on the answer before", make<Pipelined>},
};
constexpr Size kSizes[] = {{10, SizeClass::small}, {100, SizeClass::medium}, {1'000, SizeClass::large}};

}  // namespace

const Problem& database_hot_query() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "hot_query",
      .title = "One query many times with other values",
      .unit = "executions",
      .bytes_per_unit = sizeof(Price),
      .squared = false,
      .max_size = 100'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 1'000 + 1e6; },
      .file_bytes = [](std::size_t) { return 0.0; },
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
