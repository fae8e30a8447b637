// SPDX-License-Identifier: Apache-2.0
// Sum of a column of 64-bit integers that is held plain, bit-packed or in compressed blocks; the four problems
// columns_*.cpp differ in their data alone.
//
// The packed form is summed as it lies (optim/memory/packed_column.hpp). lz4 and zstd have to restore each block of
// 64 KiB before it can be summed: they save memory, and pay for it in time. What each form holds is
// Work::held_bytes. The plain values are dropped once the other forms are built.
//
//   size    n, values
//   check   the sum modulo 2^64, exact, against the one kept while the values were generated
//   errors  IntegrityError when a block does not come back with its checksum
//   source  Zukowski et al., Super-scalar RAM-CPU cache compression, ICDE 2006
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/memory/compressor.hpp"
#include "perfopt/optim/memory/packed_column.hpp"

namespace perfopt::bench {

// Fills a column with fresh values of one kind.
using ColumnData = void (*)(std::vector<std::uint64_t>& values, Random& random);

template <ColumnData kData>
class ColumnSum : public Workload {
 public:
  explicit ColumnSum(const Setup& setup) : n_(setup.size), seed_(setup.seed) {}

  [[nodiscard]] Work work() const override {
    const auto values = static_cast<double>(n_);
    const auto held = static_cast<double>(data_bytes() + scratch_bytes());
    return {values, 8 * values, {Limit::read_bandwidth, static_cast<double>(data_bytes()), data_bytes()}, held};
  }
  void warm() override { this->run(); }  // a column is scanned again and again
  void poison() override { sum = ~expected_; }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, {&sum, 1}); }
  void check(const Output& result) const override {
    require_equal(exact<std::uint64_t>(Element::u64, {&expected_, 1}), result);
  }

 protected:
  // What the column takes in this form, all of which a sum has to read.
  [[nodiscard]] virtual std::size_t data_bytes() const = 0;
  [[nodiscard]] virtual std::size_t scratch_bytes() const { return 0; }

  [[nodiscard]] std::vector<std::uint64_t> generate() {
    std::vector<std::uint64_t> values(n_);
    Random random(seed_);
    kData(values, random);
    for (const std::uint64_t value : values) expected_ += value;
    return values;
  }

  std::uint64_t sum = 0;

 private:
  std::size_t n_;
  std::uint64_t seed_;
  std::uint64_t expected_ = 0;
};

template <ColumnData kData>
struct PlainColumn final : ColumnSum<kData> {
  explicit PlainColumn(const Setup& setup) : ColumnSum<kData>(setup), values(this->generate()) {}
  [[nodiscard]] std::size_t data_bytes() const override { return values.size() * sizeof(std::uint64_t); }
  void run() override { this->sum = std::accumulate(values.begin(), values.end(), std::uint64_t{0}); }

  std::vector<std::uint64_t> values;
};

template <ColumnData kData>
struct BitPackedColumn final : ColumnSum<kData> {
  explicit BitPackedColumn(const Setup& setup) : ColumnSum<kData>(setup), column(this->generate()) {}
  [[nodiscard]] std::size_t data_bytes() const override { return column.size_bytes(); }
  void run() override { this->sum = column.sum(); }

  optim::PackedColumn column;
};

template <ColumnData kData, optim::Codec kCodec>
struct BlockColumn final : ColumnSum<kData> {
  static constexpr std::size_t kBlockValues = 8192;  // 64 KiB: all that lz4 looks back, and at home in L2

  explicit BlockColumn(const Setup& setup) : ColumnSum<kData>(setup), compressor(kCodec) {
    const std::vector<std::uint64_t> values = this->generate();
    for (std::size_t first = 0; first < values.size(); first += kBlockValues) {
      const auto block = std::span(values).subspan(first, std::min(kBlockValues, values.size() - first));
      frames.push_back(compressor.compress(std::as_bytes(block)));
    }
    scratch.resize(std::min(kBlockValues, values.size()));
  }
  [[nodiscard]] std::size_t data_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& frame : frames) bytes += frame.size();
    return bytes;
  }
  [[nodiscard]] std::size_t scratch_bytes() const override { return scratch.size() * sizeof(std::uint64_t); }
  void poison() override {
    ColumnSum<kData>::poison();
    std::fill(scratch.begin(), scratch.end(), 0xDEADDEADDEADDEAD);
  }
  void run() override {
    std::uint64_t total = 0;
    for (const auto& frame : frames) {
      const auto block = std::span(scratch).first(optim::Compressor::content_bytes(frame) / sizeof(std::uint64_t));
      compressor.decompress(frame, std::as_writable_bytes(block));
      total = std::accumulate(block.begin(), block.end(), total);
    }
    this->sum = total;
  }

  optim::Compressor compressor;
  std::vector<std::vector<std::byte>> frames;
  std::vector<std::uint64_t> scratch;
};

inline constexpr Size kColumnSizes[] = {{16'384, SizeClass::small},
                                        {131'072, SizeClass::medium},
                                        {1'048'576, SizeClass::medium},
                                        {4'194'304, SizeClass::large}};

template <ColumnData kData>
inline constexpr Strategy kColumnStrategies[] = {
    {"plain", Level::baseline, "an array of 64-bit integers", "", "8 bytes a value", make<PlainColumn<kData>>},
    {"packed", Level::balanced, "bit planes of 512 values, summed by population counts without unpacking",
     "AVX-512 VPOPCNTDQ for full speed; any CPU",
     "built once at some ns a value; reading one value touches a cache line a bit", make<BitPackedColumn<kData>>},
    {"lz4", Level::balanced, "lz4 blocks of 64 KiB, restored one by one", "liblz4", "each scan decompresses all of it",
     make<BlockColumn<kData, optim::Codec::lz4>>},
    {"zstd", Level::balanced, "zstd level 1 blocks of 64 KiB, restored one by one", "libzstd",
     "each scan decompresses all of it", make<BlockColumn<kData, optim::Codec::zstd>>},
};

// While it is built, a form holds the plain values beside it; on random data that form is a little larger than they.
[[nodiscard]] inline double column_memory_bytes(std::size_t n) {
  return 17.0 * static_cast<double>(n) + 300'000;
}

template <ColumnData kData>
[[nodiscard]] constexpr Problem column_problem(std::string_view name, std::string_view title) {
  return {.category = "memory",
          .name = name,
          .title = title,
          .unit = "values",
          .bytes_per_unit = sizeof(std::uint64_t),
          .squared = false,
          .max_size = std::size_t{1} << 32U,
          .sizes = kColumnSizes,
          .strategies = kColumnStrategies<kData>,
          .memory_bytes = column_memory_bytes,
          .file_bytes = [](std::size_t) { return 0.0; }};
}

}  // namespace perfopt::bench
