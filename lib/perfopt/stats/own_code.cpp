// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/own_code.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;

// What a program runs on, by the start of the name of its binary.
constexpr auto kRuntimeModules = std::to_array<std::string_view>(
    {"libc.so",      "libc-2.",     "ld-linux",    "ld-musl",    "libpthread",  "libm.so",
     "libm-2.",      "libstdc++.",  "libc++.",     "libc++abi.", "libgcc_s.",   "librt.",
     "libdl.",       "libasan.",    "libtsan.",    "libubsan.",  "libpython3.", "libjemalloc.",
     "libtcmalloc.", "libmimalloc", "libperfopt-", "libnode.so", "ld-2.",       "libtinfo."});

// Interpreters: what they run is the user's, they are not.
constexpr auto kInterpreters = std::to_array<std::string_view>({"python3", "node", "bash", "dash", "perl"});

constexpr auto kLibraryScopes =
    std::to_array<std::string_view>({"std::", "__gnu_cxx::", "__cxxabiv1::", "boost::", "absl::", "fmt::", "nlohmann::",
                                     "folly::", "google::protobuf::"});

constexpr auto kStartFunctions =
    std::to_array<std::string_view>({"_start", "__libc_start_main", "__libc_start_call_main", "__libc_csu_init",
                                     "frame_dummy", "_init", "_fini", "__do_global_dtors_aux", "register_tm_clones"});

constexpr auto kSystemFolders = std::to_array<std::string_view>(
    {"/usr/include/", "/usr/lib/", "/usr/local/include/", "/lib/", "/lib64/", "/usr/lib64/"});

bool starts_with_any(std::string_view text, std::span<const std::string_view> heads) {
  return std::any_of(heads.begin(), heads.end(), [&](std::string_view head) { return text.starts_with(head); });
}

std::string_view base_name(std::string_view path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// "python3", "python3.11"; not "python3-tool".
bool is_interpreter(std::string_view name) {
  return std::any_of(kInterpreters.begin(), kInterpreters.end(), [&](std::string_view one) {
    return name.starts_with(one) && name.substr(one.size()).find_first_not_of("0123456789.") == std::string_view::npos;
  });
}

bool is_shared_library(std::string_view name) {
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

Owner script_owner(const model::Frame& frame) {
  const std::string_view file = frame.file.empty() ? std::string_view(frame.module) : std::string_view(frame.file);
  if (file.starts_with("<frozen") || file.starts_with("node:")) return Owner::runtime;
  if (file.find("/site-packages/") != std::string_view::npos ||
      file.find("/dist-packages/") != std::string_view::npos || file.find("/node_modules/") != std::string_view::npos) {
    return Owner::library;
  }
  const auto python = file.find("/lib/python3");
  if (frame.language == model::Language::python && python != std::string_view::npos) return Owner::runtime;
  const bool nowhere = frame.language == model::Language::javascript && file.empty();
  return nowhere ? Owner::runtime : Owner::user;
}

// By the source file: code of a header stands in the user's binary and is not the user's.
std::optional<Owner> source_owner(std::string_view file) {
  if (file.empty() || file.front() != '/') return std::nullopt;
  return starts_with_any(file, kSystemFolders) ? Owner::library : Owner::user;
}

Owner native_owner(const model::Frame& frame) {
  const std::string_view module = frame.module;
  const std::string_view name = base_name(module);
  if (module.empty() || module.front() == '[' || is_interpreter(name) || starts_with_any(name, kRuntimeModules)) {
    return Owner::runtime;
  }
  if (is_shared_library(name) && starts_with_any(module, kSystemFolders)) return Owner::library;
  if (name.find(".cpython-3") != std::string_view::npos && module.find("/lib/python3") != std::string_view::npos) {
    return Owner::library;
  }
  if (const auto by_source = source_owner(frame.file)) return *by_source;
  const std::string_view function = frame.function;
  if (function.ends_with("@plt") || function == ".plt" ||
      std::find(kStartFunctions.begin(), kStartFunctions.end(), function) != kStartFunctions.end()) {
    return Owner::runtime;
  }
  const std::string_view scope = scope_of(function);
  const bool allocates = function.starts_with("operator new") || function.starts_with("operator delete");
  return allocates || starts_with_any(scope, kLibraryScopes) ? Owner::library : Owner::user;
}

// Where the parameters begin; the closing of "(anonymous namespace)" is no such place.
std::size_t parameters_at(std::string_view function) {
  constexpr std::string_view kAnonymous = "(anonymous namespace)";
  int depth = 0;
  for (std::size_t i = 0; i < function.size(); ++i) {
    const char c = function[i];
    if (c == '(' && depth == 0) {
      if (!function.substr(i).starts_with(kAnonymous)) return i;
      i += kAnonymous.size() - 1;
    } else if (c == '<' || c == '(' || c == '{' || c == '[') {
      ++depth;
    } else if (c == '>' || c == ')' || c == '}' || c == ']') {
      depth = std::max(depth - 1, 0);
    } else if (depth == 0 && function.substr(i).starts_with("operator")) {
      return i;  // its own name may hold brackets
    }
  }
  return function.size();
}

// Where the return type ends, and the namespaces and classes.
struct Extent {
  std::size_t begin = 0;
  std::size_t colons = 0;
};

Extent extent_of(std::string_view head) {
  constexpr std::string_view kAnonymous = "(anonymous namespace)";
  Extent extent;
  int depth = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const char c = head[i];
    if (c == '(' && head.substr(i).starts_with(kAnonymous)) {
      i += kAnonymous.size() - 1;
      continue;
    }
    if (c == '<' || c == '(' || c == '{' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == '}' || c == ']') depth = std::max(depth - 1, 0);
    if (depth != 0) continue;
    if (c == ' ') extent.begin = extent.colons = i + 1;
    if (c == ':' && i + 1 < head.size() && head[i + 1] == ':') extent.colons = ++i + 1;
  }
  return extent;
}

}  // namespace

std::string_view scope_of(std::string_view function) {
  const std::string_view head = function.substr(0, parameters_at(function));
  const Extent extent = extent_of(head);
  return head.substr(extent.begin, extent.colons - extent.begin);
}

std::string_view qualified_name(std::string_view function) {
  const std::size_t end = parameters_at(function);
  const std::size_t begin = extent_of(function.substr(0, end)).begin;
  if (!function.substr(end).starts_with("operator")) return function.substr(begin, end - begin);
  const std::size_t open = function.find('(', end + (function.substr(end).starts_with("operator()") ? 10 : 8));
  return function.substr(begin, open == std::string_view::npos ? open : open - begin);
}

Owner owner(const model::Frame& frame) {
  switch (frame.language) {
    case model::Language::kernel:
    case model::Language::synthetic:
      return Owner::runtime;
    case model::Language::python:
    case model::Language::javascript:
    case model::Language::shell:
      return script_owner(frame);
    case model::Language::native:
    case model::Language::unknown:
      break;
  }
  // Imported profiles may know no modules at all.
  if (frame.module.empty() && frame.file.empty() && !frame.function.empty()) {
    return starts_with_any(scope_of(frame.function), kLibraryScopes) ? Owner::library : Owner::user;
  }
  return native_owner(frame);
}

std::vector<std::uint32_t> own_places(const model::Profile& profile) {
  std::vector<Owner> owners;
  owners.reserve(profile.frames.size());
  for (const auto& frame : profile.frames) owners.push_back(owner(frame));
  std::vector<std::uint32_t> places(profile.stacks.size(), kRoot);
  std::vector<Owner> found(profile.stacks.size(), Owner::runtime);
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    const std::uint32_t parent = profile.stacks[i].parent;
    const Owner own = owners[profile.stacks[i].frame];
    const Owner above = parent == kRoot ? Owner::runtime : found[parent];
    found[i] = std::max(own, above);
    if (parent != kRoot) places[i] = places[parent];
    if (own != Owner::runtime && own >= above) places[i] = i;
  }
  return places;
}

}  // namespace perfopt::stats
