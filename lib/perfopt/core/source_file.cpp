// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/source_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <span>
#include <string_view>
#include <system_error>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/timestamp.hpp"

namespace perfopt {
namespace {

constexpr std::array<std::string_view, 40> kSuffixes{
    ".c",   ".cc",   ".cpp", ".cxx", ".c++", ".h",   ".hh",  ".hpp", ".hxx", ".h++", ".inc", ".inl", ".ipp",  ".tcc",
    ".tpp", ".cu",   ".cuh", ".py",  ".pyx", ".js",  ".mjs", ".cjs", ".ts",  ".jsx", ".tsx", ".sh",  ".bash", ".rs",
    ".go",  ".java", ".kt",  ".rb",  ".pl",  ".lua", ".f",   ".f90", ".s",   ".S",   ".d",   ".zig"};

std::string refused_path(const std::filesystem::path& path) {
  if (!path.is_absolute()) return "its path is not absolute";
  for (const std::filesystem::path& part : path) {
    if (part == "..") return "its path has '..' in it";
  }
  constexpr std::array<std::string_view, 3> kNoFiles{"proc", "sys", "dev"};
  const auto top = std::next(path.begin());
  if (top == path.end() || std::ranges::find(kNoFiles, top->native()) != kNoFiles.end()) return "it is no source file";
  const std::string suffix = path.extension().native();
  if (std::ranges::find(kSuffixes, suffix) == kSuffixes.end()) return "it has no suffix of a source file";
  return "";
}

// Who may put a link where a document says may have it point at a private file: what it leads to counts. Empty where it
// leads nowhere.
std::filesystem::path behind_links(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  std::filesystem::path target = std::filesystem::canonical(path, error);
  return error ? std::filesystem::path() : target;
}

SourceFile read_opened(int fd, const std::filesystem::path& path) {
  SourceFile source;
  struct stat status{};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    source.refusal = "it is no regular file";
    return source;
  }
  if (static_cast<std::size_t>(status.st_size) > kLargestSource) {
    source.refusal = "it is larger than a source file";
    return source;
  }
  source.modified = utc_text(status.st_mtim.tv_sec);
  source.text.resize(static_cast<std::size_t>(status.st_size));
  source.text.resize(read_at(fd, std::as_writable_bytes(std::span(source.text)), 0, path));
  if (source.text.find('\0') != std::string::npos) return {.text = "", .refusal = "it is no text", .modified = ""};
  return source;
}

}  // namespace

SourceFile read_source(const std::string& path) {
  SourceFile source;
  const std::filesystem::path checked(path);
  source.refusal = path.find('\0') == std::string::npos ? refused_path(checked) : "its path has a zero byte in it";
  if (!source.refusal.empty()) return source;
  const std::filesystem::path target = behind_links(checked);
  if (target != checked && !target.empty()) source.refusal = refused_path(target);
  if (!source.refusal.empty()) {
    source.refusal = "it is a link, and of its target: " + source.refusal;
    return source;
  }
  try {
    const UniqueFd fd = open_file(target, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    return read_opened(fd.get(), target);
  } catch (const Error&) {
    source.refusal = "it is not there or may not be read";
  }
  return source;
}

}  // namespace perfopt
