// SPDX-License-Identifier: Apache-2.0
// Records of perf_event_open(2) put together by hand.
#pragma once

#include <linux/perf_event.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace perfopt::test {

class RecordBytes {
 public:
  RecordBytes(std::uint32_t type, std::uint16_t misc) { put(perf_event_header{type, misc, 0}); }

  template <class T>
  RecordBytes& put(const T& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  // With zeros up to a multiple of 8.
  RecordBytes& text(std::string_view text) {
    for (const char c : text) put(c);
    do {
      put('\0');
    } while (bytes_.size() % sizeof(std::uint64_t) != 0);
    return *this;
  }
  // With its size in the header.
  [[nodiscard]] std::vector<std::byte> done() const {
    std::vector<std::byte> bytes = bytes_;
    const auto size = static_cast<std::uint16_t>(bytes.size());
    std::memcpy(bytes.data() + offsetof(perf_event_header, size), &size, sizeof size);
    return bytes;
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace perfopt::test
