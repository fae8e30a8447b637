// SPDX-License-Identifier: Apache-2.0
// ELF files and their call frame information: any bytes are read to the end or refused, and whatever rules they give,
// unwinding by them ends. The seed is a program of a few instructions with .eh_frame, .eh_frame_hdr and expressions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "perfopt/prof/native/dwarf_expression.hpp"
#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/native/unwind_table.hpp"

namespace {

using namespace perfopt::prof;

// Every place reads as its own address, so that expressions and rules have something to go on.
class EchoMemory final : public Memory {
 public:
  bool read(std::uint64_t address, std::span<std::byte> into) const override {
    for (std::byte& byte : into) byte = static_cast<std::byte>(address++);
    return true;
  }
};

Registers registers() {
  Registers result;
  for (std::size_t i = 0; i < Registers::kCount; ++i) result.set(i, 0x1000 * i);
  return result;
}

void try_rules(const ElfImage& image) {
  const UnwindTable table(image);
  ExpressionPool pool;
  const EchoMemory memory;
  for (const ElfImage::Segment& segment : image.segments()) {
    for (std::uint64_t offset = 0; offset < 256; ++offset) {
      const auto row = table.find(segment.address + offset, pool);
      if (!row) continue;
      if (row->cfa == UnwindRow::Cfa::none) std::abort();
      ExpressionError error = ExpressionError::none;
      if (row->cfa == UnwindRow::Cfa::expression) {
        const auto value = evaluate(pool.at(row->cfa_value), registers(), memory, std::nullopt, error);
        if (value.has_value() != (error == ExpressionError::none)) std::abort();
      } else if (row->cfa_register >= Registers::kCount) {
        std::abort();
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes = std::as_bytes(std::span(data, size));
  if (const auto image = ElfImage::read(bytes)) {
    static_cast<void>(image->address_of(size));
    try_rules(*image);
  }
  ExpressionError error = ExpressionError::none;
  const EchoMemory memory;
  static_cast<void>(evaluate(bytes, registers(), memory, 1, error));
  return 0;
}
