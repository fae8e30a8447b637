// SPDX-License-Identifier: Apache-2.0
// Reads the results of any benchmark tool that is known, told apart by content and not by name.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/result_set.hpp"
#include "perfopt/model/suite.hpp"

namespace perfopt::model {

// Ends the name of the wall time of a benchmark that is known by its CPU time (Google Benchmark).
inline constexpr std::string_view kWallSuffix = " [wall]";

// The measured variants of a Suite: one result each, "category/problem/variant/size", samples are the wall time of its
// rounds, paired with those of the case's baseline. A failed one has its reason; a skipped one is left out.
[[nodiscard]] ResultSet results_of(const Suite& suite, std::string_view origin);

// A Suite document, or a file of Google Benchmark (JSON), hyperfine (JSON), pytest-benchmark, Criterion
// (estimates/sample JSON or cargo-criterion messages), `go test -bench` (text), nanobench (JSON), JMH (JSON) or pyperf.
// Times become nanoseconds for one execution. A tool that measures two times of a benchmark has two results of it, the
// second as "name [wall]"; other metrics stand likewise as "name [B/op]". Names are unique: a benchmark that is there
// twice is "name" and "name #2". Throws BadInput with file, and line or field where there is one, for anything else:
// "x.json: no results of a tool that is known (perfopt, Google Benchmark, ...)".
[[nodiscard]] ResultSet read_results(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
