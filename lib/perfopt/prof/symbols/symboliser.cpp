// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/symboliser.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/prof/symbols/jit_symbols.hpp"
#include "perfopt/prof/symbols/module_symbols.hpp"
#include "perfopt/prof/symbols/symbol_table.hpp"

namespace perfopt::prof {
namespace {

using Frames = std::vector<model::Frame>;

model::Frame kernel_frame(const SymbolTable& symbols, std::uint64_t address) {
  model::Frame frame;
  frame.language = model::Language::kernel;
  frame.module = "[kernel]";
  const SymbolTable::Symbol* symbol = symbols.find(address);
  if (symbol == nullptr) {
    frame.address = address;
    return frame;
  }
  // "name\t[module]"
  const std::size_t tab = symbol->name.find('\t');
  frame.function = symbol->name.substr(0, tab);
  if (tab != std::string::npos) frame.module = symbol->name.substr(tab + 1);
  return frame;
}

model::Frame unmapped_frame(std::uint64_t address) {
  model::Frame frame;
  frame.module = "[unmapped]";
  frame.address = address;
  return frame;
}

SymbolTable running_kernel() {
  try {
    return kernel_symbols(read_file("/proc/kallsyms"));
  } catch (const SystemError&) {
    return SymbolTable();
  }
}

}  // namespace

struct Symboliser::State {
  const Modules* modules;
  Options options;
  std::map<std::uint32_t, JitSymbols> jit;  // by process
  std::map<std::uint32_t, ModuleSymbols> native;
  std::optional<SymbolTable> kernel;

  // Keys of one native module, ascending and without repetition.
  std::vector<Frames> resolve_module(std::span<const FrameKey> keys) {
    const std::uint32_t index = keys.front().module;
    auto found = native.find(index);
    if (found == native.end()) found = native.try_emplace(index, *modules, index, options.debug_directory).first;
    std::vector<std::uint64_t> addresses;
    for (const FrameKey& key : keys) addresses.push_back(key.value);
    return found->second.resolve(addresses, options.inlines);
  }

  model::Frame resolve_other(const FrameKey& key) {
    switch (key.kind) {
      case FrameKind::kernel:
        if (!kernel) kernel = running_kernel();
        return kernel_frame(*kernel, key.value);
      case FrameKind::jit: {
        const auto found = jit.find(key.module);
        return found == jit.end() ? JitSymbols().find(key.value) : found->second.find(key.value);
      }
      case FrameKind::unmapped:
        return unmapped_frame(key.value);
      case FrameKind::native:
      case FrameKind::script:
      case FrameKind::marker:
        break;
    }
    assert(false && "script and marker frames have names already");
    return {};
  }

  // Of keys in ascending order without repetition.
  std::vector<Frames> resolve_sorted(std::span<const FrameKey> keys) {
    std::vector<Frames> frames;
    for (auto first = keys.begin(); first != keys.end();) {
      if (first->kind != FrameKind::native) {
        frames.push_back({resolve_other(*first++)});
        continue;
      }
      const auto last = std::find_if(first, keys.end(), [&](const FrameKey& key) {
        return key.kind != FrameKind::native || key.module != first->module;
      });
      std::ranges::move(resolve_module({first, last}), std::back_inserter(frames));
      first = last;
    }
    return frames;
  }
};

Symboliser::Symboliser(const Modules& modules, Options options)
    : state_(new State{&modules, std::move(options), {}, {}, {}}) {}
Symboliser::~Symboliser() = default;

void Symboliser::add_jit(std::uint32_t process, JitMap map) {
  JitSymbols& symbols = state_->jit[process];
  symbols.add_perf_map(map.perf_map);
  symbols.add_jitdump(std::as_bytes(std::span(map.jitdump)));
}

std::vector<std::vector<model::Frame>> Symboliser::resolve(std::span<const FrameKey> keys) {
  std::vector<FrameKey> sorted(keys.begin(), keys.end());
  std::ranges::sort(sorted);
  const auto rest = std::ranges::unique(sorted);
  sorted.erase(rest.begin(), rest.end());
  std::vector<Frames> named = state_->resolve_sorted(sorted);
  const bool all_differ = sorted.size() == keys.size();
  std::vector<Frames> result;
  result.reserve(keys.size());
  for (const FrameKey& key : keys) {
    Frames& frames = named[static_cast<std::size_t>(std::ranges::lower_bound(sorted, key) - sorted.begin())];
    if (all_differ) {
      result.push_back(std::move(frames));
    } else {
      result.push_back(frames);
    }
  }
  return result;
}

}  // namespace perfopt::prof
