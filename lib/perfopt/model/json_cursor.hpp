// SPDX-License-Identifier: Apache-2.0
// Characters of a text for the parser of nlohmann/json, which takes copies of the iterator: how far they have got is
// kept outside, so that an event of the parser can tell where it stands. Internal to model/.
#pragma once

#include <cstddef>
#include <iterator>

namespace perfopt::model {

class JsonCursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  // `at` is moved on and must outlive the cursor and its copies.
  explicit JsonCursor(const char** at) : at_(at) {}
  reference operator*() const { return **at_; }
  JsonCursor& operator++() {
    ++*at_;
    return *this;
  }
  JsonCursor operator++(int) { return ++*this; }
  friend bool operator==(const JsonCursor& a, const JsonCursor& b) { return *a.at_ == *b.at_; }

 private:
  const char** at_;
};

}  // namespace perfopt::model
