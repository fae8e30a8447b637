// SPDX-License-Identifier: Apache-2.0
// Numbers among words: a word is told by an exception; clean: by the result.
#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

#include "fault.hpp"

namespace {

[[gnu::noinline]] int number_or_throw(const std::string& text) {
  int value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
    throw std::invalid_argument(text);
  return value;
}

[[gnu::noinline]] int count_by_exception(const std::vector<std::string>& words) {
  int numbers = 0;
  for (const std::string& word : words) {
    try {
      number_or_throw(word);
      ++numbers;
    } catch (const std::invalid_argument&) {
      numbers += 0;
    }
  }
  return numbers;
}

[[gnu::noinline]] int count_by_result(const std::vector<std::string>& words) {
  int numbers = 0;
  for (const std::string& word : words) {
    int value = 0;
    numbers += std::from_chars(word.data(), word.data() + word.size(), value).ec == std::errc{} ? 1 : 0;
  }
  return numbers;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::vector<std::string> words;
  for (int i = 0; i < 1000; ++i) words.push_back(i % 2 == 0 ? std::to_string(i) : "word" + std::to_string(i));
  unsigned long long found = 0;
  while (run.goes_on()) {
    found += static_cast<unsigned long long>(run.clean() ? count_by_result(words) : count_by_exception(words));
    found += fault::crunch(found, 1000) & 1U;
  }
  return fault::Run::done(found);
}
