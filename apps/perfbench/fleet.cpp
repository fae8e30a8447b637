// SPDX-License-Identifier: Apache-2.0
#include "fleet.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "perfopt/bench/distributed/launch.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/stats/fleet.hpp"

namespace perfbench {
namespace {

namespace bench = perfopt::bench;
namespace model = perfopt::model;

constexpr std::string_view kTogether = "distributed";

}  // namespace

bench::RunOptions for_fleet(bench::RunOptions run) {
  if (!bench::launched()) {
    throw perfopt::BadInput(
        "--fleet: not started by mpirun or srun; for instance: mpirun --hostfile HOSTS --map-by node perfbench --all "
        "--fleet --output fleet.json");
  }
  if (run.categories.empty()) run.categories.assign(std::begin(bench::kCategories), std::end(bench::kCategories));
  std::erase(run.categories, kTogether);
  if (run.categories.empty()) {
    throw perfopt::BadInput("--fleet: each host is measured alone, and --distributed needs all of them; name another");
  }
  return run;
}

bool is_follower(const Options& options) {
  const auto launched = bench::launched();
  return options.fleet && launched && launched->rank > 0;
}

int follow(const bench::RunOptions& run) {
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  bench::Observer observer;
  const model::Suite suite = bench::run(run, observer, cancellation);
  if (!suite.complete) return 128 + perfopt::SignalGuard::received();
  (void)bench::gather_texts(model::to_json_text(suite));
  return static_cast<int>(perfopt::ExitCode::ok);
}

model::Suite gather(const model::Suite& own) {
  const std::vector<std::string> texts = bench::gather_texts(model::to_json_text(own));
  std::vector<model::Suite> suites;
  for (std::size_t rank = 0; rank < texts.size(); ++rank) {
    suites.push_back(model::suite_from_json(texts[rank], "rank " + std::to_string(rank)));
  }
  return perfopt::stats::gather_fleet(std::move(suites));
}

}  // namespace perfbench
