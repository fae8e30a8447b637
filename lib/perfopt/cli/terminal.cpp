// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/nearest.hpp"

namespace perfopt::cli {
namespace {

constexpr unsigned kDefaultWidth = 80;

}  // namespace

ColorMode parse_color(std::string_view text) {
  constexpr std::array<std::string_view, 3> kModes{"auto", "always", "never"};
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (text == kModes[i]) return static_cast<ColorMode>(i);
  }
  throw BadInput("--color: '" + std::string(text) + "' is none of auto, always, never" + did_you_mean(text, kModes));
}

bool use_color(ColorMode mode, int fd) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && (term == nullptr || std::string_view(term) != "dumb") &&
         is_terminal(fd);
}

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

unsigned terminal_width(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    const std::string_view text(columns);
    unsigned width = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
    if (error == std::errc{} && end == text.data() + text.size() && width > 0) return width;
  }
  return kDefaultWidth;
}

void write_output(std::string_view text) {
  try {
    write_all(STDOUT_FILENO, text, "standard output");
  } catch (const SystemError& error) {
    if (error.error_number() != EPIPE) throw;
  }
}

void write_error(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void write_console(std::string_view text, int fd) {
  if (!shows_utf8()) {
    const std::string ascii = ascii_text(text);
    return fd == STDERR_FILENO ? write_error(ascii) : write_output(ascii);
  }
  return fd == STDERR_FILENO ? write_error(text) : write_output(text);
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (!control) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace perfopt::cli
