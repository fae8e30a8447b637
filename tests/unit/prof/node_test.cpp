// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/node.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>

using perfopt::model::Frame;
using perfopt::model::Language;
using perfopt::prof::javascript_frame;

namespace {

Frame symbol(const std::string& text) {
  Frame frame;
  frame.function = text;
  frame.module = "[jit]";
  frame.language = Language::native;
  return frame;
}

// "function|file|line"; "-" for what is folded away.
std::string told(const std::string& text) {
  const std::optional<Frame> frame = javascript_frame(symbol(text));
  if (!frame) return "-";
  return frame->function + "|" + frame->file + "|" + std::to_string(frame->first_line);
}

}  // namespace

TEST_CASE("all tiers of a function are one frame") {
  for (const std::string tier : {"*", "~", "^", "+", ""}) {
    CHECK(told("JS:" + tier + "fib /srv/n.js:3:13") == "fib|/srv/n.js|3");
    CHECK(told("LazyCompile:" + tier + "fib /srv/n.js:3:13") == "fib|/srv/n.js|3");
  }
  CHECK(javascript_frame(symbol("JS:*fib /srv/n.js:3:13"))->language == Language::javascript);
  CHECK(javascript_frame(symbol("JS:*fib /srv/n.js:3:13"))->module == "/srv/n.js");
}

TEST_CASE("accessors, modules, unnamed functions, names and paths with blanks, URLs") {
  CHECK(told("JS:~get p /srv/n.js:2:44") == "get p|/srv/n.js|2");
  CHECK(told("JS:~ /srv/n.js:1:1") == "(module)|/srv/n.js|1");
  CHECK(told("JS:~ /srv/n.js:5:2") == "(anonymous)|/srv/n.js|5");
  CHECK(told("JS:*größe /my files/n.js:4:31") == "größe|/my files/n.js|4");
  CHECK(told("JS:*run file:///srv/m.mjs:7:1") == "run|/srv/m.mjs|7");
  CHECK(told("JS:~init node:internal/util/debuglog:77:16") == "init|node:internal/util/debuglog|77");
  CHECK(told("Eval:~ /srv/n.js:1:1") == "(module)|/srv/n.js|1");
  CHECK(told("JS:*no_place") == "no_place||0");
}

TEST_CASE("the interpreter's own parts fold away, builtins and C++ stay") {
  CHECK(told("BytecodeHandler:JumpIfTrueConstant") == "-");
  CHECK(told("Builtin:InterpreterEntryTrampoline") == "-");
  CHECK(told("Builtins_InterpreterEntryTrampoline") == "-");
  CHECK(told("Builtins_LdaGlobalHandler") == "-");
  CHECK(told("Builtin:CallFunction_ReceiverIsNullOrUndefined") == "-");
  CHECK(told("Builtin:ArrayPrototypeSort") == "ArrayPrototypeSort||0");
  CHECK(told("RegExp:a(b)+c") == "RegExp:a(b)+c||0");
  CHECK(told("node::Start(int, char**)") == "node::Start(int, char**)||0");
  CHECK(javascript_frame(symbol("node::Start(int, char**)"))->language == Language::native);
  CHECK(told("") == "||0");
  CHECK(told("JS:") == "JS:||0");
}
