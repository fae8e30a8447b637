// SPDX-License-Identifier: Apache-2.0
// Numbers of the fields of pprof's profile.proto, and its names for our measures. Internal to model/profile_formats/.
// Source: github.com/google/pprof, proto/profile.proto.
#pragma once

#include <cstdint>
#include <string_view>

namespace perfopt::model::profile_formats::pprof {

namespace profile {
enum : std::uint32_t {
  kSampleType = 1,
  kSample = 2,
  kMapping = 3,
  kLocation = 4,
  kFunction = 5,
  kString = 6,
  kTimeNanos = 9,
  kDurationNanos = 10,
  kPeriodType = 11,
  kPeriod = 12,
  kComment = 13,
  kDefaultSampleType = 14
};
}
namespace value_type {
enum : std::uint32_t { kType = 1, kUnit = 2 };
}
namespace sample {
enum : std::uint32_t { kLocation = 1, kValue = 2, kLabel = 3 };
}
namespace label {
enum : std::uint32_t { kKey = 1, kText = 2, kNumber = 3 };
}
namespace mapping {
enum : std::uint32_t {
  kId = 1,
  kStart = 2,
  kLimit = 3,
  kOffset = 4,
  kFile = 5,
  kHasFunctions = 7,
  kHasFiles = 8,
  kHasLines = 9,
  kHasInlines = 10
};
}
namespace location {
enum : std::uint32_t { kId = 1, kMapping = 2, kAddress = 3, kLine = 4 };
}
namespace line {
enum : std::uint32_t { kFunction = 1, kNumber = 2 };
}
namespace function {
enum : std::uint32_t { kId = 1, kName = 2, kSystemName = 3, kFile = 4, kFirstLine = 5 };
}

// Types of samples that mean one of our measures; all others keep their name.
struct TypeName {
  std::string_view pprof;
  std::string_view ours;
};
inline constexpr TypeName kTypes[] = {{"inuse_space", "live_bytes"},
                                      {"inuse_objects", "live_allocs"},
                                      {"alloc_space", "alloc_bytes"},
                                      {"alloc_objects", "allocs"}};

// Units with the factor to ours.
struct UnitName {
  std::string_view pprof;
  std::string_view ours;
  std::uint64_t factor;
};
inline constexpr UnitName kUnits[] = {
    {"nanoseconds", "ns", 1},         {"microseconds", "ns", 1'000}, {"milliseconds", "ns", 1'000'000},
    {"seconds", "ns", 1'000'000'000}, {"bytes", "bytes", 1},         {"kilobytes", "bytes", 1024},
    {"megabytes", "bytes", 1'048'576}};

}  // namespace perfopt::model::profile_formats::pprof
