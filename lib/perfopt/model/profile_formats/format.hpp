// SPDX-License-Identifier: Apache-2.0
// Readers and writers of one format each; the tables of profile_formats.cpp name them. Internal to
// model/profile_formats/.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "perfopt/model/foreign/field.hpp"
#include "perfopt/model/profile.hpp"

namespace perfopt::model::profile_formats {

// Of JSON: told by the root, which is parsed once for all of them.
[[nodiscard]] bool is_speedscope(const foreign::Json& root);
[[nodiscard]] Profile read_speedscope(const foreign::Json& root, std::string_view origin);
[[nodiscard]] bool is_cpuprofile(const foreign::Json& root);
[[nodiscard]] Profile read_cpuprofile(const foreign::Json& root, std::string_view origin);
[[nodiscard]] bool is_chrome_trace(const foreign::Json& root);
[[nodiscard]] Profile read_chrome_trace(const foreign::Json& root, std::string_view origin);

// Of text and bytes: told by how they begin.
[[nodiscard]] bool is_pprof(std::string_view bytes);
[[nodiscard]] Profile read_pprof(std::string_view bytes, std::string_view origin);
[[nodiscard]] bool is_callgrind(std::string_view text);
[[nodiscard]] Profile read_callgrind(std::string_view text, std::string_view origin);
[[nodiscard]] bool is_perf_script(std::string_view text);
[[nodiscard]] Profile read_perf_script(std::string_view text, std::string_view origin);
[[nodiscard]] bool is_collapsed(std::string_view text);
[[nodiscard]] Profile read_collapsed(std::string_view text, std::string_view origin);

[[nodiscard]] std::string write_speedscope(const Profile& profile, std::size_t measure);
[[nodiscard]] std::string write_pprof(const Profile& profile, std::size_t measure);  // its default is `measure`
[[nodiscard]] std::string write_collapsed(const Profile& profile, std::size_t measure);
[[nodiscard]] std::string write_firefox(const Profile& profile, std::size_t measure);
[[nodiscard]] std::string write_callgrind(const Profile& profile, std::size_t measure);

}  // namespace perfopt::model::profile_formats
