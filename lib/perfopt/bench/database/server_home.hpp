// SPDX-License-Identifier: Apache-2.0
// The directory of a server of our own, which may have to run as another user: servers refuse to be root.
//
// Below the run's scratch directory where that user can get there and the path is short enough for a unix socket; else
// in a directory of its own among the temporary files, which the next run removes when this one is killed. Only its
// user may enter it. Removed, with all that is in it, by the destructor: stop the server first.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "perfopt/bench/services.hpp"
#include "perfopt/core/temp_dir.hpp"

namespace perfopt::bench {

class ServerHome {
 public:
  // Throws Unavailable when there is no user to run as, SystemError when the directory cannot be made.
  ServerHome(const ServiceContext& context, std::string_view name);
  ServerHome(const ServerHome&) = delete;
  ServerHome& operator=(const ServerHome&) = delete;
  ~ServerHome();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  // For Command::user: "" unless we are root; then postgres, or nobody where there is none.
  [[nodiscard]] const std::string& user() const noexcept { return user_; }
  // The last line of a server's log in this directory that tells why it gave up; "" when there is none.
  [[nodiscard]] std::string last_words(std::string_view log) const;

 private:
  [[nodiscard]] bool fits(const std::filesystem::path& parent, std::string_view name) const;

  std::string user_;
  unsigned uid_ = 0;
  unsigned gid_ = 0;
  std::optional<TempDir> elsewhere_;
  std::filesystem::path path_;
};

}  // namespace perfopt::bench
