// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/address_space.hpp"

#include <doctest/doctest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <bit>

#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/native/unwinder.hpp"

namespace {

using namespace perfopt::prof;

Mapping mapping(std::uint64_t start, std::uint64_t end, std::uint64_t offset, std::uint32_t module) {
  return {start, end, offset, module, true};
}

}  // namespace

TEST_CASE("a new mapping replaces what it covers") {
  AddressSpace space;
  space.add(mapping(0x1000, 0x9000, 0x100000, 1));
  space.add(mapping(0x3000, 0x4000, 0, 2));
  REQUIRE(space.mappings().size() == 3);
  CHECK(space.find(0xFFF) == nullptr);
  CHECK(space.find(0x2FFF)->module == 1);
  CHECK(space.find(0x3000)->module == 2);
  CHECK(space.find(0x4000)->module == 1);
  CHECK(space.find(0x4000)->offset == 0x103000);
  CHECK(space.find(0x9000) == nullptr);

  AddressSpace forked = space;
  forked.add(mapping(0x0, 0x10000, 0, 3));
  CHECK(forked.mappings().size() == 1);
  CHECK(forked.find(0x3000)->module == 3);
  CHECK(space.find(0x3000)->module == 2);

  space.add(mapping(0x8000, 0xA000, 0, 4));
  CHECK(space.find(0x7FFF)->module == 1);
  CHECK(space.find(0x8000)->module == 4);
  space.add(mapping(0x5000, 0x5000, 0, 5));
  CHECK(space.find(0x5000)->module == 1);
}

TEST_CASE("lines of /proc/PID/maps") {
  Mapping parsed;
  ModuleId module;
  CHECK(parse_maps_line("7f00-8f00 r-xp 00001000 fe:01 42                  /usr/lib/a b.so", parsed, module));
  CHECK(parsed.start == 0x7F00);
  CHECK(parsed.end == 0x8F00);
  CHECK(parsed.offset == 0x1000);
  CHECK(parsed.executable);
  CHECK(module == ModuleId{"/usr/lib/a b.so", makedev(0xFE, 1), 42});
  CHECK(parse_maps_line("1000-2000 r--p 00000000 00:00 0 [vdso]", parsed, module));
  CHECK_FALSE(parsed.executable);
  CHECK(parse_maps_line("1000-2000 r--p 00000000 fe:01 7 /a\\012b", parsed, module));
  CHECK(module.path == "/a\nb");
  for (const char* line : {"", "1000-2000 r-xp 00000000 00:00 0", "1000-2000 rw-p 00000000 00:00 0 [heap]", "1000",
                           "2000-1000 r-xp 00000000 fe:01 42 /a", "1000-2000 r-xp 00000000 fe:01", "x-y z",
                           "1000-2000 rwxs 00000000 00:01 9 /memfd:code (deleted)"}) {
    CHECK_FALSE(parse_maps_line(line, parsed, module));
  }
}

TEST_CASE("code of this process is found in its file; of nobody's process nothing is") {
  Modules modules;
  AddressSpace space;
  REQUIRE(space.load(::getpid(), modules));
  const auto here = std::bit_cast<std::uint64_t>(&root_of);
  const FrameKey key = key_of(modules, space, 0, here);
  CHECK(key.kind == FrameKind::native);
  CHECK(modules.image(key.module)->address_of(here - space.find(here)->start + space.find(here)->offset) == key.value);
  CHECK(root_of(::getpid()).empty());
  const std::size_t before = space.mappings().size();
  CHECK_FALSE(space.load(0x7FFFFFFF, modules));
  CHECK(space.mappings().size() == before);
  CHECK(key_of(modules, space, 5, 16) == FrameKey{FrameKind::unmapped, 5, 16});
  AddressSpace jit;
  jit.add({0x1000, 0x2000, 0, Mapping::kAnonymous, true});
  CHECK(key_of(modules, jit, 5, 0x1800) == FrameKey{FrameKind::jit, 5, 0x1800});
}
