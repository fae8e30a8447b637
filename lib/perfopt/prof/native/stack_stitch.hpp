// SPDX-License-Identifier: Apache-2.0
// Completes a stack whose copy ends before its root by what an earlier stack of the same thread had there.
//
// A frame at the same place of the stack (its CFA) with the same return address may be the same activation, or another
// of the same function that another caller left there: the return address of each frame that is appended is read in the
// process, and one that is another leaves the stack cut. One that nothing earlier fits stays cut as well.
//
//   memory  the last complete stack of each thread
//   source  the idea is that of LBR call stack stitching (Liang, perf, Linux 5.7), with CFAs in place of branch records
#pragma once

#include <sys/types.h>

#include <unordered_map>
#include <vector>

#include "perfopt/prof/native/unwinder.hpp"

namespace perfopt::prof {

class StackStitch {
 public:
  // A stack that reaches its root, innermost frame first.
  void remember(pid_t tid, const std::vector<NativeFrame>& frames) { last_[tid] = frames; }
  void forget(pid_t tid) { last_.erase(tid); }
  // Appends what is missing to the cut-off `frames` and returns true, or leaves them and returns false. `now`: the
  // process's memory. What it completes is remembered.
  bool complete(pid_t tid, const Memory& now, std::vector<NativeFrame>& frames);

 private:
  std::unordered_map<pid_t, std::vector<NativeFrame>> last_;
};

}  // namespace perfopt::prof
