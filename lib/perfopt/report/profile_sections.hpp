// SPDX-License-Identifier: Apache-2.0
// The sections of the profile page, each the content of one slot. Private to the module.
#pragma once

#include <string>

#include "perfopt/report/page.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

// profile_page_answer.cpp
[[nodiscard]] std::string profile_question(const ProfileView& view);  // the page's heading
[[nodiscard]] std::string profile_answer(const ProfileView& view);
[[nodiscard]] std::string profile_tiles(const ProfileView& view);
[[nodiscard]] std::string profile_doubts(const model::Profile& profile);
[[nodiscard]] std::string profile_recommendations(const model::Profile& profile, const IdPrefix& prefix);
[[nodiscard]] std::string profile_recording(const model::Profile& profile);
// profile_page_tables.cpp: whole sections, "" where the profile has nothing of the kind
[[nodiscard]] std::string profile_functions(const ProfileView& view, const IdPrefix& prefix);
[[nodiscard]] std::string profile_waits(const ProfileView& view, const IdPrefix& prefix);
[[nodiscard]] std::string profile_live(const ProfileView& view, const IdPrefix& prefix);
[[nodiscard]] std::string profile_objects(const ProfileView& view, const IdPrefix& prefix);
[[nodiscard]] std::string profile_processes(const model::Profile& profile);

}  // namespace perfopt::report
