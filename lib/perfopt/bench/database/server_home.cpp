// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/server_home.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <system_error>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTempPrefix = "perfbench";  // of the runner: its next run removes what is stale
constexpr std::string_view kLongestSocket = "/.s.PGSQL.65535";
constexpr mode_t kOthersPass = 0711;

bool may_pass(const fs::path& directory, uid_t uid) {
  struct stat status{};
  if (::stat(directory.c_str(), &status) != 0) return false;
  return (status.st_mode & S_IXOTH) != 0 || (status.st_uid == uid && (status.st_mode & S_IXUSR) != 0);
}

}  // namespace

ServerHome::ServerHome(const ServiceContext& context, std::string_view name) : uid_(::geteuid()), gid_(::getegid()) {
  if (uid_ == 0) {
    const passwd* entry = ::getpwnam("postgres");
    if (entry == nullptr) entry = ::getpwnam("nobody");
    if (entry == nullptr)
      throw Unavailable("neither a user postgres nor nobody is here; run perfbench as a plain user");
    user_ = entry->pw_name;
    uid_ = entry->pw_uid;
    gid_ = entry->pw_gid;
    // The run's own directory, whose content keeps its own modes.
    if (::chmod(context.scratch.c_str(), kOthersPass) != 0) throw_errno("open " + context.scratch.string());
  }
  static std::atomic<unsigned> made{0};
  const std::string own_name = std::string(name) + "-" + std::to_string(made++);
  fs::path parent = fs::absolute(context.scratch);
  if (!fits(parent, own_name)) {
    const fs::path temporary = fits(temp_parent(), own_name) ? temp_parent() : "/tmp";
    remove_stale(kTempPrefix, temporary);
    parent = elsewhere_.emplace(kTempPrefix, temporary).path();
    if (::chmod(parent.c_str(), kOthersPass) != 0) throw_errno("open " + parent.string());
    if (!fits(parent, own_name)) {
      throw Unavailable(parent.string() + " cannot be entered by the user " + user_ +
                        ", or is too long for a unix socket; set TMPDIR to a short directory open to all");
    }
  }
  path_ = parent / own_name;
  if (::mkdir(path_.c_str(), 0700) != 0) throw_errno("make " + path_.string());
  if (!user_.empty() && ::chown(path_.c_str(), uid_, gid_) != 0) throw_errno("give away " + path_.string());
}

ServerHome::~ServerHome() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

bool ServerHome::fits(const fs::path& parent, std::string_view name) const {
  if ((parent / name).native().size() + kLongestSocket.size() >= sizeof(sockaddr_un::sun_path)) return false;
  if (user_.empty()) return true;
  fs::path directory;
  for (const fs::path& part : parent) {
    directory /= part;
    if (!may_pass(directory, uid_)) return false;
  }
  return true;
}

std::string ServerHome::last_words(std::string_view log) const {
  const fs::path file = path_ / log;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return "";
  const std::string text = read_file(file);
  std::string last;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.empty()) last = line;
    if (line.find("FATAL") != std::string::npos || line.find("PANIC") != std::string::npos) break;
  }
  return last;
}

}  // namespace perfopt::bench
