// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/network/frame.hpp"

#include <lz4.h>
#include <xxhash.h>
#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <new>
#include <string>

namespace perfopt::optim {
namespace {

static_assert(std::endian::native == std::endian::little, "frames are laid out as little-endian memory");

constexpr std::array<char, 3> kMagic{'P', 'F', 'N'};
constexpr std::size_t kCheckedBytes = kFrameHeaderBytes - sizeof(std::uint32_t);

using CompressContext = std::unique_ptr<ZSTD_CCtx, decltype([](ZSTD_CCtx* context) { ZSTD_freeCCtx(context); })>;
using DecompressContext = std::unique_ptr<ZSTD_DCtx, decltype([](ZSTD_DCtx* context) { ZSTD_freeDCtx(context); })>;
using CompressTables = std::unique_ptr<ZSTD_CDict, decltype([](ZSTD_CDict* tables) { ZSTD_freeCDict(tables); })>;
using DecompressTables = std::unique_ptr<ZSTD_DDict, decltype([](ZSTD_DDict* tables) { ZSTD_freeDDict(tables); })>;

std::uint64_t checksum(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

void check_level(int level) {
  if (level < 1 || level > 19) throw BadInput("zstd level " + std::to_string(level) + " is outside 1..19");
}

template <class T>
void put(std::byte*& at, T value) {
  std::memcpy(at, &value, sizeof value);
  at += sizeof value;
}

template <class T>
T take(const std::byte*& at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

int as_int(std::size_t bytes) {
  return static_cast<int>(bytes);  // contents are at most 64 MiB
}

}  // namespace

std::string_view codec_name(FrameCodec codec) {
  switch (codec) {
    case FrameCodec::stored:
      return "stored";
    case FrameCodec::lz4:
      return "lz4";
    case FrameCodec::zstd:
      return "zstd";
    case FrameCodec::zstd_dictionary:
      return "zstd with a dictionary";
  }
  return "unknown";
}

Dictionary::Dictionary(std::vector<std::byte> bytes)
    : bytes_(std::move(bytes)), id_(static_cast<std::uint32_t>(checksum(bytes_)) | 1U) {
  if (bytes_.empty()) throw BadInput("an empty dictionary");
}

Dictionary Dictionary::train(std::span<const std::byte> samples, std::span<const std::size_t> lengths,
                             std::size_t max_bytes) {
  std::vector<std::byte> bytes(max_bytes);
  const std::size_t size = ZDICT_trainFromBuffer(bytes.data(), bytes.size(), samples.data(), lengths.data(),
                                                 static_cast<unsigned>(lengths.size()));
  if (ZDICT_isError(size) != 0) {
    throw BadInput("a dictionary of " + std::to_string(lengths.size()) + " samples: " + ZDICT_getErrorName(size) +
                   "; give more samples, or longer ones");
  }
  bytes.resize(size);
  return Dictionary(std::move(bytes));
}

struct FrameWriter::Contexts {
  CompressContext zstd;
  CompressTables dictionary;
};

FrameWriter::FrameWriter(FrameCodec codec, int level)
    : codec_(codec), level_(level), contexts_(std::make_unique<Contexts>()) {
  check_level(level);
  if (codec == FrameCodec::zstd_dictionary) throw BadInput("zstd with a dictionary needs the dictionary");
  if (codec != FrameCodec::zstd) return;
  contexts_->zstd.reset(ZSTD_createCCtx());
  if (!contexts_->zstd) throw std::bad_alloc();
}

FrameWriter::FrameWriter(const Dictionary& dictionary, int level) : FrameWriter(FrameCodec::zstd, level) {
  codec_ = FrameCodec::zstd_dictionary;
  dictionary_id_ = dictionary.id();
  contexts_->dictionary.reset(ZSTD_createCDict(dictionary.bytes().data(), dictionary.bytes().size(), level));
  if (!contexts_->dictionary) throw std::bad_alloc();
}

FrameWriter::FrameWriter(FrameWriter&&) noexcept = default;
FrameWriter& FrameWriter::operator=(FrameWriter&&) noexcept = default;
FrameWriter::~FrameWriter() = default;

// Bytes of the block; 0 when it does not fit, which is when it would not be smaller.
std::size_t FrameWriter::compress(std::span<const std::byte> content, std::span<std::byte> block) {
  if (codec_ == FrameCodec::stored || block.empty()) return 0;
  if (codec_ == FrameCodec::lz4) {
    return static_cast<std::size_t>(LZ4_compress_default(reinterpret_cast<const char*>(content.data()),
                                                         reinterpret_cast<char*>(block.data()), as_int(content.size()),
                                                         as_int(block.size())));
  }
  ZSTD_CCtx* const context = contexts_->zstd.get();
  const std::size_t size =
      codec_ == FrameCodec::zstd_dictionary
          ? ZSTD_compress_usingCDict(context, block.data(), block.size(), content.data(), content.size(),
                                     contexts_->dictionary.get())
          : ZSTD_compressCCtx(context, block.data(), block.size(), content.data(), content.size(), level_);
  return ZSTD_isError(size) != 0 ? 0 : size;
}

void FrameWriter::append(std::span<const std::byte> content, std::vector<std::byte>& stream) {
  if (content.size() > kMaxFrameContentBytes) {
    throw BadInput("a message of " + std::to_string(content.size()) + " bytes: a frame holds at most " +
                   std::to_string(kMaxFrameContentBytes));
  }
  const std::size_t start = stream.size();
  stream.resize(start + kFrameHeaderBytes + content.size());
  const std::span<std::byte> frame = std::span(stream).subspan(start);
  const std::span<std::byte> block = frame.subspan(kFrameHeaderBytes);
  const std::size_t room = content.empty() ? 0 : content.size() - 1;
  std::size_t block_bytes = compress(content, block.first(room));
  const FrameCodec used = block_bytes > 0 ? codec_ : FrameCodec::stored;
  if (used == FrameCodec::stored) {
    std::ranges::copy(content, block.begin());
    block_bytes = content.size();
  }
  std::byte* at = frame.data();
  put(at, kMagic);
  put(at, used);
  put(at, static_cast<std::uint32_t>(content.size()));
  put(at, static_cast<std::uint32_t>(block_bytes));
  put(at, used == FrameCodec::zstd_dictionary ? dictionary_id_ : std::uint32_t{0});
  put(at, checksum(content));
  put(at, static_cast<std::uint32_t>(checksum(frame.first(kCheckedBytes))));
  stream.resize(start + kFrameHeaderBytes + block_bytes);
}

struct FrameReader::Contexts {
  struct Known {
    std::uint32_t id;
    DecompressTables tables;
  };
  DecompressContext zstd{ZSTD_createDCtx()};
  std::vector<Known> dictionaries;
};

struct FrameReader::Header {
  FrameCodec codec;
  std::size_t content_bytes;
  std::size_t block_bytes;
  std::uint32_t dictionary_id;
  std::uint64_t checksum;
};

FrameReader::FrameReader(std::size_t max_content_bytes, std::span<const Dictionary> dictionaries)
    : max_content_bytes_(std::min(max_content_bytes, kMaxFrameContentBytes)), contexts_(std::make_unique<Contexts>()) {
  if (!contexts_->zstd) throw std::bad_alloc();
  for (const Dictionary& one : dictionaries) {
    DecompressTables tables(ZSTD_createDDict(one.bytes().data(), one.bytes().size()));
    if (!tables) throw std::bad_alloc();
    contexts_->dictionaries.push_back({one.id(), std::move(tables)});
  }
}

FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

void FrameReader::add(std::span<const std::byte> bytes) {
  if (consumed_ > 0 && consumed_ >= stream_.size() / 2) {  // so that each byte is moved about once
    stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(consumed_));
    consumed_ = 0;
  }
  stream_.insert(stream_.end(), bytes.begin(), bytes.end());
}

std::optional<FrameReader::Header> FrameReader::header() const {
  const std::span<const std::byte> rest = std::span(stream_).subspan(consumed_);
  const std::size_t magic_bytes = std::min(rest.size(), kMagic.size());
  if (std::memcmp(rest.data(), kMagic.data(), magic_bytes) != 0) throw BadInput("this is no stream of frames");
  if (rest.size() < kFrameHeaderBytes) return std::nullopt;
  const std::byte* at = rest.data() + kMagic.size();
  Header header{};
  header.codec = take<FrameCodec>(at);
  header.content_bytes = take<std::uint32_t>(at);
  header.block_bytes = take<std::uint32_t>(at);
  header.dictionary_id = take<std::uint32_t>(at);
  header.checksum = take<std::uint64_t>(at);
  if (take<std::uint32_t>(at) != static_cast<std::uint32_t>(checksum(rest.first(kCheckedBytes)))) {
    throw IntegrityError("the header of a frame is damaged");
  }
  if (header.codec > FrameCodec::zstd_dictionary) {
    throw BadInput("a frame of codec " + std::to_string(static_cast<int>(header.codec)) + ", which is not known here");
  }
  if (header.content_bytes > max_content_bytes_) {
    throw BadInput("a frame with a content of " + std::to_string(header.content_bytes) + " bytes; at most " +
                   std::to_string(max_content_bytes_) + " are taken");
  }
  const bool is_stored = header.codec == FrameCodec::stored;
  if (is_stored ? header.block_bytes != header.content_bytes : header.block_bytes >= header.content_bytes) {
    throw BadInput("a frame whose block is longer than its content");
  }
  return header;
}

std::span<const std::byte> FrameReader::content(const Header& header, std::span<const std::byte> block) {
  if (header.codec == FrameCodec::stored) return block;
  content_.resize(header.content_bytes);
  std::size_t size = 0;
  if (header.codec == FrameCodec::lz4) {
    const int got =
        LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(content_.data()),
                            as_int(block.size()), as_int(content_.size()));
    size = static_cast<std::size_t>(std::max(got, 0));
  } else if (header.codec == FrameCodec::zstd) {
    size = ZSTD_decompressDCtx(contexts_->zstd.get(), content_.data(), content_.size(), block.data(), block.size());
  } else {
    const auto known = std::ranges::find(contexts_->dictionaries, header.dictionary_id, &Contexts::Known::id);
    if (known == contexts_->dictionaries.end()) {
      throw BadInput("a frame needs the dictionary " + std::to_string(header.dictionary_id) +
                     ", which this reader was not given");
    }
    size = ZSTD_decompress_usingDDict(contexts_->zstd.get(), content_.data(), content_.size(), block.data(),
                                      block.size(), known->tables.get());
  }
  if (size != content_.size()) throw IntegrityError("the content of a frame is damaged");
  return content_;
}

std::optional<std::span<const std::byte>> FrameReader::next() {
  if (consumed_ == stream_.size()) return std::nullopt;
  const std::optional<Header> head = header();
  if (!head || stream_.size() - consumed_ - kFrameHeaderBytes < head->block_bytes) return std::nullopt;
  const auto got = content(*head, std::span(stream_).subspan(consumed_ + kFrameHeaderBytes, head->block_bytes));
  if (checksum(got) != head->checksum) throw IntegrityError("the content of a frame is damaged");
  consumed_ += kFrameHeaderBytes + head->block_bytes;
  return got;
}

void FrameReader::finish() const {
  if (consumed_ == stream_.size()) return;
  throw BadInput("the stream ends within a frame: " + std::to_string(stream_.size() - consumed_) +
                 " bytes of it are there");
}

std::array<CodecCost, 3> rank_codecs(std::span<const std::byte> sample, double link_bytes_per_s) {
  if (!(link_bytes_per_s > 0)) throw BadInput("a link's rate must be above 0 bytes/s");
  constexpr int kAttempts = 4;  // the first of them grows the buffers
  using Clock = std::chrono::steady_clock;
  const auto seconds_of = [](auto&& call) {
    const auto start = Clock::now();
    call();
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  std::array<CodecCost, 3> costs;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    CodecCost& cost = costs[i];
    cost.codec = static_cast<FrameCodec>(i);
    cost.compress_s = cost.decompress_s = std::numeric_limits<double>::max();
    FrameWriter writer(cost.codec);
    FrameReader reader;
    std::vector<std::byte> stream;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      stream.clear();
      cost.compress_s = std::min(cost.compress_s, seconds_of([&] { writer.append(sample, stream); }));
      cost.decompress_s = std::min(cost.decompress_s, seconds_of([&] {
                                     reader.add(stream);
                                     (void)reader.next();
                                   }));
    }
    cost.ratio = static_cast<double>(sample.size()) / static_cast<double>(stream.size());
    cost.transfer_s = static_cast<double>(stream.size()) / link_bytes_per_s;
  }
  std::ranges::stable_sort(costs, {}, &CodecCost::total_s);
  return costs;
}

}  // namespace perfopt::optim
