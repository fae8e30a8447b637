// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/field_line.hpp"

#include <charconv>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "perfopt/model/json_cursor.hpp"
#include "perfopt/model/json_text.hpp"

namespace perfopt::model {
namespace {

using Json = nlohmann::json;
using Step = std::variant<std::string, std::size_t>;  // a key, an index

std::vector<Step> steps_of(std::string_view path) {
  std::vector<Step> steps;
  while (!path.empty()) {
    if (path.front() == '[') {
      std::size_t index = 0;
      std::from_chars(path.data() + 1, path.data() + path.size(), index);
      steps.emplace_back(index);
      path.remove_prefix(std::min(path.find(']'), path.size() - 1) + 1);
      continue;
    }
    if (path.front() == '.') path.remove_prefix(1);
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    steps.emplace_back(std::string(path.substr(0, end)));
    path.remove_prefix(end);
  }
  return steps;
}

// Follows the path down. Each event returns whether to go on.
class Finder final : public nlohmann::json_sax<Json> {
 public:
  Finder(const char* const& at, std::vector<Step> steps) : at_(at), found_(at), steps_(std::move(steps)) {}

  // Behind the first character of the innermost value that was found.
  [[nodiscard]] const char* found() const { return found_; }

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  // The value that begins here is the next step of the path.
  [[nodiscard]] bool is_next() {
    if (depth_ == 0) return true;
    if (depth_ != matched_ || matched_ > steps_.size()) return false;
    const Step& step = steps_[matched_ - 1];
    const auto* index = std::get_if<std::size_t>(&step);
    return index != nullptr ? *index == index_++ : std::get<std::string>(step) == key_;
  }
  bool value() {
    if (!is_next()) return true;
    found_ = at_;
    return false;
  }
  bool open() {
    const bool is_found = is_next();
    ++depth_;
    if (!is_found) return true;
    found_ = at_;
    index_ = 0;
    return matched_++ < steps_.size();
  }
  // With the innermost value of the path ends the search: what comes behind it is something else.
  bool close() { return depth_-- != matched_; }

  const char* const& at_;
  const char* found_;
  std::vector<Step> steps_;
  std::string key_;          // of the value that comes next, in an object
  std::size_t index_ = 0;    // of the value that comes next, in the array of the path
  std::size_t depth_ = 0;    // containers that are open
  std::size_t matched_ = 0;  // of them, those of the path
};

}  // namespace

std::size_t line_of_field(std::string_view text, std::string_view path) {
  const char* at = text.data();
  const char* end = text.data() + text.size();
  Finder finder(at, steps_of(path));
  Json::sax_parse(JsonCursor(&at), JsonCursor(&end), &finder);
  const auto byte = static_cast<std::size_t>(finder.found() - text.data());
  return line_of(text, byte == 0 ? 0 : byte - 1);
}

}  // namespace perfopt::model
