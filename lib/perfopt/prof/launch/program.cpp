// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/launch/program.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHead = 256;   // the kernel reads no more of a shebang (BINPRM_BUF_SIZE)
constexpr int kMaxInterpreters = 5;  // a script by a script by ..., as the kernel counts
constexpr std::string_view kSpaces = " \t";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::string_view first_word(std::string_view& rest) {
  const auto end = rest.find_first_of(kSpaces);
  const std::string_view word = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : trimmed(rest.substr(end));
  return word;
}

// Empty: not readable, which does not keep a program from being executed.
std::optional<std::string> head_of(const fs::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return std::nullopt;
  std::string head(kHead, '\0');
  const ssize_t got = ::read(fd.get(), head.data(), head.size());
  if (got < 0) return std::nullopt;
  head.resize(static_cast<std::size_t>(got));
  return head;
}

bool is_executable_file(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// As execvp(3): an empty part of PATH is the working directory.
std::string in_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "/bin:/usr/bin" : variable;
  for (bool more = true; more;) {
    const auto colon = rest.find(':');
    const std::string_view place = rest.substr(0, colon);
    std::string file = place.empty() ? "./" + name : std::string(place) + "/" + name;
    if (is_executable_file(file)) return file;
    more = colon != std::string_view::npos;
    if (more) rest.remove_prefix(colon + 1);
  }
  return "";
}

std::string located(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  if (name.empty()) throw BadInput("the command to profile is an empty word; name a program");
  const std::string file = in_path(name);
  if (!file.empty()) return file;
  std::error_code ignored;
  const bool here = fs::exists(name, ignored);
  throw Unavailable(name + ": not found in PATH; " +
                    (here ? "for the file in this directory write ./" + name : "check the name, or install it"));
}

void require_executable(const std::string& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    throw Unavailable(file + ": " + std::strerror(errno) + "; check the name");
  }
  if (S_ISDIR(status.st_mode)) throw Unavailable(file + ": is a directory; name a program in it");
  if (!S_ISREG(status.st_mode)) throw Unavailable(file + ": is no regular file and cannot be executed");
  if (::access(file.c_str(), X_OK) != 0) {
    const bool nobody = (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0;
    throw Unavailable(file + ": may not be executed; " +
                      (nobody ? "chmod +x it, or give it to --script" : "ask its owner, or look how it is mounted"));
  }
}

void require_own_rights(const std::string& file) {
  if (::geteuid() == 0) return;
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return;
  std::string what;
  if ((status.st_mode & S_ISUID) != 0 && status.st_uid != ::geteuid()) what = "setuid";
  constexpr mode_t kSetGroup = S_ISGID | S_IXGRP;
  if ((status.st_mode & kSetGroup) == kSetGroup && status.st_gid != ::getegid()) what = "setgid";
  if (::getxattr(file.c_str(), "security.capability", nullptr, 0) > 0) what = "file capabilities";
  if (what.empty()) return;
  throw BadInput(file + ": runs with another user's rights (" + what + "), which nobody but root may profile; " +
                 "profile it as root");
}

bool is_elf(std::string_view head) {
  return head.starts_with(std::string_view(ELFMAG, SELFMAG));
}

void require_this_machine(const std::string& file, std::string_view head) {
  Elf64_Ehdr header{};
  if (head.size() < sizeof header) throw Unavailable(file + ": is a damaged program: its ELF header is cut off");
  std::memcpy(&header, head.data(), sizeof header);
  const bool ours = header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_machine == EM_X86_64;
  const bool x86 = header.e_ident[EI_CLASS] == ELFCLASS32 && header.e_machine == EM_386;
  if (!ours && !x86) {
    throw Unavailable(file + ": is a program for another machine (ELF machine " + std::to_string(header.e_machine) +
                      "); build it for x86-64");
  }
}

// Each interpreter in turn, down to the one that is no script.
void require_interpreters(const std::string& script, Shebang shebang) {
  std::string file = script;
  for (int depth = 0; depth < kMaxInterpreters; ++depth) {
    const std::string wanted = interpreter_of(shebang);
    const bool by_env = wanted != shebang.interpreter;
    if (wanted.empty()) throw Unavailable(file + ": its first line '#!' names no interpreter");
    const std::string found = wanted.find('/') == std::string::npos && by_env ? in_path(wanted) : wanted;
    if (found.empty() || !is_executable_file(found)) {
      throw Unavailable(file + ": its interpreter " + wanted +
                        (by_env ? " is not in PATH" : " is missing or may not be executed") +
                        "; install it, or correct the first line of the file");
    }
    if (!by_env) require_own_rights(found);
    const auto next = shebang_of(found);
    if (!next) return;
    file = found;
    shebang = *next;
  }
  throw Unavailable(script + ": its interpreters are scripts that lead to no program");
}

}  // namespace

std::optional<Shebang> parse_shebang(std::string_view head) {
  if (!head.starts_with("#!")) return std::nullopt;
  std::string_view rest = trimmed(head.substr(2, head.find_first_of(std::string_view("\n\0", 2)) - 2));
  Shebang result;
  result.interpreter = first_word(rest);
  result.argument = rest;
  return result;
}

std::string interpreter_of(const Shebang& shebang) {
  if (fs::path(shebang.interpreter).filename() != "env") return shebang.interpreter;
  std::string_view rest = shebang.argument;
  while (!rest.empty()) {
    std::string_view word = first_word(rest);
    if (word.starts_with("-S")) word.remove_prefix(2);  // env -S splits what the kernel passes as one word
    if (word.empty() || word.starts_with('-') || word.find('=') != std::string_view::npos) continue;
    return std::string(word);
  }
  return shebang.interpreter;
}

std::optional<Shebang> shebang_of(const fs::path& file) {
  const auto head = head_of(file);
  return head ? parse_shebang(*head) : std::nullopt;
}

Program find_executable(const std::vector<std::string>& words) {
  if (words.empty()) throw BadInput("there is no command to profile; name one after --");
  Program program{.file = located(words.front()), .words = words};
  require_executable(program.file);
  require_own_rights(program.file);
  const auto head = head_of(program.file);
  if (!head) return program;
  if (is_elf(*head)) {
    require_this_machine(program.file, *head);
  } else if (const auto shebang = parse_shebang(*head)) {
    require_interpreters(program.file, *shebang);
  } else if (head->find('\0') == std::string::npos) {
    const std::string shell = "/bin/sh";
    program.words.front() = program.file;
    program.words.insert(program.words.begin(), "sh");
    program.file = shell;
  }
  // What is neither may be known to binfmt_misc: exec(2) decides.
  return program;
}

}  // namespace perfopt::prof
