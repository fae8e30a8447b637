// SPDX-License-Identifier: Apache-2.0
// What the problems that send messages share: a connection with a session of its own, and verification at its end.
//
// The output is one XXH3-64 digest for each piece of what the server holds, fetched from it over the control
// connection after the timing; poison() makes the server forget. The check hashes what the pieces must be here.
//   internal to the network category
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/bench/network/connection.hpp"
#include "perfopt/bench/network/link.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

class Delivery : public Workload {
 public:
  // `content`: what the server must hold in the end, in pieces of `piece_bytes`.
  Delivery(const Setup& setup, std::string_view profile, Traffic traffic, std::string content, std::size_t piece_bytes);
  ~Delivery() override { link_.close(session_); }
  void poison() override;
  [[nodiscard]] Output output() override;
  void check(const Output& result) const override;
  [[nodiscard]] std::string conditions() const override { return link_.conditions(); }

 protected:
  // All that the server had to take when so many bytes have crossed: the limit of the link.
  [[nodiscard]] Bound link_bound(double bytes) const;
  [[nodiscard]] std::span<const std::byte> content() const { return std::as_bytes(std::span(content_)); }
  [[nodiscard]] std::span<const std::byte> piece(std::size_t index) const;
  [[nodiscard]] std::size_t pieces() const { return (content_.size() + piece_bytes_ - 1) / piece_bytes_; }
  [[nodiscard]] std::size_t piece_bytes() const { return piece_bytes_; }

  // Payloads that go as one unit.
  void send_unit(std::span<const std::span<const std::byte>> payloads, bool is_framed, bool wants_acknowledgement);
  // Waits until the server has all up to `bytes`. Throws IntegrityError when it says otherwise.
  void wait_for(std::size_t bytes);

  [[nodiscard]] Link& link() { return link_; }
  [[nodiscard]] Connection& connection() { return connection_; }

 private:
  Link& link_;
  const std::string content_;
  const std::size_t piece_bytes_;
  const std::uint64_t session_;
  Connection connection_;
  std::vector<iovec> parts_;
  std::vector<std::uint64_t> digests_;
};

}  // namespace perfopt::bench
