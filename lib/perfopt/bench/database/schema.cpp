// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/schema.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <random>
#include <string_view>
#include <system_error>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

// What is equal for all runs of this host and container.
std::string signature() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) throw_errno("read the name of this host");
  std::error_code unknown;
  const auto processes = std::filesystem::read_symlink("/proc/self/ns/pid", unknown);
  return "perfopt run: " + std::string(host.data()) + ", " + processes.string() + ", ";
}

bool is_gone(std::string_view digits) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size() && pid > 0;
  return is_number && ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

Schema::Schema(optim::db::Postgres& connection)
    : connection_(connection),
      name_("perfopt_" + std::to_string(::getpid()) + "_" + std::to_string(std::random_device{}())) {
  std::string comment;
  for (const char c : signature() + std::to_string(::getpid())) comment += c == '\'' ? "''" : std::string(1, c);
  // Several statements in one message are one transaction.
  (void)connection_.execute("CREATE SCHEMA " + name_ + "; COMMENT ON SCHEMA " + name_ + " IS '" + comment + "'");
}

Schema::~Schema() {
  try {
    (void)connection_.execute("DROP SCHEMA " + name_ + " CASCADE");
  } catch (const Error&) {
    return;  // the server is gone: the next run drops it
  }
}

std::size_t drop_stale_schemas(optim::db::Postgres& connection) {
  const auto found = connection.execute(
      "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname LIKE 'perfopt\\_%'");
  const std::string ours = signature();
  std::size_t dropped = 0;
  for (int row = 0; row < found.rows(); ++row) {
    const std::string_view comment = found.text(row, 1);
    if (!comment.starts_with(ours) || !is_gone(comment.substr(ours.size()))) continue;
    (void)connection.execute("DROP SCHEMA IF EXISTS " + connection.quoted(found.text(row, 0)) + " CASCADE");
    ++dropped;
  }
  return dropped;
}

}  // namespace perfopt::bench
