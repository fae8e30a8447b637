// SPDX-License-Identifier: Apache-2.0
// What a descriptor of another process is, as a reader would name it: "/var/log/x", "tcp 127.0.0.1:5432",
// "unix /run/x.sock", "pipe to 123 gzip".
//
//   source  proc(5): /proc/PID/fd, fdinfo, net/tcp, net/tcp6, net/udp, net/unix
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::prof {

class IoObjects {
 public:
  // "" when there is no such descriptor. `tree`: processes that may have the other end of a pipe.
  [[nodiscard]] std::string name(pid_t pid, int descriptor, const std::vector<pid_t>& tree);

 private:
  struct Named {
    std::string name;
    std::uint64_t uses = 0;
  };

  [[nodiscard]] std::string describe(pid_t pid, int descriptor, std::string_view link, const std::vector<pid_t>& tree);

  std::map<std::string, Named, std::less<>> known_;  // sockets and pipes, by what /proc/PID/fd says of them
};

// "tcp 127.0.0.1:5432" from a line of /proc/net/tcp with that inode; "" for another line. The remote end where there is
// one, else our own.
[[nodiscard]] std::string socket_of_line(std::string_view line, std::string_view inode, std::string_view protocol);

}  // namespace perfopt::prof
