// SPDX-License-Identifier: Apache-2.0
// The ranks that the distributed category measures with.
//
// When this program was started alone it starts `mpirun` with ServiceContext::ranks processes of itself on this
// machine, over shared memory, with all their files below ServiceContext::scratch. They end with the object, or when
// this process ends in whatever way. Where mpirun or srun has started this program itself, on one machine or on many,
// this process is the first rank and the others are its fellows, which wait in follow_ranks().
//
//   internal
#pragma once

#include <memory>
#include <string>

#include "perfopt/bench/distributed/rank_command.hpp"
#include "perfopt/bench/services.hpp"

namespace perfopt::bench {

// How commands reach the ranks.
class RankLink {
 public:
  RankLink() = default;
  RankLink(const RankLink&) = delete;
  RankLink& operator=(const RankLink&) = delete;
  virtual ~RankLink() = default;
  [[nodiscard]] virtual RankReply exchange(const RankCommand& command) = 0;
  [[nodiscard]] virtual std::string death() = 0;
  [[nodiscard]] virtual unsigned size() const = 0;
  [[nodiscard]] virtual std::string description() const = 0;
};

class RankTeam final : public Service {
 public:
  // Throws Unavailable when mpirun is not there or the ranks do not start. `variant`: not used.
  RankTeam(const ServiceContext& context, const std::string& variant);
  [[nodiscard]] std::string death() override { return link_->death(); }

  [[nodiscard]] unsigned size() const { return link_->size(); }
  // "Open MPI 4.1.4, 2 ranks on one host".
  [[nodiscard]] std::string description() const { return link_->description(); }
  // Throws what the ranks threw: Unavailable, IntegrityError, Error.
  RankReply call(const RankCommand& command);
  [[nodiscard]] std::uint64_t new_object() { return ++objects_; }

 private:
  std::unique_ptr<RankLink> link_;
  std::uint64_t objects_ = 0;
};

}  // namespace perfopt::bench
