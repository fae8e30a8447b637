// SPDX-License-Identifier: Apache-2.0
// What limits are called, what they are counted in, and how far a probe may be off.
#include "perfopt/bench/limits.hpp"

namespace perfopt::bench {

std::string_view limit_name(Limit limit) {
  switch (limit) {
    case Limit::none:
      return "none";
    case Limit::read_bandwidth:
      return "read_bandwidth";
    case Limit::write_bandwidth:
      return "write_bandwidth";
    case Limit::copy_bandwidth:
      return "copy_bandwidth";
    case Limit::random_reads:
      return "random_reads";
    case Limit::f32_flops:
      return "f32_flops";
    case Limit::f64_flops:
      return "f64_flops";
    case Limit::cores:
      return "cores";
    case Limit::system_calls:
      return "system_calls";
    case Limit::page_cache_read:
      return "page_cache_read";
    case Limit::page_cache_write:
      return "page_cache_write";
    case Limit::disk_random_reads:
      return "disk_random_reads";
    case Limit::disk_syncs:
      return "disk_syncs";
    case Limit::loopback_stream:
      return "loopback_stream";
    case Limit::round_trips:
      return "round_trips";
    case Limit::link:
      return "link";
    case Limit::ranks:
      return "ranks";
  }
  return "none";
}

std::string_view limit_unit(Limit limit) {
  switch (limit) {
    case Limit::none:
      return "";
    case Limit::read_bandwidth:
    case Limit::write_bandwidth:
    case Limit::copy_bandwidth:
    case Limit::page_cache_read:
    case Limit::page_cache_write:
      return "bytes/s";
    case Limit::random_reads:
    case Limit::disk_random_reads:
      return "reads/s";
    case Limit::f32_flops:
    case Limit::f64_flops:
      return "operations/s";
    case Limit::cores:
      return "cores";
    case Limit::system_calls:
      return "calls/s";
    case Limit::disk_syncs:
      return "syncs/s";
    case Limit::loopback_stream:
    case Limit::link:
      return "bytes/s";
    case Limit::round_trips:
      return "round trips/s";
    case Limit::ranks:
      return "ranks";
  }
  return "";
}

double limit_margin(Limit limit) {
  switch (limit) {
    case Limit::disk_random_reads:
    case Limit::disk_syncs:
    case Limit::loopback_stream:  // depends on which cores the scheduler gives to the two sides
    case Limit::round_trips:
      return 4;
    default:
      return 1.5;
  }
}

}  // namespace perfopt::bench
