// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/namespaces.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {
namespace {

constexpr const char* kClientAddress = "10.77.0.1";
constexpr const char* kServerAddress = "10.77.0.2";

[[noreturn]] void refuse(const std::string& call) {
  throw Unavailable(call + ": " + std::strerror(errno));
}

in_addr address_of(const char* text) {
  in_addr address{};
  ::inet_pton(AF_INET, text, &address);
  return address;
}

void write_map(const char* file, const std::string& text) {
  write_all(open_file(file, O_WRONLY).get(), text, file);
}

// Root of a user namespace of our own may make network namespaces.
void become_root_of_own() {
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) refuse("make a user namespace");
  try {
    write_map("/proc/self/setgroups", "deny");
    write_map("/proc/self/uid_map", "0 " + uid + " 1");
    write_map("/proc/self/gid_map", "0 " + gid + " 1");
  } catch (const SystemError& error) {
    throw Unavailable(error.what());
  }
}

UniqueFd present_namespace() {
  return open_file("/proc/thread-self/ns/net", O_RDONLY);
}

class DeviceSettings {
 public:
  explicit DeviceSettings(const char* device) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (!socket_) refuse("socket");
    std::strncpy(request_.ifr_name, device, IFNAMSIZ - 1);
  }
  void address(unsigned long call, in_addr address) {
    sockaddr_in value{};
    value.sin_family = AF_INET;
    value.sin_addr = address;
    std::memcpy(&request_.ifr_addr, &value, sizeof value);
    apply(call, "set an address");
  }
  void mtu(int bytes) {
    request_.ifr_mtu = bytes;
    apply(SIOCSIFMTU, "set the MTU");
  }
  void up() {
    request_.ifr_flags = IFF_UP | IFF_RUNNING;
    apply(SIOCSIFFLAGS, "bring it up");
  }

 private:
  void apply(unsigned long call, const char* what) {
    if (::ioctl(socket_.get(), call, &request_) != 0) refuse(std::string(request_.ifr_name) + ": " + what);
  }
  UniqueFd socket_;
  ifreq request_{};
};

UniqueFd make_tun(const char* name, in_addr own, in_addr other) {
  UniqueFd tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!tun) refuse("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (::ioctl(tun.get(), TUNSETIFF, &request) != 0) refuse("make a TUN device");
  DeviceSettings device(name);
  device.address(SIOCSIFADDR, own);
  device.address(SIOCSIFDSTADDR, other);
  device.mtu(kLinkMtu);
  device.up();
  return tun;
}

void run(const std::vector<std::string>& words) {
  Command command;
  command.words = words;
  const Finished finished = run_to_end(command, 10);
  if (finished.exit_code == 0) return;
  throw Unavailable(words.front() + " " + words[1] + " " + words[2] + ": " +
                    finished.output.substr(0, finished.output.find('\n')));
}

// `own` end of the pair, in the present namespace.
void set_up_veth(const char* device, const char* own, double bytes_per_s) {
  run({"ip", "address", "add", std::string(own) + "/30", "dev", device});
  run({"ip", "link", "set", device, "mtu", std::to_string(kLinkMtu), "up"});
  const auto bits = static_cast<unsigned long long>(bytes_per_s * 8);
  run({"tc", "qdisc", "add", "dev", device, "root", "tbf", "rate", std::to_string(bits) + "bit", "burst", "64kb",
       "limit", "1mb"});
}

}  // namespace

Namespaces::Namespaces() {
  if (::unshare(CLONE_NEWNET) != 0) become_root_of_own();
  DeviceSettings("lo").up();
  client_ = present_namespace();
  if (::unshare(CLONE_NEWNET) != 0) refuse("make a second network namespace");
  DeviceSettings("lo").up();
  server_ = present_namespace();
}

void Namespaces::in_client(const std::function<void()>& call) {
  if (::setns(client_.get(), CLONE_NEWNET) != 0) refuse("enter the client's network namespace");
  call();
  if (::setns(server_.get(), CLONE_NEWNET) != 0) refuse("enter the server's network namespace");
}

Namespaces::Devices Namespaces::make_tuns() {
  Devices devices;
  in_client([&] { devices.client = make_tun("client", client_address(), server_address()); });
  devices.server = make_tun("server", server_address(), client_address());
  return devices;
}

void Namespaces::join_by_veth(double bytes_per_s) {
  const std::string client = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(client_.get());
  run({"ip", "link", "add", "server", "type", "veth", "peer", "name", "client", "netns", client});
  set_up_veth("server", kServerAddress, bytes_per_s);
  in_client([&] { set_up_veth("client", kClientAddress, bytes_per_s); });
}

in_addr Namespaces::client_address() {
  return address_of(kClientAddress);
}

in_addr Namespaces::server_address() {
  return address_of(kServerAddress);
}

}  // namespace perfopt::bench
