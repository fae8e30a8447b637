// SPDX-License-Identifier: Apache-2.0
// Names of node's functions, from the symbols that V8 gives to its code.
//
// node runs with --perf-basic-prof --interpreted-frames-native-stack, so that interpreted functions have native frames
// of their own too. The same function has several symbols, one a tier of its compiler; here they become one frame.
// Inlined functions of optimised code are not told by such a map: their time is that of the function which has them.
//
//   source  V8 11 (node 20): src/logging/log.cc, CodeEventLogger; src/objects/code-kind.cc, CodeKindToMarker
#pragma once

#include <optional>

#include "perfopt/model/profile.hpp"

namespace perfopt::prof {

// `symbol`: a frame of code of a node process as its map or node's own symbol table names it. A JavaScript function
// gets
// its name, file, line and language; empty for parts of the interpreter, whose time is that of the function which they
// run; everything else (C++) is returned as it is.
[[nodiscard]] std::optional<model::Frame> javascript_frame(const model::Frame& symbol);

}  // namespace perfopt::prof
