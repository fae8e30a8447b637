// SPDX-License-Identifier: Apache-2.0
// JSON of a document with long columns of numbers, which stay in the text until they are read. Internal to model/.
//
// The tree of nlohmann/json takes 16 bytes for a number and many more for a case of a benchmark, beside the text and
// beside the struct that is read from it. Here
//   - an array of kLongColumn or more values that are all numbers or null is one value that refers to its text;
//   - the elements of chosen arrays of the outermost object are handed over one by one and not kept;
// so that reading takes little more memory than the struct. The whole text is checked to be JSON by the parser of
// nlohmann/json all the same. `text` must outlive what was parsed from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace perfopt::model {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kLongColumn = 16;
// Of one object: looking for a key takes time in proportion. Our documents have some dozens.
inline constexpr std::size_t kMostKeys = 4096;

// Elements of the array `field` of the outermost object go to `take`, with their index, as soon as they are parsed; the
// array is left empty.
struct StreamedArray {
  std::string_view field;
  std::function<void(std::size_t index, const Json& element)> take;
};

struct BrokenJson {
  std::size_t byte = 0;  // where the parser stopped
  bool number_too_large = false;
  bool too_many_keys = false;               // more than kMostKeys
  std::optional<std::string> repeated_key;  // that is there twice in one object
  std::string what;                         // of the parser, where the text is not JSON
};

// Exceptions of `streamed.take` pass through. Empty, with `broken` set, when the text is not JSON,
// or has an object of too many keys or of the same key twice.
[[nodiscard]] std::optional<Json> parse_lean(std::string_view text, const StreamedArray& streamed, BrokenJson& broken);

// True for a long column, which is no array to nlohmann/json.
[[nodiscard]] bool is_column(const Json& value);
// True for an array of any kind.
[[nodiscard]] bool is_list(const Json& value);
// Of a list.
[[nodiscard]] std::size_t list_size(const Json& value);
// "array" for a column, else as nlohmann/json calls it.
[[nodiscard]] std::string type_of(const Json& value);
// For messages: "-3", "string \"4K\"", else type_of().
[[nodiscard]] std::string found_text(const Json& value);
// A list as a plain array; a column is parsed once more.
[[nodiscard]] Json plain_array(const Json& list);

// A value of a list, as a number where it is one.
struct Number {
  enum class Kind : std::uint8_t { other, null, whole, negative, real };  // whole: at least 0; negative: a whole number

  Kind kind = Kind::other;
  std::uint64_t whole = 0;
  std::int64_t negative = 0;
  double real = 0;

  [[nodiscard]] double value() const;  // of whole, negative and real
};

// Goes through the values of a list, which must outlive it.
class NumberReader {
 public:
  explicit NumberReader(const Json& list);
  // Once for each value of the list.
  [[nodiscard]] Number next();

 private:
  const Json* array_ = nullptr;  // a plain one
  std::size_t index_ = 0;
  std::string_view rest_;  // of a column
};

}  // namespace perfopt::model
