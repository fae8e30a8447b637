// SPDX-License-Identifier: Apache-2.0
// Help, man page and shell completions, each a pure function of a program's definition.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/cli/definition.hpp"

namespace perfopt::cli {

// Wrapped at `width` characters.
[[nodiscard]] std::string help_text(const Definition& definition, unsigned width);

// man(7) source, section 1; subcommands are sections of their own.
[[nodiscard]] std::string man_page(const Definition& definition, std::string_view version);

// To be sourced, or installed as bash-completion/completions/NAME.
[[nodiscard]] std::string bash_completion(const Definition& definition);
// To be installed as site-functions/_NAME.
[[nodiscard]] std::string zsh_completion(const Definition& definition);
// To be installed as vendor_completions.d/NAME.fish.
[[nodiscard]] std::string fish_completion(const Definition& definition);

// `kind`: man, bash, zsh or fish. Throws BadInput with the nearest one.
[[nodiscard]] std::string generate(const Definition& definition, std::string_view kind);

}  // namespace perfopt::cli
