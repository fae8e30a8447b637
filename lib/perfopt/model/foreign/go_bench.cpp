// SPDX-License-Identifier: Apache-2.0
// The text of `go test -bench`: the Go benchmark data format (golang.org/design/14313-benchmark-format).
//
// Lines of one name (-count) are the samples of one result. ns/op stands under the benchmark's name, every other metric
// as "name [B/op]"; MB/s is left out, since it follows from ns/op. The "-8" that every name ends in is the number of
// CPUs and no part of the name. Where the file is of several packages, names begin with theirs.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "perfopt/core/error.hpp"
#include "perfopt/model/foreign/reader.hpp"

namespace perfopt::model::foreign {
namespace {

struct Line {
  std::string name;
  std::string package;
  std::vector<std::pair<double, std::string>> metrics;
  std::string failure;
};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool is_count(const std::string& word) {
  return word.find_first_not_of("0123456789") == std::string::npos;
}

// Text that a benchmark printed may begin with the same word: its line has no count.
bool is_result(const std::vector<std::string>& words) {
  return words.size() >= 4 && words[0].starts_with("Benchmark") && is_count(words[1]);
}

double value_of(const std::string& word, const std::string& place) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = error == std::errc{} && end == word.data() + word.size();
  if (whole && std::isfinite(value) && value >= 0) return value;
  throw BadInput(place + ": expected a number that is not negative, found '" + word + "'");
}

Line result_line(const std::vector<std::string>& words, const std::string& place) {
  Line line;
  line.name = words[0];
  if (words.size() % 2 != 0) throw BadInput(place + ": '" + words.back() + "' has no unit; is the line cut off?");
  for (std::size_t i = 2; i < words.size(); i += 2) {
    line.metrics.emplace_back(value_of(words[i], place), words[i + 1]);
  }
  return line;
}

// "-8" of "BenchmarkSort-8"; "" for none.
std::string processors_of(const std::string& name) {
  const auto dash = name.rfind('-');
  if (dash == std::string::npos || dash + 1 == name.size() || !is_count(name.substr(dash + 1))) return "";
  return name.substr(dash);
}

std::vector<Line> lines_of(std::string_view text, std::string_view origin, ResultSet& set) {
  std::istringstream stream{std::string(text)};
  std::vector<Line> lines;
  std::string package;
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const std::vector<std::string> words = words_of(line);
    if (words.size() >= 2 && words[0] == "pkg:") package = words[1];
    if (words.size() >= 2 && words[0] == "goos:") set.environment.os = words[1];
    if (words.size() >= 2 && words[0] == "cpu:") set.environment.cpu_model = line.substr(line.find(words[1]));
    if (is_result(words)) {
      lines.push_back(result_line(words, std::string(origin) + ":" + std::to_string(number)));
    } else if (words.size() >= 3 && words[0] == "---" && words[1] == "FAIL:" && words[2].starts_with("Benchmark")) {
      lines.push_back({words[2], "", {}, "it failed; see the output of go test"});
    } else {
      continue;
    }
    lines.back().package = package;
  }
  return lines;
}

void remove_processors(std::vector<Line>& lines) {
  std::set<std::string> suffixes;
  for (const Line& line : lines) {
    if (line.failure.empty()) suffixes.insert(processors_of(line.name));
  }
  // Where they differ (-cpu 1,2,4) they tell results apart.
  if (suffixes.size() != 1) return;
  for (Line& line : lines) {
    if (line.name.ends_with(*suffixes.begin())) line.name.resize(line.name.size() - suffixes.begin()->size());
  }
}

void describe(const std::string& unit, Result& result) {
  if (unit == "ns/op") return;
  result.name += " [" + unit + "]";
  result.unit = unit;
  result.metric = unit;
  result.higher_is_better = unit.ends_with("/s");
  if (unit == "B/op") {
    result.unit = "bytes";
    result.metric = "allocated_bytes";
  } else if (unit == "allocs/op") {
    result.unit = "1";
    result.metric = "allocations";
  }
}

}  // namespace

bool is_go_bench(std::string_view text) {
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    const std::vector<std::string> words = words_of(line);
    if (is_result(words) || (words.size() >= 2 && words[0] == "goos:")) return true;
  }
  return false;
}

ResultSet read_go_bench(std::string_view text, std::string_view origin) {
  ResultSet set;
  set.tool = "go";
  std::vector<Line> lines = lines_of(text, origin, set);
  remove_processors(lines);
  const bool several = std::ranges::any_of(lines, [&](const Line& one) { return one.package != lines[0].package; });
  std::map<std::string, std::size_t> index;
  const auto result_for = [&](const Line& line, const std::string& unit) -> Result& {
    Result fresh;
    fresh.name = several ? line.package + "." + line.name : line.name;
    describe(unit, fresh);
    const auto [place, is_new] = index.try_emplace(fresh.name, set.results.size());
    if (is_new) set.results.push_back(std::move(fresh));
    return set.results[place->second];
  };
  for (const Line& line : lines) {
    if (!line.failure.empty()) result_for(line, "ns/op").failure = line.failure;
    for (const auto& [value, unit] : line.metrics) {
      if (unit != "MB/s") result_for(line, unit).samples.push_back(value);
    }
  }
  return set;
}

}  // namespace perfopt::model::foreign
