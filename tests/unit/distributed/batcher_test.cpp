// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/batcher.hpp"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"
#include "unit/distributed/mpi_session.hpp"

using namespace perfopt;
using namespace perfopt::optim::distributed;

namespace {

using Bytes = std::vector<std::byte>;

// Lengths from nothing to more than a batch.
Bytes message(std::size_t i) {
  Random random(i);
  Bytes bytes(i % 50 == 49 ? 100'000 : random.below(300));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(4));
  return bytes;
}

bool same(std::span<const std::byte> a, const Bytes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// What the reader makes of a batch that somebody else has made.
void read_one(const Team& self, const Bytes& batch) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Isend(batch.data(), static_cast<int>(batch.size()), MPI_BYTE, 0, Batcher::kTag, self.comm(), &request);
  std::exception_ptr failure;
  BatchReader reader(self, 0);
  try {
    while (reader.next()) {
    }
  } catch (...) {
    failure = std::current_exception();
  }
  MPI_Wait(&request, MPI_STATUS_IGNORE);
  if (failure) std::rethrow_exception(failure);
}

// A batch as it goes over the wire.
Bytes captured(const Team& self, const BatchOptions& options) {
  Batcher out(self, 0, options);
  for (std::size_t i = 0; i < 20; ++i) out.send(message(i));
  out.flush();
  MPI_Status status;
  int bytes = 0;
  MPI_Probe(0, Batcher::kTag, self.comm(), &status);
  MPI_Get_count(&status, MPI_BYTE, &bytes);
  Bytes batch(static_cast<std::size_t>(bytes));
  MPI_Recv(batch.data(), bytes, MPI_BYTE, 0, Batcher::kTag, self.comm(), MPI_STATUS_IGNORE);
  return batch;
}

}  // namespace

TEST_SUITE_BEGIN("ranks");

TEST_CASE("messages arrive whole and in order, plain and compressed") {
  const Team team = everybody();
  constexpr std::size_t kMessages = 1000;
  const int receiver = team.size() - 1;
  if (receiver == 0) return;  // a rank alone cannot receive while it sends
  for (const std::optional<optim::Codec> codec :
       {std::optional<optim::Codec>(), std::optional(optim::Codec::zstd), std::optional(optim::Codec::lz4)}) {
    if (team.rank() == 0) {
      Batcher out(team, receiver, {.max_messages = 64, .max_bytes = 8192, .codec = codec});
      for (std::size_t i = 0; i < kMessages; ++i) out.send(message(i));
      out.close();
      CHECK(out.batches() > kMessages / 64);
    }
    if (team.rank() == receiver) {
      BatchReader in(team, 0);
      for (std::size_t i = 0; i < kMessages; ++i) {
        const auto got = in.next();
        REQUIRE(got.has_value());
        REQUIRE(same(*got, message(i)));
      }
      CHECK_FALSE(in.next().has_value());
      CHECK_FALSE(in.next().has_value());
    }
  }
}

TEST_CASE("a batch ends by its number of messages, by its bytes, or by flush") {
  MpiSession::start();
  const Team self(MPI_COMM_SELF);
  Batcher out(self, 0, {.max_messages = 3, .max_bytes = 500, .codec = {}});
  const Bytes small(10);
  for (int i = 0; i < 3; ++i) out.send(small);
  CHECK(out.batches() == 1);
  out.send(Bytes(490));
  CHECK(out.batches() == 2);
  out.flush();
  CHECK(out.batches() == 2);
  out.send(small);
  CHECK(out.batches() == 2);
  out.flush();
  CHECK(out.batches() == 3);
  BatchReader in(self, 0);
  for (const std::size_t bytes : {10U, 10U, 10U, 490U, 10U}) CHECK(in.next()->size() == bytes);
  out.close();
  CHECK_FALSE(in.next().has_value());
}

TEST_CASE("a damaged batch is refused") {
  MpiSession::start();
  const Team self(MPI_COMM_SELF);
  const Bytes plain = captured(self, {});
  for (const std::size_t bytes : {std::size_t{5}, plain.size() - 1, plain.size() / 2}) {
    CHECK_THROWS_AS(read_one(self, Bytes(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(bytes))),
                    IntegrityError);
  }
  Bytes longer = plain;
  longer.push_back(std::byte{0});
  CHECK_THROWS_AS(read_one(self, longer), IntegrityError);
  Bytes other = plain;
  other[0] ^= std::byte{1};
  CHECK_THROWS_WITH_AS(read_one(self, other), "a batch of messages from rank 0 is damaged: it does not begin as one",
                       IntegrityError);
  Bytes compressed = captured(self, {.codec = optim::Codec::zstd});
  compressed[compressed.size() / 2] ^= std::byte{1};
  CHECK_THROWS_AS(read_one(self, compressed), IntegrityError);
}

TEST_CASE("a message that no batch can hold is refused") {
  MpiSession::start();
  const Team self(MPI_COMM_SELF);
  Batcher out(self, 0);
  CHECK_THROWS_AS(out.send({static_cast<const std::byte*>(nullptr), Batcher::kMaxMessageBytes + 1}), BadInput);
}

TEST_SUITE_END();
