// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/compressor.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include <lz4.h>
#include <xxhash.h>
#include <zstd.h>

namespace perfopt::optim {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::array kMagic{std::byte{'P'}, std::byte{'F'}, std::byte{'B'}, std::byte{'1'}};
constexpr std::size_t kCodecAt = 4;
constexpr std::size_t kContentBytesAt = 8;
constexpr std::size_t kBlockBytesAt = 16;
constexpr std::size_t kContentHashAt = 24;
constexpr std::size_t kHeaderHashAt = 32;
static_assert(Compressor::kMaxContentBytes <= LZ4_MAX_INPUT_SIZE);

std::uint64_t hash(Bytes bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

void store(std::span<std::byte> frame, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) frame[at + i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint64_t load(Bytes frame, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8U | static_cast<std::uint64_t>(frame[at + i]);
  return value;
}

struct Header {
  Codec codec;
  std::size_t content_bytes;
  std::uint64_t content_hash;
  Bytes block;
};

Header parse(Bytes frame) {
  if (frame.size() < Compressor::kHeaderBytes || !std::equal(kMagic.begin(), kMagic.end(), frame.begin())) {
    throw BadInput("Compressor: this is not a frame (" + std::to_string(frame.size()) + " bytes)");
  }
  if (load(frame, kHeaderHashAt) != hash(frame.first(kHeaderHashAt))) {
    throw IntegrityError("Compressor: the header of the frame is damaged");
  }
  const auto codec = static_cast<Codec>(frame[kCodecAt]);
  if (codec != Codec::lz4 && codec != Codec::zstd) {
    throw BadInput("Compressor: unknown codec " + std::to_string(static_cast<int>(codec)));
  }
  const std::uint64_t content = load(frame, kContentBytesAt);
  if (content > Compressor::kMaxContentBytes) {
    throw BadInput("Compressor: the frame claims " + std::to_string(content) + " bytes of content");
  }
  const Bytes block = frame.subspan(Compressor::kHeaderBytes);
  if (block.size() != load(frame, kBlockBytesAt)) {
    throw BadInput("Compressor: the frame is cut: a block of " + std::to_string(load(frame, kBlockBytesAt)) +
                   " bytes was written, " + std::to_string(block.size()) + " are here");
  }
  return {codec, static_cast<std::size_t>(content), load(frame, kContentHashAt), block};
}

std::size_t compress_lz4(Bytes content, std::span<std::byte> block) {
  const int written =
      LZ4_compress_default(reinterpret_cast<const char*>(content.data()), reinterpret_cast<char*>(block.data()),
                           static_cast<int>(content.size()), static_cast<int>(block.size()));
  if (written <= 0) throw Error(ExitCode::internal, "Compressor: lz4 compressed nothing");
  return static_cast<std::size_t>(written);
}

void decompress_lz4(Bytes block, std::span<std::byte> content) {
  const int written =
      LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(content.data()),
                          static_cast<int>(block.size()), static_cast<int>(content.size()));
  if (written < 0 || static_cast<std::size_t>(written) != content.size()) {
    throw IntegrityError("Compressor: the lz4 block is damaged (code " + std::to_string(written) + ")");
  }
}

}  // namespace

struct Compressor::Contexts {
  struct Free {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> compression{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, Free> decompression{ZSTD_createDCtx()};
};

Compressor::Compressor(Codec codec, int level) : codec_(codec), level_(level), contexts_(std::make_unique<Contexts>()) {
  if (contexts_->compression == nullptr || contexts_->decompression == nullptr) throw std::bad_alloc();
  if (level < 1 || level > 19) throw BadInput("Compressor: level " + std::to_string(level) + " is not in 1..19");
}
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

std::vector<std::byte> Compressor::compress(Bytes content) {
  if (content.size() > kMaxContentBytes) {
    throw BadInput("Compressor: " + std::to_string(content.size()) +
                   " bytes in one frame; cut them into blocks of at most " + std::to_string(kMaxContentBytes));
  }
  const std::size_t bound = codec_ == Codec::lz4
                                ? static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(content.size())))
                                : ZSTD_compressBound(content.size());
  std::vector<std::byte> frame(kHeaderBytes + bound);
  const std::span<std::byte> block = std::span(frame).subspan(kHeaderBytes);
  std::size_t written = 0;
  if (codec_ == Codec::lz4) {
    written = compress_lz4(content, block);
  } else {
    written = ZSTD_compressCCtx(contexts_->compression.get(), block.data(), block.size(), content.data(),
                                content.size(), level_);
    if (ZSTD_isError(written) != 0) {
      throw Error(ExitCode::internal, std::string("Compressor: zstd: ") + ZSTD_getErrorName(written));
    }
  }
  std::copy(kMagic.begin(), kMagic.end(), frame.begin());
  frame[kCodecAt] = static_cast<std::byte>(codec_);
  store(frame, kContentBytesAt, content.size());
  store(frame, kBlockBytesAt, written);
  store(frame, kContentHashAt, hash(content));
  store(frame, kHeaderHashAt, hash(Bytes(frame).first(kHeaderHashAt)));
  frame.resize(kHeaderBytes + written);
  frame.shrink_to_fit();
  return frame;
}

std::vector<std::byte> Compressor::decompress(Bytes frame) {
  std::vector<std::byte> content(content_bytes(frame));
  decompress(frame, content);
  return content;
}

void Compressor::decompress(Bytes frame, std::span<std::byte> content) {
  const Header header = parse(frame);
  if (content.size() != header.content_bytes) {
    throw BadInput("Compressor: a buffer of " + std::to_string(content.size()) + " bytes for content of " +
                   std::to_string(header.content_bytes));
  }
  if (header.codec == Codec::lz4) {
    decompress_lz4(header.block, content);
  } else {
    const std::size_t written = ZSTD_decompressDCtx(contexts_->decompression.get(), content.data(), content.size(),
                                                    header.block.data(), header.block.size());
    if (ZSTD_isError(written) != 0 || written != content.size()) {
      throw IntegrityError(std::string("Compressor: the zstd block is damaged: ") + ZSTD_getErrorName(written));
    }
  }
  if (hash(content) != header.content_hash) throw IntegrityError("Compressor: the content has a wrong checksum");
}

std::size_t Compressor::content_bytes(Bytes frame) {
  return parse(frame).content_bytes;
}

}  // namespace perfopt::optim
