// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/remote_blocks.hpp"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace perfopt::prof {

bool BlockSource::fill(std::uint64_t address, std::span<std::byte> into) const {
  const RemoteBlock block{address, into};
  return read({&block, 1}) == into.size();
}

std::size_t ProcessBlocks::read(std::span<const RemoteBlock> blocks) const {
  std::array<iovec, kMaxBlocks> local{};
  std::array<iovec, kMaxBlocks> remote{};
  const std::size_t count = std::min(blocks.size(), kMaxBlocks);
  for (std::size_t i = 0; i < count; ++i) {
    const RemoteBlock& block = blocks[i];
    // The kernel refuses the whole call for an address that no process can have.
    if (block.address > std::numeric_limits<std::int64_t>::max() - block.into.size()) return 0;
    local.at(i) = {block.into.data(), block.into.size()};
    remote.at(i) = {std::bit_cast<void*>(block.address), block.into.size()};
  }
  const ssize_t got = ::process_vm_readv(pid_, local.data(), count, remote.data(), count, 0);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

}  // namespace perfopt::prof
