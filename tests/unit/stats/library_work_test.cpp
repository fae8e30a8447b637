// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/library_work.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "profile_sketch.hpp"

using namespace perfopt;
using namespace perfopt::stats;
using test::ProfileSketch;

namespace {

std::optional<Work> work(const std::string& frame) {
  ProfileSketch sketch;
  sketch.stack(frame);
  return work_of(sketch.profile.frames.at(0));
}

}  // namespace

TEST_CASE("library functions are known by what they do") {
  CHECK(work("malloc|/usr/lib/libc.so.6") == Work::allocation);
  CHECK(work("operator new(unsigned long)|/usr/lib/libstdc++.so.6") == Work::allocation);
  CHECK(work("__memmove_avx_unaligned_erms|/usr/lib/libc.so.6") == Work::copying);
  CHECK(work("std::vector<int, std::allocator<int> >::vector(std::vector<int, std::allocator<int> > const&)") ==
        Work::copying);
  CHECK(work("std::__detail::_Compiler<std::regex_traits<char> >::_M_disjunction()") == Work::regex_compile);
  CHECK(work("std::__cxx11::basic_regex<char, std::regex_traits<char> >::basic_regex(char const*)") ==
        Work::regex_compile);
  CHECK(work("bool std::__detail::__regex_algo_search<char const*>(char const*)") == Work::regex);
  CHECK(work("nlohmann::json_abi::basic_json<std::map>::parse(std::string)") == Work::json);
  CHECK(work("__cxa_throw|/usr/lib/libstdc++.so.6") == Work::exceptions);
  CHECK(work("_Unwind_Find_FDE|/usr/lib/libgcc_s.so.1") == Work::exceptions);
  CHECK(work("sqlite3_prepare_v2|/usr/lib/libsqlite3.so.0") == Work::database_prepare);
  CHECK(work("sqlite3_step|/usr/lib/libsqlite3.so.0") == Work::database);
  CHECK(work("void std::__introsort_loop<int*, long>(int*, int*, long)") == Work::sorting);
  CHECK(work("std::__cxx11::basic_string<char>::_M_append(char const*, unsigned long)") == Work::string_append);
  CHECK(work("__dynamic_cast|/usr/lib/libstdc++.so.6") == Work::dynamic_dispatch);
  CHECK(work("compile|x|/usr/lib/python3.11/re/_compiler.py|740") == Work::regex_compile);
  CHECK(work("search|x|/usr/lib/python3.11/re/__init__.py|170") == Work::regex);
  CHECK(work("loads|x|/usr/lib/python3.11/json/__init__.py|299") == Work::json);
  CHECK_FALSE(work("freeze"));
  CHECK_FALSE(work("main"));
  CHECK_FALSE(work("compile|x|/home/me/recipes.py|3"));
  CHECK_FALSE(work("malloc|[kernel]"));
}

TEST_CASE("work counts for what the user called, not for what that calls") {
  ProfileSketch sketch;
  sketch.row({"main;load||/home/me/a.cpp|12;nlohmann::json::parse(char const*);malloc|/usr/lib/libc.so.6", 60});
  sketch.row({"main;load||/home/me/a.cpp|12;nlohmann::json::parse(char const*)", 10});
  sketch.row({"main;load||/home/me/a.cpp|14;malloc|/usr/lib/libc.so.6", 20});
  sketch.row({"main;std::sort<int*>(int*, int*);less||/home/me/a.cpp|5", 10});
  const auto found = library_work(sketch.profile, {});
  REQUIRE(found.size() == 2);
  CHECK(found[0].work == Work::json);
  CHECK(found[0].value == 70);
  CHECK(found[0].share == doctest::Approx(0.7));
  CHECK(found[0].caller == "load");
  CHECK(found[0].line == 12);
  CHECK(found[1].work == Work::allocation);
  CHECK(found[1].value == 20);
  CHECK(work_name(found[1].work) == "allocation");
}
