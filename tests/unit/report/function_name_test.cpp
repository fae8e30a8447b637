// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/function_name.hpp"

#include <random>

#include <doctest/doctest.h>

#include "perfopt/report/escape.hpp"

using namespace perfopt::report;

TEST_CASE("a plain name has no return type, parameters, or library tags") {
  CHECK(plain_function("main") == "main");
  CHECK(plain_function("parse(std::string const&, int)") == "parse");
  CHECK(plain_function("void sort<int*>(int*, int*)") == "sort<int*>");
  CHECK(plain_function("(anonymous namespace)::parse(int)") == "(anonymous namespace)::parse");
  CHECK(plain_function("std::vector<int, std::allocator<int> >::push_back(int const&)") ==
        "std::vector<int>::push_back");
  CHECK(plain_function("f(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >)") == "f");
  CHECK(plain_function("g<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > >()") ==
        "g<std::string>");
  CHECK(plain_function("operator new(unsigned long)") == "operator new");
  CHECK(plain_function("a::operator<(a::B const&, a::B const&)") == "a::operator<");
  CHECK(plain_function("std::ostream& a::operator<< <char>(int)") == "a::operator<< <char>");
  CHECK(plain_function("a::B::operator()(int) const") == "a::B::operator()");
  CHECK(plain_function("main::{lambda(int)#1}::operator()(int) const") == "main::{lambda(int)#1}::operator()");
  CHECK(plain_function("run(int)::{lambda(int)#2}") == "run(int)::{lambda(int)#2}");
  CHECK(plain_function("spin(int) [clone .isra.0]") == "spin");
  CHECK(plain_function("a::B::operator bool() const") == "a::B::operator bool");
  CHECK(plain_function("<module>") == "<module>");
  CHECK(plain_function("Parser.parse_line") == "Parser.parse_line");
  CHECK(plain_function("<alloc::vec::Vec<T> as core::ops::Drop>::drop") ==
        "<alloc::vec::Vec<T> as core::ops::Drop>::drop");
  CHECK(plain_function("[libc.so.6+0x1234]") == "[libc.so.6+0x1234]");
  CHECK(plain_function("") == "");
}

TEST_CASE("operators keep their brackets, with and without parameters, however often a name is made plain") {
  for (const char* name : {"a::B::operator()", "operator()", "a::operator<", "a::operator<<", "a::operator->",
                           "a::operator->*", "a::operator<=>", "a::B::operator bool", "a::operator()<int>",
                           "main::{lambda()#1}::operator()", "main::{lambda(int)#1}::operator()", "operator new[]"}) {
    CAPTURE(name);
    CHECK(plain_function(name) == name);
    CHECK(short_function(name, 80) == name);
    CHECK(plain_function(std::string(name) + "(int, char) const") == name);
  }
  CHECK(short_function("company::parse::Table<company::Key>::operator()(int)", 25) == "..Table<..>::operator()");
  CHECK(short_function("std::function<void ()>::operator()() const", 80) == "std::function<void ()>::operator()");
}

TEST_CASE("a name gives way in the order of what it tells") {
  const std::string name = "void company::parse::Table<company::Key, std::vector<int> >::insert(int)";
  CHECK(short_function(name, 80) == "company::parse::Table<company::Key, std::vector<int>>::insert");
  CHECK(short_function(name, 40) == "company::parse::Table<..>::insert");
  CHECK(short_function(name, 28) == "..parse::Table<..>::insert");
  CHECK(short_function(name, 20) == "..Table<..>::insert");
  CHECK(short_function(name, 10) == "..insert");
  CHECK(short_function(name, 5) == "..~rt");
  CHECK(short_function("a_function_of_one_long_word", 9) == "a_fu~word");
  CHECK(short_function("a\x1b[31mred", 40).find('\x1b') == std::string::npos);
}

TEST_CASE("no name is longer than asked, whatever bytes it is made of") {
  std::mt19937 random(7);
  constexpr std::string_view kParts[] = {"<",    ">", "(", ")", "::", "operator", "operator<",       " ",   "->",
                                         "\xff", "é", "a", "{", "}",  ",",        "std::allocator<", "\x1b"};
  for (int round = 0; round < 3000; ++round) {
    std::string name;
    for (std::size_t i = random() % 30; i > 0; --i) name += kParts[random() % std::size(kParts)];
    const std::size_t width = 1 + random() % 40;
    CAPTURE(name);
    const std::string text = short_function(name, width);
    CHECK(character_count(text) <= width);
    CHECK(printable(text, 1000) == text);
    CHECK(character_count(short_path(name, width)) <= width);
  }
  CHECK(character_count(short_function(std::string(1'000'000, '<') + "::f", 20)) <= 20);
}

TEST_CASE("of a label the name alone is shortened; what stands around it is told whole or not at all") {
  CHECK(short_label("■ ", "ns::k::f_[k]", "", 40) == "■ ns::k::f_[k]");
  CHECK(short_label("", "ns::Walker::visit", " x50", 40) == "ns::Walker::visit x50");
  CHECK(short_label("", "ns::Walker::visit", " x50", 13) == "..visit x50");
  CHECK(short_label("+75.00 ", "a::f", "", 40) == "+75.00 a::f");
  CHECK(short_label("+75.00 ", "ns::Walker::visit", " x50", 11) == "+75.00");
  CHECK(short_label("+75.00 ", "a::f", "", 6) == "+75.00");
  CHECK(short_label("+75.00 ", "a::f", "", 5).empty());
  CHECK(short_label("", "visit", " x50", 5) == "visit");
  CHECK(short_label("", "visit", "", 0).empty());
}

TEST_CASE("paths lose their outer directories first") {
  CHECK(short_path("src/parse/line.cpp", 40) == "src/parse/line.cpp");
  CHECK(short_path("/home/me/src/parse/line.cpp", 20) == ".../parse/line.cpp");
  CHECK(short_path("/home/me/src/parse/line.cpp", 12) == ".../line.cpp");
  CHECK(short_path("/home/a_very_long_name.cpp", 9) == "a_ve~.cpp");
}
