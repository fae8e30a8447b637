// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/call_tracers.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

namespace fs = std::filesystem;

// A tree of calls a thread: a node is [children by identity, calls, name, node above]. Code objects are told apart by
// identity, since comparing them costs more than what is measured.
constexpr std::string_view kPython = R"py(import atexit
import importlib.machinery
import os
import sys
import threading
import types

BUILTIN = (types.BuiltinFunctionType, types.MethodDescriptorType)
GENERATOR = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
directory = os.environ.get("PERFOPT_CALLS", "")


class Calls(threading.local):
    def __init__(self):
        self.node = [{}, 0, None, None]
        trees.append(self.node)


def enter(key, name, count):
    above = calls.node
    node = above[0].get(key)
    if node is None:
        node = above[0][key] = [{}, 0, name, above]
    node[1] += count
    calls.node = node


def leave(name):
    node = calls.node
    while node is not None and node[2] is not name:
        node = node[3]
    if node is not None and node[3] is not None:
        calls.node = node[3]


def enter_builtin(function):
    enter(function.__qualname__, (function.__qualname__, getattr(function, "__module__", None)), 1)


def leave_builtin():
    node = calls.node
    if node[3] is not None and type(node[2]) is tuple:
        calls.node = node[3]


def monitor():
    tool = sys.monitoring.PROFILER_ID
    events = sys.monitoring.events
    sys.monitoring.use_tool_id(tool, "perfprof --mode calls")
    entered = lambda count: lambda code, *_: enter(id(code), code, count)
    left = lambda code, *_: leave(code)

    def called(code, offset, function, argument):
        if type(function) in BUILTIN:
            enter_builtin(function)

    def returned(code, offset, function, argument):
        if type(function) in BUILTIN:
            leave_builtin()

    handlers = {
        events.PY_START: entered(1),
        events.PY_RESUME: entered(0),
        events.PY_THROW: entered(0),
        events.PY_RETURN: left,
        events.PY_YIELD: left,
        events.PY_UNWIND: left,
        events.CALL: called,
        events.C_RETURN: returned,
        events.C_RAISE: returned,
    }
    for event, handler in handlers.items():
        sys.monitoring.register_callback(tool, event, handler)
    return lambda on: sys.monitoring.set_events(tool, sum(handlers) if on else 0)


def profile():
    resumes = {}  # by generator code: where its RESUME instructions after a yield are

    def resumed(frame):
        code = frame.f_code
        if not code.co_flags & GENERATOR:
            return False
        text = resumes.get(id(code))
        if text is None:
            text = resumes[id(code)] = code.co_code
        return text[frame.f_lasti + 1] & 3 != 0

    def seen(frame, event, argument):
        if event == "call":
            enter(id(frame.f_code), frame.f_code, 0 if resumed(frame) else 1)
        elif event == "return":
            leave(frame.f_code)
        elif event == "c_call":
            enter_builtin(argument)
        else:
            leave_builtin()

    def switch(on):
        threading.setprofile(seen if on else None)
        sys.setprofile(seen if on else None)

    return switch


def told(name):
    if type(name) is tuple:
        where = name[1]
        return 0, "", name[0] if where in (None, "builtins") else f"{where}.{name[0]}"
    return name.co_firstlineno, name.co_filename, name.co_qualname


def write():
    lines = []
    waiting = [(tree, -1) for tree in trees]
    while waiting:
        node, above = waiting.pop()
        index = above
        if node[2] is not None:
            index = len(lines)
            first_line, file, function = (str(part).translate({9: " ", 10: " "}) for part in told(node[2]))
            lines.append(f"{above}\t{node[1]}\t{first_line}\t{file}\t{function}\n")
        waiting.extend((child, index) for child in node[0].values())
    number = 0
    while True:
        path = os.path.join(directory, f"python-{os.getpid()}-{number}")
        try:
            with open(path, "x", encoding="utf-8", errors="replace") as file:
                file.writelines(lines)
            return
        except FileExistsError:
            number += 1


def forked():
    switch(False)
    chain = []
    node = calls.node
    while node[3] is not None:
        if node[2] is not forked.__code__:
            chain.append(node[2])
        node = node[3]
    trees.clear()
    calls.__init__()
    for name in reversed(chain):
        enter(id(name) if type(name) is types.CodeType else name[0], name, 0)
    switch(True)


def written_before(function):
    def call(*arguments):
        switch(False)
        write()
        return function(*arguments)

    return call


def go_on():
    sys.path[:] = [place for place in sys.path if place != os.path.dirname(__file__)]
    found = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if found is not None and found.loader is not None:
        found.loader.exec_module(types.ModuleType("sitecustomize"))


trees = []
calls = Calls()
try:
    go_on()
finally:
    if directory:
        switch = monitor() if sys.version_info >= (3, 12) else profile()
        atexit.register(lambda: (switch(False), write()))
        os.register_at_fork(after_in_child=forked)
        for name in ("_exit", "execv", "execve"):
            setattr(os, name, written_before(getattr(os, name)))
        switch(True)
)py";

// The stack is joined by blanks whatever IFS is, since prompts are not split.
constexpr std::string_view kBash = R"sh(if [ -n "$PERFOPT_BASH_ENV" ]; then . "$PERFOPT_BASH_ENV"; fi
exec {PERFOPT_CALLS_FD}>>"$PERFOPT_CALLS/bash-$$"
BASH_XTRACEFD=$PERFOPT_CALLS_FD
PS4=$'\x02perfopt\x1f${FUNCNAME[@]}\x1f${BASH_SOURCE[0]}\x1f$LINENO\x1f'
set -x
)sh";

void write_text(const fs::path& file, std::string_view text) {
  const UniqueFd fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
  write_all(fd.get(), text, file);
}

// Of the command's own variables, else of ours.
std::string variable(const TargetCommand& command, std::string_view name) {
  for (const std::string& one : command.environment) {
    if (one.starts_with(name) && one.size() > name.size() && one[name.size()] == '=') {
      return one.substr(name.size() + 1);
    }
  }
  const char* inherited = std::getenv(std::string(name).c_str());
  return inherited == nullptr ? "" : inherited;
}

void set(TargetCommand& command, const std::string& name, const std::string& value) {
  std::erase_if(command.environment, [&](const std::string& one) { return one.starts_with(name + "="); });
  command.environment.push_back(name + "=" + value);
}

}  // namespace

void install_call_tracers(const fs::path& directory, TargetCommand& command) {
  for (const char* name : {"python", "node"}) fs::create_directory(directory / name);
  write_text(directory / "python/sitecustomize.py", kPython);
  write_text(directory / "trace.bash", kBash);
  const std::string path = variable(command, "PYTHONPATH");
  const std::string own_path = (directory / "python").string();
  set(command, "PYTHONPATH", path.empty() ? own_path : own_path + ":" + path);
  set(command, "PERFOPT_BASH_ENV", variable(command, "BASH_ENV"));
  set(command, "BASH_ENV", (directory / "trace.bash").string());
  set(command, "NODE_V8_COVERAGE", (directory / "node").string());
  set(command, "PERFOPT_CALLS", directory.string());
}

}  // namespace perfopt::prof
