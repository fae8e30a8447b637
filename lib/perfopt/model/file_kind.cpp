// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/file_kind.hpp"

#include <algorithm>
#include <array>

namespace perfopt::model {
namespace {

using std::string_view_literals::operator""sv;

struct Kind {
  std::string_view start;
  std::string_view words;
};

constexpr std::string_view kUtf16 = "it is text in UTF-16; save it as UTF-8";
constexpr std::string_view kPage = "it is a web page (HTML); name the JSON that it was made of";

constexpr std::array<Kind, 13> kKinds{{{"\x1F\x8B"sv, "it is compressed with gzip; unpack it with gzip -d"},
                                       {"\x28\xB5\x2F\xFD"sv, "it is compressed with zstd; unpack it with zstd -d"},
                                       {"\xFD"
                                        "7zXZ"sv,
                                        "it is compressed with xz; unpack it with xz -d"},
                                       {"BZh"sv, "it is compressed with bzip2; unpack it with bzip2 -d"},
                                       {"PK\x03\x04"sv, "it is a zip archive; unpack it with unzip"},
                                       {"\xFF\xFE"sv, kUtf16},
                                       {"\xFE\xFF"sv, kUtf16},
                                       {"\x89PNG"sv, "it is a picture (PNG)"},
                                       {"%PDF-"sv, "it is a PDF"},
                                       {"\x7F"
                                        "ELF"sv,
                                        "it is a program (ELF)"},
                                       {"<!DOCTYPE"sv, kPage},
                                       {"<html"sv, kPage},
                                       {"<"sv, "it is XML or a web page"}}};

}  // namespace

std::string_view file_kind(std::string_view text) {
  const auto* const found =
      std::ranges::find_if(kKinds, [&](const Kind& kind) { return text.starts_with(kind.start); });
  return found == kKinds.end() ? std::string_view() : found->words;
}

}  // namespace perfopt::model
