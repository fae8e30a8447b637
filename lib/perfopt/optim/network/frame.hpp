// SPDX-License-Identifier: Apache-2.0
// Messages as frames in a stream of bytes: with their length, compressed where that makes them smaller, and with
// checksums, so that what arrives is what was sent or is refused.
//
// A frame is a header of 28 bytes, little-endian, and a block:
//   magic "PFN", codec u8, content bytes u32, block bytes u32, dictionary id u32 (0: none), XXH3-64 of the content,
//   low 32 bits of XXH3-64 of the 24 bytes before
// A FrameWriter stores what its codec cannot make smaller. A FrameReader takes the bytes as they come, in pieces of any
// length, and reads every codec, whatever order they come in. A damaged header is refused before its lengths are
// believed, and no more memory is taken than the limit on contents.
//
//   errors   BadInput for a content above the limit, a stream that is none of frames or ends within one, an unknown
//            codec, and a dictionary that the reader has not; IntegrityError for a damaged header or content. A reader
//            that has thrown stays where it is and throws again: in a damaged stream no later frame can be found
//   threads  an object at a time; objects are independent
//   source   RFC 8878 (zstd, also of dictionaries); lz4 1.9 block format; xxHash 0.8
//
//   example:
//   const std::vector<std::byte> message(1000, std::byte{'a'});
//   perfopt::optim::FrameWriter writer(perfopt::optim::FrameCodec::zstd);
//   std::vector<std::byte> stream;
//   writer.append(message, stream);
//   writer.append(message, stream);
//   if (stream.size() > 200) throw std::logic_error("repetition compresses well");
//   perfopt::optim::FrameReader reader;
//   for (const std::byte one : stream) reader.add({&one, 1});
//   int messages = 0;
//   while (const auto content = reader.next()) messages += std::ranges::equal(*content, message) ? 1 : 0;
//   reader.finish();
//   if (messages != 2) throw std::logic_error("both arrived");
//   end
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::optim {

enum class FrameCodec : std::uint8_t { stored = 0, lz4 = 1, zstd = 2, zstd_dictionary = 3 };

[[nodiscard]] std::string_view codec_name(FrameCodec codec);  // "zstd"

// What small messages of one kind have in common, known to both sides beforehand.
class Dictionary {
 public:
  // Made by train() elsewhere, or raw content. Throws BadInput when it is empty.
  explicit Dictionary(std::vector<std::byte> bytes);
  // From samples laid end to end; about 100 times as many bytes as the dictionary give a good one. Throws BadInput for
  // samples that are too few or have nothing in common.
  [[nodiscard]] static Dictionary train(std::span<const std::byte> samples, std::span<const std::size_t> lengths,
                                        std::size_t max_bytes = std::size_t{16} * 1024);

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }  // of the content; never 0

 private:
  std::vector<std::byte> bytes_;
  std::uint32_t id_;
};

inline constexpr std::size_t kFrameHeaderBytes = 28;
inline constexpr std::size_t kMaxFrameContentBytes = std::size_t{64} << 20;  // unless a reader says less

class FrameWriter {
 public:
  // `level` is zstd's (1 fast .. 19 small). Throws BadInput for a level outside and for zstd_dictionary.
  explicit FrameWriter(FrameCodec codec, int level = 1);
  explicit FrameWriter(const Dictionary& dictionary, int level = 1);
  FrameWriter(FrameWriter&&) noexcept;
  FrameWriter& operator=(FrameWriter&&) noexcept;
  ~FrameWriter();

  // The frame of `content` at the end of `stream`.
  void append(std::span<const std::byte> content, std::vector<std::byte>& stream);

 private:
  struct Contexts;
  std::size_t compress(std::span<const std::byte> content, std::span<std::byte> block);

  FrameCodec codec_;
  int level_;
  std::uint32_t dictionary_id_ = 0;
  std::unique_ptr<Contexts> contexts_;
};

class FrameReader {
 public:
  explicit FrameReader(std::size_t max_content_bytes = kMaxFrameContentBytes,
                       std::span<const Dictionary> dictionaries = {});
  FrameReader(FrameReader&&) noexcept;
  FrameReader& operator=(FrameReader&&) noexcept;
  ~FrameReader();

  // More bytes of the stream.
  void add(std::span<const std::byte> bytes);

  // The content of the next frame; empty until all of it is there. Valid until the next call of a member.
  [[nodiscard]] std::optional<std::span<const std::byte>> next();

  // The stream has ended: throws BadInput when that is within a frame.
  void finish() const;

 private:
  struct Contexts;
  struct Header;
  [[nodiscard]] std::optional<Header> header() const;
  std::span<const std::byte> content(const Header& header, std::span<const std::byte> block);

  std::size_t max_content_bytes_;
  std::vector<std::byte> stream_;
  std::size_t consumed_ = 0;  // of stream_
  std::vector<std::byte> content_;
  std::unique_ptr<Contexts> contexts_;
};

// What sending `sample` would take with a codec, in seconds: compressing, transfer and decompressing one after another.
struct CodecCost {
  FrameCodec codec = FrameCodec::stored;
  double ratio = 1;  // content bytes over frame bytes
  double compress_s = 0;
  double transfer_s = 0;
  double decompress_s = 0;
  [[nodiscard]] double total_s() const noexcept { return compress_s + transfer_s + decompress_s; }
};

// Measured on the sample (the best of four times each) for a link of so many bytes a second; the cheapest first, and of
// equally cheap ones the simpler. `sample` is one message or batch as it would be sent. Takes as long
// as sending the sample about ten times over a fast link.
[[nodiscard]] std::array<CodecCost, 3> rank_codecs(std::span<const std::byte> sample, double link_bytes_per_s);

}  // namespace perfopt::optim
