// SPDX-License-Identifier: Apache-2.0
// Frames: any bytes are refused as a stream or give contents within the limit, the same ones however they are cut; any
// content comes back; a frame with one changed byte is refused or still gives the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/network/frame.hpp"

namespace {

using namespace perfopt::optim;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kLimit = 1 << 20;

struct Contents {
  std::vector<Bytes> messages;
  bool refused = false;
  bool operator==(const Contents&) const = default;
};

Contents contents_of(std::span<const std::byte> stream, std::size_t piece, const Dictionary& dictionary) {
  Contents contents;
  try {
    FrameReader reader(kLimit, {&dictionary, 1});
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.add(stream.subspan(at, std::min(piece, stream.size() - at)));
      while (const auto content = reader.next()) {
        if (content->size() > kLimit) std::abort();
        contents.messages.emplace_back(content->begin(), content->end());
      }
    }
    reader.finish();
  } catch (const perfopt::BadInput&) {
    contents.refused = true;
  } catch (const perfopt::IntegrityError&) {
    contents.refused = true;
  }
  return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Dictionary dictionary(Bytes(64, std::byte{'a'}));
  const std::span bytes = std::as_bytes(std::span(data, size));
  if (contents_of(bytes, 7, dictionary) != contents_of(bytes, size + 1, dictionary)) std::abort();
  FrameWriter writers[] = {FrameWriter(FrameCodec::stored), FrameWriter(FrameCodec::lz4), FrameWriter(FrameCodec::zstd),
                           FrameWriter(dictionary)};
  for (FrameWriter& writer : writers) {
    Bytes stream;
    writer.append(bytes, stream);
    const Contents whole{{Bytes(bytes.begin(), bytes.end())}, false};
    if (contents_of(stream, stream.size(), dictionary) != whole) std::abort();
    if (size < 3) continue;
    const std::size_t at = (std::size_t{data[0]} << 8U | data[1]) % stream.size();
    stream[at] ^= std::byte{data[2]} | std::byte{1};
    const Contents damaged = contents_of(stream, stream.size(), dictionary);
    if (!damaged.refused && (at < kFrameHeaderBytes || damaged != whole)) std::abort();
  }
  return 0;
}
