// SPDX-License-Identifier: Apache-2.0
// Which calls move bytes, how many, and what their descriptors are called.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/file.hpp"
#include "perfopt/prof/record/io_call.hpp"
#include "perfopt/prof/record/io_object.hpp"

using namespace perfopt;
using namespace perfopt::prof;

TEST_CASE("bytes of a call are its result, and none where it failed") {
  const RemoteMemory memory(::getpid());
  CHECK(bytes_of({.number = SYS_read}, 4096, memory) == 4096);
  CHECK(bytes_of({.number = SYS_writev}, 7, memory) == 7);
  CHECK(bytes_of({.number = SYS_read}, -11, memory) == 0);
  CHECK(bytes_of({.number = SYS_read}, 0, memory) == 0);
  CHECK(bytes_of({.number = SYS_openat}, 5, memory) == 0);
  CHECK(bytes_of({.number = SYS_fsync}, 1, memory) == 0);
  CHECK(io_kind(SYS_getpid) == IoKind::none);
}

TEST_CASE("messages have their lengths in the memory of the process, which is not trusted") {
  std::array<mmsghdr, 3> messages{};
  messages[0].msg_len = 10;
  messages[1].msg_len = 200;
  messages[2].msg_len = 3000;
  const RemoteMemory memory(::getpid());
  IoCall call{.number = SYS_sendmmsg};
  call.arguments[1] = reinterpret_cast<std::uintptr_t>(messages.data());
  CHECK(bytes_of(call, 2, memory) == 210);
  CHECK(bytes_of(call, 3, memory) == 3210);
  call.arguments[1] = 8;  // mapped by nobody
  CHECK(bytes_of(call, 0x7fffffffffff, memory) == 0);
}

TEST_CASE("a transfer has two ends") {
  IoCall call{.number = SYS_sendfile};
  call.arguments = {5, 4};
  CHECK(ends_of(call).from == 4);
  CHECK(ends_of(call).to == 5);
  call = {.number = SYS_copy_file_range};
  call.arguments = {6, 0, 7};
  CHECK(ends_of(call).from == 6);
  CHECK(ends_of(call).to == 7);
}

TEST_CASE("a line of /proc/net/tcp names the remote end, and our own where there is none") {
  constexpr std::string_view kConnected =
      "   1: 0100007F:9C40 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 20 4 30 10 "
      "-1";
  constexpr std::string_view kListening =
      "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 "
      "0";
  CHECK(socket_of_line(kConnected, "4711", "tcp") == "tcp 127.0.0.1:5432");
  CHECK(socket_of_line(kConnected, "471", "tcp").empty());
  CHECK(socket_of_line(kListening, "4712", "tcp") == "tcp on 0.0.0.0:8080");
  CHECK(socket_of_line("", "4711", "tcp").empty());
  CHECK(socket_of_line("1: x y 01 a b c d e 4711", "4711", "udp") == "udp socket");
  CHECK(socket_of_line("1: 0100007F:zz 00 01 a b c d e 4711", "4711", "udp") == "udp socket");
}

TEST_CASE("descriptors of a process have names a reader knows") {
  IoObjects objects;
  const UniqueFd file = open_file("/proc/self/exe", O_RDONLY);
  const std::string own = objects.name(::getpid(), file.get(), {});
  CHECK(own.find("test_") != std::string::npos);
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const UniqueFd reading(pipe[0]);
  const UniqueFd writing(pipe[1]);
  CHECK(objects.name(::getpid(), reading.get(), {}) == "pipe, read");
  CHECK(objects.name(::getpid(), writing.get(), {}) == "pipe, written");
  std::array<int, 2> pair{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
  const UniqueFd left(pair[0]);
  const UniqueFd right(pair[1]);
  CHECK(objects.name(::getpid(), left.get(), {}) == "unix socket pair");
  CHECK(objects.name(::getpid(), -1, {}).empty());
}
