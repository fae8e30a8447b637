// SPDX-License-Identifier: Apache-2.0
// Compressor: any bytes are refused as a frame or give content; any content comes back; a frame with one changed byte
// is refused or still gives the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/memory/compressor.hpp"

namespace {

using perfopt::optim::Codec;
using perfopt::optim::Compressor;

// What decompress() gives; nothing when it refuses the frame.
std::optional<std::vector<std::byte>> content_of(Compressor& compressor, std::span<const std::byte> frame) {
  try {
    return compressor.decompress(frame);
  } catch (const perfopt::BadInput&) {
    return std::nullopt;
  } catch (const perfopt::IntegrityError&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes = std::as_bytes(std::span(data, size));
  const std::vector<std::byte> content(bytes.begin(), bytes.end());
  for (const Codec codec : {Codec::lz4, Codec::zstd}) {
    Compressor compressor(codec);
    (void)content_of(compressor, bytes);
    std::vector<std::byte> frame = compressor.compress(content);
    if (content_of(compressor, frame) != content) std::abort();
    if (size < 3) continue;
    // A changed byte of the header is always noticed; one of the block may mean the same (codecs have spare bits).
    const std::size_t at = (std::size_t{data[0]} << 8U | data[1]) % frame.size();
    frame[at] ^= std::byte{data[2]} | std::byte{1};
    const std::optional<std::vector<std::byte>> damaged = content_of(compressor, frame);
    if (damaged && (at < Compressor::kHeaderBytes || *damaged != content)) std::abort();
  }
  return 0;
}
