// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/delivery.hpp"

#include <algorithm>
#include <utility>

#include <xxhash.h>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

Connection connect(Link& link) {
  return Connection(link, std::move(link.sockets(1).front()));
}

iovec part_of(std::span<const std::byte> bytes) {
  return {const_cast<std::byte*>(bytes.data()), bytes.size()};  // sendmsg(2) only reads
}

}  // namespace

Delivery::Delivery(const Setup& setup, std::string_view profile, Traffic traffic, std::string content,
                   std::size_t piece_bytes)
    : link_(setup.services->get<Link>(std::string(profile))),
      content_(std::move(content)),
      piece_bytes_(piece_bytes),
      session_(link_.new_session()),
      connection_(connect(link_)) {
  connection_.open({traffic, session_, content_.size()});
}

void Delivery::poison() {
  link_.forget(session_);
  digests_.clear();
}

Output Delivery::output() {
  digests_ = link_.digests(session_, piece_bytes_);
  return exact<std::uint64_t>(Element::u64, digests_);
}

void Delivery::check(const Output& result) const {
  std::vector<std::uint64_t> expected;
  for (std::size_t i = 0; i < pieces(); ++i) {
    const auto one = piece(i);
    expected.push_back(XXH3_64bits(one.data(), one.size()));
  }
  require_equal(exact<std::uint64_t>(Element::u64, expected), result);
}

Bound Delivery::link_bound(double bytes) const {
  if (link_.bytes_per_s() == 0) return {Limit::loopback_stream, bytes};
  Bound bound{Limit::link, bytes};
  bound.rate = link_.bytes_per_s();
  return bound;
}

std::span<const std::byte> Delivery::piece(std::size_t index) const {
  const auto rest = content().subspan(index * piece_bytes_);
  return rest.first(std::min(rest.size(), piece_bytes_));
}

void Delivery::send_unit(std::span<const std::span<const std::byte>> payloads, bool is_framed,
                         bool wants_acknowledgement) {
  UnitHead head{0, is_framed, wants_acknowledgement, 0};
  parts_.assign(1, part_of(std::as_bytes(std::span(&head, 1))));
  for (const auto payload : payloads) {
    head.payload_bytes += static_cast<std::uint32_t>(payload.size());
    parts_.push_back(part_of(payload));
  }
  connection_.send(parts_);
}

void Delivery::wait_for(std::size_t bytes) {
  const std::uint64_t got = connection_.acknowledgement().bytes;
  if (got == bytes) return;
  throw IntegrityError("the server has acknowledged " + std::to_string(got) + " bytes of " + std::to_string(bytes));
}

}  // namespace perfopt::bench
