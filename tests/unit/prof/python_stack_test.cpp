// SPDX-License-Identifier: Apache-2.0
// The walk over Python frames in made-up memory: what it must not believe, and that it always ends.
#include "perfopt/prof/languages/python_stack.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using namespace perfopt;
using namespace perfopt::prof;

namespace {

constexpr std::uint64_t k311 = 0x030B07F0;
constexpr std::uint64_t k313 = 0x030D00F0;

// A piece of memory that begins at kBase; everything else cannot be read.
class Image final : public BlockSource {
 public:
  static constexpr std::uint64_t kBase = 0x10000;

  explicit Image(std::size_t size) : bytes_(size) {}

  [[nodiscard]] std::size_t read(std::span<const RemoteBlock> blocks) const override {
    std::size_t got = 0;
    for (const RemoteBlock& block : blocks) {
      const std::uint64_t offset = block.address - kBase;
      if (block.address < kBase || offset > bytes_.size() || block.into.size() > bytes_.size() - offset) return got;
      if (!block.into.empty()) std::memcpy(block.into.data(), bytes_.data() + offset, block.into.size());
      got += block.into.size();
    }
    return got;
  }

  template <typename T>
  void put(std::uint64_t address, T value) {
    std::memcpy(bytes_.data() + (address - kBase), &value, sizeof value);
  }
  void fill(Random& random) {
    for (std::byte& byte : bytes_) byte = static_cast<std::byte>(random());
  }

 private:
  std::vector<std::byte> bytes_;
};

// Places of a process with one thread and a chain of frames of one function.
struct Places {
  std::uint64_t runtime = Image::kBase;
  std::uint64_t interpreter = Image::kBase + 0x400;
  std::uint64_t thread = Image::kBase + 0x800;
  std::uint64_t loop = Image::kBase + 0xC00;
  std::uint64_t type = Image::kBase + 0xD00;
  std::uint64_t code = Image::kBase + 0x1000;
  std::uint64_t text = Image::kBase + 0x1800;
  std::uint64_t table = Image::kBase + 0x1900;
  std::uint64_t chunk = Image::kBase + 0x2000;
  [[nodiscard]] std::uint64_t frame(unsigned i) const { return chunk + 24 + std::uint64_t{i} * 88; }
};

constexpr pid_t kTid = 77;
constexpr std::uint64_t kChunkSize = 0x4000;
constexpr std::size_t kImageSize = 0x2000 + kChunkSize;

// As CPython 3.11 lays it out: `frames` frames of "f", the last called last.
void build(Image& image, const PythonLayout& layout, unsigned frames) {
  const Places at;
  image.put(at.runtime + layout.runtime.interpreters_head, at.interpreter);
  image.put(at.interpreter + layout.interpreter.threads_head, at.thread);
  image.put(at.thread + layout.thread.native_id, std::uint64_t{kTid});
  image.put(at.thread + layout.thread.frames, at.loop);
  image.put(at.thread + layout.thread.chunk, at.chunk);
  image.put(at.loop + layout.loop.frame, at.frame(frames - 1));
  image.put(at.chunk + 8, kChunkSize);
  image.put(at.code + 8, at.type);
  image.put(at.code + layout.code.units, std::uint64_t{8});
  image.put(at.code + layout.code.first_line, std::int32_t{5});
  for (const auto field : {layout.code.file, layout.code.name, layout.code.qualified_name}) {
    image.put(at.code + field, at.text);
  }
  image.put(at.code + layout.code.line_table, at.table);
  image.put(at.text + layout.text.length, std::uint64_t{1});
  image.put(at.text + layout.text.state, std::uint32_t{1U << 2U | 1U << 5U | 1U << 6U});  // 1 byte, compact, ascii
  image.put(at.text + layout.text.ascii, 'f');
  image.put(at.table + 16, std::uint64_t{2});
  image.put(at.table + 32, std::uint16_t{0x0280 | 13U << 3U | 7U});  // 8 units, one line on
  for (unsigned i = 0; i < frames; ++i) {
    image.put(at.frame(i) + layout.frame.code, at.code);
    image.put(at.frame(i) + layout.frame.previous, i == 0 ? 0 : at.frame(i - 1));
    image.put(at.frame(i) + layout.frame.instruction, at.code + layout.code.instructions + 4);
    image.put(at.frame(i) + layout.frame.is_entry, static_cast<unsigned char>(i == 0));
  }
}

struct Result {
  ReadEnd end;
  std::vector<ScriptFrame> frames;
};

Result read(const Image& image, const PythonLayout& layout) {
  const Places at;
  NameTable names;
  PythonCodes codes(layout, at.type, image, names);
  PythonStacks stacks(layout, at.runtime, image, codes);
  Result result{};
  result.end = stacks.read(kTid, result.frames);
  return result;
}

PythonLayout layout_311() {
  const Image none(8);
  return *python_layout(k311, none, 0).layout;
}

}  // namespace

TEST_CASE("a plain chain is read to its root") {
  const PythonLayout layout = layout_311();
  Image image(kImageSize);
  build(image, layout, 20);
  const Result result = read(image, layout);
  CHECK(result.end == ReadEnd::complete);
  REQUIRE(result.frames.size() == 20);
  CHECK(result.frames.front().line == 6);
  CHECK_FALSE(result.frames.front().entry);
  CHECK(result.frames.back().entry);
  CHECK(result.frames.back().loop == Places().loop);
}

TEST_CASE("another function in the place of one that was freed is named at once") {
  const PythonLayout layout = layout_311();
  const Places at;
  Image image(kImageSize);
  build(image, layout, 3);
  NameTable names;
  PythonCodes codes(layout, at.type, image, names);
  PythonStacks stacks(layout, at.runtime, image, codes);
  std::vector<ScriptFrame> frames;
  REQUIRE(stacks.read(kTid, frames) == ReadEnd::complete);
  CHECK(names.at(frames.front().name).function == "f");
  const std::uint64_t text = at.text + 0x80;
  image.put(text + layout.text.length, std::uint64_t{1});
  image.put(text + layout.text.state, std::uint32_t{1U << 2U | 1U << 5U | 1U << 6U});
  image.put(text + layout.text.ascii, 'g');
  image.put(at.code + layout.code.qualified_name, text);
  frames.clear();
  REQUIRE(stacks.read(kTid, frames) == ReadEnd::complete);
  CHECK(names.at(frames.front().name).function == "g");
}

TEST_CASE("what contradicts itself is torn") {
  const PythonLayout layout = layout_311();
  const Places at;
  const auto end_after = [&](const auto& damage) {
    Image image(kImageSize);
    build(image, layout, 20);
    damage(image);
    const Result result = read(image, layout);
    CHECK(result.frames.empty());
    return result.end;
  };
  const auto previous = layout.frame.previous;
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + previous, at.frame(3)); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + previous, at.frame(9)); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + previous, at.frame(1) + 4); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + previous, std::uint64_t{0x1234560}); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + layout.frame.code, at.text); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + layout.frame.instruction, at.code); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.frame(3) + layout.frame.owner, char{9}); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.code + layout.code.units, ~std::uint64_t{0}); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.text + layout.text.length, ~std::uint64_t{0}); }) == ReadEnd::torn);
  CHECK(end_after([&](Image& i) { i.put(at.table + 16, ~std::uint64_t{0}); }) == ReadEnd::torn);
}

TEST_CASE("no thread of that number, no frames, no process") {
  const PythonLayout layout = layout_311();
  const Places at;
  Image image(kImageSize);
  build(image, layout, 1);
  image.put(at.thread + layout.thread.native_id, std::uint64_t{78});
  CHECK(read(image, layout).end == ReadEnd::none);
  image.put(at.thread + layout.thread.native_id, std::uint64_t{kTid});
  image.put(at.loop + layout.loop.frame, std::uint64_t{0});
  CHECK(read(image, layout).end == ReadEnd::none);
  CHECK(read(Image(8), layout).end == ReadEnd::none);
}

TEST_CASE("a chain of threads or interpreters that goes round ends") {
  const PythonLayout layout = layout_311();
  const Places at;
  Image image(kImageSize);
  build(image, layout, 1);
  image.put(at.thread + layout.thread.native_id, std::uint64_t{78});
  image.put(at.thread + layout.thread.next, at.thread);
  image.put(at.interpreter + layout.interpreter.next, at.interpreter);
  CHECK(read(image, layout).end == ReadEnd::none);
}

TEST_CASE("pointers at random never crash a read and never make it endless") {
  const PythonLayout layout = layout_311();
  const Places at;
  Random random(11);
  for (int round = 0; round < 3000; ++round) {
    Image image(kImageSize);
    const bool garbage = round % 3 == 0;
    if (garbage) image.fill(random);
    if (round % 3 != 1) build(image, layout, 20);
    // Pointers into the image lead furthest astray.
    for (int i = 0; i < 40; ++i) {
      const std::uint64_t place = Image::kBase + random.below(kImageSize / 8 - 1) * 8;
      image.put(place, Image::kBase + random.below(kImageSize));
    }
    image.put(at.runtime + layout.runtime.interpreters_head, at.interpreter);
    const Result result = read(image, layout);
    CHECK(result.frames.size() <= PythonStacks::kMaxFrames);
    CHECK((result.end == ReadEnd::complete) == !result.frames.empty());
  }
}

TEST_CASE("versions that cannot be read are told") {
  Image image(0x1000);
  CHECK(python_layout(0x030E00F0, image, Image::kBase).why_not.starts_with("Python 3.14"));
  CHECK(python_layout(0x030A0000, image, Image::kBase).why_not.starts_with("Python 3.10"));
  CHECK_FALSE(python_layout(k313, image, Image::kBase).layout.has_value());
  constexpr std::array<char, 8> kCookie{'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};
  image.put(Image::kBase, kCookie);
  image.put(Image::kBase + 16, std::uint64_t{1});
  CHECK(python_layout(k313, image, Image::kBase).why_not.find("without the GIL") != std::string::npos);
  image.put(Image::kBase + 16, std::uint64_t{0});
  CHECK(python_layout(k313, image, Image::kBase).why_not.find("damaged") != std::string::npos);
}

TEST_CASE("names of all widths of characters become UTF-8") {
  const PythonLayout layout = layout_311();
  Image image(0x100);
  const auto text = [&](std::uint32_t width, bool ascii, std::vector<std::uint32_t> characters) {
    image.put(Image::kBase + layout.text.length, std::uint64_t{characters.size()});
    image.put(Image::kBase + layout.text.state, width << 2U | 1U << 5U | (ascii ? 1U << 6U : 0U));
    std::uint64_t place = Image::kBase + (ascii ? layout.text.ascii : layout.text.compact);
    for (const std::uint32_t character : characters) {
      if (width == 1) image.put(place, static_cast<unsigned char>(character));
      if (width == 2) image.put(place, static_cast<std::uint16_t>(character));
      if (width == 4) image.put(place, character);
      place += width;
    }
    return python_text(image, layout.text, Image::kBase).value_or("-");
  };
  CHECK(text(1, true, {'a', 'b'}) == "ab");
  CHECK(text(1, false, {0xF6}) == "ö");
  CHECK(text(2, false, {0x6DF1, 0x3044}) == "深い");
  CHECK(text(4, false, {0x1F600}) == "😀");
  CHECK(text(2, false, {0xD800}) == "\xEF\xBF\xBD");
  CHECK(text(3, false, {'a'}) == "-");
}
