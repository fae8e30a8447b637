// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_words.hpp"

#include <cstddef>
#include <optional>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr std::string_view kBlanks = " \t\n";
// What a backslash escapes between double quotes; before anything else it stands for itself there.
constexpr std::string_view kEscapable = "$`\"\\\n";

class Splitter {
 public:
  Splitter(std::string_view line, std::string_view what) : line_(line), what_(what) {}

  std::vector<std::string> words() {
    while (at_ < line_.size()) step(line_[at_++]);
    end_word();
    if (words_.empty()) fail("has no word");
    return std::move(words_);
  }

 private:
  void step(char c) {
    if (kBlanks.find(c) != std::string_view::npos) return end_word();
    if (!word_) word_.emplace();
    if (c == '\'') return single_quoted();
    if (c == '"') return double_quoted();
    *word_ += c == '\\' ? next("ends in a backslash") : c;
  }

  void single_quoted() {
    for (char c = next(kOpen); c != '\''; c = next(kOpen)) *word_ += c;
  }

  void double_quoted() {
    for (char c = next(kOpen); c != '"'; c = next(kOpen)) {
      if (c == '\\') {
        c = next(kOpen);
        if (kEscapable.find(c) == std::string_view::npos) *word_ += '\\';
      }
      *word_ += c;
    }
  }

  void end_word() {
    if (word_) words_.push_back(std::move(*word_));
    word_.reset();
  }

  char next(const char* otherwise) {
    if (at_ == line_.size()) fail(otherwise);
    return line_[at_++];
  }

  [[noreturn]] void fail(const char* why) const {
    throw BadInput(std::string(what_) + ": '" + std::string(line_) + "' " + why);
  }

  static constexpr const char* kOpen = "has a quote that is not closed";
  std::string_view line_, what_;
  std::size_t at_ = 0;
  std::optional<std::string> word_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> command_words(std::string_view line, std::string_view what) {
  return Splitter(line, what).words();
}

}  // namespace perfopt::bench
