// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/peer.hpp"

#include <cstdio>
#include <exception>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {
namespace {

constexpr std::string_view kFlag = "--peer";

int run_role(std::string_view name, const std::vector<std::string>& words) {
  for (const PeerRole& role : peer_roles()) {
    if (role.name == name) return role.run(words);
  }
  throw BadInput("--peer: there is no role '" + std::string(name) + "' in this build");
}

}  // namespace

std::optional<int> run_peer(int argc, char** argv) {
  if (argc < 3 || argv[1] != kFlag) return std::nullopt;
  try {
    return run_role(argv[2], {argv + 3, argv + argc});
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", argv[2], error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[2], error.what());
    return static_cast<int>(ExitCode::internal);
  }
}

std::vector<std::string> peer_command(std::string_view role, std::vector<std::string> words) {
  std::vector<std::string> command{own_program(), std::string(kFlag), std::string(role)};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

}  // namespace perfopt::bench
