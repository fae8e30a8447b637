// SPDX-License-Identifier: Apache-2.0
// The fields of what several documents carry: the environment with its doubts, and an interval. Internal to model/.
#pragma once

#include "perfopt/model/environment.hpp"
#include "perfopt/model/json_fields.hpp"
#include "perfopt/model/scaling.hpp"

namespace perfopt::model {

template <class A>
void fields(A& a, Cache& v) {
  a("name", v.name);
  a("bytes", v.bytes);
}

template <class A>
void fields(A& a, Doubt& v) {
  a("subject", v.subject);
  a("finding", v.finding);
  a("advice", v.advice);
}

template <class A>
void fields(A& a, Environment& v) {
  a("host", v.host);
  a("cpu_model", v.cpu_model);
  a("cpus_online", v.cpus_online);
  a("cpus_allowed", v.cpus_allowed);
  a("caches", v.caches);
  a("simd", v.simd);
  a("memory_bytes", v.memory_bytes);
  a("memory_available_bytes", v.memory_available_bytes);
  a("governor", v.governor);
  a("turbo", v.turbo);
  a("virtualization", v.virtualization);
  a("kernel", v.kernel);
  a("os", v.os);
  a("transparent_huge_pages", v.transparent_huge_pages);
  a("aslr", v.aslr);
  a("scratch_filesystem", v.scratch_filesystem);
  a("load_average", v.load_average);
  a("steal_percent", v.steal_percent);
  a("hardware_counters", v.hardware_counters);
  a("compiler", v.compiler);
  a("compiler_flags", v.compiler_flags);
  a("build_type", v.build_type);
  a("version", v.version);
  a("commit", v.commit);
  a("doubts", v.doubts);
}

template <class A>
void fields(A& a, Interval& v) {
  a("estimate", v.estimate);
  a("low", v.low);
  a("high", v.high);
}

}  // namespace perfopt::model
