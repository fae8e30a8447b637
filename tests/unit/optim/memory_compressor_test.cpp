// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/compressor.hpp"

#include <string_view>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"

using namespace perfopt;
using optim::Codec;
using optim::Compressor;

namespace {

using Bytes = std::vector<std::byte>;

Bytes random_bytes(std::size_t n, std::uint64_t alphabet) {
  Random random(n + alphabet);
  Bytes bytes(n);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(alphabet));
  return bytes;
}

}  // namespace

TEST_CASE("Compressor: what goes in comes out, at every size and entropy") {
  for (const Codec codec : {Codec::lz4, Codec::zstd}) {
    Compressor compressor(codec);
    for (const std::size_t n : {0U, 1U, 2U, 15U, 16U, 4095U, 100'001U}) {
      for (const std::uint64_t alphabet : {1U, 3U, 256U}) {
        CAPTURE(n);
        CAPTURE(alphabet);
        const Bytes content = random_bytes(n, alphabet);
        const Bytes frame = compressor.compress(content);
        CHECK(Compressor::content_bytes(frame) == n);
        CHECK(compressor.decompress(frame) == content);
        if (n == 100'001 && alphabet == 1) CHECK(frame.size() < n / 100);
        if (n == 100'001 && alphabet == 256) CHECK(frame.size() >= n);
      }
    }
  }
}

TEST_CASE("Compressor: either codec is read by any object, also after a move") {
  const Bytes content = random_bytes(1000, 4);
  Compressor lz4(Codec::lz4);
  Compressor zstd(Codec::zstd, 19);
  const Bytes frame = zstd.compress(content);
  CHECK(lz4.decompress(frame) == content);
  const Compressor emptied = std::move(zstd);
  Compressor moved(Codec::lz4);
  moved = Compressor(Codec::zstd, 3);
  CHECK(moved.decompress(lz4.compress(content)) == content);
}

TEST_CASE("Compressor: every single flipped bit of a frame is refused") {
  for (const Codec codec : {Codec::lz4, Codec::zstd}) {
    Compressor compressor(codec);
    const Bytes content = random_bytes(300, 4);
    const Bytes frame = compressor.compress(content);
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
      CAPTURE(bit);
      Bytes damaged = frame;
      damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
      Bytes out(content.size());
      try {
        compressor.decompress(damaged, out);
        // zstd's own format has bits without meaning; the content must then be right.
        REQUIRE(out == content);
      } catch (const Error& error) {
        const bool expected =
            dynamic_cast<const IntegrityError*>(&error) != nullptr || dynamic_cast<const BadInput*>(&error) != nullptr;
        REQUIRE(expected);
        REQUIRE((bit / 8 < 4) == (dynamic_cast<const BadInput*>(&error) != nullptr));
      }
    }
  }
}

TEST_CASE("Compressor: cut, extended and foreign input is refused") {
  Compressor compressor(Codec::lz4);
  const Bytes frame = compressor.compress(random_bytes(300, 4));
  for (std::size_t n = 0; n < frame.size(); ++n) {
    CHECK_THROWS_AS((void)compressor.decompress(std::span(frame).first(n)), BadInput);
  }
  Bytes longer = frame;
  longer.push_back(std::byte{0});
  CHECK_THROWS_AS((void)compressor.decompress(longer), BadInput);
  CHECK_THROWS_AS((void)compressor.decompress(Bytes(1000, std::byte{7})), BadInput);
}

TEST_CASE("Compressor: misuse is refused") {
  Compressor compressor(Codec::zstd);
  const Bytes frame = compressor.compress(random_bytes(300, 4));
  Bytes small(299);
  CHECK_THROWS_AS(compressor.decompress(frame, small), BadInput);
  CHECK_THROWS_AS(Compressor(Codec::zstd, 0), BadInput);
  CHECK_THROWS_AS(Compressor(Codec::zstd, 20), BadInput);
}
