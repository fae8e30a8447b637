// SPDX-License-Identifier: Apache-2.0
// Names of functions, as short as the place to show them asks for. Private to the module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace perfopt::report {

// A demangled name without what tells a reader little: return type, parameters, "__cxx11", default allocators, clone
// suffixes. Names of other languages come back as they are. Any bytes are taken, unbalanced brackets among them.
[[nodiscard]] std::string plain_function(std::string_view name);

// plain_function() in at most `width` characters: template arguments are folded into "<..>", then outer scopes into
// "..", and only then the middle is cut out ("std..~rt_loop"). At least one character; printable().
[[nodiscard]] std::string short_function(std::string_view name, std::size_t width);

// A name between what is told of it, in at most `width` characters: the name alone is shortened. Where no three of its
// characters fit, the sign alone (without its last space), since it tells more; the name, where there is no sign; "".
// `sign` and `suffix` are shown as they are: "+75.00 ", " x5,000".
[[nodiscard]] std::string short_label(std::string_view sign, std::string_view name, std::string_view suffix,
                                      std::size_t width);

// "src/parse/line.cpp" in at most `width` characters: outer directories go first (".../line.cpp"), then the middle.
[[nodiscard]] std::string short_path(std::string_view path, std::size_t width);

}  // namespace perfopt::report
