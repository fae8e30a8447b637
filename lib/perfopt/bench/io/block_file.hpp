// SPDX-License-Identifier: Apache-2.0
// A file of 4 KiB blocks with known content, for reads that go past the page cache.
//
// Word w of block b is a mix of b * 512 + w, so that any block can be verified without a second copy. The file is made
// once in Setup::scratch and shared by all objects of a case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>

#include "perfopt/core/file.hpp"

namespace perfopt::bench {

inline constexpr std::size_t kBlockBytes = 4096;
inline constexpr std::size_t kBlockWords = kBlockBytes / sizeof(std::uint64_t);

// Source of the mix: SplitMix64, Steele, Lea, Flood, OOPSLA 2014.
[[nodiscard]] constexpr std::uint64_t block_word(std::uint64_t block, std::size_t word) noexcept {
  std::uint64_t z = (block * kBlockWords + word + 1) * 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

// Writes the content of the blocks from `first` on into `words`, whose size is a multiple of kBlockWords.
void fill_blocks(std::uint64_t first, std::span<std::uint64_t> words);

enum class PageCache : std::uint8_t { without, with };

// Makes the file of `blocks` blocks in `directory` unless it is there, on the device; its content also stands in the
// page cache, or not. Throws Unavailable where O_DIRECT reads do not reach a device (tmpfs, some network file systems).
[[nodiscard]] std::filesystem::path make_block_file(const std::filesystem::path& directory, std::size_t blocks,
                                                    PageCache cache);

// For reading with O_DIRECT.
[[nodiscard]] UniqueFd open_direct(const std::filesystem::path& path);

// Reads exactly into.size() bytes; throws SystemError where the file ends before.
void read_exactly(int fd, std::span<std::byte> into, std::uint64_t offset, const std::filesystem::path& path);

// Memory at a multiple of 4096, as O_DIRECT needs it.
class BlockBuffer {
 public:
  explicit BlockBuffer(std::size_t blocks);  // throws std::bad_alloc

  [[nodiscard]] std::span<std::byte> bytes() noexcept { return {memory_.get(), blocks_ * kBlockBytes}; }
  [[nodiscard]] std::span<std::byte> block(std::size_t index) noexcept {
    return {memory_.get() + index * kBlockBytes, kBlockBytes};
  }
  [[nodiscard]] std::span<std::uint64_t> words() noexcept {
    return {reinterpret_cast<std::uint64_t*>(memory_.get()), blocks_ * kBlockWords};
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept { std::free(memory); }
  };
  std::size_t blocks_;
  std::unique_ptr<std::byte[], Free> memory_;
};

}  // namespace perfopt::bench
