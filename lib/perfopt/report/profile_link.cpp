// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_link.hpp"

#include <algorithm>

namespace perfopt::report {
namespace {

// "--filter=^memory/maps$" has the words "--filter" and "memory/maps".
std::vector<std::string_view> words_of(std::string_view command) {
  constexpr std::string_view kBetween = " \t\n=^$'\"";
  std::vector<std::string_view> words;
  while (!command.empty()) {
    const std::string_view word = command.substr(0, command.find_first_of(kBetween));
    if (!word.empty()) words.push_back(word);
    command.remove_prefix(std::min(command.size(), word.size() + 1));
  }
  return words;
}

bool belongs(const ProfileLink& profile, std::string_view problem, std::string_view variant) {
  const std::vector<std::string_view> words = words_of(profile.command);
  const auto named = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  if (problem.empty()) return false;
  if (variant.empty()) return named(problem);
  const std::string_view name = problem.substr(problem.rfind('/') + 1);
  return named(std::string(problem) + "/" + std::string(variant)) || (named(name) && named(variant));
}

}  // namespace

const ProfileLink* profile_of(const std::vector<ProfileLink>& profiles, std::string_view problem,
                              std::string_view variant) {
  const auto found =
      std::ranges::find_if(profiles, [&](const ProfileLink& profile) { return belongs(profile, problem, variant); });
  return found == profiles.end() ? nullptr : &*found;
}

}  // namespace perfopt::report
