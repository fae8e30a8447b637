// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/document.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

#include "perfopt/model/field_line.hpp"
#include "perfopt/model/file_kind.hpp"
#include "perfopt/model/json_text.hpp"

namespace perfopt::model {
namespace {

std::string expected(const DocumentKind& kind) {
  return "; expected a document of `" + std::string(kind.writer) + "`";
}

void require_kind(const DocumentKind& kind, const Json& json, const std::string& origin) {
  const bool is_kind = json.is_object() && json.contains("schema") && json["schema"] == std::string(kind.schema);
  if (!is_kind) {
    throw BadInput(origin + ": field 'schema' is not '" + std::string(kind.schema) + "'" + expected(kind));
  }
  const auto version = json.find("schema_version");
  if (version == json.end() || !version->is_number_unsigned()) {
    throw BadInput(origin + ": field 'schema_version' is missing or no whole number");
  }
  if (version->get<std::uint64_t>() > static_cast<std::uint64_t>(kind.version)) {
    throw BadInput(origin + ": schema_version " + version->dump() + " is newer than this build reads (" +
                   std::to_string(kind.version) + "); update perfopt");
  }
}

}  // namespace

Json parse_document(const DocumentKind& kind, std::string_view text, std::string_view origin,
                    const StreamedArray& streamed) {
  const std::string name(origin);
  if (text.empty()) throw BadInput(name + ": the file is empty" + expected(kind));
  if (const std::string_view other = file_kind(text); !other.empty()) {
    throw BadInput(name + ": " + std::string(other) + expected(kind));
  }
  refuse_zero_bytes(text, origin);
  // What is wrong with an element is told only once the text is known to be a document of this kind.
  std::exception_ptr wrong_element;
  const auto take = [&](std::size_t index, const Json& element) {
    if (wrong_element) return;
    try {
      streamed.take(index, element);
    } catch (const BadInput&) {
      wrong_element = std::current_exception();
    }
  };
  BrokenJson broken;
  std::optional<Json> json = parse_lean(text, {streamed.field, take}, broken);
  if (!json && broken.number_too_large)
    throw BadInput(name + ": a number in it is too large to be read" + expected(kind));
  if (!json && broken.too_many_keys) {
    throw BadInput(name + ":" + std::to_string(line_of(text, broken.byte)) + ": an object has more than " +
                   std::to_string(kMostKeys) + " keys" + expected(kind));
  }
  if (!json && broken.repeated_key) {
    throw BadInput(name + ":" + std::to_string(line_of(text, broken.byte)) + ": field '" + *broken.repeated_key +
                   "' is given twice in one object; remove one");
  }
  if (!json) throw BadInput(broken_json(text, origin, broken.byte, broken.what) + expected(kind));
  require_kind(kind, *json, name);
  if (wrong_element) std::rethrow_exception(wrong_element);
  return std::move(*json);
}

BadInput with_line(const FieldError& error, const DocumentKind& kind, std::string_view text, std::string_view origin) {
  const std::string root = document_path(kind, origin);
  const bool has_lines = text.substr(0, text.find_last_not_of(" \r\n") + 1).find('\n') != std::string_view::npos;
  if (!has_lines || !error.path().starts_with(root)) return BadInput(error.what());
  const std::size_t line = line_of_field(text, std::string_view(error.path()).substr(root.size()));
  const std::string_view message = error.what();
  return BadInput(std::string(origin) + ":" + std::to_string(line) + std::string(message.substr(origin.size())));
}

Json empty_document(const DocumentKind& kind) {
  Json json = Json::object();
  json["schema"] = kind.schema;
  json["schema_version"] = kind.version;
  return json;
}

std::string document_text(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string compact_document_text(const Json& json) {
  std::string text = "{";
  for (const auto& [name, value] : json.items()) {
    text += text.size() == 1 ? "\n" : ",\n";
    text += Json(name).dump() + ": " + value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + "\n}\n";
}

}  // namespace perfopt::model
