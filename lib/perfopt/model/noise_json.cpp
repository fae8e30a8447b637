// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/noise_json.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"

namespace perfopt::model {

template <class A>
void fields(A& a, DetectableChange& v) {
  a.required("seconds", v.seconds);
  a.required("change", v.change);
}

template <class A>
void fields(A& a, KernelNoise& v) {
  a.required("name", v.name);
  a("does", v.does);
  a("metric", v.metric);
  a("typical_ns", v.typical_ns);
  a("wall_variation", v.wall_variation);
  a("cpu_variation", v.cpu_variation);
  a("autocorrelation", v.autocorrelation);
  a("widening", v.widening);
  a("session_spread", v.session_spread);
  a("pair_spread", v.pair_spread);
  a("pair_s", v.pair_s);
  a("detectable", v.detectable);
  a("sessions_tell", v.sessions_tell);
  a("session_ns", v.session_ns);
  a("log_ratio", v.log_ratio);
}

template <class A>
void fields(A& a, NoiseProfile& v) {
  a("started", v.started);
  a("elapsed_s", v.elapsed_s);
  a("complete", v.complete);
  a.required("machine", v.machine);
  a("cpu", v.cpu);
  a("isolated", v.isolated);
  a("environment", v.environment);
  a.required("kernels", v.kernels);
  a("doubts", v.doubts);
}

namespace {

constexpr DocumentKind kKind = {NoiseProfile::kSchema, NoiseProfile::kSchemaVersion, "noise",
                                "perfbench noise --format json"};

}  // namespace

std::string to_json_text(const NoiseProfile& profile) {
  return write_document(kKind, profile);
}

NoiseProfile noise_from_json(std::string_view text, std::string_view origin) {
  return read_document<NoiseProfile>(kKind, text, origin);
}

// FNV-1a, 64 bits: told apart are the few machines of one user, and nothing rests on it.
std::string machine_key(const Environment& environment) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const std::string& fact :
       {environment.host, environment.cpu_model, std::to_string(environment.cpus_online), environment.virtualization}) {
    for (const char c : fact + '\n') {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001B3U;
    }
  }
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

const KernelNoise* find_kernel(const NoiseProfile& profile, std::string_view name) {
  const auto found = std::ranges::find(profile.kernels, name, &KernelNoise::name);
  return found == profile.kernels.end() ? nullptr : &*found;
}

}  // namespace perfopt::model
