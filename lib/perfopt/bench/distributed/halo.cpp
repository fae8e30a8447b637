// SPDX-License-Identifier: Apache-2.0
// Steps of a five-point stencil over a square grid whose rows are spread over the ranks: in each step a rank needs the
// edge rows of its neighbours.
//
// Blocking exchanges them first and computes then. Overlapped starts the exchange, computes the rows that need no
// neighbour, and only then waits. In shared memory the exchange is done by the same cores that compute, so there is
// little to hide; between machines the network works meanwhile.
//
//   size    n, cells on each side; integers modulo 2^64; the border outside is 0
//   check   exact, against a serial computation of the whole grid in the measuring process
//   source  Gropp, Lusk, Skjellum: Using MPI, chapter 4
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/shares.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using optim::distributed::check_mpi;

constexpr int kSteps = 8;

// Rows of `n` cells between a row above and a row below that belong to others.
class Rows {
 public:
  Rows(std::size_t rows, std::size_t n) : n_(n), cells_((rows + 2) * n) {}
  [[nodiscard]] std::size_t count() const { return cells_.size() / n_ - 2; }
  // 0: the row above the first, count() + 1: the one below the last.
  [[nodiscard]] std::uint64_t* row(std::size_t i) { return cells_.data() + i * n_; }
  [[nodiscard]] const std::uint64_t* row(std::size_t i) const { return cells_.data() + i * n_; }
  void fill(std::uint64_t value) { std::ranges::fill(std::span(cells_).subspan(n_, count() * n_), value); }

  // Own row i after one step.
  void advance(std::size_t i, Rows& next) const {
    const std::uint64_t* above = row(i - 1);
    const std::uint64_t* here = row(i);
    const std::uint64_t* below = row(i + 1);
    std::uint64_t* to = next.row(i);
    to[0] = 5 * here[0] + above[0] + below[0] + (n_ > 1 ? here[1] : 0);
    for (std::size_t j = 1; j + 1 < n_; ++j) to[j] = 5 * here[j] + above[j] + below[j] + here[j - 1] + here[j + 1];
    if (n_ > 1) to[n_ - 1] = 5 * here[n_ - 1] + above[n_ - 1] + below[n_ - 1] + here[n_ - 2];
  }

 private:
  std::size_t n_;
  std::vector<std::uint64_t> cells_;
};

class Halo : public RankTask {
 public:
  Halo(std::size_t size, std::uint64_t seed) : n_(size), seed_(seed) {}

  Work work(unsigned) const final {
    const double cells = static_cast<double>(n_) * static_cast<double>(n_);
    return {cells * kSteps, cells * sizeof(std::uint64_t), {}};
  }
  // By definition, cell by cell.
  void check(const Output& result, unsigned) const final {
    std::vector<std::uint64_t> now(n_ * n_);
    for (std::size_t i = 0; i < n_; ++i) make_row(i, now.data() + i * n_);
    for (int step = 0; step < kSteps; ++step) now = reference_step(now);
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(now)), result);
  }

  void prepare(Team& team) final {
    const Shares shares(team, n_);
    if (n_ < static_cast<std::size_t>(team.size())) {
      throw Unavailable("fewer rows than ranks: " + std::to_string(n_) + " and " + std::to_string(team.size()));
    }
    now_ = std::make_unique<Rows>(shares.count(), n_);
    next_ = std::make_unique<Rows>(shares.count(), n_);
    for (std::size_t i = 0; i < shares.count(); ++i) make_row(shares.first() + i, now_->row(i + 1));
    above_ = shares.first() == 0 ? MPI_PROC_NULL : team.rank() - 1;
    below_ = team.rank() + 1 == team.size() ? MPI_PROC_NULL : team.rank() + 1;
  }
  void poison(Team&) final {
    next_->fill(0xDEADDEADDEADDEADU);
    done_ = false;
  }
  void run(Team& team) final {
    for (int step = 0; step < kSteps; ++step) {
      this->step(team.comm());
      std::swap(now_, next_);
    }
    done_ = true;
  }
  std::vector<std::byte> result(Team& team) final {
    const Rows& rows = done_ ? *now_ : *next_;
    const std::vector<std::uint64_t> mine(rows.row(1), rows.row(rows.count() + 1));
    std::vector<std::uint64_t> all(team.is_root() ? n_ * n_ : 0);
    Shares(team, n_).gather(mine, all, n_);
    return bytes_of(all);
  }

 protected:
  virtual void step(MPI_Comm comm) = 0;
  [[nodiscard]] int cells() const { return static_cast<int>(n_); }

  const std::size_t n_;
  int above_ = MPI_PROC_NULL;
  int below_ = MPI_PROC_NULL;
  std::unique_ptr<Rows> now_;
  std::unique_ptr<Rows> next_;

 private:
  void make_row(std::size_t i, std::uint64_t* cells) const {
    Random random(seed_ + i);
    for (std::size_t j = 0; j < n_; ++j) cells[j] = random();
  }

  std::vector<std::uint64_t> reference_step(const std::vector<std::uint64_t>& now) const {
    std::vector<std::uint64_t> next(now.size());
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) {
        const std::size_t at = i * n_ + j;
        next[at] = 5 * now[at] + (i > 0 ? now[at - n_] : 0) + (i + 1 < n_ ? now[at + n_] : 0) +
                   (j > 0 ? now[at - 1] : 0) + (j + 1 < n_ ? now[at + 1] : 0);
      }
    }
    return next;
  }

  const std::uint64_t seed_;
  bool done_ = false;  // whether the result is in now_, or what poison() left in next_
};

struct Blocking final : Halo {
  using Halo::Halo;
  void step(MPI_Comm comm) override {
    Rows& rows = *now_;
    const std::size_t last = rows.count();
    check_mpi(MPI_Sendrecv(rows.row(1), cells(), MPI_UINT64_T, above_, 0, rows.row(last + 1), cells(), MPI_UINT64_T,
                           below_, 0, comm, MPI_STATUS_IGNORE),
              "MPI_Sendrecv");
    check_mpi(MPI_Sendrecv(rows.row(last), cells(), MPI_UINT64_T, below_, 1, rows.row(0), cells(), MPI_UINT64_T, above_,
                           1, comm, MPI_STATUS_IGNORE),
              "MPI_Sendrecv");
    for (std::size_t i = 1; i <= last; ++i) rows.advance(i, *next_);
  }
};

struct Overlapped final : Halo {
  using Halo::Halo;
  void step(MPI_Comm comm) override {
    Rows& rows = *now_;
    const std::size_t last = rows.count();
    std::array<MPI_Request, 4> requests{};
    check_mpi(MPI_Irecv(rows.row(last + 1), cells(), MPI_UINT64_T, below_, 0, comm, requests.data()), "MPI_Irecv");
    check_mpi(MPI_Irecv(rows.row(0), cells(), MPI_UINT64_T, above_, 1, comm, &requests[1]), "MPI_Irecv");
    check_mpi(MPI_Isend(rows.row(1), cells(), MPI_UINT64_T, above_, 0, comm, &requests[2]), "MPI_Isend");
    check_mpi(MPI_Isend(rows.row(last), cells(), MPI_UINT64_T, below_, 1, comm, &requests[3]), "MPI_Isend");
    for (std::size_t i = 2; i < last; ++i) rows.advance(i, *next_);
    check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
    rows.advance(1, *next_);
    if (last > 1) rows.advance(last, *next_);
  }
};

constexpr Size kSizes[] = {{64, SizeClass::small}, {256, SizeClass::medium}, {1'024, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"blocking", Level::baseline, "MPI_Sendrecv of both edges, then all rows", "", "", make_on_ranks<Blocking>},
    {"overlapped", Level::conservative, "MPI_Irecv and MPI_Isend, inner rows, MPI_Waitall, edge rows", "", "",
     make_on_ranks<Overlapped>},
};

}  // namespace

const Problem& distributed_halo() {
  static constexpr Problem kProblem{
      .category = "distributed",
      .name = "halo",
      .title = "Eight steps of a stencil with an exchange of edges",
      .unit = "cells a side",
      .bytes_per_unit = sizeof(std::uint64_t),
      .squared = true,
      .max_size = 8'192,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * static_cast<double>(n) * 48; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
