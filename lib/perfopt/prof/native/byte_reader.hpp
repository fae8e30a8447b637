// SPDX-License-Identifier: Apache-2.0
// A cursor over foreign bytes (ELF, .eh_frame, DWARF expressions, jitdump), little-endian as this machine is.
//
// Nothing is read past the end: what would be is 0 or empty, and from then on ok() is false and the cursor stands at
// the end, so that a caller may read a whole record and ask once. A length that the bytes claim is never trusted
// further.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace perfopt::prof {

class ByteReader {
 public:
  // `address`: what the first byte's is in the program, for values that are relative to where they stand.
  explicit ByteReader(std::span<const std::byte> bytes, std::uint64_t address = 0) noexcept
      : bytes_(bytes), address_(address) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return position_ == bytes_.size(); }
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::uint64_t address() const noexcept { return address_ + position_; }

  void fail() noexcept {
    ok_ = false;
    position_ = bytes_.size();
  }

  void seek(std::uint64_t position) noexcept {
    if (position > bytes_.size()) return fail();
    position_ = static_cast<std::size_t>(position);
  }

  template <typename T>
  [[nodiscard]] T value() noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    T result{};
    if (const auto bytes = block(sizeof(T)); ok_) std::memcpy(&result, bytes.data(), sizeof(T));
    return result;
  }

  [[nodiscard]] std::span<const std::byte> block(std::uint64_t length) noexcept {
    if (length > bytes_.size() - position_) {
      fail();
      return {};
    }
    const auto result = bytes_.subspan(position_, static_cast<std::size_t>(length));
    position_ += result.size();
    return result;
  }

  // Up to a zero byte, which is skipped.
  [[nodiscard]] std::string_view text() noexcept {
    const auto rest = bytes_.subspan(position_);
    const void* end = rest.empty() ? nullptr : std::memchr(rest.data(), 0, rest.size());
    if (end == nullptr) {
      fail();
      return {};
    }
    const auto length = static_cast<std::size_t>(static_cast<const std::byte*>(end) - rest.data());
    position_ += length + 1;
    return {reinterpret_cast<const char*>(rest.data()), length};
  }

  [[nodiscard]] std::uint64_t uleb() noexcept {
    unsigned shift = 0;
    return leb_bits(shift);
  }

  [[nodiscard]] std::int64_t sleb() noexcept {
    unsigned shift = 0;
    std::uint64_t result = leb_bits(shift);
    const bool negative = ok_ && (static_cast<unsigned>(bytes_[position_ - 1]) & 0x40U) != 0;
    if (negative && shift < 64) result |= ~std::uint64_t{0} << shift;
    return static_cast<std::int64_t>(result);
  }

 private:
  // Bits beyond the 64th are dropped.
  std::uint64_t leb_bits(unsigned& shift) noexcept {
    std::uint64_t result = 0;
    for (;;) {
      const auto byte = static_cast<unsigned>(value<std::uint8_t>());
      if (!ok_) return 0;
      if (shift < 64) result |= std::uint64_t{byte & 0x7FU} << shift;
      shift += shift < 64 ? 7U : 0U;
      if ((byte & 0x80U) == 0) return result;
    }
  }

  std::span<const std::byte> bytes_;
  std::uint64_t address_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace perfopt::prof
