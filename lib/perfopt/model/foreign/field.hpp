// SPDX-License-Identifier: Apache-2.0
// One value of a foreign JSON file with its place in it, for readers that trust nothing.
//
// What is missing or of another type throws BadInput: "x.json: benchmarks[3].real_time: expected a number, found
// string". A Field refers to the parsed file, which must outlive it. Internal to model/foreign/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace perfopt::model::foreign {

using Json = nlohmann::json;

class Field {
 public:
  // The whole file.
  Field(const Json& root, std::string_view origin) : value_(&root), origin_(origin) {}
  // A value that stood at `path` of the file: "benchmarks[3]".
  Field(const Json& value, std::string_view origin, std::string path)
      : value_(&value), origin_(origin), path_(std::move(path)) {}

  // A member of an object. find(): nothing where it is absent or null.
  [[nodiscard]] Field at(const char* name) const;
  [[nodiscard]] std::optional<Field> find(const char* name) const;

  [[nodiscard]] std::vector<Field> items() const;                           // of an array
  [[nodiscard]] std::vector<Field> members() const;                         // of an object, in the order of their names
  [[nodiscard]] const std::string& name() const noexcept { return name_; }  // of a member

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text_or_empty(const char* name) const;  // of a member that is text; "" for anything else
  [[nodiscard]] double number() const;                              // finite
  [[nodiscard]] double quantity() const;                            // finite and not negative
  [[nodiscard]] std::uint64_t count() const;                        // a whole number that is not negative
  [[nodiscard]] unsigned small_count() const;                       // likewise, that fits
  [[nodiscard]] std::vector<double> quantities() const;             // of an array
  [[nodiscard]] std::string scalar_text() const;                    // text, number or boolean, as it would be shown

  [[nodiscard]] const Json& json() const noexcept { return *value_; }
  // "x.json: benchmarks[3].real_time: " and `what`.
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  Field(const Field& parent, const Json& value, std::string_view step, std::string name);
  [[noreturn]] void expected(const char* what) const;

  const Json* value_;
  std::string_view origin_;
  std::string path_;
  std::string name_;
};

}  // namespace perfopt::model::foreign
