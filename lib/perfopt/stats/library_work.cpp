// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/library_work.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "perfopt/stats/function_table.hpp"
#include "perfopt/stats/own_code.hpp"
#include "perfopt/stats/stack_sums.hpp"

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;

// Native functions by their qualified name. The first line that fits decides.
struct NativePattern {
  Work work;
  std::string_view head;  // the name starts with it
  std::string_view part;  // and holds this behind it; "" any
  bool whole = false;     // the name is `head`
};

constexpr auto kNative = std::to_array<NativePattern>({
    {Work::regex_compile, "std::__detail::_Compiler<", ""},
    {Work::regex_compile, "std::__detail::_Scanner<", ""},
    {Work::regex_compile, "std::", "basic_regex<"},
    {Work::regex_compile, "regcomp", "", true},
    {Work::regex_compile, "pcre2_compile", ""},
    {Work::regex_compile, "pcre_compile", ""},
    {Work::regex_compile, "re2::RE2::Init", ""},
    {Work::regex_compile, "boost::", "basic_regex_creator"},
    {Work::regex_compile, "boost::", "basic_regex_parser"},
    {Work::regex, "std::__detail::_Executor<", ""},
    {Work::regex, "std::__detail::__regex_algo_search", ""},
    {Work::regex, "std::", "regex_iterator<"},
    {Work::regex, "std::regex_", ""},
    {Work::regex, "regexec", "", true},
    {Work::regex, "pcre2_match", ""},
    {Work::regex, "pcre_exec", "", true},
    {Work::regex, "re2::", ""},
    {Work::regex, "boost::", "perl_matcher"},
    {Work::json, "nlohmann::", ""},
    {Work::json, "rapidjson::", ""},
    {Work::json, "simdjson::", ""},
    {Work::json, "boost::json::", ""},
    {Work::json, "Json::", ""},
    {Work::json, "json_tokener_", ""},
    {Work::json, "cJSON_", ""},
    {Work::exceptions, "__cxa_throw", "", true},
    {Work::exceptions, "__cxa_rethrow", "", true},
    {Work::exceptions, "__cxa_allocate_exception", "", true},
    {Work::exceptions, "__cxa_free_exception", "", true},
    {Work::exceptions, "__cxa_begin_catch", "", true},
    {Work::exceptions, "__cxa_end_catch", "", true},
    {Work::exceptions, "__gxx_personality_v0", "", true},
    {Work::exceptions, "_Unwind_", ""},
    {Work::dynamic_dispatch, "__dynamic_cast", "", true},
    {Work::database_prepare, "sqlite3_prepare", ""},
    {Work::database_prepare, "PQprepare", "", true},
    {Work::database, "sqlite3_", ""},
    {Work::database, "PQexec", ""},
    {Work::locking, "pthread_mutex_lock", "", true},
    {Work::locking, "___pthread_mutex_lock", "", true},
    {Work::locking, "__pthread_mutex_lock", ""},
    {Work::locking, "pthread_mutex_unlock", "", true},
    {Work::locking, "__lll_lock_wait", ""},
    {Work::locking, "std::mutex::", ""},
    {Work::locking, "std::shared_mutex::", ""},
    {Work::locking, "std::lock_guard<", ""},
    {Work::locking, "std::unique_lock<", ""},
    {Work::locking, "pthread_rwlock_", ""},
    {Work::compression, "deflate", ""},
    {Work::compression, "inflate", ""},
    {Work::compression, "compress2", "", true},
    {Work::compression, "uncompress", ""},
    {Work::compression, "ZSTD_", ""},
    {Work::compression, "LZ4_", ""},
    {Work::compression, "lzma_", ""},
    {Work::compression, "BZ2_", ""},
    {Work::number_parsing, "strtod", ""},
    {Work::number_parsing, "strtol", ""},
    {Work::number_parsing, "strtoul", ""},
    {Work::number_parsing, "strtof", ""},
    {Work::number_parsing, "__strto", ""},
    {Work::number_parsing, "____strto", ""},
    {Work::number_parsing, "atoi", "", true},
    {Work::number_parsing, "atof", "", true},
    {Work::number_parsing, "sscanf", ""},
    {Work::number_parsing, "__isoc99_sscanf", ""},
    {Work::number_parsing, "__isoc23_sscanf", ""},
    {Work::number_parsing, "std::", "::stod"},
    {Work::number_parsing, "std::", "::stoi"},
    {Work::number_parsing, "std::from_chars", ""},
    {Work::number_parsing, "std::num_get<", ""},
    {Work::number_parsing, "std::istream& std::istream::_M_extract", ""},
    {Work::number_parsing, "std::istream::_M_extract", ""},
    {Work::number_parsing, "absl::SimpleAto", ""},
    {Work::formatting, "snprintf", ""},
    {Work::formatting, "sprintf", ""},
    {Work::formatting, "vsnprintf", ""},
    {Work::formatting, "fprintf", ""},
    {Work::formatting, "printf", "", true},
    {Work::formatting, "__printf", ""},
    {Work::formatting, "__snprintf", ""},
    {Work::formatting, "__vsnprintf", ""},
    {Work::formatting, "__vfprintf", ""},
    {Work::formatting, "std::num_put<", ""},
    {Work::formatting, "std::ostream::_M_insert", ""},
    {Work::formatting, "std::basic_ostream<", "::_M_insert"},
    {Work::formatting, "std::", "basic_ostringstream<"},
    {Work::formatting, "std::", "basic_stringstream<"},
    {Work::formatting, "std::", "to_string"},
    {Work::formatting, "std::vformat", ""},
    {Work::formatting, "fmt::", ""},
    {Work::formatting, "absl::StrFormat", ""},
    {Work::formatting, "strftime", ""},
    {Work::logging, "spdlog::", ""},
    {Work::logging, "google::LogMessage", ""},
    {Work::hashing, "std::_Hash_bytes", ""},
    {Work::hashing, "std::_Hashtable<", ""},
    {Work::hashing, "std::__detail::_Map_base<", ""},
    {Work::hashing, "std::unordered_", ""},
    {Work::hashing, "std::hash<", ""},
    {Work::hashing, "absl::", "raw_hash_set"},
    {Work::hashing, "boost::unordered", ""},
    {Work::hashing, "SHA", ""},
    {Work::hashing, "EVP_Digest", ""},
    {Work::hashing, "XXH", ""},
    {Work::sorting, "std::sort<", ""},
    {Work::sorting, "std::stable_sort<", ""},
    {Work::sorting, "std::__sort<", ""},
    {Work::sorting, "std::__introsort_loop<", ""},
    {Work::sorting, "std::__insertion_sort<", ""},
    {Work::sorting, "std::__final_insertion_sort<", ""},
    {Work::sorting, "std::__merge_sort", ""},
    {Work::sorting, "std::__stable_sort", ""},
    {Work::sorting, "qsort", ""},
    {Work::sorting, "boost::sort::", ""},
    {Work::string_append, "std::operator+<", ""},
    {
        Work::string_append,
        "std::",
        "basic_string<",
    },
    {Work::copying, "std::vector<", "::vector"},
    {Work::copying, "std::vector<", "::operator="},
    {Work::copying, "std::_Rb_tree<", "::_M_copy"},
    {Work::copying, "std::map<", "::map"},
    {Work::copying, "std::set<", "::set"},
    {Work::copying, "std::deque<", "::deque"},
    {Work::copying, "std::list<", "::list"},
    {Work::copying, "std::copy<", ""},
    {Work::copying, "std::uninitialized_copy<", ""},
    {Work::copying, "std::__uninitialized_copy", ""},
    {Work::copying, "std::__do_uninit_copy", ""},
    {Work::copying, "memcpy", ""},
    {Work::copying, "memmove", ""},
    {Work::copying, "__memcpy_", ""},
    {Work::copying, "__memmove_", ""},
    {Work::string_compare, "strcmp", ""},
    {Work::string_compare, "__strcmp_", ""},
    {Work::string_compare, "memcmp", ""},
    {Work::string_compare, "__memcmp_", ""},
    {Work::string_compare, "std::char_traits<char>::compare", ""},
    {Work::allocation, "operator new", ""},
    {Work::allocation, "operator delete", ""},
    {Work::allocation, "std::allocator<", ""},
    {Work::allocation, "std::__new_allocator<", ""},
    {Work::allocation, "std::make_unique<", ""},
    {Work::allocation, "std::make_shared<", ""},
    {Work::allocation, "std::default_delete<", ""},
    {Work::allocation, "std::unique_ptr<", ""},
    {Work::allocation, "malloc", ""},
    {Work::allocation, "calloc", "", true},
    {Work::allocation, "realloc", "", true},
    {Work::allocation, "cfree", "", true},
    {Work::allocation, "free", "", true},
    {Work::allocation, "__libc_malloc", ""},
    {Work::allocation, "__libc_free", ""},
    {Work::allocation, "__libc_calloc", ""},
    {Work::allocation, "__libc_realloc", ""},
    {Work::allocation, "_int_malloc", ""},
    {Work::allocation, "_int_free", ""},
    {Work::allocation, "_int_realloc", ""},
    {Work::allocation, "unlink_chunk", ""},
    {Work::allocation, "tcmalloc::", ""},
});

// Inlined functions of libstdc++ often have their own name alone: then the header tells.
struct HeaderPattern {
  Work work;
  std::string_view file;
};

constexpr auto kHeaders = std::to_array<HeaderPattern>({
    {Work::regex_compile, "/bits/regex_compiler.h"},
    {Work::regex_compile, "/bits/regex_compiler.tcc"},
    {Work::regex_compile, "/bits/regex_scanner.tcc"},
    {Work::regex_compile, "/bits/regex_automaton.tcc"},
    {Work::regex, "/bits/regex_executor.h"},
    {Work::regex, "/bits/regex_executor.tcc"},
    {Work::json, "/nlohmann/json.hpp"},
    {Work::hashing, "/bits/hashtable.h"},
    {Work::hashing, "/bits/hashtable_policy.h"},
    {Work::hashing, "/bits/unordered_map.h"},
    {Work::hashing, "/bits/unordered_set.h"},
    {Work::string_append, "/bits/basic_string.h"},
    {Work::string_append, "/bits/basic_string.tcc"},
    {Work::formatting, "/bits/ostream.tcc"},
    {Work::allocation, "/bits/new_allocator.h"},
    {Work::allocation, "/bits/allocator.h"},
    {Work::allocation, "/bits/unique_ptr.h"},
    {Work::allocation, "/bits/shared_ptr_base.h"},
});

// Scripts by the end of their file's path or a part of it, and the function; "" any.
struct ScriptPattern {
  Work work;
  std::string_view file;
  std::string_view function;
};

constexpr auto kScript = std::to_array<ScriptPattern>({
    {Work::regex_compile, "/re/_compiler.py", ""},
    {Work::regex_compile, "/re/_parser.py", ""},
    {Work::regex_compile, "/sre_compile.py", ""},
    {Work::regex_compile, "/sre_parse.py", ""},
    {Work::regex, "/re/__init__.py", ""},
    {Work::regex, "/re.py", ""},
    {Work::json, "/json/__init__.py", ""},
    {Work::json, "/json/decoder.py", ""},
    {Work::json, "/json/encoder.py", ""},
    {Work::copying, "/copy.py", ""},
    {Work::copying, "/pickle.py", ""},
    {Work::logging, "/logging/__init__.py", ""},
    {Work::logging, "/logging/handlers.py", ""},
    {Work::formatting, "/string.py", "format"},
    {Work::formatting, "/pprint.py", ""},
    {Work::compression, "/gzip.py", ""},
    {Work::compression, "/zipfile.py", ""},
    {Work::hashing, "/hashlib.py", ""},
    {Work::locking, "/threading.py", "__enter__"},
    {Work::locking, "/threading.py", "acquire"},
    {Work::compression, "node:zlib", ""},
    {Work::formatting, "node:internal/util/inspect", ""},
    {Work::hashing, "node:internal/crypto/hash", ""},
});

std::optional<Work> script_work(const model::Frame& frame) {
  const std::string_view file = frame.file;
  const std::string_view own_name = std::string_view(frame.function).substr(frame.function.find_last_of('.') + 1);
  for (const ScriptPattern& pattern : kScript) {
    if ((file.ends_with(pattern.file) || (file.starts_with("node:") && file == pattern.file)) &&
        (pattern.function.empty() || own_name == pattern.function)) {
      return pattern.work;
    }
  }
  return std::nullopt;
}

bool fits(const NativePattern& pattern, std::string_view name) {
  if (pattern.whole) return name == pattern.head;
  return name.starts_with(pattern.head) &&
         (pattern.part.empty() ||
          name.find(pattern.part, pattern.head.size() - (pattern.head.ends_with("::") ? 2 : 0)) !=
              std::string_view::npos);
}

struct Share {
  std::uint64_t value = 0;
  std::map<std::uint32_t, std::uint64_t> places;  // by stack of the user
};

LibraryWork named(const model::Profile& profile, Work work, const Share& share, const FunctionTable& table) {
  std::map<std::uint32_t, std::uint64_t> functions;
  for (const auto& [stack, value] : share.places) functions[table.of_frame[profile.stacks[stack].frame]] += value;
  LibraryWork result;
  result.work = work;
  result.value = share.value;
  const auto larger = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto best = std::max_element(functions.begin(), functions.end(), larger);
  if (best == functions.end()) return result;
  std::uint64_t most = 0;
  for (const auto& [stack, value] : share.places) {
    const std::uint32_t frame = profile.stacks[stack].frame;
    if (table.of_frame[frame] != best->first || value < most) continue;
    most = value;
    result.caller = frame_name(profile.frames[frame]);
    result.file = profile.frames[frame].file;
    result.line = profile.frames[frame].line;
  }
  return result;
}

}  // namespace

std::string_view work_name(Work work) {
  constexpr std::array<std::string_view, 18> kNames{"allocation",
                                                    "copying",
                                                    "formatting",
                                                    "hashing",
                                                    "regular expressions",
                                                    "compiling regular expressions",
                                                    "JSON",
                                                    "exceptions",
                                                    "dynamic casts",
                                                    "compression",
                                                    "parsing of numbers",
                                                    "sorting",
                                                    "comparing strings",
                                                    "building strings",
                                                    "logging",
                                                    "the database",
                                                    "preparing queries",
                                                    "locking"};
  return kNames.at(static_cast<std::size_t>(work));
}

std::optional<Work> work_of(const model::Frame& frame) {
  if (frame.language == model::Language::python || frame.language == model::Language::javascript) {
    return script_work(frame);
  }
  if (frame.function.empty() ||
      (frame.language != model::Language::native && frame.language != model::Language::unknown)) {
    return std::nullopt;
  }
  const std::string_view name = qualified_name(frame.function);
  const auto at =
      std::find_if(kNative.begin(), kNative.end(), [&](const NativePattern& pattern) { return fits(pattern, name); });
  if (at != kNative.end()) return at->work;
  if (name.find("::") != std::string_view::npos) return std::nullopt;
  const std::string_view file = frame.file;
  const auto header = std::find_if(kHeaders.begin(), kHeaders.end(),
                                   [&](const HeaderPattern& pattern) { return file.ends_with(pattern.file); });
  return header == kHeaders.end() ? std::nullopt : std::optional(header->work);
}

std::vector<std::optional<Work>> work_of_stacks(const model::Profile& profile) {
  std::vector<std::optional<Work>> of_function;
  const FunctionTable table = function_table(profile);
  of_function.reserve(table.size());
  std::vector<Owner> owners;
  owners.reserve(profile.frames.size());
  for (const auto& frame : profile.frames) owners.push_back(owner(frame));
  for (const std::uint32_t frame : table.frame) of_function.push_back(work_of(profile.frames[frame]));
  std::vector<std::optional<Work>> works(profile.stacks.size());
  for (std::size_t i = 0; i < works.size(); ++i) {
    const auto& node = profile.stacks[i];
    if (owners[node.frame] == Owner::user) continue;
    if (node.parent != kRoot) works[i] = works[node.parent];
    if (!works[i]) works[i] = of_function[table.of_frame[node.frame]];
  }
  return works;
}

std::vector<LibraryWork> library_work(const model::Profile& profile, const SampleFilter& filter) {
  const StackSums sums = stack_sums(profile, filter);
  const std::vector<std::optional<Work>> works = work_of_stacks(profile);
  const std::vector<std::uint32_t> places = own_places(profile);
  std::map<Work, Share> shares;
  for (std::size_t i = 0; i < works.size(); ++i) {
    if (!works[i] || sums.self[i] == 0) continue;
    Share& share = shares[*works[i]];
    share.value += sums.self[i];
    if (places[i] != kRoot) share.places[places[i]] += sums.self[i];
  }
  const FunctionTable table = function_table(profile);
  std::vector<LibraryWork> result;
  for (const auto& [work, share] : shares) {
    result.push_back(named(profile, work, share, table));
    result.back().share = static_cast<double>(share.value) / static_cast<double>(sums.total);
  }
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.value > b.value; });
  return result;
}

}  // namespace perfopt::stats
