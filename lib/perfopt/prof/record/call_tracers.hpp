// SPDX-License-Identifier: Apache-2.0
// What makes interpreters count their calls: files that they load when they start, because variables of the environment
// name them. They serve every Python, bash and node in the tree and nobody else.
//
//   python   sitecustomize.py, by PYTHONPATH: sys.monitoring from 3.12 on, sys.setprofile before. Writes a file
//            "python-PID-N" as call_counts.hpp reads it at the end, before exec and before os._exit().
//   bash     BASH_ENV: xtrace into a file "bash-PID", each line led by the function stack.
//   node     NODE_V8_COVERAGE: V8's own counts, written into the directory "node" at the end.
// A variable that is set already goes on being obeyed, except NODE_V8_COVERAGE.
#pragma once

#include <filesystem>

#include "perfopt/prof/launch/target.hpp"

namespace perfopt::prof {

// Writes them into `directory` and names them in the command's environment. Throws SystemError.
void install_call_tracers(const std::filesystem::path& directory, TargetCommand& command);

}  // namespace perfopt::prof
