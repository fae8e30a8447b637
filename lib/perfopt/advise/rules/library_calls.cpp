// SPDX-License-Identifier: Apache-2.0
// What a library does again and again on behalf of one of the program's functions, and need not: a table of kinds.
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

using stats::Work;

struct LibraryRule {
  std::string_view rule;
  std::string_view title;
  std::string_view what;  // of the time is spent ..., called from
  std::string_view remedy;
  std::string_view uses;
  double least_share;
  model::Effort effort;
  double confidence;
};

void tell(Facts& facts, const Finding& finding, const LibraryRule& rule, Advice& advice) {
  if (!facts.matters(finding, rule.least_share)) return;
  model::Recommendation one;
  one.rule = rule.rule;
  one.title = rule.title;
  one.reason = percent(facts.share(finding.value)) + " of the time is spent " + std::string(rule.what) + ".";
  one.evidence = evidence_of(facts, finding, rule.what);
  one.impact = facts.sampled(finding.value);
  one.effort = rule.effort;
  one.confidence = rule.confidence;
  one.remedy = rule.remedy;
  one.uses = rule.uses;
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(finding);
}

// The copy constructor or assignment of a container: its argument is one of the same.
bool copies_container(const model::Frame& frame) {
  const std::string_view name = stats::qualified_name(frame.function);
  if (frame.file.ends_with("/copy.py")) return true;
  const bool inlined = frame.inlined && frame.file.find("/c++/") != std::string::npos;
  if (!name.starts_with("std::") && !inlined) return false;
  if (name.find("_M_copy") != std::string_view::npos && frame.file.ends_with("/stl_tree.h")) return true;
  if (name.find("_Rb_tree<") != std::string_view::npos && name.find("::_M_copy") != std::string_view::npos) return true;
  const auto last = name.rfind("::");
  const std::string_view own = last == std::string_view::npos ? name : name.substr(last + 2);
  const bool constructs = own == "vector" || own == "map" || own == "set" || own == "unordered_map" || own == "list" ||
                          own == "deque" || own == "_Rb_tree" || own == "_Hashtable" || own == "operator=";
  return constructs && std::string_view(frame.function).find("> const&)") != std::string_view::npos;
}

}  // namespace

void regex_in_loop(Facts& facts, Advice& advice) {
  const Finding finding = facts.find(
      facts.below_user([](const model::Frame& frame) { return stats::work_of(frame) == Work::regex_compile; }),
      facts.cpu);
  tell(facts, finding,
       {"regex_in_loop", "compile the regular expression once", "compiling regular expressions",
        "hoist it out of the loop, or make it static const; in Python, re.compile once and keep the result; a pattern "
        "that differs for each item is often a plain comparison in disguise",
        "", 0.05, model::Effort::low, 0.9},
       advice);
}

void exceptions_as_control_flow(Facts& facts, Advice& advice) {
  tell(facts, facts.find(facts.doing(Work::exceptions), facts.cpu),
       {"exceptions_as_control_flow", "tell what is expected by a result, not by an exception",
        "throwing and catching exceptions",
        "return std::optional, an error code or std::from_chars' result where failing is common; keep exceptions for "
        "what is rare",
        "", 0.1, model::Effort::medium, 0.85},
       advice);
}

void json_parsed_again(Facts& facts, Advice& advice) {
  tell(
      facts, facts.find(facts.doing(Work::json), facts.cpu),
      {"json_parsed_again", "keep what was parsed from JSON, or parse it faster", "in JSON",
       "parse once and keep the result where the text is the same; where it is not, a faster parser (simdjson, orjson) "
       "or a binary format",
       "perfopt/optim/io/lru.hpp", 0.2, model::Effort::medium, 0.7},
      advice);
}

void copied_by_value(Facts& facts, Advice& advice) {
  tell(facts, facts.find(facts.below_user(copies_container), facts.cpu),
       {"copied_by_value", "hand the container on without copying it", "copying containers",
        "take it by const reference (std::span, std::string_view), or move it; in Python, avoid copy.deepcopy of what "
        "is only read",
        "", 0.15, model::Effort::low, 0.85},
       advice);
}

void allocation_in_hot_loop(Facts& facts, Advice& advice) {
  tell(facts, facts.find(facts.doing(Work::allocation), facts.cpu),
       {"allocation_in_hot_loop", "take memory for many objects at once", "allocating and freeing memory",
        "keep the objects on the stack or in a vector, reuse them, or give them an arena or a pool",
        "perfopt/optim/memory/arena.hpp, perfopt/optim/memory/pool.hpp", 0.2, model::Effort::medium, 0.8},
       advice);
}

}  // namespace perfopt::advise
