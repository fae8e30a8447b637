// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/document_schema.hpp"

#include <cstddef>
#include <cstring>

#include <nlohmann/json.hpp>

namespace perfopt::model {
namespace {

using Json = nlohmann::json;

// Each event returns whether to go on.
class SchemaFinder final : public nlohmann::json_sax<Json> {
 public:
  [[nodiscard]] const std::string& schema() const { return schema_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (depth_ == 1 && is_named_) schema_ = value;
    return schema_.empty();
  }
  bool key(string_t& name) override {
    is_named_ = depth_ == 1 && name == "schema";
    return true;
  }
  bool start_object(std::size_t) override {
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  // The outermost value must be an object.
  bool start_array(std::size_t) override { return depth_++ > 0; }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  std::string schema_;
  std::size_t depth_ = 0;
  bool is_named_ = false;
};

}  // namespace

std::string schema_of(std::string_view text) {
  constexpr std::string_view kField = "\"schema\"";
  // The parser takes seconds for what this search sees at once of another tool's file.
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || text[first] != '{') return "";
  if (memmem(text.data(), text.size(), kField.data(), kField.size()) == nullptr) return "";
  SchemaFinder finder;
  Json::sax_parse(text.begin(), text.end(), &finder);
  return finder.schema();
}

}  // namespace perfopt::model
