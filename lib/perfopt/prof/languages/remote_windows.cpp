// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/remote_windows.hpp"

#include <algorithm>
#include <array>

namespace perfopt::prof {

void RemoteWindows::want(std::uint64_t address, std::size_t size) {
  if (used_ == 0) loaded_ = 0;
  if (used_ == windows_.size()) windows_.emplace_back();
  Window& window = windows_[used_++];
  window.address = address;
  window.bytes.resize(size);
}

void RemoteWindows::load() {
  while (loaded_ < used_) {
    std::array<RemoteBlock, BlockSource::kMaxBlocks> blocks;
    const std::size_t count = std::min(used_ - loaded_, blocks.size());
    for (std::size_t i = 0; i < count; ++i) {
      Window& window = windows_[loaded_ + i];
      blocks.at(i) = {window.address, window.bytes};
    }
    std::size_t got = memory_.read(std::span(blocks).first(count));
    std::size_t whole = 0;
    while (whole < count && blocks.at(whole).into.size() <= got) got -= blocks.at(whole++).into.size();
    loaded_ += whole;
    if (whole < count) used_ = loaded_;
  }
}

std::span<const std::byte> RemoteWindows::find(std::uint64_t address, std::size_t size) const {
  // The latest first: a walk stays in the piece that it has just asked for.
  for (std::size_t i = used_; i-- > 0;) {
    const Window& window = windows_[i];
    if (address < window.address) continue;
    const std::uint64_t offset = address - window.address;
    if (offset <= window.bytes.size() && size <= window.bytes.size() - offset) {
      return std::span(window.bytes).subspan(offset, size);
    }
  }
  return {};
}

}  // namespace perfopt::prof
