// SPDX-License-Identifier: Apache-2.0
#include "unit/report/suite_fixture.hpp"

#include <algorithm>

#include "perfopt/core/random.hpp"
#include "perfopt/stats/fleet.hpp"
#include "perfopt/stats/judge.hpp"

namespace perfopt::report::testing {
namespace {

constexpr std::size_t kRounds = 12;

void add_rounds(model::Variant& variant, double wall_ns, Random& random) {
  for (std::size_t i = 0; i < kRounds; ++i) {
    const double noise = 1 + 0.02 * (random.unit() + random.unit() - 1) + (i == 7 ? 0.06 : 0);
    variant.rounds.wall_ns.push_back(wall_ns * noise);
    variant.rounds.cpu_ns.push_back(wall_ns * noise * 0.99);
    variant.rounds.position.push_back(static_cast<std::uint32_t>(random.below(4)));
    variant.rounds.page_faults.push_back(static_cast<std::uint64_t>(wall_ns / 40'000));
    variant.rounds.voluntary_switches.push_back(0);
    variant.rounds.involuntary_switches.push_back(i == 7 ? 2 : 0);
  }
}

model::Variant measured_variant(const Entry& entry, double wall_ns, double items, Random& random) {
  model::Variant variant;
  variant.name = entry.name;
  variant.level = entry.level;
  variant.does = entry.level == "baseline" ? "as most people write it" : "the " + entry.name + " way";
  variant.items_per_run = items;
  variant.bytes_per_run = items * 8;
  variant.resources = {static_cast<std::uint64_t>(40e6 + items * 24),
                       static_cast<std::uint64_t>(items * 24),
                       entry.level == "baseline" ? static_cast<std::uint64_t>(items) : 3,
                       static_cast<std::uint64_t>(items * 24),
                       std::nullopt,
                       ""};
  variant.counters.skipped_reason = "perf_event_open: no such file or directory (virtual machine without counters)";
  add_rounds(variant, wall_ns, random);
  if (entry.limit_share > 0) {
    const double bytes = items * 8;
    variant.limit = model::LimitUse{.limit = "read_bandwidth",
                                    .unit = "bytes/s",
                                    .rate = bytes / (wall_ns * entry.limit_share) * 1e9,
                                    .units = bytes,
                                    .working_set_bytes = static_cast<std::uint64_t>(bytes)};
  }
  return variant;
}

model::Variant& variant_of(model::Case& item, std::string_view name) {
  return *std::ranges::find(item.variants, name, &model::Variant::name);
}

struct Ladder {
  std::string_view problem, title, unit;
  double ns_per_item;
  std::vector<std::uint64_t> sizes;
  std::vector<Entry> entries;                 // level and limit
  std::vector<std::vector<double>> speedups;  // [size][variant after the baseline]
};

void add_ladder(model::Suite& suite, const Ladder& ladder) {
  for (std::size_t i = 0; i < ladder.sizes.size(); ++i) {
    std::vector<Entry> entries = ladder.entries;
    for (std::size_t v = 1; v < entries.size(); ++v) {
      entries[v].speedup = ladder.speedups[i][v - 1];
      entries[v].limit_share *= entries[v].speedup;
    }
    const double ns = ladder.ns_per_item * static_cast<double>(ladder.sizes[i]) + 40;
    model::Case item = measured_case(ladder.problem, ladder.unit, ladder.sizes[i], ns, entries);
    item.title = ladder.title;
    suite.cases.push_back(std::move(item));
  }
}

void describe_machine(model::Environment& machine) {
  machine.host = "build-7";
  machine.cpu_model = "Intel(R) Xeon(R) Processor @ 2.60GHz";
  machine.cpus_online = 2;
  machine.cpus_allowed = 2;
  machine.caches = {{"L1d", 48 << 10}, {"L2", 2 << 20}, {"L3", 105U << 20}};
  machine.simd = {"sse4.2", "avx2", "avx512f"};
  machine.memory_bytes = 8ULL << 30;
  machine.memory_available_bytes = 5ULL << 30;
  machine.virtualization = "kvm";
  machine.kernel = "Linux 6.1.0";
  machine.os = "Debian GNU/Linux 12 (bookworm)";
  machine.scratch_filesystem = "ext4";
  machine.load_average = 1.9;
  machine.steal_percent = 0.4;
  machine.hardware_counters = "perf_event_open: no such file or directory";
  machine.compiler = "g++ 12.2.0";
  machine.compiler_flags = "-O3 -DNDEBUG";
  machine.build_type = "Release";
  machine.version = "0.1.0";
  machine.commit = "1a2b3c4d5e6f";
  machine.doubts = {{"load", "load average 1.9 on 2 CPUs: something else is running", "stop it, or wait; see `top`"},
                    {"governor", "the kernel does not show a frequency governor",
                     "on a virtual machine take differences under 5 % as noise"}};
}

void add_memory(model::Suite& suite) {
  add_ladder(suite, {"memory/maps",
                     "Insert and find 64-bit keys",
                     "keys",
                     62,
                     {1000, 100'000, 5'000'000},
                     {{"unordered_map", "baseline"},
                      {"boost_flat", "conservative"},
                      {"absl_flat", "conservative"},
                      {"std_map", "conservative"}},
                     {{1.9, 0.72, 0.41}, {4.3, 4.28, 0.33}, {6.1, 5.2, 0.21}}});
  add_ladder(
      suite,
      {"memory/allocation",
       "Allocate and free nodes of 64 bytes",
       "nodes",
       41,
       {1000, 100'000, 4'000'000},
       {{"new_delete", "baseline"}, {"arena", "conservative"}, {"pmr_pool", "conservative"}, {"mimalloc", "balanced"}},
       {{7.4, 0.90, 2.4}, {5.9, 0.76, 2.2}, {4.3, 0.43, 1.8}}});
  add_ladder(suite, {"memory/columns",
                     "Sum a column of integers",
                     "rows",
                     0.42,
                     {16'384, 1'000'000, 134'000'000},
                     {{"plain", "baseline", 1, 0.4}, {"bit_packed", "conservative", 1, 0.1}, {"zstd", "balanced"}},
                     {{1.9, 0.05}, {7.0, 0.11}, {4.4, 0.2}}});
}

void add_cpu(model::Suite& suite) {
  add_ladder(suite, {"cpu/sort",
                     "Sort random 64-bit integers",
                     "elements",
                     55,
                     {16, 100, 1000, 10'000, 4'000'000},
                     {{"std_sort", "baseline"}, {"vqsort", "conservative"}, {"tbb_parallel", "balanced"}},
                     {{0.4, 0.98}, {3.7, 0.5}, {5.8, 0.8}, {7.4, 1.3}, {8.5, 1.7}}});
  add_ladder(suite, {"cpu/parallel_sum",
                     "Sum doubles with a pool of threads",
                     "elements",
                     0.31,
                     {1000, 8000, 16'384, 65'536, 1'000'000},
                     {{"serial", "baseline", 1, 0.45}, {"pool", "balanced", 1, 0.45}},
                     {{0.07}, {0.42}, {0.71}, {1.31}, {1.96}}});
}

void add_io(model::Suite& suite) {
  add_ladder(suite, {"io/records",
                     "Append records of 64 bytes",
                     "records",
                     310,
                     {100, 100'000, 2'000'000},
                     {{"write_each", "baseline"}, {"buffered", "conservative"}, {"group_commit", "conservative"}},
                     {{2.1, 9.1}, {7.4, 14.0}, {5.1, 13.2}}});
  add_ladder(suite,
             {"io/random_reads",
              "Read random blocks of 4 KiB",
              "blocks",
              23'000,
              {256, 4096, 32'768},
              {{"pread", "baseline", 1, 0.29}, {"threads", "balanced", 1, 0.29}, {"io_uring", "aggressive", 1, 0.29}},
              {{1.8, 3.3}, {1.9, 3.3}, {1.9, 3.4}}});
}

}  // namespace

model::Case measured_case(std::string_view problem, std::string_view unit, std::uint64_t size, double baseline_ns,
                          const std::vector<Entry>& entries) {
  model::Case item;
  item.category = problem.substr(0, problem.find('/'));
  item.problem = problem.substr(problem.find('/') + 1);
  item.title = "What it computes";
  item.unit = unit;
  item.size = size;
  item.size_class = size <= 1000 ? "small" : size <= 100'000 ? "medium" : "large";
  item.check_ns = baseline_ns / 3;
  Random random(size + entries.size());
  for (const Entry& entry : entries) {
    const double ns = entry.level == "baseline" ? baseline_ns : baseline_ns / entry.speedup;
    item.variants.push_back(measured_variant(entry, ns, static_cast<double>(size), random));
  }
  return item;
}

void set_failed(model::Case& item, std::string_view variant, std::string_view reason) {
  model::Variant& target = variant_of(item, variant);
  target.status = model::Status::failed;
  target.reason = reason;
}

void set_skipped(model::Case& item, std::string_view variant, std::string_view reason) {
  model::Variant& target = variant_of(item, variant);
  target.status = model::Status::skipped;
  target.reason = reason;
  target.rounds = {};
}

model::Suite realistic_suite() {
  model::Suite suite;
  suite.started = "2026-11-21T07:44:10Z";
  suite.elapsed_s = 134;
  suite.settings = {.categories = {"memory", "cpu", "io"},
                    .level = "aggressive",
                    .sizes = "small,medium,large",
                    .filter = "",
                    .disabled = {},
                    .seed = 1,
                    .max_time_s = 150,
                    .repetitions = 0,
                    .min_time_s = 0.0005,
                    .threads = 2,
                    .memory_limit_bytes = 2ULL << 30,
                    .file_limit_bytes = 1ULL << 30,
                    .connection_limit = 64,
                    .environment = "development"};
  describe_machine(suite.environment);
  add_memory(suite);
  add_cpu(suite);
  add_io(suite);
  for (model::Case& item : suite.cases) {
    if (item.problem == "records") variant_of(item, "group_commit").weaker = "a crash loses up to 100 records";
    if (item.problem == "random_reads" && item.size < 32'768) {
      set_skipped(item, "io_uring", "io_uring_setup: operation not permitted (seccomp)");
    }
    if (item.problem == "columns" && item.size == 1'000'000) {
      set_failed(item, "zstd", "element 17: expected 5, got 9");
    }
  }
  suite.skipped_categories = {{"network", "not in this build"}, {"database", "not in this build"}};
  stats::judge(suite);
  return suite;
}

model::Suite fleet_suite() {
  std::vector<model::Suite> suites;
  for (const double factor : {1.0, 1.01, 1.7, 0.99}) {
    model::Suite suite = realistic_suite();
    suite.environment.host = std::string("node") + static_cast<char>('1' + suites.size());
    if (suites.size() == 3) suite.environment.kernel = "5.10.0";
    for (const std::uint64_t size : {1000ULL, 2000ULL}) {
      suite.cases.push_back(measured_case("distributed/scaling", "items", size, 1e3 * static_cast<double>(size),
                                          {{"ranks_1", "baseline"}, {"ranks_2", "balanced", 1.9}}));
      suite.cases.back().conditions = "Open MPI 4.1.4, 2 ranks on one host";
      suite.cases.back().variants[0].workers = 1;
      suite.cases.back().variants[1].workers = 2;
      suite.cases.back().variants[1].note = "efficiency told by " + std::to_string(size) + " items";
    }
    for (model::Case& item : suite.cases) {
      for (model::Variant& variant : item.variants) {
        for (double& wall_ns : variant.rounds.wall_ns) wall_ns *= factor;
      }
    }
    stats::judge(suite);
    suites.push_back(std::move(suite));
  }
  return stats::gather_fleet(std::move(suites));
}

model::Suite small_suite() {
  model::Suite suite;
  suite.started = "2026-11-21T07:44:10Z";
  suite.elapsed_s = 1.5;
  suite.cases.push_back(measured_case("memory/maps", "keys", 100'000, 6.2e6,
                                      {{"unordered_map", "baseline"}, {"boost_flat", "conservative", 4.0, 0.25}}));
  stats::judge(suite);
  return suite;
}

model::Suite hostile_suite(const std::string& text) {
  model::Suite suite = fleet_suite();
  suite.started = text;
  suite.complete = false;
  suite.missing = {text};
  suite.settings.level = suite.settings.sizes = suite.settings.filter = suite.settings.environment = text;
  suite.settings.categories = suite.settings.disabled = {text};
  suite.skipped_categories = {{text, text}};
  model::Environment& machine = suite.environment;
  for (std::string* fact : {&machine.host, &machine.cpu_model, &machine.governor, &machine.turbo,
                            &machine.virtualization, &machine.kernel, &machine.os, &machine.transparent_huge_pages,
                            &machine.aslr, &machine.scratch_filesystem, &machine.hardware_counters, &machine.compiler,
                            &machine.compiler_flags, &machine.build_type, &machine.version, &machine.commit}) {
    *fact = text;
  }
  machine.caches = {{text, 1024}};
  machine.simd = {text};
  machine.doubts = {{text, text, text}};
  for (model::Case& item : suite.cases) {
    item.category = item.title = item.unit = item.size_class = item.reason = text;
    item.problem += text;
    item.conditions = text;
    for (model::Variant& variant : item.variants) {
      variant.name += text;
      variant.level = variant.does = variant.needs = variant.costs = variant.weaker = variant.reason = variant.note =
          text;
      variant.resources.skipped_reason = variant.counters.skipped_reason = text;
      if (variant.limit) variant.limit->limit = variant.limit->unit = text;
    }
  }
  stats::judge(suite);
  for (model::Scaling& scaling : suite.scalings) scaling.unit = scaling.sentence = text;
  for (model::FleetHost& host : suite.fleet->hosts) {
    host.name = host.environment.cpu_model = host.environment.kernel = text;
    host.failures = {text};
  }
  suite.fleet->differences = {{text, {{text, {text}}, {text, {text, text}}}}};
  suite.fleet->sentence = text;
  return suite;
}

}  // namespace perfopt::report::testing
