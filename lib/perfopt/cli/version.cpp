// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/version.hpp"

#include <string_view>

#include "perfopt/cli/library_versions.hpp"
#include "perfopt/core/build_facts.hpp"

namespace perfopt::cli {
namespace {

std::string line(std::string_view name, std::string_view fact, std::string_view unknown) {
  std::string text(name);
  text.resize(12, ' ');
  return text + std::string(fact.empty() ? unknown : fact) + "\n";
}

}  // namespace

std::string version_text(const std::string& program) {
  const BuildFacts& facts = build_facts();
  std::string text = program + " (perfopt) " + std::string(facts.version) + "\n";
  text += line("commit", facts.commit, "unknown: not built from a checkout");
  text += line("compiler", facts.compiler, "unknown");
  text += line("flags", facts.compiler_flags, "none");
  text += line("build type", facts.build_type, "none");
  text += line("sanitizers", facts.sanitizers, "none");
  text += line("libraries", kLibraryVersions, "unknown");
  return text;
}

}  // namespace perfopt::cli
