// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/lean_json.hpp"

#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include "perfopt/model/json_cursor.hpp"

namespace perfopt::model {
namespace {

// Text of a column between its brackets. JSON text cannot hold binary values, so that in a tree that was parsed from
// text they are free to stand for columns.
struct Column {
  const char* begin;
  std::size_t size;
  std::size_t count;
};

Json json_of(const Column& column) {
  std::vector<std::uint8_t> bytes(sizeof column);
  std::memcpy(bytes.data(), &column, sizeof column);
  return Json::binary(std::move(bytes));
}

Column column_of(const Json& value) {
  Column column{};
  std::memcpy(&column, value.get_binary().data(), sizeof column);
  return column;
}

// Builds the tree. Each event returns whether to go on.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(const char* const& at, const StreamedArray& streamed, BrokenJson& broken)
      : at_(at), streamed_(streamed), broken_(broken) {}

  [[nodiscard]] Json take_root() { return std::move(root_); }

  bool null() override { return number(Json(nullptr), at_); }
  // The parser has looked at one character more to know that a number is over.
  bool number_integer(number_integer_t value) override { return number(Json(value), at_ - 1); }
  bool number_unsigned(number_unsigned_t value) override { return number(Json(value), at_ - 1); }
  bool number_float(number_float_t value, const string_t&) override { return number(Json(value), at_ - 1); }
  bool boolean(bool value) override { return other(Json(value)); }
  bool string(string_t& value) override { return other(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool key(string_t& name) override {
    if (++open_.back().keys > kMostKeys) {
      broken_.too_many_keys = true;
      return false;
    }
    if (open_.back().value->contains(name)) {
      broken_.repeated_key = name;
      return false;
    }
    name_ = std::move(name);
    if (open_.size() == 1) field_ = name_;
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override {
    Open& array = open_.back();
    if (array.numbers > array.value->size()) {
      *array.value = json_of({array.begin, static_cast<std::size_t>(array.end - array.begin), array.numbers});
    }
    return close();
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;
    broken_.byte = position;
    broken_.number_too_large = error.id == kNumberOverflow;
    broken_.what = error.what();
    return false;
  }

 private:
  struct Open {
    Json* value;
    const char* begin;        // behind its bracket
    const char* end;          // behind the last of `numbers`
    std::size_t numbers = 0;  // that it begins with
    bool only_numbers = true;
    std::size_t streamed = 0;  // elements handed over
    std::size_t keys = 0;      // with those that repeat
  };

  [[nodiscard]] bool is_streamed() const {
    return open_.size() == 2 && !streamed_.field.empty() && field_ == streamed_.field;
  }

  // Where the value that comes next belongs.
  Json& place(Json&& value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& parent = *open_.back().value;
    if (parent.is_object()) {  // key() has looked whether the name is there: operator[] would look again
      return parent.get_ref<Json::object_t&>().emplace_back(std::move(name_), std::move(value)).second;
    }
    parent.push_back(std::move(value));
    return parent.back();
  }

  bool number(Json&& value, const char* end) {
    if (open_.empty() || !open_.back().value->is_array() || !open_.back().only_numbers || is_streamed()) {
      return other(std::move(value));
    }
    Open& array = open_.back();
    array.end = end;
    if (++array.numbers < kLongColumn) place(std::move(value));
    return true;
  }

  bool other(Json&& value) {
    become_plain();
    place(std::move(value));
    hand_over();
    return true;
  }

  bool open(Json&& value) {
    become_plain();
    open_.push_back({&place(std::move(value)), at_, at_});
    return true;
  }

  bool close() {
    open_.pop_back();
    hand_over();
    return true;
  }

  // A column that is none after all gets the values that were left in the text.
  void become_plain() {
    if (open_.empty() || !open_.back().value->is_array()) return;
    Open& array = open_.back();
    if (array.numbers > array.value->size())
      *array.value = Json::parse("[" + std::string(array.begin, array.end) + "]");
    array.only_numbers = false;
    array.numbers = 0;
  }

  void hand_over() {
    if (!is_streamed() || !open_.back().value->is_array()) return;
    Json& list = *open_.back().value;
    const Json element = std::move(list.back());
    list.erase(list.size() - 1);
    streamed_.take(open_.back().streamed++, element);
  }

  const char* const& at_;
  const StreamedArray& streamed_;
  BrokenJson& broken_;
  Json root_;
  std::vector<Open> open_;
  std::string name_;   // of the value that comes next, in an object
  std::string field_;  // of the outermost object
};

bool is_separator(char c) {
  return c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Number number_of(std::string_view token) {
  Number number;
  const char* const begin = token.data();
  const char* const end = begin + token.size();
  const auto reads = [&](auto& into) {
    const auto [stop, error] = std::from_chars(begin, end, into);
    return error == std::errc{} && stop == end;
  };
  if (token == "null") {
    number.kind = Number::Kind::null;
  } else if (reads(number.whole)) {
    number.kind = Number::Kind::whole;
  } else if (reads(number.negative)) {
    number.kind = Number::Kind::negative;
  } else if (reads(number.real)) {
    number.kind = Number::Kind::real;
  } else {
    number.real = std::strtod(std::string(token).c_str(), nullptr);  // too small for from_chars
    number.kind = Number::Kind::real;
  }
  return number;
}

Number number_of(const Json& value) {
  Number number;
  if (value.is_null()) {
    number.kind = Number::Kind::null;
  } else if (value.is_number_unsigned()) {
    number.kind = Number::Kind::whole;
    number.whole = value.get<std::uint64_t>();
  } else if (value.is_number_integer()) {
    number.kind = Number::Kind::negative;
    number.negative = value.get<std::int64_t>();
  } else if (value.is_number_float()) {
    number.kind = Number::Kind::real;
    number.real = value.get<double>();
  }
  return number;
}

}  // namespace

std::optional<Json> parse_lean(std::string_view text, const StreamedArray& streamed, BrokenJson& broken) {
  const char* at = text.data();
  const char* end = text.data() + text.size();
  Builder builder(at, streamed, broken);
  if (!Json::sax_parse(JsonCursor(&at), JsonCursor(&end), &builder)) {
    if (broken.too_many_keys || broken.repeated_key) broken.byte = static_cast<std::size_t>(at - text.data());
    return std::nullopt;
  }
  return builder.take_root();
}

bool is_column(const Json& value) {
  return value.is_binary();
}

bool is_list(const Json& value) {
  return value.is_array() || value.is_binary();
}

std::size_t list_size(const Json& value) {
  return is_column(value) ? column_of(value).count : value.size();
}

std::string type_of(const Json& value) {
  return is_column(value) ? "array" : value.type_name();
}

std::string found_text(const Json& value) {
  constexpr std::size_t kMost = 40;  // bytes; what is cut within a character is replaced by dump()
  if (value.is_number() || value.is_boolean()) return value.dump();
  if (!value.is_string()) return type_of(value);
  const auto& text = value.get_ref<const std::string&>();
  return "string " + Json(text.substr(0, kMost)).dump(-1, ' ', false, Json::error_handler_t::replace) +
         (text.size() > kMost ? "..." : "");
}

Json plain_array(const Json& list) {
  if (!is_column(list)) return list;
  const Column column = column_of(list);
  return Json::parse("[" + std::string(column.begin, column.size) + "]");
}

double Number::value() const {
  if (kind == Kind::whole) return static_cast<double>(whole);
  return kind == Kind::negative ? static_cast<double>(negative) : real;
}

NumberReader::NumberReader(const Json& list) {
  if (!is_column(list)) {
    array_ = &list;
    return;
  }
  const Column column = column_of(list);
  rest_ = {column.begin, column.size};
}

Number NumberReader::next() {
  if (array_ != nullptr) return number_of((*array_)[index_++]);
  std::size_t from = 0;
  while (from < rest_.size() && is_separator(rest_[from])) ++from;
  std::size_t to = from;
  while (to < rest_.size() && !is_separator(rest_[to])) ++to;
  const Number number = number_of(rest_.substr(from, to - from));
  rest_.remove_prefix(to);
  return number;
}

}  // namespace perfopt::model
