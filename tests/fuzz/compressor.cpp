// SPDX-License-Identifier: Apache-2.0
// Compressor: any bytes are refused as a frame or give content; any content comes back; a frame with one changed byte
// is noticed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/memory/compressor.hpp"

namespace {

using perfopt::optim::Codec;
using perfopt::optim::Compressor;

bool is_refused(Compressor& compressor, std::span<const std::byte> frame) {
  try {
    (void)compressor.decompress(frame);
  } catch (const perfopt::BadInput&) {
    return true;
  } catch (const perfopt::IntegrityError&) {
    return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes = std::as_bytes(std::span(data, size));
  for (const Codec codec : {Codec::lz4, Codec::zstd}) {
    Compressor compressor(codec);
    (void)is_refused(compressor, bytes);
    std::vector<std::byte> frame = compressor.compress(bytes);
    if (const std::vector<std::byte> back = compressor.decompress(frame);
        !std::equal(back.begin(), back.end(), bytes.begin(), bytes.end())) {
      std::abort();
    }
    if (size >= 3) {
      const std::size_t at = (std::size_t{data[0]} << 8U | data[1]) % frame.size();
      frame[at] ^= std::byte{data[2]} | std::byte{1};
      if (!is_refused(compressor, frame)) std::abort();
    }
  }
  return 0;
}
