// SPDX-License-Identifier: Apache-2.0
// Names with inlined callers and lines for addresses spread over the code of a program: ours for all at once, and
// libdw's own scopes (dwarf_getscopes, dwarf_getscopes_die, as addr2line -i of elfutils asks) for one after the other.
// Each from an unread file to the last name.
//
//   bench_naming_cases PROGRAM [--benchmark_...]    a large one, compiled with -O2 -g
#include <benchmark/benchmark.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/symbols/symboliser.hpp"

namespace {

using namespace perfopt::prof;

std::string program;

// As samples would be: most of them in few places.
std::vector<std::uint64_t> places(std::int64_t count) {
  Modules modules;
  const ElfImage* image = modules.image(modules.index({program, 0, 0}));
  if (image == nullptr) {
    std::cerr << "bench_naming_cases: " << program << " is no program of this machine\n";
    std::exit(2);
  }
  const ElfImage::Segment& code = image->segments().front();
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::uint64_t> any(code.address, code.address + code.file_size - 1);
  std::vector<std::uint64_t> result;
  while (result.size() < static_cast<std::size_t>(count)) {
    const std::uint64_t centre = any(random);
    for (std::uint64_t i = 0; i < 20; ++i) result.push_back(centre + random() % 256);
  }
  return result;
}

void all_at_once(benchmark::State& state) {
  const auto addresses = places(state.range(0));
  std::size_t frames = 0;
  for (auto _ : state) {
    Modules modules;
    Symboliser symboliser(modules, {});
    const std::uint32_t module = modules.index({program, 0, 0});
    std::vector<FrameKey> keys;
    for (const std::uint64_t address : addresses) keys.push_back({FrameKind::native, module, address});
    frames = 0;
    for (const auto& one : symboliser.resolve(keys)) frames += one.size();
  }
  state.counters["frames"] = static_cast<double>(frames);
}
BENCHMARK(all_at_once)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);

std::size_t scopes_at(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = ::dwfl_module_addrdie(module, address, &bias);
  if (unit == nullptr) return 1;
  Dwarf_Die* innermost = nullptr;
  if (::dwarf_getscopes(unit, address - bias, &innermost) <= 0) return 1;
  Dwarf_Die* scopes = nullptr;
  const int count = ::dwarf_getscopes_die(innermost, &scopes);
  std::free(innermost);
  std::size_t frames = 0;
  for (int i = 0; i < count; ++i) {
    const int tag = ::dwarf_tag(&scopes[i]);
    if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) continue;
    benchmark::DoNotOptimize(::dwarf_diename(&scopes[i]));
    ++frames;
  }
  std::free(scopes);
  benchmark::DoNotOptimize(::dwfl_module_getsrc(module, address));
  return frames;
}

void libdw_one_by_one(benchmark::State& state) {
  const auto addresses = places(state.range(0));
  std::size_t frames = 0;
  for (auto _ : state) {
    Dwfl_Callbacks callbacks{};
    callbacks.find_elf = ::dwfl_build_id_find_elf;
    callbacks.find_debuginfo = ::dwfl_standard_find_debuginfo;
    callbacks.section_address = ::dwfl_offline_section_address;
    Dwfl* dwfl = ::dwfl_begin(&callbacks);
    Dwfl_Module* module = ::dwfl_report_offline(dwfl, "program", program.c_str(), -1);
    ::dwfl_report_end(dwfl, nullptr, nullptr);
    GElf_Addr bias = 0;
    static_cast<void>(::dwfl_module_getelf(module, &bias));
    frames = 0;
    for (const std::uint64_t address : addresses) frames += scopes_at(module, address + bias);
    ::dwfl_end(dwfl);
  }
  state.counters["frames"] = static_cast<double>(frames);
}
BENCHMARK(libdw_one_by_one)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') {
    std::cerr << "bench_naming_cases PROGRAM [--benchmark_...]\n";
    return 2;
  }
  program = argv[1];
  argv[1] = argv[0];
  --argc;
  ++argv;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
