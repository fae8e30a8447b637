// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/map.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "perfopt/optim/distributed/tickets.hpp"

namespace perfopt::optim::distributed::detail {
namespace {

constexpr std::uint64_t kChunksPerRank = 256;
constexpr int kRoot = 0;

// An item as a type of MPI: counts of items fit into an int where those of bytes do not.
class ItemType {
 public:
  explicit ItemType(std::size_t bytes) {
    check_mpi(MPI_Type_contiguous(static_cast<int>(bytes), MPI_BYTE, &type_), "MPI_Type_contiguous");
    check_mpi(MPI_Type_commit(&type_), "MPI_Type_commit");
  }
  ItemType(const ItemType&) = delete;
  ItemType& operator=(const ItemType&) = delete;
  ~ItemType() { MPI_Type_free(&type_); }
  [[nodiscard]] MPI_Datatype get() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

std::vector<int> starts_of(const std::vector<int>& counts) {
  std::vector<int> starts(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), starts.begin(), 0);
  return starts;
}

// `mine` of all ranks, one after the other, on the root.
std::vector<std::byte> gather_items(const Team& team, std::span<const std::byte> mine, std::size_t item_bytes) {
  const auto count = static_cast<int>(mine.size() / item_bytes);
  std::vector<int> counts(team.is_root() ? static_cast<std::size_t>(team.size()) : 0);
  check_mpi(MPI_Gather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, kRoot, team.comm()), "MPI_Gather");
  const std::vector<int> starts = starts_of(counts);
  const auto items = std::accumulate(counts.begin(), counts.end(), std::size_t{0},
                                     [](std::size_t sum, int one) { return sum + static_cast<std::size_t>(one); });
  std::vector<std::byte> all(items * item_bytes);
  const ItemType item(item_bytes);
  check_mpi(MPI_Gatherv(mine.data(), count, item.get(), all.data(), counts.data(), starts.data(), item.get(), kRoot,
                        team.comm()),
            "MPI_Gatherv");
  return all;
}

}  // namespace

Chunks::Chunks(Team& team, std::size_t n, const MapOptions& options)
    : tickets_(team.tickets()),
      n_(n),
      ranks_(static_cast<std::uint64_t>(team.size())),
      schedule_(options.schedule),
      chunk_(options.chunk) {
  if (n > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw BadInput("map_dynamic: " + std::to_string(n) + " items are more than 2^31 - 1; map ranges of items");
  }
  if (chunk_ == 0) chunk_ = schedule_ == Schedule::dynamic ? n / (kChunksPerRank * ranks_) : 1;
  chunk_ = std::max<std::uint64_t>(chunk_, 1);
  tickets_.restart();
}

std::uint64_t Chunks::length_at(std::uint64_t first) const {
  if (schedule_ == Schedule::dynamic) return chunk_;
  return std::max(chunk_, (n_ - first) / (2 * ranks_));
}

std::optional<Range> Chunks::next() {
  const std::int64_t drawn = tickets_.draw();
  for (; position_ < drawn && first_ < n_; ++position_) first_ += length_at(first_);
  if (first_ >= n_) return std::nullopt;
  return Range{first_, std::min(n_, first_ + length_at(first_))};
}

void Chunks::stop() {
  tickets_.skip(static_cast<std::int64_t>(n_));
}

void gather(Team& team, std::span<const Range> ranges, std::span<const std::byte> mine, std::size_t item_bytes,
            std::span<std::byte> into) {
  const std::vector<std::byte> done = gather_items(team, std::as_bytes(ranges), sizeof(Range));
  const std::vector<std::byte> items = gather_items(team, mine, item_bytes);
  const std::byte* next = items.data();
  for (std::size_t at = 0; at < done.size(); at += sizeof(Range)) {
    Range range;
    std::memcpy(&range, done.data() + at, sizeof range);
    const std::size_t bytes = (range.last - range.first) * item_bytes;
    std::memcpy(into.data() + range.first * item_bytes, next, bytes);
    next += bytes;
  }
}

}  // namespace perfopt::optim::distributed::detail
