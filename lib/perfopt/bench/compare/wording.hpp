// SPDX-License-Identifier: Apache-2.0
// The sentences that a comparison says of itself, for all its outputs alike.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/model/comparison.hpp"

namespace perfopt::bench {

// "the body computes 99 % of its time", or that it waits.
[[nodiscard]] std::string share_reason(double cpu_share);

// What bears the verdict of an interleaved comparison, or what was missing for one.
[[nodiscard]] std::string reason_of(const model::ComparedBenchmark& benchmark, std::size_t pairs, double error_rate);

}  // namespace perfopt::bench
