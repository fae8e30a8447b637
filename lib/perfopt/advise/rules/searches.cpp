// SPDX-License-Identifier: Apache-2.0
// Looking through everything to find one: linear searches that take most of a function's time, and hash tables whose
// keys meet in few buckets. How often a search is done cannot be sampled; that it takes most of the time can.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.25;     // of the program's time
constexpr double kMostOfFunction = 0.6;  // of the function that searches

bool searches(const model::Frame& frame) {
  constexpr auto kHeads = std::to_array<std::string_view>(
      {"std::find<", "std::find_if<", "std::__find_if<", "std::count<", "std::count_if<", "std::__count_if<",
       "std::any_of<", "std::none_of<", "std::__find<", "std::ranges::__find", "std::__ranges::__find",
       "PySequence_Contains", "_PySequence_IterSearch", "list_contains", "list_index", "list_remove", "list_count"});
  const std::string_view name = stats::qualified_name(frame.function);
  if (frame.file.ends_with("/bits/stl_algo.h") || frame.file.ends_with("/bits/stl_algobase.h")) {
    if (name.starts_with("find") || name.starts_with("__find_if") || name.starts_with("__count_if")) return true;
  }
  return std::any_of(kHeads.begin(), kHeads.end(), [&](std::string_view head) { return name.starts_with(head); });
}

// What moves all that stands behind: erasing or inserting at the front of a vector or list.
bool shifts(const model::Frame& frame) {
  const std::string_view name = stats::qualified_name(frame.function);
  const bool vector =
      (name.starts_with("std::vector<") || frame.file.ends_with("/bits/stl_vector.h") ||
       frame.file.ends_with("/bits/vector.tcc")) &&
      (name.ends_with("erase") || name.ends_with("insert") || name.find("_M_insert") != std::string_view::npos);
  return vector || name == "list_ass_slice" || name == "PyList_SetSlice" || name == "ins1" || name == "PyList_Insert";
}

bool in_chain(const model::Frame& frame) {
  const std::string_view name = stats::qualified_name(frame.function);
  const bool table = name.starts_with("std::_Hashtable<") || frame.file.ends_with("/bits/hashtable.h");
  return table && (name.find("_M_find_before_node") != std::string_view::npos ||
                   name.find("_M_find_node") != std::string_view::npos);
}

// What is done once a look-up, however long the chain.
bool hashes(const model::Frame& frame) {
  const std::string_view name = stats::qualified_name(frame.function);
  return name.find("_M_hash_code") != std::string_view::npos ||
         name.find("_M_bucket_index") != std::string_view::npos || name.starts_with("std::_Hash_bytes") ||
         name.starts_with("std::hash<");
}

Finding most_of_function(const Facts& facts, const std::vector<bool>& stacks) {
  Finding all = facts.find(stacks, facts.cpu);
  Finding finding;
  for (Site& site : all.sites) {
    const double spent = static_cast<double>(facts.spent_in(site, facts.cpu));
    if (static_cast<double>(site.value) < kMostOfFunction * spent) continue;
    finding.value += site.value;
    finding.sites.push_back(std::move(site));
  }
  return finding;
}

model::Recommendation recommendation(const Facts& facts, const Finding& finding, std::string_view what) {
  model::Recommendation one;
  one.evidence = evidence_of(facts, finding, what);
  one.impact = facts.sampled(finding.value);
  one.verify = verify_command(facts.profile);
  return one;
}

bool is_method(const model::Frame& frame, std::string_view name) {
  return frame.language == model::Language::python &&
         std::string_view(frame.function).substr(frame.function.find_last_of('.') + 1) == name;
}

// User-defined keys of Python: comparing them, in __eq__ and on the way there, by far exceeds __hash__ when keys meet
// in few buckets.
Finding python_collisions(const Facts& facts) {
  constexpr std::uint64_t kComparingPerHash = 4;
  std::vector<bool> comparing =
      facts.below_user([](const model::Frame& frame) { return frame.function.starts_with("PyObject_RichCompare"); });
  std::uint64_t hashing = 0;
  std::uint64_t equal = 0;
  for (std::size_t i = 0; i < comparing.size(); ++i) {
    if (facts.places[i] == model::StackNode::kRoot) continue;
    const model::Frame& frame = facts.profile.frames[facts.profile.stacks[facts.places[i]].frame];
    if (is_method(frame, "__hash__")) hashing += facts.cpu[i];
    if (!is_method(frame, "__eq__")) continue;
    comparing[i] = true;
    equal += facts.cpu[i];
  }
  Finding finding = facts.find(comparing, facts.cpu);
  return hashing == 0 || equal < hashing || finding.value < kComparingPerHash * hashing ? Finding{} : finding;
}

// A table of the program whose chains cost many times what finding their beginning does.
Finding native_collisions(const Facts& facts) {
  constexpr std::uint64_t kChainPerHash = 15;
  const std::vector<bool> chain = facts.below_user(in_chain);
  std::vector<bool> once = facts.below_user(hashes);
  for (std::size_t i = 0; i < once.size(); ++i) once[i] = once[i] && !chain[i];
  Finding finding = most_of_function(facts, chain);
  return finding.value < kChainPerHash * facts.find(once, facts.cpu).value ? Finding{} : finding;
}

}  // namespace

void colliding_hash(Facts& facts, Advice& advice) {
  Finding finding = native_collisions(facts);
  if (finding.empty()) finding = python_collisions(facts);
  if (!facts.matters(finding, kLeastShare)) return;
  model::Recommendation one = recommendation(facts, finding, "walking along chains of a hash table");
  one.rule = "colliding_hash";
  one.title = "give the keys of the hash table a hash that tells them apart";
  one.reason = percent(facts.share(finding.value)) +
               " of the time is spent comparing keys that met in the same buckets, more than in all else that is done "
               "with the table.";
  one.effort = model::Effort::low;
  one.confidence = 0.7;
  one.remedy =
      "mix all fields of the key into the hash (std::hash of each, combined; in Python hash((a, b))); where the "
      "hash is good, the table is larger than the caches: make keys and values smaller";
  advice.push_back(one);
  facts.claim(finding);
}

void quadratic_search(Facts& facts, Advice& advice) {
  std::vector<bool> stacks = facts.below_user(searches);
  const std::vector<bool> shifting = facts.below_user(shifts);
  for (std::size_t i = 0; i < stacks.size(); ++i) stacks[i] = stacks[i] || shifting[i];
  const Finding finding = most_of_function(facts, stacks);
  if (!facts.matters(finding, kLeastShare)) return;
  model::Recommendation one = recommendation(facts, finding, "looking through or moving all elements");
  one.rule = "quadratic_search";
  one.title = "look it up instead of searching for it";
  one.reason = percent(facts.share(finding.value)) +
               " of the time is spent going through a sequence from its beginning; done for each of n elements, it "
               "grows with the square of n.";
  one.effort = model::Effort::low;
  one.confidence = 0.75;
  one.remedy = "keep a hash set or map beside it, or sort once and search by halves; take from the end, or use a deque";
  one.uses = "perfopt/optim/cpu/sort.hpp";
  advice.push_back(one);
  facts.claim(finding);
}

}  // namespace perfopt::advise
