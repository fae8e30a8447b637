// SPDX-License-Identifier: Apache-2.0
// A graph of calls with costs, unfolded into stacks. Internal to model/profile_formats/.
//
// The graph tells what a function cost itself, by line, and what each of its calls cost with all that was below, but
// not from which stack. It is unfolded from its roots as if a callee cost the same from wherever its caller was called,
// the largest share first, up to 50,000 contexts of at most 500 calls. Self costs, by line, are exact: they are the
// graph's. So are the inclusive ones but for what is left of the graph when it is cut (contexts below 1/100,000 of the
// total) and for recursion: a function is not unfolded below itself.
// Source of the proportional rule: Graham, Kessler, McKusick, gprof, SIGPLAN 17(6), 1982.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/model/profile_formats/assembly.hpp"

namespace perfopt::model::profile_formats {

class CallGraph {
 public:
  using Costs = std::vector<std::uint64_t>;  // by measure; those that are left out are 0

  // `file` is where the function is, unless that is known already or empty.
  std::uint32_t function(std::string_view name, std::string_view module, std::string_view file);
  // `file` of the line, which inlined code has from elsewhere.
  void add_self(std::uint32_t function, std::string_view file, unsigned line, const Costs& costs);
  void add_call(std::uint32_t caller, std::uint32_t callee, unsigned line, const Costs& costs);

  // Rows of all self costs.
  void unfold(Assembly& assembly, std::uint32_t thread) const;

 private:
  struct Call {
    std::uint64_t cost = 0;  // of the first measure
    unsigned line = 0;       // of the costliest of the calls
    std::uint64_t line_cost = 0;
  };
  struct Function {
    std::string name;
    std::string module;
    std::string file;
    std::map<std::pair<std::string, unsigned>, Costs> lines;
    std::map<std::uint32_t, Call> calls;
  };
  struct Context {
    std::uint32_t above = StackNode::kRoot;  // stack of the callers
    double weight = 0;
  };
  class Unfolding;

  [[nodiscard]] Frame frame(const Function& function, std::string_view file, unsigned line) const;
  [[nodiscard]] static std::uint64_t self_cost(const Function& function);
  void add_rows(const Function& function, std::vector<Context> contexts, Assembly& assembly,
                std::uint32_t thread) const;

  std::vector<Function> functions_;
  std::unordered_map<std::string, std::uint32_t> index_;  // by module and name
};

}  // namespace perfopt::model::profile_formats
