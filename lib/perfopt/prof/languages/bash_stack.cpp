// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/bash_stack.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace perfopt::prof {
namespace {

constexpr int kAttempts = 3;
constexpr std::uint64_t kPage = 4096;
constexpr std::size_t kMaxText = 4096;
constexpr std::uint64_t kMaxBuckets = 1U << 16U;
constexpr std::size_t kMaxChain = 1024;  // entries of one bucket
constexpr std::size_t kPagesKept = 48;

// Offsets of bash 5.2 [bytes].
constexpr std::uint64_t kContextTable = 32;  // VAR_CONTEXT::table
constexpr std::uint64_t kTableBuckets = 8;   // HASH_TABLE: bucket_array at 0, nbuckets
constexpr std::uint64_t kEntryKey = 8;       // BUCKET_CONTENTS: next at 0, key, data
constexpr std::uint64_t kEntryData = 16;
constexpr std::uint64_t kVariableValue = 8;  // SHELL_VAR::value
constexpr std::uint64_t kArrayCount = 8;     // ARRAY: max_index at 0, num_elements, head
constexpr std::uint64_t kArrayHead = 16;
constexpr std::uint64_t kElementValue = 8;  // ARRAY_ELEMENT: ind at 0, value, next
constexpr std::uint64_t kElementNext = 16;

unsigned line_of(std::string_view digits) {
  unsigned line = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), line);
  return end.ec == std::errc{} ? line : 0;
}

}  // namespace

ReadEnd BashStack::read(std::vector<ScriptFrame>& frames) {
  const std::size_t before = frames.size();
  ReadEnd end = ReadEnd::torn;
  for (int attempt = 0; attempt < kAttempts && end == ReadEnd::torn; ++attempt) {
    windows_.clear();
    if (pages_.size() > kPagesKept) pages_.clear();
    for (const std::uint64_t page : pages_) windows_.want(page, kPage);
    windows_.load();
    pages_.clear();
    end = read_once(frames);
    if (end == ReadEnd::torn) frames.resize(before);
  }
  return end;
}

ReadEnd BashStack::read_once(std::vector<ScriptFrame>& frames) {
  const auto line = bytes(place_.line_number, sizeof(std::int32_t));
  if (line.empty()) return ReadEnd::none;
  if (!variables_ && !find_variables()) return ReadEnd::none;
  const auto functions = elements(variables_->functions);
  const auto sources = elements(variables_->sources);
  const auto lines = elements(variables_->lines);
  if (!functions || !sources || !lines || functions->size() != sources->size() || lines->size() != sources->size()) {
    variables_.reset();  // unset by the script, or another copy of bash's
    return ReadEnd::torn;
  }
  auto now = static_cast<unsigned>(std::max(field<std::int32_t>(line, 0), 0));
  for (std::size_t i = 0; i < functions->size(); ++i) {
    frames.push_back({names_.index({(*functions)[i], (*sources)[i], 0, model::Language::shell}), now});
    now = line_of((*lines)[i]);
  }
  // A script's own commands run in "main"; those of `bash -c` and of a prompt in nothing.
  if (functions->empty() || functions->back() != "main") {
    frames.push_back({names_.index({"main", script(), 0, model::Language::shell}), now});
  }
  return ReadEnd::complete;
}

bool BashStack::find_variables() {
  const std::uint64_t context = word(place_.global_variables);
  const std::uint64_t table = context == 0 ? 0 : word(context + kContextTable);
  const std::uint64_t buckets = table == 0 ? 0 : word(table);
  const auto count = table == 0 ? 0 : word(table + kTableBuckets) & 0xFFFFFFFFU;
  if (buckets == 0 || count > kMaxBuckets) return false;
  Variables found;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!search_bucket(word(buckets + 8 * i), found)) return false;
    if (found.functions != 0 && found.sources != 0 && found.lines != 0) {
      variables_ = found;
      return true;
    }
  }
  return false;
}

bool BashStack::search_bucket(std::uint64_t bucket, Variables& found) {
  std::size_t length = 0;
  for (; bucket != 0; bucket = word(bucket)) {
    if (++length > kMaxChain) return false;
    const std::string key = text(word(bucket + kEntryKey)).value_or("");
    const std::uint64_t variable = word(bucket + kEntryData);
    if (key == "FUNCNAME") found.functions = variable;
    if (key == "BASH_SOURCE") found.sources = variable;
    if (key == "BASH_LINENO") found.lines = variable;
  }
  return true;
}

std::optional<std::vector<std::string>> BashStack::elements(std::uint64_t variable) {
  const std::uint64_t array = word(variable + kVariableValue);
  const std::uint64_t count = array == 0 ? 0 : word(array + kArrayCount);
  const std::uint64_t head = array == 0 ? 0 : word(array + kArrayHead);
  if (head == 0 || count > kMaxFrames) return std::nullopt;
  std::vector<std::string> result;
  for (std::uint64_t element = word(head + kElementNext); element != head; element = word(element + kElementNext)) {
    if (element == 0 || result.size() == count) return std::nullopt;
    auto value = text(word(element + kElementValue));
    if (!value) return std::nullopt;
    result.push_back(*std::move(value));
  }
  if (result.size() != count) return std::nullopt;
  return result;
}

std::string BashStack::script() {
  return text(word(place_.dollar_vars)).value_or("");  // $0
}

std::span<const std::byte> BashStack::bytes(std::uint64_t address, std::size_t size) {
  const std::uint64_t page = address - address % kPage;
  pages_.insert(page);
  if (const auto found = windows_.find(address, size); !found.empty()) return found;
  const bool straddles = address + size > page + kPage;
  windows_.want(page, straddles ? 2 * kPage : kPage);
  windows_.load();
  return windows_.find(address, size);
}

std::uint64_t BashStack::word(std::uint64_t address) {
  const auto found = bytes(address, sizeof(std::uint64_t));
  return found.empty() ? 0 : field<std::uint64_t>(found, 0);
}

std::optional<std::string> BashStack::text(std::uint64_t address) {
  std::string result;
  while (address != 0 && result.size() < kMaxText) {
    const auto size = static_cast<std::size_t>(kPage - address % kPage);
    const auto found = bytes(address, size);
    if (found.empty()) return std::nullopt;
    const auto* begin = reinterpret_cast<const char*>(found.data());
    const std::string_view rest(begin, size);
    const std::size_t end = rest.find('\0');
    result += rest.substr(0, end);
    if (end != std::string_view::npos) return result;
    address += size;
  }
  return std::nullopt;
}

}  // namespace perfopt::prof
