// SPDX-License-Identifier: Apache-2.0
// Names of places whose function, file and line are known: in this program itself, in stripped copies of it with and
// without the ways back to its debug information, in code of JIT compilers, and in damaged files.
#include "perfopt/prof/symbols/symboliser.hpp"

#include <doctest/doctest.h>
#include <gnu/libc-version.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <string>

#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/prof/native/address_space.hpp"
#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/native/unwinder.hpp"

namespace named_places {

struct Place {
  std::uint64_t address = 0;
  unsigned innermost_line = 0;
  unsigned middle_line = 0;
  unsigned outer_line = 0;
};

[[gnu::always_inline]] inline void innermost(Place& place) {
  place.innermost_line = __LINE__ + 1;
  asm volatile("lea 0(%%rip), %0" : "=r"(place.address));
  --place.address;  // within that instruction
}

[[gnu::always_inline]] inline void middle(Place& place) {
  place.middle_line = __LINE__ + 1;
  innermost(place);
}

[[gnu::noinline]] Place outer() {
  Place place;
  place.outer_line = __LINE__ + 1;
  middle(place);
  return place;
}

}  // namespace named_places

namespace {

namespace fs = std::filesystem;
using namespace perfopt::prof;
using named_places::Place;
using perfopt::model::Frame;
using perfopt::model::Language;

// Of this program.
FrameKey key_here(Modules& modules, std::uint64_t address) {
  AddressSpace space;
  REQUIRE(space.load(::getpid(), modules));
  return key_of(modules, space, 0, address);
}

std::vector<Frame> frames_of(const Modules& modules, const FrameKey& key, const Symboliser::Options& options = {}) {
  return Symboliser(modules, options).resolve(std::span(&key, 1)).front();
}

void check_inlined(const std::vector<Frame>& frames, const Place& place) {
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].function.ends_with("innermost"));
  CHECK(frames[1].function.ends_with("middle"));
  CHECK(frames[2].function.ends_with("outer"));  // lines alone, as sanitized builds have, tell no scope
  CHECK(frames[0].line == place.innermost_line);
  CHECK(frames[1].line == place.middle_line);
  CHECK(frames[2].line == place.outer_line);
  CHECK(frames[0].inlined);
  CHECK(frames[1].inlined);
  CHECK_FALSE(frames[2].inlined);
  for (const Frame& frame : frames) {
    CHECK(fs::path(frame.file).filename() == "symboliser_test.cpp");
    CHECK(frame.language == Language::native);
    CHECK(frame.address == 0);
  }
}

void run(const std::string& command) {
  REQUIRE(std::system((command + " >/dev/null 2>&1").c_str()) == 0);
}

// Copies of this program below a directory of their own.
struct Copies {
  perfopt::TempDir directory{"symboliser"};
  fs::path whole = directory.path() / "whole";
  fs::path stripped = directory.path() / "stripped";
  fs::path debug = directory.path() / "stripped.debug";

  Copies() {
    fs::copy_file("/proc/self/exe", whole);
    run("objcopy --only-keep-debug " + whole.string() + " " + debug.string());
    run("objcopy --strip-all " + whole.string() + " " + stripped.string());
  }
};

// The same place of another file.
std::vector<Frame> frames_in(const fs::path& file, const FrameKey& key, const Symboliser::Options& options) {
  Modules modules;
  return frames_of(modules, {FrameKind::native, modules.index({file.string(), 0, 0}), key.value}, options);
}

}  // namespace

TEST_CASE("inlined functions unfold with their lines") {
  const Place place = named_places::outer();
  Modules modules;
  check_inlined(frames_of(modules, key_here(modules, place.address)), place);
}

TEST_CASE("without inlines there is one frame, with the function that has the code") {
  const Place place = named_places::outer();
  Modules modules;
  Symboliser::Options options;
  options.inlines = false;
  const auto frames = frames_of(modules, key_here(modules, place.address), options);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].function == "named_places::outer");
  CHECK(frames[0].line == place.innermost_line);
}

TEST_CASE("a stripped program finds its debug information by build-id and by link") {
  const Place place = named_places::outer();
  Modules modules;
  const FrameKey key = key_here(modules, place.address);
  const Copies copies;
  Symboliser::Options options;
  options.debug_directory = copies.directory.path() / "none";
  SUBCASE("neither: the address, and no name") {
    const auto frames = frames_in(copies.stripped, key, options);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].function.empty());
    CHECK(frames[0].address == key.value);
    CHECK(frames[0].module == copies.stripped.string());
  }
  SUBCASE("build-id") {
    const std::string id = modules.image(key.module)->build_id();
    if (id.size() < 4) {
      MESSAGE("skipped: this compiler writes no build-id");
      return;
    }
    options.debug_directory = copies.directory.path() / "debug";
    const fs::path directory = fs::path(options.debug_directory) / ".build-id" / id.substr(0, 2);
    fs::create_directories(directory);
    fs::copy_file(copies.debug, directory / (id.substr(2) + ".debug"));
    check_inlined(frames_in(copies.stripped, key, options), place);
  }
  SUBCASE("link") {
    run("cd " + copies.directory.path().string() + " && objcopy --add-gnu-debuglink=stripped.debug stripped");
    check_inlined(frames_in(copies.stripped, key, options), place);
  }
  SUBCASE("a link whose checksum is another's") {
    run("cd " + copies.directory.path().string() + " && objcopy --add-gnu-debuglink=stripped.debug stripped");
    run("echo x | tee -a " + copies.debug.string());
    CHECK(frames_in(copies.stripped, key, options).front().function.empty());
  }
  SUBCASE("symbols alone") {
    run("strip --strip-debug " + copies.whole.string());
    const auto frames = frames_in(copies.whole, key, options);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].function == "named_places::outer");
    CHECK(frames[0].line == 0);
  }
}

TEST_CASE("exported functions of a library, and the vdso, have names") {
  Modules modules;
  AddressSpace space;
  REQUIRE(space.load(::getpid(), modules));
  const auto function = &::gnu_get_libc_version;  // one that sanitizers leave alone
  const FrameKey key = key_of(modules, space, 0, std::bit_cast<std::uint64_t>(function));
  CHECK(frames_of(modules, key).back().function == "gnu_get_libc_version");
  for (std::uint32_t i = 0; i < modules.size(); ++i) {
    if (modules.at(i).path != kVdso) continue;
    REQUIRE(modules.image(i) != nullptr);
    // Its code starts at the first segment; somewhere there is __vdso_clock_gettime.
    bool found = false;
    for (std::uint64_t address = 0; address < 0x2000; address += 16) {
      const auto frames = frames_of(modules, {FrameKind::native, i, address});
      found = found || frames.back().function.find("clock_gettime") != std::string::npos;
    }
    CHECK(found);
  }
}

TEST_CASE("damaged files give addresses without names, and no harm") {
  const Place place = named_places::outer();
  Modules modules;
  const FrameKey key = key_here(modules, place.address);
  const Copies copies;
  const auto size = fs::file_size(copies.whole);
  for (const std::uintmax_t kept : {size - 100, size / 2, size / 10, std::uintmax_t{4096}, std::uintmax_t{70}}) {
    fs::resize_file(copies.whole, kept);
    const auto frames = frames_in(copies.whole, key, {});
    REQUIRE(!frames.empty());
    CHECK((!frames.back().function.empty() || frames.back().address == key.value));
  }
}

TEST_CASE("a module that is gone or was replaced has no names of its successor") {
  const Place place = named_places::outer();
  Modules modules;
  const FrameKey key = key_here(modules, place.address);
  ModuleId id = modules.at(key.module);
  ++id.inode;
  const FrameKey replaced{FrameKind::native, modules.index(id), key.value};
  CHECK(modules.image(replaced.module) == nullptr);
  CHECK(frames_of(modules, replaced).front().function.empty());
}

TEST_CASE("a perf map names JIT code; what comes later wins") {
  const Modules modules;
  Symboliser symboliser(modules, {});
  symboliser.add_jit(3, {"1000 100 JS:*first file:///a/one.js:12:5\n"
                         "1080 40 py::second:/b/two.py\n"
                         "no line of a map\n"
                         "10a0 10 Builtin:Third\n",
                         ""});
  const auto at = [&](std::uint64_t address, std::uint32_t process = 3) {
    const FrameKey key{FrameKind::jit, process, address};
    return symboliser.resolve(std::span(&key, 1)).front().front();
  };
  CHECK(at(0x107F).function == "first");
  CHECK(at(0x107F).file == "/a/one.js");
  CHECK(at(0x107F).first_line == 12);
  CHECK(at(0x107F).language == Language::javascript);
  CHECK(at(0x1080).function == "second");
  CHECK(at(0x1080).language == Language::python);
  CHECK(at(0x10A0).function == "Builtin:Third");
  CHECK(at(0x10B0).function == "second");
  CHECK(at(0x10C0).function == "first");
  CHECK(at(0x1100).function.empty());
  CHECK(at(0x1100).address == 0x1100);
  CHECK(at(0x1080, 4).function.empty());
}

namespace {

template <typename T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string record(std::uint32_t id, const std::string& content) {
  std::string bytes;
  put(bytes, id);
  put(bytes, static_cast<std::uint32_t>(16 + content.size()));
  put(bytes, std::uint64_t{1});
  return bytes + content;
}

std::string jitdump() {
  std::string head("DTiJ");
  for (const std::uint32_t field : {1U, 40U, 62U, 0U, 7U, 0U, 0U, 0U, 0U}) put(head, field);
  std::string lines;
  put(lines, std::uint64_t{0x2000});
  put(lines, std::uint64_t{2});
  for (const auto& [at, line, file] : {std::tuple(0x2000U, 5U, "a.rb"), std::tuple(0x2010U, 6U, "\xFF")}) {
    put(lines, std::uint64_t{at});
    put(lines, line);
    put(lines, 0U);
    lines += file;
    lines += '\0';
  }
  std::string load;
  for (const std::uint32_t field : {7U, 7U}) put(load, field);
  for (const std::uint64_t field : {0x2000U, 0x2000U, 0x40U, 9U}) put(load, field);
  load += "method";
  load += '\0';
  load.append(0x40, '\x90');
  std::string move;
  for (const std::uint32_t field : {7U, 7U}) put(move, field);
  for (const std::uint64_t field : {0x3000U, 0x2000U, 0x3000U, 0x40U, 9U}) put(move, field);
  return head + record(2, lines) + record(0, load) + record(1, move);
}

}  // namespace

TEST_CASE("a jitdump names code that was loaded and moved, with lines") {
  const Modules modules;
  const std::string whole = jitdump();
  const auto at = [&](const std::string& dump, std::uint64_t address) {
    Symboliser symboliser(modules, {});
    symboliser.add_jit(0, {"", dump});
    const FrameKey key{FrameKind::jit, 0, address};
    return symboliser.resolve(std::span(&key, 1)).front().front();
  };
  CHECK(at(whole, 0x200F).function == "method");
  CHECK(at(whole, 0x200F).line == 5);
  CHECK(at(whole, 0x2010).line == 6);
  CHECK(at(whole, 0x2010).file == "a.rb");
  CHECK(at(whole, 0x3010).function == "method");
  CHECK(at(whole, 0x2040).function.empty());
  // Cut off anywhere, it names what it has named before.
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Frame frame = at(whole.substr(0, length), 0x200F);
    CHECK((frame.function.empty() || frame.function == "method"));
  }
}
