// SPDX-License-Identifier: Apache-2.0
// Lossless compression of blocks of bytes by lz4 or zstd, into frames that show whether they are still intact.
//
// A frame is a header of 40 bytes, little-endian, and the codec's block:
//   magic "PFB1", codec u8, 3 zero bytes, content bytes u64, block bytes u64, XXH3-64 of the content,
//   XXH3-64 of the header's 32 bytes before it
// Every return code of the codecs is checked, and decompress() returns only content with the right checksum.
//
//   errors   BadInput for what is not a whole frame, for content over kMaxContentBytes and for a buffer of the wrong
//            size; IntegrityError for a frame whose block or checksum is damaged (the buffer is then unspecified);
//            std::bad_alloc
//   threads  an object at a time; objects are independent
//   source   lz4 1.9 block format; RFC 8878 (zstd); xxHash 0.8
//
//   example:
//   const std::vector<std::byte> text(100'000, std::byte{'a'});
//   perfopt::optim::Compressor compressor(perfopt::optim::Codec::zstd);
//   std::vector<std::byte> frame = compressor.compress(text);
//   if (frame.size() > 1000) throw std::logic_error("repetition compresses well");
//   if (compressor.decompress(frame) != text) throw std::logic_error("and comes back");
//   frame.back() ^= std::byte{1};
//   bool refused = false;
//   try {
//     (void)compressor.decompress(frame);
//   } catch (const perfopt::IntegrityError&) {
//     refused = true;
//   }
//   if (!refused) throw std::logic_error("a flipped bit is noticed");
//   end
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::optim {

enum class Codec : std::uint8_t { lz4 = 1, zstd = 2 };

class Compressor {
 public:
  static constexpr std::size_t kMaxContentBytes = std::size_t{1} << 30;  // of one frame
  static constexpr std::size_t kHeaderBytes = 40;

  // `level` is zstd's (1 fast .. 19 small); lz4 has one. Throws BadInput for a level outside.
  explicit Compressor(Codec codec, int level = 1);
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;
  ~Compressor();

  [[nodiscard]] std::vector<std::byte> compress(std::span<const std::byte> content);

  // Of frames of either codec, whatever this object compresses with.
  [[nodiscard]] std::vector<std::byte> decompress(std::span<const std::byte> frame);
  // Throws BadInput unless content.size() == content_bytes(frame).
  void decompress(std::span<const std::byte> frame, std::span<std::byte> content);

  [[nodiscard]] static std::size_t content_bytes(std::span<const std::byte> frame);

 private:
  struct Contexts;

  Codec codec_;
  int level_;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace perfopt::optim
