// SPDX-License-Identifier: Apache-2.0
// The frame of every document: "schema" and "schema_version" first, then the fields (json_fields.hpp). Internal to
// model/.
//
// Numbers that are not finite are written as null and read back as NaN. Text that is not UTF-8 is written with U+FFFD.
// What is wrong with a field is told with its line.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/json_fields.hpp"

namespace perfopt::model {

struct DocumentKind {
  std::string_view schema;  // "perfopt.suite"
  int version;              // the newest that this build reads
  std::string_view name;    // "suite", for the paths of fields in messages
  std::string_view writer;  // the command that writes it: "perfbench --output"
};

// The JSON of a document of this kind, in this version or an older one, with its long columns left in `text`, which
// must outlive it (lean_json.hpp). Throws BadInput with the line or field of what is wrong, also what `streamed.take`
// throws; `origin` names the input.
[[nodiscard]] Json parse_document(const DocumentKind& kind, std::string_view text, std::string_view origin,
                                  const StreamedArray& streamed = {});

// With the schema and version of `kind` and nothing else.
[[nodiscard]] Json empty_document(const DocumentKind& kind);
[[nodiscard]] std::string document_text(const Json& json);
// For documents of long columns: a line for each field of the document, nothing broken within.
[[nodiscard]] std::string compact_document_text(const Json& json);

template <class T>
[[nodiscard]] std::string write_document(const DocumentKind& kind, const T& value) {
  Json json = empty_document(kind);
  T copy = value;  // the field description is one for reading and writing, so it takes mutable members
  FieldWriter writer(json);
  fields(writer, copy);
  return document_text(json);
}

// Where the paths of fields begin: "x.json: suite".
[[nodiscard]] inline std::string document_path(const DocumentKind& kind, std::string_view origin) {
  return std::string(origin) + ": " + std::string(kind.name);
}

// The same error with the line of its field, where the text has several.
[[nodiscard]] BadInput with_line(const FieldError& error, const DocumentKind& kind, std::string_view text,
                                 std::string_view origin);

// What `read` gives; its FieldErrors get their lines.
template <class Read>
[[nodiscard]] auto read_with_lines(const DocumentKind& kind, std::string_view text, std::string_view origin,
                                   const Read& read) {
  try {
    return read();
  } catch (const FieldError& error) {
    throw with_line(error, kind, text, origin);
  }
}

template <class T>
[[nodiscard]] T read_document(const DocumentKind& kind, std::string_view text, std::string_view origin) {
  return read_with_lines(kind, text, origin, [&] {
    const Json json = parse_document(kind, text, origin);
    T value;
    FieldReader reader(json, document_path(kind, origin));
    fields(reader, value);
    return value;
  });
}

// The same for a struct with one large array: the elements of `field` are read one by one into `elements` and the rest
// into a T, whose own member of that name is left empty.
template <class T, class Element>
[[nodiscard]] T read_streamed(const DocumentKind& kind, std::string_view text, std::string_view origin,
                              std::string_view field, std::vector<Element>& elements) {
  const std::string path = document_path(kind, origin);
  const auto take = [&](std::size_t index, const Json& json) {
    Element element;
    FieldReader::read(json, path + "." + std::string(field) + "[" + std::to_string(index) + "]", element);
    elements.push_back(std::move(element));
  };
  const Json json = parse_document(kind, text, origin, {field, take});
  T value;
  FieldReader reader(json, path);
  fields(reader, value);
  return value;
}

}  // namespace perfopt::model
