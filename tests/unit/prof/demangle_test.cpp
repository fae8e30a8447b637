// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/demangle.hpp"

#include <doctest/doctest.h>

#include <string>

using perfopt::prof::demangled;

TEST_CASE("names are those that a programmer wrote") {
  struct Case {
    const char* symbol;
    const char* name;
  };
  const Case cases[] = {
      {"main", "main"},
      {"_Z3addii", "add"},
      {"_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back"},
      {"_ZN12_GLOBAL__N_14workEv", "(anonymous namespace)::work"},
      {"_ZN3FooC4Ev", "Foo::Foo"},
      {"_ZZ4mainENKUliE_clEi", "main::{lambda(int)#1}::operator()"},
      {"_Z4copyIiET_S0_", "copy<int>"},
      {"_Z3addii.constprop.0", "add"},
      {"_Z3addii.isra.0.cold", "add"},
      {"plain.part.3", "plain"},
      {"plain.llvm.1234567", "plain"},
      {".hidden", ".hidden"},
      {"_Z", "_Z"},
      {"_Zwrong", "_Zwrong"},
      // Rust, legacy: with its hash, with escapes.
      {"_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"},
      {"_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
       "<Test + 'static as foo::Bar<Test>>::bar"},
      {"_ZN3foo17h05af221e174051e9E", "foo"},
      // Rust, v0.
      {"_RNvC6_123foo3bar", "123foo::bar"},
      {"_RNvNtCsbmNqQUJIY6D_4core3foo3bar", "core::foo::bar"},
      {"_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_", "cc::spawn::{closure#0}::{closure#0}"},
      {"_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std",
       "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>"},
  };
  for (const auto& [symbol, name] : cases) CHECK(demangled(symbol) == std::string(name));
}
