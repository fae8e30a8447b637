// SPDX-License-Identifier: Apache-2.0
// nginx beside the server of a link, as a service: its variant is the name of the link's profile.
//
// It serves the files of a directory of the run over HTTP/1.1 on one port and over cleartext HTTP/2 on another. It is
// one process, with its own configuration, logs and temporary files in the run's scratch directory, and runs as the
// user who runs us; it dies with the link's peer.
//
//   errors   Unavailable when nginx is not installed or does not answer within 5 s, with the last line that it logged
//   internal to the network category
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "perfopt/bench/network/link.hpp"
#include "perfopt/bench/services.hpp"

namespace perfopt::bench {

class WebServer final : public Service {
 public:
  WebServer(const ServiceContext& context, const std::string& variant);

  [[nodiscard]] std::string death() override;

  [[nodiscard]] Link& link() { return link_; }
  [[nodiscard]] std::string conditions() const { return version_ + ", " + link_.conditions(); }
  [[nodiscard]] const std::filesystem::path& files() const { return files_; }  // what is put there is served
  [[nodiscard]] std::string url(bool is_http2, const std::string& file) const;

 private:
  void configure(const std::filesystem::path& file) const;
  void wait_until_ready();

  Link link_;
  std::filesystem::path directory_;
  std::filesystem::path files_;
  std::string version_;
  std::uint16_t http1_port_ = 0;
  std::uint16_t http2_port_ = 0;
};

}  // namespace perfopt::bench
