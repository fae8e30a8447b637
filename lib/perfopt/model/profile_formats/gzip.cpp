// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_formats/gzip.hpp"

#define ZLIB_CONST  // const input
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "perfopt/core/error.hpp"

namespace perfopt::model::profile_formats {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;  // zlib: gzip instead of its own frame
constexpr std::size_t kStep = std::size_t{1} << 18U;

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzip) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

const Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

std::string gunzip(std::string_view bytes, std::string_view origin, std::size_t most) {
  Inflater inflater;
  z_stream& stream = inflater.stream();
  std::string content;
  std::size_t given = 0;
  std::size_t size = 0;
  for (;;) {
    if (stream.avail_in == 0 && given < bytes.size()) {
      const std::size_t step = std::min<std::size_t>(bytes.size() - given, std::numeric_limits<uInt>::max());
      stream.next_in = bytes_of(bytes.substr(given));
      stream.avail_in = static_cast<uInt>(step);
      given += step;
    }
    content.resize(size + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(content.data() + size);
    stream.avail_out = static_cast<uInt>(kStep);
    const int result = inflate(&stream, Z_NO_FLUSH);
    size += kStep - stream.avail_out;
    const std::string place = std::string(origin) + ": byte " + std::to_string(given - stream.avail_in) + ": ";
    if (size > most) throw BadInput(place + "more than " + std::to_string(most >> 20U) + " MiB when unpacked");
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0 && given == bytes.size()) break;
      if (inflateReset(&stream) != Z_OK) throw std::bad_alloc();
    } else if (result == Z_BUF_ERROR) {
      throw BadInput(place + "the gzip data are cut off");
    } else if (result != Z_OK) {
      throw BadInput(place + "broken gzip data");
    }
  }
  content.resize(size);
  return content;
}

std::string gzip(std::string_view content) {
  z_stream stream{};
  constexpr int kMemoryLevel = 8;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed;
  int result = Z_OK;
  while (result == Z_OK) {
    if (stream.avail_in == 0) {
      const std::size_t step = std::min<std::size_t>(content.size(), std::numeric_limits<uInt>::max());
      stream.next_in = bytes_of(content);
      stream.avail_in = static_cast<uInt>(step);
      content.remove_prefix(step);
    }
    const std::size_t size = packed.size();
    packed.resize(size + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(packed.data() + size);
    stream.avail_out = static_cast<uInt>(kStep);
    result = deflate(&stream, content.empty() ? Z_FINISH : Z_NO_FLUSH);
    packed.resize(size + kStep - stream.avail_out);
  }
  deflateEnd(&stream);
  return packed;
}

}  // namespace perfopt::model::profile_formats
