// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/io/block_file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <string>
#include <system_error>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBlocks = 256;

// tmpfs accepts O_DIRECT since Linux 6.6, and copies memory.
void require_device(const fs::path& directory) {
  struct statfs status{};
  if (::statfs(directory.c_str(), &status) != 0) throw_errno("statfs " + directory.string());
  if (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC) {
    throw Unavailable("direct reads need a device, and " + directory.string() +
                      " is in memory (tmpfs): give a directory on a disk (--scratch DIR, or TMPDIR)");
  }
}

UniqueFd open_or_unavailable(const fs::path& path, int flags) {
  try {
    return open_file(path, flags);
  } catch (const SystemError& error) {
    if ((flags & O_DIRECT) == 0 || error.error_number() != EINVAL) throw;
    throw Unavailable("the file system of " + path.string() +
                      " has no O_DIRECT: give a directory on a disk (--scratch DIR, or TMPDIR)");
  }
}

void write_blocks(const fs::path& path, std::size_t blocks, int flags) {
  const UniqueFd fd = open_or_unavailable(path, O_WRONLY | O_CREAT | O_TRUNC | flags);
  BlockBuffer buffer(std::min(blocks, kChunkBlocks));
  for (std::size_t first = 0; first < blocks; first += kChunkBlocks) {
    const std::size_t count = std::min(kChunkBlocks, blocks - first);
    fill_blocks(first, buffer.words().first(count * kBlockWords));
    write_all(fd.get(), buffer.bytes().first(count * kBlockBytes), path);
  }
  sync_file(fd.get(), path);
}

}  // namespace

void fill_blocks(std::uint64_t first, std::span<std::uint64_t> words) {
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = block_word(first, i);
}

// A short file is one whose making was interrupted.
fs::path make_block_file(const fs::path& directory, std::size_t blocks, PageCache cache) {
  require_device(directory);
  fs::path path = directory / ("blocks-" + std::to_string(blocks));
  std::error_code missing;
  if (fs::file_size(path, missing) == blocks * kBlockBytes && !missing) return path;
  write_blocks(path, blocks, cache == PageCache::with ? 0 : O_DIRECT);
  return path;
}

UniqueFd open_direct(const fs::path& path) {
  return open_or_unavailable(path, O_RDONLY | O_DIRECT);
}

void read_exactly(int fd, std::span<std::byte> into, std::uint64_t offset, const fs::path& path) {
  const std::size_t count = read_at(fd, into, static_cast<off_t>(offset), path);
  if (count != into.size()) throw SystemError(ENODATA, "read " + path.string() + " to its end");
}

BlockBuffer::BlockBuffer(std::size_t blocks)
    : blocks_(blocks), memory_(static_cast<std::byte*>(std::aligned_alloc(kBlockBytes, blocks * kBlockBytes))) {
  if (!memory_) throw std::bad_alloc();
}

}  // namespace perfopt::bench
