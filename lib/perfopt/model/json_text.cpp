// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::model {
namespace {

constexpr std::size_t kMaxDepth = 32;  // pointers of deeper values would cost time and name nothing of ours
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Frame {
  std::string pointer;
  bool object;
  bool expects_key;
  std::size_t index;
};

// Walks text that is known to be valid JSON.
class Scanner {
 public:
  Scanner(std::string_view text, std::string_view origin, std::map<std::string, std::size_t, std::less<>>& lines)
      : text_(text), origin_(origin), lines_(lines) {}

  void scan() {
    while (at_ < text_.size()) step();
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case '{':
      case '[':
        open(c == '{');
        break;
      case '}':
      case ']':
        frames_.pop_back();
        break;
      case ',':
        ++frames_.back().index;
        frames_.back().expects_key = frames_.back().object;
        break;
      case '"':
        string();
        return;
      case '\n':
        ++line_;
        break;
      case ' ':
      case '\t':
      case '\r':
      case ':':
        break;
      default:
        scalar();
        return;
    }
    ++at_;
  }

  void open(bool object) {
    value();
    std::string pointer = frames_.size() < kMaxDepth ? pending_ : std::string{};
    frames_.push_back({std::move(pointer), object, object, 0});
  }

  void string() {
    const std::size_t start = at_++;
    while (text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    ++at_;
    if (frames_.empty() || !frames_.back().expects_key) return value();
    frames_.back().expects_key = false;
    if (frames_.size() > kMaxDepth) return;
    const auto key = nlohmann::json::parse(text_.substr(start, at_ - start)).get<std::string>();
    pending_ = frames_.back().pointer + pointer_step(key);
    const auto [known, fresh] = lines_.try_emplace(pending_, line_);
    if (fresh) return;
    throw BadInput(origin_ + ":" + std::to_string(line_) + ": field '" + key + "' is given twice, first on line " +
                   std::to_string(known->second) + "; remove one");
  }

  void scalar() {
    value();
    while (at_ < text_.size() && std::string_view("{}[],: \t\r\n\"").find(text_[at_]) == std::string_view::npos) ++at_;
  }

  // A value begins here: an element of an array has no key that would have recorded it.
  void value() {
    if (frames_.empty()) {
      pending_.clear();
    } else if (!frames_.back().object && frames_.size() <= kMaxDepth) {
      pending_ = frames_.back().pointer + "/" + std::to_string(frames_.back().index);
    } else {
      return;
    }
    lines_.try_emplace(pending_, line_);
  }

  std::string_view text_;
  std::string origin_;
  std::map<std::string, std::size_t, std::less<>>& lines_;
  std::vector<Frame> frames_;
  std::string pending_;  // pointer of the value that comes next
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

// "[json.exception.parse_error.101] parse error at line 2, column 3: syntax error ..." -> "file:2: broken JSON: ...".
std::string explained(std::string_view what, std::string_view origin) {
  constexpr std::string_view kLine = "at line ";
  std::string place(origin);
  if (const auto line = what.find(kLine); line != std::string_view::npos) {
    what.remove_prefix(line + kLine.size());
    place += ":" + std::string(what.substr(0, what.find_first_not_of("0123456789")));
    what.remove_prefix(std::min(what.size(), what.find(": ") + 2));
  } else if (const auto name = what.find("] "); what.starts_with('[') && name != std::string_view::npos) {
    what.remove_prefix(name + 2);  // a number that overflows is told without a place
  }
  return place + ": broken JSON: " + std::string(what);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What stands at `at`, as a word that a message can hold.
std::string word_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kMost = 20;
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7F' && c != ','; };
  std::string word;
  for (const char c : text.substr(at, kMost)) {
    if (!is_plain(c)) break;
    word += c;
  }
  return word.empty() ? std::string(1, is_plain(text[at]) || text[at] == ',' ? text[at] : '?') : word;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// NaN and infinity as printf, Python and JavaScript write them, with what stands behind: "-inf]". Nothing else that
// begins like them: "info".
bool is_no_number(std::string_view word) {
  if (word.starts_with('-')) word.remove_prefix(1);
  constexpr std::array<std::string_view, 7> kWords{"NaN", "nan", "NAN", "Infinity", "inf", "Inf", "INF"};
  const auto end = std::ranges::find_if_not(word, is_letter);
  return std::ranges::find(kWords, std::string_view(word.begin(), end)) != kWords.end();
}

// Of the parser's error whose last character read is text[at].
std::string reason_of(std::string_view text, std::size_t at, std::string_view what) {
  if (contains(what, "ill-formed UTF-8")) return "a byte that is not UTF-8";
  if (at >= text.size()) return "it ends too soon; is the file cut off?";
  if (contains(what, "control character")) return "a line break or control character in a string";
  std::size_t start = at;  // "nan" is wrong from its second letter on: it could have been "null"
  while (start > 0 && (is_letter(text[start - 1]) || text[start - 1] == '-')) --start;
  const std::string word = word_at(text, start);
  return is_no_number(word) ? "'" + word + "' is no number of JSON; null stands for what is not known"
                            : "'" + word + "' is not expected there";
}

}  // namespace

std::string broken_json(std::string_view text, std::string_view origin, std::size_t byte, std::string_view what) {
  const std::size_t at = byte == 0 ? 0 : byte - 1;  // the parser counts from 1
  return std::string(origin) + ":" + std::to_string(line_of(text, at)) + ": broken JSON: " + reason_of(text, at, what);
}

nlohmann::json parsed_json(std::string_view text, std::string_view origin) {
  refuse_zero_bytes(text, origin);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw BadInput(broken_json(text, origin, error.byte, error.what()));
  } catch (const nlohmann::json::out_of_range&) {
    throw BadInput(std::string(origin) + ": a number in it is too large to be read");
  }
}

std::size_t line_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  return 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
}

void refuse_zero_bytes(std::string_view text, std::string_view origin) {
  const auto zero = text.find('\0');
  if (zero == std::string_view::npos) return;
  throw BadInput(std::string(origin) + ":" + std::to_string(line_of(text, zero)) +
                 ": broken JSON: a zero byte; is this a text file?");
}

JsonText::JsonText(std::string_view text, std::string_view origin) : origin_(origin) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw BadInput(origin_ + ": the file is empty; an object { ... } was expected");
  }
  refuse_zero_bytes(text, origin);
  try {
    root_ = nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw BadInput(explained(error.what(), origin));
  }
  Scanner(text, origin, lines_).scan();
}

std::size_t JsonText::line(std::string_view pointer) const {
  for (;;) {
    if (const auto found = lines_.find(pointer); found != lines_.end()) return found->second;
    if (pointer.empty()) return 1;
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
}

std::string JsonText::place(std::string_view pointer) const {
  return origin_ + ":" + std::to_string(line(pointer));
}

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

}  // namespace perfopt::model
