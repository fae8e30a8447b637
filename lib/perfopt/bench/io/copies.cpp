// SPDX-License-Identifier: Apache-2.0
// Copy a file: the size of the pieces, and whether the bytes pass through the program.
//
//   size    n, bytes
//   file    a source and a destination an object; the source was just written, so it is in the page cache for every
//           strategy; the copy ends there too, nothing is made durable
//   check   the destination's content is what was made for the source, exact
//   errors  Unavailable where the file system has no copy_file_range or sendfile between its files
#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/io/scratch_file.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

class Copies : public Workload {
 public:
  explicit Copies(const Setup& setup) : source_(setup, "source"), destination_(setup, "copy"), content_(setup.size, 0) {
    Random random(setup.seed);
    for (std::size_t i = 0; i < content_.size(); i += sizeof(std::uint64_t)) {
      const std::uint64_t word = random();
      std::memcpy(&content_[i], &word, std::min(sizeof word, content_.size() - i));
    }
    source_.fill(content_);
  }

  [[nodiscard]] Work work() const override {
    const auto bytes = static_cast<double>(content_.size());
    return {bytes, bytes, bound(bytes)};
  }
  void poison() override { destination_.poison(); }
  [[nodiscard]] Output output() override {
    copied_ = read_file(destination_.path());
    return exact<char>(Element::u8, copied_);
  }
  void check(const Output& result) const override { require_equal(exact<char>(Element::u8, content_), result); }

 protected:
  // The copy must at least be written.
  [[nodiscard]] virtual Bound bound(double bytes) const { return {Limit::page_cache_write, bytes, content_.size()}; }

  [[nodiscard]] UniqueFd open_source() const { return open_file(source_.path(), O_RDONLY); }
  [[nodiscard]] UniqueFd open_destination() const {
    return open_file(destination_.path(), O_WRONLY | O_CREAT | O_TRUNC);
  }
  void copy_through(std::size_t piece_bytes) const {
    const UniqueFd in = open_source();
    const UniqueFd out = open_destination();
    std::vector<std::byte> piece(piece_bytes);
    while (const std::size_t count = read_some(in.get(), piece, source_.path())) {
      write_all(out.get(), std::span(piece).first(count), destination_.path());
    }
  }
  // `copy` is a system call that copies up to so many bytes and returns how many.
  template <class Call>
  void copy_inside(const char* name, Call copy) const {
    const UniqueFd in = open_source();
    const UniqueFd out = open_destination();
    for (std::size_t left = content_.size(); left > 0;) {
      const ssize_t count = copy(in.get(), out.get(), left);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_errno(std::string(name) + " " + destination_.path().string());
      if (count == 0) throw SystemError(ENODATA, std::string(name) + " " + source_.path().string());
      left -= static_cast<std::size_t>(count);
    }
  }

 private:
  ScratchFile source_;
  ScratchFile destination_;
  std::string content_;
  std::string copied_;
};

struct Pieces4K final : Copies {
  using Copies::Copies;
  void run() override { copy_through(4096); }
};

struct Pieces256K final : Copies {
  using Copies::Copies;
  void run() override { copy_through(std::size_t{256} * 1024); }
};

struct CopyFileRange final : Copies {
  using Copies::Copies;
  // A file system that shares blocks between files writes nothing.
  [[nodiscard]] Bound bound(double) const override { return {}; }
  void run() override {
    copy_inside("copy_file_range", [](int in, int out, std::size_t bytes) {
      return ::copy_file_range(in, nullptr, out, nullptr, bytes, 0);
    });
  }
};

struct SendFile final : Copies {
  using Copies::Copies;
  void run() override {
    copy_inside("sendfile", [](int in, int out, std::size_t bytes) { return ::sendfile(out, in, nullptr, bytes); });
  }
};

constexpr Strategy kStrategies[] = {
    {"pieces_4k", Level::baseline, "read(2) and write(2) of 4 KiB", "", "", make<Pieces4K>},
    {"pieces_256k", Level::conservative, "read(2) and write(2) of 256 KiB", "", "256 KiB of memory", make<Pieces256K>},
    {"copy_file_range", Level::balanced, "the kernel copies; btrfs and XFS share the blocks instead",
     "Linux 4.5; one file system, or Linux 5.3", "shared blocks are copied when first written", make<CopyFileRange>},
    {"sendfile", Level::balanced, "the kernel copies through a pipe of its own", "Linux 2.6.33", "", make<SendFile>},
};
constexpr Size kSizes[] = {{65536, SizeClass::small}, {1U << 20U, SizeClass::medium}, {1U << 24U, SizeClass::large}};

}  // namespace

const Problem& io_copies() {
  static constexpr Problem problem{
      .category = "io",
      .name = "copies",
      .title = "Copy a file in the page cache",
      .unit = "bytes",
      .bytes_per_unit = 1,
      .squared = false,
      .max_size = std::size_t{1} << 30U,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 4 + 1e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * 2 * std::size(kStrategies); },
  };
  return problem;
}

}  // namespace perfopt::bench
