// SPDX-License-Identifier: Apache-2.0
// JSON read from a person's file, with the line of each value for messages.
//
// The parser of nlohmann/json keeps no positions and lets the last of two equal keys win; here the text is scanned once
// more for the lines, and a key given twice is refused.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace perfopt::model {

class JsonText {
 public:
  // `origin` names the input in messages. Throws BadInput ("file.json:3: broken JSON: ...") for text that is empty,
  // is not JSON, or has a key twice in one object.
  JsonText(std::string_view text, std::string_view origin);

  [[nodiscard]] const nlohmann::json& root() const noexcept { return root_; }
  // 1-based line of the key (in an object) or value (in an array) at a JSON pointer, "/limits/memory"; of the
  // nearest enclosing value for one that is deeper than 32 levels or not there.
  [[nodiscard]] std::size_t line(std::string_view pointer) const;
  // "file.json:12".
  [[nodiscard]] std::string place(std::string_view pointer) const;

 private:
  std::string origin_;
  nlohmann::json root_;
  std::map<std::string, std::size_t, std::less<>> lines_;
};

// 1-based line of a byte of `text`; of its end for one that lies behind it.
[[nodiscard]] std::size_t line_of(std::string_view text, std::size_t byte);

// Throws BadInput with the line of the first zero byte: the parser of nlohmann/json takes it for the end of its input
// and would leave what follows unread.
void refuse_zero_bytes(std::string_view text, std::string_view origin);

// The tree of a file of another tool. Throws BadInput with the line and the reason where it is not JSON.
[[nodiscard]] nlohmann::json parsed_json(std::string_view text, std::string_view origin);

// "x.json:3: broken JSON: it ends too soon; is the file cut off?". `byte` and `what` are those of the parser's error.
[[nodiscard]] std::string broken_json(std::string_view text, std::string_view origin, std::size_t byte,
                                      std::string_view what);

// One step of a JSON pointer: '~' and '/' escaped, with a '/' before it.
[[nodiscard]] std::string pointer_step(std::string_view key);

}  // namespace perfopt::model
