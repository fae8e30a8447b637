// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_formats.hpp"

#include <algorithm>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/model/file_kind.hpp"
#include "perfopt/model/json_text.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_formats/gzip.hpp"
#include "perfopt/model/profile_json.hpp"

namespace perfopt::model {
namespace {

using foreign::Json;

struct TextReader {
  bool (*recognises)(std::string_view text);
  Profile (*read)(std::string_view text, std::string_view origin);
};
struct JsonReader {
  bool (*recognises)(const Json& root);
  Profile (*read)(const Json& root, std::string_view origin);
};

namespace formats = profile_formats;

// A line each; the first that recognises a file reads it.
constexpr TextReader kTextReaders[] = {
    {formats::is_pprof, formats::read_pprof},
    {formats::is_callgrind, formats::read_callgrind},
    {formats::is_perf_script, formats::read_perf_script},
    {formats::is_collapsed, formats::read_collapsed},
};
constexpr JsonReader kJsonReaders[] = {
    {formats::is_speedscope, formats::read_speedscope},
    {formats::is_cpuprofile, formats::read_cpuprofile},
    {formats::is_chrome_trace, formats::read_chrome_trace},
};

std::string write_json(const Profile& profile, std::size_t measure) {
  if (profile.primary == profile.measures.at(measure).name) return to_json_text(profile);
  Profile changed = profile;
  changed.primary = profile.measures[measure].name;
  return to_json_text(changed);
}

// A line each. The first whose suffix a name has is meant: the longer ones first.
constexpr ProfileWriter kWriters[] = {
    {"speedscope", ".speedscope.json", false, formats::write_speedscope},
    {"firefox", ".firefox.json", false, formats::write_firefox},
    {"json", ".json", true, write_json},
    {"pprof", ".pb.gz", true, formats::write_pprof},
    {"collapsed", ".collapsed", false, formats::write_collapsed},
    {"callgrind", ".callgrind", true, formats::write_callgrind},
};

[[noreturn]] void refuse(std::string_view origin, std::string_view found) {
  throw BadInput(std::string(origin) +
                 ": no profile of a tool that is known (perfopt, perf script, collapsed stacks, " +
                 "pprof, speedscope, .cpuprofile, Chrome trace, callgrind); " + std::string(found));
}

// A collapsed stack, too, may begin with a bracket: "[unknown];main 3".
bool is_json(std::string_view text) {
  const auto second = text.find_first_not_of(" \t\r\n", 1);
  if (second == std::string_view::npos) return false;
  return (text[0] == '{' && (text[second] == '"' || text[second] == '}')) || (text[0] == '[' && text[second] == '{');
}

Profile read_json(std::string_view text, std::string_view origin) {
  // A document of ours has its schema first, and its reader parses it again: what is told from its head is not parsed
  // twice.
  constexpr std::size_t kHead = 200;
  const std::string_view head = text.substr(0, kHead);
  if (head.find("\"schema\"") != std::string_view::npos && head.find("\"perfopt.profile\"") != std::string_view::npos) {
    return profile_from_json(text, origin);
  }
  const Json root = parsed_json(text, origin);
  if (const auto schema = root.is_object() ? root.find("schema") : root.end();
      schema != root.end() && schema->is_string()) {
    if (*schema == Profile::kSchema) return profile_from_json(text, origin);
    if (schema->get<std::string>().starts_with("perfopt.")) refuse(origin, "it is another document of perfopt");
  }
  for (const JsonReader& reader : kJsonReaders) {
    if (reader.recognises(root)) return reader.read(root, origin);
  }
  refuse(origin, "it is JSON of something else");
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

// No control character in the first line that says something. A pprof has one in its first three bytes, whichever field
// comes first: a short length, the tag of a message's first field (8), or the end of the first string, which is empty.
// Its commonest first byte, the tag of sample_type, is a line break.
bool is_text(std::string_view bytes) {
  const std::string_view text = without_mark(bytes);
  const std::string_view line = text.substr(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r'; };
  return std::ranges::none_of(line.substr(0, line.find('\n')), is_control);
}

// A pprof is mostly compressed, other profiles sometimes.
Profile read_gzip(std::string_view bytes, std::string_view origin) {
  const std::string unpacked = formats::gunzip(bytes, origin);
  if (formats::is_gzip(unpacked)) refuse(origin, "it is compressed with gzip twice; unpack it with gzip -d");
  return is_text(unpacked) ? read_profile(unpacked, origin) : formats::read_pprof(unpacked, origin);
}

}  // namespace

Profile read_profile(std::string_view text, std::string_view origin) {
  text = without_mark(text);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) refuse(origin, "the file is empty");
  if (formats::is_gzip(text)) return read_gzip(text, origin);
  if (text.starts_with("PERFILE2")) refuse(origin, "it is a perf.data, which is unwound where it was recorded");
  if (is_json(text.substr(first))) return read_json(text, origin);
  for (const TextReader& reader : kTextReaders) {
    if (reader.recognises(text)) return reader.read(text, origin);
  }
  const std::string_view kind = file_kind(text);
  refuse(origin, kind.empty() ? "it is text or data of something else" : kind);
}

std::span<const ProfileWriter> profile_writers() {
  return kWriters;
}

const ProfileWriter& profile_writer(std::string_view name) {
  std::vector<std::string_view> names;
  std::string choices;
  for (const ProfileWriter& writer : kWriters) {
    if (writer.name == name) return writer;
    names.push_back(writer.name);
    choices += (choices.empty() ? "" : ", ") + std::string(writer.name);
  }
  throw BadInput("'" + std::string(name) + "' is no format that is written (" + choices + ")" +
                 did_you_mean(name, names));
}

const ProfileWriter* profile_writer_of(std::string_view path) {
  const auto* const found =
      std::ranges::find_if(kWriters, [&](const ProfileWriter& writer) { return path.ends_with(writer.suffix); });
  return found == std::end(kWriters) ? nullptr : found;
}

}  // namespace perfopt::model
