// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/heap_ring.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstring>
#include <utility>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kBytes = heap::kHeaderBytes + heap::kRingWords * sizeof(std::uint64_t);
constexpr std::uint64_t kKindBits = 8;

// Text that fills the words from `first` on, as far as its first zero.
std::string text_of(std::span<const std::uint64_t> words) {
  std::string text(words.size_bytes(), '\0');
  std::memcpy(text.data(), words.data(), words.size_bytes());
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::optional<HeapRing> HeapRing::open(const std::filesystem::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct stat facts{};
  if (!file || fstat(file.get(), &facts) != 0 || std::cmp_not_equal(facts.st_size, kBytes)) return std::nullopt;
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return std::nullopt;
  HeapRing ring(memory);
  ring.mapped_ = true;
  if (ring.header().magic != heap::kMagic || ring.pid() <= 0) return std::nullopt;
  return ring;
}

HeapRing::HeapRing(HeapRing&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      mapped_(std::exchange(other.mapped_, false)),
      broken_(other.broken_),
      words_(std::move(other.words_)) {}

HeapRing::~HeapRing() {
  if (mapped_) munmap(memory_, kBytes);
}

heap::Header& HeapRing::header() const noexcept {
  return *static_cast<heap::Header*>(memory_);
}
pid_t HeapRing::pid() const noexcept {
  return static_cast<pid_t>(header().pid);
}
pid_t HeapRing::parent_pid() const noexcept {
  return static_cast<pid_t>(header().parent_pid);
}
std::uint64_t HeapRing::start_ns() const noexcept {
  return header().start_ns;
}
bool HeapRing::own_malloc() const noexcept {
  return header().own_malloc != 0;
}
std::uint64_t HeapRing::not_watched() const noexcept {
  return header().not_watched.load();
}
std::uint64_t HeapRing::lost() const noexcept {
  return header().lost.load();
}

bool HeapRing::next(HeapRecord& record) {
  if (broken_) return false;
  const auto* ring = reinterpret_cast<const std::uint64_t*>(static_cast<const char*>(memory_) + heap::kHeaderBytes);
  const std::uint64_t read = header().read.load(std::memory_order_relaxed);
  const std::uint64_t there = header().written.load(std::memory_order_acquire) - read;
  if (there == 0) return false;
  const std::uint64_t head = ring[read % heap::kRingWords];
  const std::uint64_t count = head >> kKindBits;
  broken_ = there > heap::kRingWords || count < 2 || count > heap::kMostWords || count > there;
  if (broken_) return false;
  words_.resize(count);
  for (std::uint64_t i = 0; i < count; ++i) words_[i] = ring[(read + i) % heap::kRingWords];
  words_[0] = head;  // the one that was checked
  header().read.store(read + count, std::memory_order_release);
  record = {};
  broken_ = !parse(record);
  return !broken_;
}

bool HeapRing::parse(HeapRecord& record) {
  const std::span<const std::uint64_t> words = std::span(words_).subspan(1);
  record.kind = static_cast<heap::Kind>(words_[0] & 0xFFU);
  switch (record.kind) {
    case heap::Kind::start:
      record.time_ns = words[0];
      record.text = text_of(words.subspan(1));
      return true;
    case heap::Kind::map:
      if (words.size() < 4) return false;
      record.address = words[0];
      record.bytes = words[1];
      record.offset = words[2];
      record.text = text_of(words.subspan(3));
      return true;
    case heap::Kind::alloc:
      if (words.size() < 5 || words[4] == 0) return false;
      record.bytes = words[3];
      record.mean = words[4];
      record.chain = words.subspan(5);
      record.cut = !record.chain.empty() && record.chain.back() == heap::kCut;
      if (record.cut) record.chain = record.chain.first(record.chain.size() - 1);
      break;
    case heap::Kind::free:
      if (words.size() < 3) return false;
      break;
    default:
      return false;
  }
  record.time_ns = words[0];
  record.tid = static_cast<std::uint32_t>(words[1]);
  record.address = words[2];
  return true;
}

}  // namespace perfopt::prof
