// SPDX-License-Identifier: Apache-2.0
// Workflow commands of GitHub Actions: what fails is an error, what is doubtful a warning, what is good to know a
// notice. GitHub shows ten of each kind for one step: the worst stand first, and the tenth counts the rest.
#include <algorithm>
#include <string>
#include <vector>

#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

constexpr std::size_t kMostShown = 10;

std::string replaced(std::string_view text, bool of_property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (of_property && c == ':') {
      out += "%3A";
    } else if (of_property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

struct Annotation {
  std::string title, message;
};

// printable() leaves no line end, so that a name cannot begin a command of its own.
std::string command(std::string_view kind, const Annotation& annotation) {
  return "::" + std::string(kind) + " title=" + replaced(printable(annotation.title, 160), true) +
         "::" + replaced(printable(annotation.message), false) + "\n";
}

// `taken`: of the kind, by what stands elsewhere.
std::string commands(std::string_view kind, const std::vector<Annotation>& list, std::size_t taken = 0) {
  std::string out;
  const std::size_t room = kMostShown - taken;
  const std::size_t shown = list.size() <= room ? list.size() : room - 1;
  for (std::size_t i = 0; i < shown; ++i) out += command(kind, list[i]);
  if (shown == list.size()) return out;
  std::string names;
  for (std::size_t i = shown; i < list.size(); ++i) {
    names += (names.empty() ? "" : "; ") + printable(list[i].title, kNameLength);
  }
  return out + command(kind, {plural(list.size() - shown, "more", "more"), names});
}

Annotation annotation_of(const ComparedBenchmark& benchmark) {
  Annotation annotation{
      printable(name_of(benchmark), kNameLength) + " is " +
          std::string(benchmark.verdict == Change::failed ? "not compared" : change_name(benchmark.verdict)),
      benchmark.reason};
  const std::string values = values_of(benchmark);
  if (!values.empty()) annotation.message += " (" + values + ")";
  return annotation;
}

Annotation annotation_of(const GateView& gate) {
  return {printable(name_of(*gate.benchmark), kNameLength) + ": " + metric_words(gate.metric->metric),
          gate_words(*gate.metric)};
}

}  // namespace

std::string comparison_github(const Comparison& comparison) {
  std::vector<Annotation> errors;
  std::vector<Annotation> warnings;
  std::vector<Annotation> notices;
  for (const Change change : {Change::failed, Change::slower, Change::missing, Change::inconclusive}) {
    for (const ComparedBenchmark* benchmark : with_verdict(comparison, change)) {
      (fails(comparison, *benchmark) ? errors : warnings).push_back(annotation_of(*benchmark));
    }
  }
  for (const GateView& gate : gates(comparison)) {
    const bool fatal = gate.metric->verdict == Change::slower && fails(comparison, *gate.benchmark);
    if (fatal) errors.push_back(annotation_of(gate));
    if (!fatal && gate.metric->verdict != Change::faster) warnings.push_back(annotation_of(gate));
  }
  for (const Change change : {Change::faster, Change::added}) {
    for (const ComparedBenchmark* benchmark : with_verdict(comparison, change)) {
      (fails(comparison, *benchmark) ? errors : notices).push_back(annotation_of(*benchmark));
    }
  }
  std::string out = commands("error", errors) + commands("warning", warnings);
  out += command("notice", {"perfbench compare",
                            verdict_line(comparison) + (comparison.advice.empty() ? "" : ". " + comparison.advice)});
  return out + commands("notice", notices, 1);
}

}  // namespace perfopt::report
