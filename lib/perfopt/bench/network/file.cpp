// SPDX-License-Identifier: Apache-2.0
// Send a file over a loopback connection: through a buffer of ours, from the page cache by sendfile(2), through a pipe
// by splice(2), or from mapped memory with MSG_ZEROCOPY.
//
// Over loopback the kernel copies what MSG_ZEROCOPY has pinned all the same, because the receiver reads from it: the
// note tells what the kernel said of each send (SO_EE_CODE_ZEROCOPY_COPIED). The file is in the page cache.
//
//   size    n, bytes of the file
//   check   the server holds the file's content, by digests of pieces of 64 KiB
//   limit   one stream over loopback, from 4 MiB on
//   source  sendfile(2), splice(2); Documentation/networking/msg_zerocopy.rst of the kernel
#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "perfopt/bench/network/delivery.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kBuffered = std::size_t{4} << 20;  // less than that the sockets can hold, and no stream forms
constexpr std::size_t kPiece = std::size_t{64} * 1024;

class SentFile : public Delivery {
 public:
  explicit SentFile(const Setup& setup)
      : Delivery(setup, "loopback", Traffic::stream, body_of(setup.seed, setup.size), kDigestPiece),
        path_(setup.scratch / ("file-" + std::to_string(setup.seed))) {
    write_all(open_file(path_, O_WRONLY | O_CREAT | O_TRUNC, 0600).get(), content(), path_);
    file_ = open_file(path_, O_RDONLY);
  }
  ~SentFile() override {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] Work work() const override {
    const auto bytes = static_cast<double>(size());
    const bool is_limited = size() >= kBuffered;
    return {bytes, bytes, {is_limited ? Limit::loopback_stream : Limit::none, is_limited ? bytes : 0}};
  }
  void run() override {
    send_file();
    wait_for(size());
  }

 protected:
  virtual void send_file() = 0;
  [[nodiscard]] std::size_t size() const { return content().size(); }
  [[nodiscard]] int file() const { return file_.get(); }
  [[nodiscard]] int socket() { return connection().fd(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  UniqueFd file_;
};

struct Copy final : SentFile {
  using SentFile::SentFile;
  void send_file() override {
    std::vector<std::byte> buffer(kPiece);
    for (std::size_t sent = 0; sent < size();) {
      const std::size_t got = read_at(file(), buffer, static_cast<off_t>(sent), path());
      connection().send(std::span<const std::byte>(buffer).first(got));
      sent += got;
    }
  }
};

struct SendFile final : SentFile {
  using SentFile::SentFile;
  void send_file() override {
    off_t at = 0;
    while (static_cast<std::size_t>(at) < size()) {
      if (::sendfile(socket(), file(), &at, size() - static_cast<std::size_t>(at)) <= 0) throw_errno("sendfile");
    }
  }
};

class Splice final : public SentFile {
 public:
  explicit Splice(const Setup& setup) : SentFile(setup) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("make a pipe");
    from_.reset(ends[0]);
    into_.reset(ends[1]);
    ::fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);  // a pipe of the usual size serves too
  }
  void send_file() override {
    for (loff_t at = 0; static_cast<std::size_t>(at) < size();) {
      ssize_t held = ::splice(file(), &at, into_.get(), nullptr, kPipeBytes, SPLICE_F_MOVE | SPLICE_F_MORE);
      if (held <= 0) throw_errno("splice from the file");
      while (held > 0) {
        const unsigned more = static_cast<std::size_t>(at) < size() ? SPLICE_F_MORE : 0;
        const ssize_t sent =
            ::splice(from_.get(), nullptr, socket(), nullptr, static_cast<std::size_t>(held), SPLICE_F_MOVE | more);
        if (sent <= 0) throw_errno("splice to the socket");
        held -= sent;
      }
    }
  }

 private:
  static constexpr int kPipeBytes = 1 << 20;
  UniqueFd from_;
  UniqueFd into_;
};

class ZeroCopy final : public SentFile {
 public:
  explicit ZeroCopy(const Setup& setup) : SentFile(setup) {
    const int on = 1;
    if (::setsockopt(socket(), SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on) != 0) {
      throw Unavailable("this kernel has no MSG_ZEROCOPY for TCP");
    }
    memory_ = ::mmap(nullptr, size(), PROT_READ, MAP_SHARED | MAP_POPULATE, file(), 0);
    if (memory_ == MAP_FAILED) throw_errno("map " + path().string());
  }
  ~ZeroCopy() override { ::munmap(memory_, size()); }

  void send_file() override {
    sends_ = finished_ = copied_ = 0;
    std::span<const std::byte> rest(static_cast<const std::byte*>(memory_), size());
    while (!rest.empty()) {
      const ssize_t sent = ::send(socket(), rest.data(), std::min(rest.size(), kSend), MSG_ZEROCOPY | MSG_NOSIGNAL);
      if (sent < 0 && errno != ENOBUFS && errno != EINTR) throw_errno("send with MSG_ZEROCOPY");
      if (sent < 0) {
        take_notice(true);  // no more may be pinned until some have been sent
        continue;
      }
      ++sends_;
      rest = rest.subspan(static_cast<std::size_t>(sent));
      while (take_notice(false)) {
      }
    }
    while (finished_ < sends_) take_notice(true);  // only then the memory is ours again
  }

  [[nodiscard]] std::string note() const override {
    if (sends_ == 0) return "";
    return "the kernel copied " + std::to_string(copied_) + " of " + std::to_string(sends_) + " sends all the same";
  }

 private:
  static constexpr std::size_t kSend = std::size_t{1} << 20;

  // One notice of sends whose memory is free again; false when there is none.
  bool take_notice(bool wait) {
    pollfd notice{socket(), 0, 0};
    if (::poll(&notice, 1, wait ? kPatienceMs : 0) == 0) {
      if (wait) throw SystemError(ETIMEDOUT, "wait for the end of a send with MSG_ZEROCOPY");
      return false;
    }
    alignas(cmsghdr) std::array<char, 256> ancillary{};
    msghdr message{};
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    if (::recvmsg(socket(), &message, MSG_ERRQUEUE) < 0) {
      if (errno == EAGAIN && !wait) return false;
      throw_errno("wait for the end of a send with MSG_ZEROCOPY");
    }
    const cmsghdr* const part = CMSG_FIRSTHDR(&message);
    if (part == nullptr || part->cmsg_level != SOL_IP || part->cmsg_type != IP_RECVERR) return true;
    sock_extended_err report{};
    std::memcpy(&report, CMSG_DATA(part), sizeof report);
    if (report.ee_origin != SO_EE_ORIGIN_ZEROCOPY) return true;
    const std::uint32_t sends = report.ee_data - report.ee_info + 1;
    finished_ += sends;
    if ((report.ee_code & SO_EE_CODE_ZEROCOPY_COPIED) != 0) copied_ += sends;
    return true;
  }

  static constexpr int kPatienceMs = 5000;
  void* memory_ = nullptr;
  std::uint32_t sends_ = 0;
  std::uint32_t finished_ = 0;
  std::uint32_t copied_ = 0;
};

constexpr Strategy kStrategies[] = {
    {"copy", Level::baseline, "read(2) into a buffer of 64 KiB and send(2)", "", "", make<Copy>},
    {"sendfile", Level::conservative, "sendfile(2): from the page cache, never in our memory", "", "", make<SendFile>},
    {"splice", Level::conservative, "splice(2) through a pipe of 1 MiB", "", "a pipe", make<Splice>},
    {"zerocopy", Level::aggressive, "the mapped file by send(2) with MSG_ZEROCOPY", "MSG_ZEROCOPY (Linux 4.14)",
     "memory is pinned until the receiver has it; over loopback the kernel copies all the same", make<ZeroCopy>},
};
constexpr Size kSizes[] = {{64 << 10, SizeClass::small}, {1 << 20, SizeClass::medium}, {16 << 20, SizeClass::large}};

}  // namespace

const Problem& network_file() {
  static constexpr Problem problem{
      .category = "network",
      .name = "file",
      .title = "Send a file over loopback",
      .unit = "bytes",
      .bytes_per_unit = 1,
      .squared = false,
      .max_size = 256 << 20,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 2 + 1e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n * std::size(kStrategies)); },
      .one_cpu = true,
  };
  return problem;
}

}  // namespace perfopt::bench
