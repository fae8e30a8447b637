// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/foreign/row_stream.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace perfopt::model::foreign {
namespace {

// Each event returns whether to go on.
class Rows final : public nlohmann::json_sax<Json> {
 public:
  explicit Rows(const RowStream& stream) : stream_(stream) {}

  bool null() override { return value(Json(nullptr)); }
  bool boolean(bool one) override { return value(Json(one)); }
  bool number_integer(number_integer_t one) override { return value(Json(one)); }
  bool number_unsigned(number_unsigned_t one) override { return value(Json(one)); }
  bool number_float(number_float_t one, const string_t&) override { return value(Json(one)); }
  bool string(string_t& one) override { return is_kept() ? value(Json(std::move(one))) : true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (depth_ == 1) is_in_field_ = name == stream_.field;
    if (depth_ == kRow) {
      const auto known = std::ranges::find(stream_.members, name);
      member_ = known == stream_.members.end() ? std::string_view() : *known;
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  static constexpr std::size_t kArray = 2;  // containers that are open around a row
  static constexpr std::size_t kRow = 3;    // and around its members

  // The value that comes next is a row, or a member of one that is asked for.
  [[nodiscard]] bool is_kept() const {
    if (!is_in_field_) return false;
    return depth_ == kArray || (depth_ == kRow && row_.is_object() && !member_.empty());
  }

  bool value(Json&& one) {
    if (!is_kept()) return true;
    if (depth_ == kRow) {
      row_[member_] = std::move(one);
    } else {
      stream_.take(index_++, one);
    }
    return true;
  }

  bool open(Json&& empty) {
    if (is_kept()) (depth_ == kRow ? row_[member_] : row_) = std::move(empty);
    ++depth_;
    return true;
  }

  bool close() {
    if (--depth_ == kArray && is_in_field_) stream_.take(index_++, row_);
    return true;
  }

  const RowStream& stream_;
  std::size_t depth_ = 0;  // containers that are open
  bool is_in_field_ = false;
  std::string_view member_;  // that comes next, in a row; "" for one that is not asked for
  Json row_;
  std::size_t index_ = 0;
};

}  // namespace

bool stream_rows(std::string_view text, const RowStream& stream) {
  Rows rows(stream);
  return Json::sax_parse(text.begin(), text.end(), &rows);
}

}  // namespace perfopt::model::foreign
