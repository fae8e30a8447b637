// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/web_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <thread>
#include <tuple>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {
namespace {

namespace fs = std::filesystem;

// Two ports that nobody listens on here now. In a namespace of our own that holds for all of them.
std::pair<std::uint16_t, std::uint16_t> free_ports() {
  std::array<UniqueFd, 2> sockets;
  std::array<std::uint16_t, 2> ports{};
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    sockets[i].reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(sockets[i].get(), any, size) != 0 || ::getsockname(sockets[i].get(), any, &size) != 0) {
      throw_errno("find a free port");
    }
    ports[i] = ntohs(address.sin_port);
  }
  return {ports[0], ports[1]};
}

std::string last_line(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return "it logged nothing";
  std::string text = read_file(file);
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string address_text(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  return text.data();
}

}  // namespace

WebServer::WebServer(const ServiceContext& context, const std::string& variant)
    : link_(context, variant), directory_(context.scratch / ("nginx-" + variant)), files_(directory_ / "files") {
  const fs::path program = find_program("nginx");
  if (program.empty()) throw Unavailable("nginx: not found in PATH; install it (Debian: nginx-light)");
  fs::create_directories(files_);
  std::tie(http1_port_, http2_port_) = free_ports();
  const fs::path settings = directory_ / "nginx.conf";
  configure(settings);
  Command version;
  version.words = {program, "-v"};
  version_ = run_to_end(version, 5).output;
  version_ = version_.substr(version_.find("nginx/"), version_.find('\n') - version_.find("nginx/"));
  link_.run_program({program, "-p", directory_, "-c", settings, "-e", directory_ / "error.log"});
  wait_until_ready();
}

void WebServer::configure(const fs::path& file) const {
  const std::string address = address_text(link_.server().sin_addr);
  std::string text =
      "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log warn;\n"
      "events { worker_connections 256; }\n"
      "http {\n  access_log off;\n  default_type application/octet-stream;\n  tcp_nodelay on;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text += "  " + std::string(kind) + "_temp_path " + kind + ";\n";
  }
  for (const auto& [port, protocol] : {std::pair(http1_port_, ""), std::pair(http2_port_, " http2")}) {
    text += "  server { listen " + address + ":" + std::to_string(port) + protocol + "; root files; }\n";
  }
  write_atomically(file, text + "}\n");
}

void WebServer::wait_until_ready() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  sockaddr_in address = link_.server();
  address.sin_port = htons(http2_port_);
  while (std::chrono::steady_clock::now() < end && link_.program_end().empty()) {
    const UniqueFd socket = std::move(link_.sockets(1).front());
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw Unavailable("nginx does not answer: " + last_line(directory_ / "error.log"));
}

std::string WebServer::death() {
  if (std::string end = link_.death(); !end.empty()) return end;
  const std::string end = link_.program_end();
  return end.empty() ? "" : "nginx " + end;
}

std::string WebServer::url(bool is_http2, const std::string& file) const {
  return "http://" + address_text(link_.server().sin_addr) + ":" +
         std::to_string(is_http2 ? http2_port_ : http1_port_) + "/" + file;
}

}  // namespace perfopt::bench
