// SPDX-License-Identifier: Apache-2.0
// One description of a struct's fields serves both directions of its JSON mapping.
//
// For a struct T a document file defines `template <class A> void fields(A& a, T& value)` that calls
// a("name", member) for each field, or a.required("name", member) for one without which the struct means nothing.
// FieldWriter then writes it and FieldReader reads it back: an absent field keeps its default, so that an older
// document still reads; unknown fields are ignored, so that a newer one of the same version does. A wrong type or
// value throws FieldError with the path of the field. Internal to model/.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/model/lean_json.hpp"

namespace perfopt::model {

// The names of an enumeration's values, in order: specialise for each enumeration that is written.
template <class E>
struct EnumNames;

// Something is wrong with the field at `path`, "x.json: suite.cases[0].size".
class FieldError : public BadInput {
 public:
  FieldError(std::string path, const std::string& what) : BadInput(path + ": " + what), path_(std::move(path)) {}
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

class FieldWriter {
 public:
  explicit FieldWriter(Json& target) : target_(target) {}

  template <class T>
  void operator()(const char* name, T& value) {
    if constexpr (requires { value.has_value(); }) {
      if (value) target_[name] = write(*value);
    } else {
      target_[name] = write(value);
    }
  }
  template <class T>
  void required(const char* name, T& value) {
    (*this)(name, value);
  }

  template <class T>
  static Json write(T& value) {
    using Value = std::remove_const_t<T>;
    if constexpr (std::is_enum_v<Value>) {
      return EnumNames<Value>::kNames[static_cast<std::size_t>(value)];
    } else if constexpr (std::is_same_v<Value, double>) {
      return std::isfinite(value) ? Json(value) : Json(nullptr);
    } else if constexpr (requires { Json(value); }) {
      return write_plain(value);
    } else {
      Json object = Json::object();
      FieldWriter writer(object);
      fields(writer, value);
      return object;
    }
  }

  template <class T>
  static Json write(std::vector<T>& values) {
    Json array = Json::array();
    for (auto& value : values) array.push_back(write(value));
    return array;
  }

 private:
  template <class T>
  static Json write_plain(const T& value) {
    return Json(value);
  }

  Json& target_;
};

class FieldReader {
 public:
  FieldReader(const Json& source, std::string path) : source_(source), path_(std::move(path)) {
    if (!source.is_object()) fail(path_, "an object", source);
  }

  template <class T>
  void operator()(const char* name, T& value) {
    const auto found = source_.find(name);
    if (found != source_.end()) read(*found, path_ + "." + name, value);
  }
  template <class T>
  void required(const char* name, T& value) {
    if (!source_.contains(name)) throw FieldError(path_, std::string("field '") + name + "' is missing");
    (*this)(name, value);
  }

  template <class T>
  static void read(const Json& json, const std::string& path, T& value) {
    if constexpr (std::is_enum_v<T>) {
      value = read_enum<T>(json, path);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!json.is_boolean()) fail(path, "true or false", json);
      value = json.template get<bool>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!json.is_string()) fail(path, "a string", json);
      value = json.template get<std::string>();
    } else if constexpr (std::is_same_v<T, double>) {
      if (json.is_null()) {
        value = std::numeric_limits<double>::quiet_NaN();
        return;
      }
      if (!json.is_number()) fail(path, "a number", json);
      value = json.template get<double>();
    } else if constexpr (std::is_unsigned_v<T>) {
      if (!json.is_number_unsigned() || json.template get<std::uint64_t>() > std::numeric_limits<T>::max()) {
        fail(path, "a whole number of at most " + std::to_string(std::numeric_limits<T>::max()), json);
      }
      value = json.template get<T>();
    } else {
      FieldReader reader(json, path);
      fields(reader, value);
    }
  }

  template <class T>
  static void read(const Json& json, const std::string& path, std::optional<T>& value) {
    if (json.is_null()) {
      value.reset();
      return;
    }
    T inner{};
    read(json, path, inner);
    value = std::move(inner);
  }

  template <class T>
  static void read(const Json& json, const std::string& path, std::vector<T>& values) {
    if constexpr (std::is_same_v<T, double> || (std::is_unsigned_v<T> && !std::is_same_v<T, bool>)) {
      if (is_column(json)) return read_column(json, path, values);
    }
    if (is_column(json)) return read(plain_array(json), path, values);
    if (!json.is_array()) fail(path, "an array", json);
    values.clear();
    values.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
      T value{};
      read(json[i], path + "[" + std::to_string(i) + "]", value);
      values.push_back(std::move(value));
    }
  }

 private:
  template <class T>
  static void read_column(const Json& json, const std::string& path, std::vector<T>& values) {
    values.clear();
    const std::size_t count = list_size(json);
    values.reserve(count);
    NumberReader numbers(json);
    for (std::size_t i = 0; i < count; ++i) {
      const Number number = numbers.next();
      if constexpr (std::is_same_v<T, double>) {
        const bool is_null = number.kind == Number::Kind::null;
        values.push_back(is_null ? std::numeric_limits<double>::quiet_NaN() : number.value());
      } else {
        if (number.kind != Number::Kind::whole || number.whole > std::numeric_limits<T>::max()) {
          T never{};
          read(plain_array(json)[i], path + "[" + std::to_string(i) + "]", never);  // which says what is wrong with it
        }
        values.push_back(static_cast<T>(number.whole));
      }
    }
  }

  [[noreturn]] static void fail(const std::string& path, const std::string& expected, const Json& found) {
    throw FieldError(path, "expected " + expected + ", found " + found_text(found));
  }

  template <class E>
  static E read_enum(const Json& json, const std::string& path) {
    std::string choices;
    for (std::size_t i = 0; i < std::size(EnumNames<E>::kNames); ++i) {
      if (json == EnumNames<E>::kNames[i]) return static_cast<E>(i);
      choices += (i == 0 ? "" : ", ") + std::string(EnumNames<E>::kNames[i]);
    }
    fail(path, "one of " + choices, json);
  }

  const Json& source_;
  std::string path_;
};

}  // namespace perfopt::model
