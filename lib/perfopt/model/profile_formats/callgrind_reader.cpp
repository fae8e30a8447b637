// SPDX-License-Identifier: Apache-2.0
// Callgrind's output, and what others write in its form (cachegrind's without calls).
//
// A graph of calls, not stacks: callgrind_graph.hpp says how it is unfolded; the profile has a doubt that says so.
// Read are compressed names, relative and compressed positions, all parts of a file, costs by line, inlined files
// (fi=, fe=) and calls; jumps are passed over. Where callgrind itself has written, calls are counted in the measure
// "calls", at the function called. Costs of unit: those of "event: NAME : nanoseconds" or "bytes", as our writer has
// them, else counts.
// Source: valgrind.org/docs/manual/cl-format.html.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/callgrind_graph.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_formats/lines.hpp"

namespace perfopt::model::profile_formats {
namespace {

// "(12) name" says what 12 stands for from now on, "(12)" means that; ids count for each kind of names apart.
class NameMap {
 public:
  std::string resolve(std::string_view text, const Lines& lines) {
    text = trimmed(text);
    if (!text.starts_with('(')) return std::string(text);
    const std::size_t close = text.find(')');
    const auto id = close == std::string_view::npos ? std::nullopt : whole_number(text.substr(1, close - 1));
    if (!id) return std::string(text);  // "(below main)" is a name
    const std::string_view name = trimmed(text.substr(close + 1));
    if (!name.empty()) return names_[*id] = name;
    const auto found = names_.find(*id);
    if (found == names_.end()) throw BadInput(lines.place() + ": name " + quoted(text) + " is used before it is given");
    return found->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::string> names_;
};

std::string known(const std::string& name) {
  return name == "???" ? "" : name;
}

class Reader {
 public:
  explicit Reader(std::string_view origin) : assembly_("callgrind", origin, Times::none) {}

  Profile read(std::string_view text) {
    Lines lines(text, assembly_.origin());
    std::string_view line;
    while (lines.next(line)) {
      line = trimmed(line);
      if (line.empty() || line.front() == '#') continue;
      const bool is_cost = line.front() == '+' || line.front() == '-' || line.front() == '*' ||
                           (line.front() >= '0' && line.front() <= '9');
      if (is_cost) {
        cost(line, lines);
      } else if (!key_value(line, lines)) {
        throw BadInput(lines.place() + ": expected 'name=', 'name:' or a cost line, found " + quoted(line));
      }
    }
    if (columns_.empty()) throw BadInput(assembly_.origin() + ": no line 'events:'");
    graph_.unfold(assembly_, assembly_.thread(pid_, pid_, ""));
    if (calls_) {
      assembly_.doubt("stacks",
                      "callgrind keeps a graph of calls and no stacks: self costs are its own, callers share what a "
                      "function costs in proportion to their calls",
                      "");
    }
    return assembly_.take(0);
  }

 private:
  bool key_value(std::string_view line, const Lines& lines) {
    const std::size_t sign = line.find_first_of("=:");
    if (sign == std::string_view::npos) return false;
    const std::string_view key = line.substr(0, sign);
    const std::string_view value = trimmed(line.substr(sign + 1));
    return line[sign] == ':' ? header(key, value, lines) : body(key, value, lines);
  }

  bool header(std::string_view key, std::string_view value, const Lines& lines) {
    if (key == "events") {
      columns_.clear();
      for (std::string_view rest = value; !trimmed(rest).empty();) {
        const std::string_view name = next_word(rest);
        const auto unit = units_.find(std::string(name));
        columns_.push_back(assembly_.measure(name, unit == units_.end() ? "count" : unit->second));
      }
      if (columns_.empty()) throw BadInput(lines.place() + ": no event is named");
    } else if (key == "event") {
      const std::size_t colon = value.find(':');
      if (colon == std::string_view::npos) return true;
      const std::string_view words = trimmed(value.substr(colon + 1));
      std::string_view rest = value;
      const std::string name(next_word(rest));
      if (words.starts_with("nanoseconds")) units_[name] = "ns";
      if (words.starts_with("bytes")) units_[name] = "bytes";
    } else if (key == "positions") {
      has_address_ = value.find("instr") != std::string_view::npos || value.find("addr") != std::string_view::npos;
      has_line_ = value.find("line") != std::string_view::npos;
    } else if (key == "creator") {
      tells_calls_ = value.starts_with("callgrind");  // others write calls=1 for the form's sake
    } else if (key == "cmd") {
      assembly_.profile().command = value;
    } else if (key == "pid") {
      pid_ = whole_number<std::uint32_t>(value).value_or(0);
    }
    return true;  // version, creator, part, desc, totals, ... say nothing that a profile holds
  }

  bool body(std::string_view key, std::string_view value, const Lines& lines) {
    if (key == "fn") {
      name_ = names_.resolve(value, lines);
      function_ = graph_.function(name_, known(module_), known(file_));
      line_file_ = file_;
    } else if (key == "fl") {
      file_ = line_file_ = files_.resolve(value, lines);
    } else if (key == "fi" || key == "fe") {
      line_file_ = files_.resolve(value, lines);
    } else if (key == "ob") {
      module_ = modules_.resolve(value, lines);
    } else if (key == "cfn") {
      callee_ = names_.resolve(value, lines);
    } else if (key == "cfi" || key == "cfl") {
      callee_file_ = files_.resolve(value, lines);
    } else if (key == "cob") {
      callee_module_ = modules_.resolve(value, lines);
    } else if (key == "calls") {
      calling_ = true;
      std::string_view rest = value;
      call_count_ = whole_number(next_word(rest)).value_or(0);
      if (!callee_) throw BadInput(lines.place() + ": calls= without cfn= before it");
    } else if (key == "jfi") {
      (void)files_.resolve(value, lines);  // may give an id
    } else if (key == "jfn") {
      (void)names_.resolve(value, lines);
    } else {
      return key == "jump" || key == "jcnd" || key == "rcalls" || key == "frfn";
    }
    return true;
  }

  // "+3", "-3" and "*" are relative to the position before.
  void position(std::string_view word, std::uint64_t& last, const Lines& lines) const {
    const bool relative = word.starts_with('+') || word.starts_with('-');
    std::string_view digits = relative ? word.substr(1) : word;
    if (word == "*") return;
    const bool hex = digits.starts_with("0x");
    constexpr int kHex = 16;
    constexpr int kDecimal = 10;
    if (hex) digits.remove_prefix(2);
    const auto number = whole_number(digits, hex ? kHex : kDecimal);
    if (!number) throw BadInput(lines.place() + ": expected a position, found " + quoted(word));
    if (!relative) {
      last = *number;
    } else {
      last = word.front() == '+' ? last + *number : last - *number;
    }
  }

  void cost(std::string_view line, const Lines& lines) {
    std::string_view rest = line;
    if (has_address_) position(next_word(rest), address_, lines);
    if (has_line_) position(next_word(rest), line_, lines);
    costs_.assign(assembly_.profile().measures.size(), 0);
    for (std::size_t i = 0; !trimmed(rest).empty(); ++i) {
      const std::string_view word = next_word(rest);
      const auto value = whole_number(word);
      if (!value || i >= columns_.size()) {
        throw BadInput(lines.place() + ": expected at most " + std::to_string(columns_.size()) + " costs, found " +
                       quoted(word));
      }
      costs_[columns_[i]] = *value;
      limit(*value, lines);
    }
    if (!function_) throw BadInput(lines.place() + ": costs before the first fn=");
    const auto number = static_cast<unsigned>(line_);
    if (!calling_) return graph_.add_self(*function_, known(line_file_), number, costs_);
    const std::uint32_t callee =
        graph_.function(*callee_, known(callee_module_.value_or(module_)), known(callee_file_.value_or(line_file_)));
    graph_.add_call(*function_, callee, number, costs_);
    count_calls(callee, lines);
    calls_ = true;
    calling_ = false;
    callee_.reset();
    callee_file_.reset();
    callee_module_.reset();
  }

  // How often a function was called stands at its callers; here it is the callee's.
  void count_calls(std::uint32_t callee, const Lines& lines) {
    if (!tells_calls_ || call_count_ == 0) return;
    limit(call_count_, lines);
    const std::size_t measure = assembly_.measure("calls", "count");
    costs_.assign(assembly_.profile().measures.size(), 0);
    costs_[measure] = call_count_;
    graph_.add_self(callee, "", 0, costs_);
  }

  // Sums of costs must not wrap around, whatever the lines say.
  void limit(std::uint64_t value, const Lines& lines) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 63U;
    if (value >= kMost - sum_) throw BadInput(lines.place() + ": the sum of all costs does not fit 63 bits");
    sum_ += value;
  }

  Assembly assembly_;
  CallGraph graph_;
  NameMap files_, names_, modules_;
  std::map<std::string, std::string> units_;  // of events
  std::vector<std::size_t> columns_;          // measure of each
  bool has_address_ = false;
  bool has_line_ = true;
  std::uint32_t pid_ = 0;
  std::uint64_t address_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t sum_ = 0;
  std::string name_, module_, file_;
  std::string line_file_;  // of the lines that come: that of inlined code
  std::optional<std::uint32_t> function_;
  std::optional<std::string> callee_, callee_file_, callee_module_;
  bool calling_ = false;  // the next cost line is that of a call
  bool tells_calls_ = false;
  std::uint64_t call_count_ = 0;  // of that call
  bool calls_ = false;
  CallGraph::Costs costs_;
};

}  // namespace

// A header of "key: value" lines up to "events:", within the first lines that are no comment.
bool is_callgrind(std::string_view text) {
  Lines lines(text, "");
  std::string_view line;
  constexpr std::size_t kMostHeader = 100;
  while (lines.number() < kMostHeader && lines.next(line)) {
    line = trimmed(line);
    if (line.starts_with("events:")) return true;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find_first_of(":=");
    const std::string_view key = line.substr(0, colon);
    if (colon == std::string_view::npos ||
        key.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string_view::npos) {
      return false;
    }
  }
  return false;
}

Profile read_callgrind(std::string_view text, std::string_view origin) {
  return Reader(origin).read(text);
}

}  // namespace perfopt::model::profile_formats
