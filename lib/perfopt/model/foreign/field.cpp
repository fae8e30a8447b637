// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/foreign/field.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "perfopt/core/error.hpp"

namespace perfopt::model::foreign {

Field::Field(const Field& parent, const Json& value, std::string_view step, std::string name)
    : value_(&value), origin_(parent.origin_), path_(parent.path_ + std::string(step)), name_(std::move(name)) {}

Field Field::at(const char* name) const {
  if (!value_->is_object()) expected("an object");
  const auto found = value_->find(name);
  if (found == value_->end()) refuse("field '" + std::string(name) + "' is missing");
  return {*this, *found, path_.empty() ? name : "." + std::string(name), name};
}

std::optional<Field> Field::find(const char* name) const {
  if (!value_->is_object()) expected("an object");
  const auto found = value_->find(name);
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return Field(*this, *found, path_.empty() ? name : "." + std::string(name), name);
}

std::vector<Field> Field::items() const {
  if (!value_->is_array()) expected("an array");
  std::vector<Field> all;
  all.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) {
    all.push_back(Field(*this, (*value_)[i], "[" + std::to_string(i) + "]", ""));
  }
  return all;
}

std::vector<Field> Field::members() const {
  if (!value_->is_object()) expected("an object");
  std::vector<Field> all;
  for (const auto& [name, value] : value_->items()) all.push_back(Field(*this, value, "." + name, name));
  return all;
}

std::string Field::text() const {
  if (!value_->is_string()) expected("a string");
  return value_->get<std::string>();
}

std::string Field::text_or_empty(const char* name) const {
  const auto found = find(name);
  return found && found->json().is_string() ? found->text() : "";
}

double Field::number() const {
  if (!value_->is_number()) expected("a number");
  const auto value = value_->get<double>();
  if (!std::isfinite(value)) refuse("the number is too large");
  return value;
}

double Field::quantity() const {
  const double value = number();
  if (value < 0) refuse("expected a number that is not negative, found " + value_->dump());
  return value;
}

std::uint64_t Field::count() const {
  if (!value_->is_number_unsigned()) expected("a whole number that is not negative");
  return value_->get<std::uint64_t>();
}

unsigned Field::small_count() const {
  const std::uint64_t value = count();
  if (value > std::numeric_limits<unsigned>::max()) refuse("the number is too large");
  return static_cast<unsigned>(value);
}

std::vector<double> Field::quantities() const {
  if (!value_->is_array()) expected("an array");
  std::vector<double> values;
  values.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) {
    const Json& one = (*value_)[i];
    const double value = one.is_number() ? one.get<double>() : -1;
    // A Field for each number of a long array would cost more than the numbers.
    if (!(value >= 0) || !std::isfinite(value)) (void)items()[i].quantity();
    values.push_back(value);
  }
  return values;
}

std::string Field::scalar_text() const {
  if (value_->is_string()) return value_->get<std::string>();
  if (value_->is_structured()) expected("text or a number");
  return value_->dump();
}

void Field::refuse(const std::string& what) const {
  throw BadInput(std::string(origin_) + ": " + (path_.empty() ? "" : path_ + ": ") + what);
}

void Field::expected(const char* what) const {
  refuse("expected " + std::string(what) + ", found " + value_->type_name());
}

}  // namespace perfopt::model::foreign
