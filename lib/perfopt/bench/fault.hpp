// SPDX-License-Identifier: Apache-2.0
// Strategies that are broken on purpose, to see that the runner refuses them (`perfbench --inject`).
#pragma once

#include <memory>

#include "perfopt/bench/runner.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

// The strategy's workload with `fault` in it; the workload itself for Fault::none.
//   wrong_result  one element of the output is not what run() computed
//   stale_buffer  the output is that of an earlier round, with other input
//   null_kernel   run() does nothing
//   error_return  run() throws SystemError(EIO)
[[nodiscard]] std::unique_ptr<Workload> make_faulty(const Strategy& strategy, const Setup& setup, Fault fault);

}  // namespace perfopt::bench
