// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/history.hpp"

#include <xxhash.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdio>

namespace perfopt::model {
namespace {

constexpr double kGiB = 1073741824.0;

// The kernel keeps some memory for itself, a different share in each version.
std::string memory_text(std::uint64_t bytes) {
  if (bytes == 0) return "";
  const double power = std::round(std::log2(static_cast<double>(bytes) / kGiB));
  if (power < 0) return "under 1 GiB";
  return std::to_string(std::uint64_t{1} << static_cast<unsigned>(power)) + " GiB";
}

// "Linux 6.1.0-18-amd64" to "Linux 6.1".
std::string kernel_text(const std::string& kernel) {
  const std::size_t number = kernel.find_first_of("0123456789");
  if (number == std::string::npos) return kernel;
  const std::size_t dot = kernel.find('.', number);
  const std::size_t end = dot == std::string::npos ? dot : kernel.find_first_not_of("0123456789", dot + 1);
  return kernel.substr(0, end);
}

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

// Bytes to be hashed: each text with its length before it, so that no two contents give the same bytes.
class Digest {
 public:
  void text(std::string_view value) {
    whole(value.size());
    bytes_ += value;
  }
  void whole(std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>((value >> shift) & 0xFFU);
  }
  void real(double value) { whole(std::bit_cast<std::uint64_t>(value)); }
  [[nodiscard]] std::string hex_text() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return hex(hash.high64) + hex(hash.low64);
  }

 private:
  std::string bytes_;
};

}  // namespace

std::string machine_text(const Environment& environment) {
  const unsigned cpus = environment.cpus_allowed != 0 ? environment.cpus_allowed : environment.cpus_online;
  const std::string cpus_text = cpus == 0 ? "" : std::to_string(cpus) + (cpus == 1 ? " CPU" : " CPUs");
  std::string text;
  for (const std::string& part :
       {environment.cpu_model, cpus_text, memory_text(environment.memory_bytes), kernel_text(environment.kernel),
        environment.os, environment.governor, environment.compiler}) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text.empty() ? "unknown" : text;
}

std::string fingerprint_of(std::string_view machine) {
  return hex(XXH3_64bits(machine.data(), machine.size()));
}

std::string id_of(const HistoryRun& run) {
  Digest digest;
  for (const std::string& text : {run.started, run.commit, run.branch, run.version, run.environment, run.tool}) {
    digest.text(text);
  }
  digest.whole(run.dirty ? 1 : 0);
  digest.whole(run.results.size());
  for (const HistoryResult& result : run.results) {
    digest.text(result.name);
    digest.text(result.unit);
    digest.whole(result.higher_is_better ? 1 : 0);
    for (const double value : {result.median, result.low, result.high}) digest.real(value);
    digest.whole(result.count);
  }
  return digest.hex_text();
}

}  // namespace perfopt::model
