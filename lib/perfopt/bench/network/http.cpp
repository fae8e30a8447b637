// SPDX-License-Identifier: Apache-2.0
// Fetch files of 4 KiB from nginx by libcurl over a link of 10 ms: a connection for each, one that is kept, several at
// once, or all at once as streams of one HTTP/2 connection.
//
// Connecting is within the time. HTTP/2 is spoken without TLS, which both sides know beforehand.
//
//   size    n, files
//   check   each body is the file's content, which follows from the seed
//   source  RFC 9113 (HTTP/2), 5 streams
#include <curl/curl.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/network/protocol.hpp"
#include "perfopt/bench/network/web_server.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kFileBytes = 4096;
constexpr long kPatienceMs = 10'000;
constexpr long kConnections = 6;  // as many as browsers open to a host

using Easy = std::unique_ptr<CURL, decltype([](CURL* handle) { curl_easy_cleanup(handle); })>;
using Multi = std::unique_ptr<CURLM, decltype([](CURLM* handle) { curl_multi_cleanup(handle); })>;

void require_multi(CURLMcode code) {
  if (code != CURLM_OK) throw Error(ExitCode::internal, std::string("libcurl: ") + curl_multi_strerror(code));
}

class Fetched : public Workload {
 public:
  explicit Fetched(const Setup& setup, std::size_t sockets, bool is_http2 = false)
      : server_(setup.services->get<WebServer>("region")), is_http2_(is_http2), wanted_sockets_(sockets) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    require(ready);
    directory_ = std::to_string(setup.seed);
    std::filesystem::create_directories(server_.files() / directory_);
    for (std::size_t i = 0; i < setup.size; ++i) {
      expected_.push_back(body_of(setup.seed + i, kFileBytes));
      const auto file = server_.files() / name(i);
      write_all(open_file(file, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), expected_.back(), file);
    }
    bodies_.resize(setup.size);
  }
  ~Fetched() override {
    std::error_code ignored;
    std::filesystem::remove_all(server_.files() / directory_, ignored);
  }

  // run() uses up the sockets that were made in the link's namespace: they are fetched before each, untimed.
  void poison() override {
    std::ranges::fill(bodies_, std::string());
    std::vector<UniqueFd> sockets =
        server_.link().sockets(wanted_sockets_ - std::min(wanted_sockets_, sockets_.size()));
    std::ranges::move(sockets, std::back_inserter(sockets_));
  }
  [[nodiscard]] Output output() override {
    joined_.clear();
    for (const std::string& body : bodies_) joined_ += body;
    return exact<char>(Element::u8, joined_);
  }
  void check(const Output& result) const override {
    std::string all;
    for (const std::string& one : expected_) all += one;
    require_equal(exact<char>(Element::u8, all), result);
  }
  [[nodiscard]] Work work() const override {
    return {static_cast<double>(count()), static_cast<double>(count() * kFileBytes), {}};
  }
  [[nodiscard]] std::string conditions() const override { return server_.conditions(); }

 protected:
  [[nodiscard]] std::size_t count() const { return expected_.size(); }

  void require(CURLcode code) {
    if (code == CURLE_OK) return;
    wait_for_death(server_);
    const int number = code == CURLE_OPERATION_TIMEDOUT ? ETIMEDOUT : ECONNRESET;
    throw SystemError(number, std::string("libcurl: ") + curl_easy_strerror(code));
  }

  [[nodiscard]] Easy make_handle() {
    Easy handle(curl_easy_init());
    if (!handle) throw std::bad_alloc();
    CURL* const curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kPatienceMs);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // whatever the environment says
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                     static_cast<long>(is_http2_ ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &Fetched::open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Fetched::write_body);
    return handle;
  }
  void aim(CURL* curl, std::size_t index) {
    curl_easy_setopt(curl, CURLOPT_URL, server_.url(is_http2_, name(index)).c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &bodies_[index]);
  }

 private:
  [[nodiscard]] std::string name(std::size_t index) const { return directory_ + "/" + std::to_string(index); }

  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr*) {
    std::vector<UniqueFd>& sockets = static_cast<Fetched*>(self)->sockets_;
    if (sockets.empty()) return CURL_SOCKET_BAD;
    const int socket = sockets.back().release();
    sockets.pop_back();
    return socket;
  }
  static std::size_t write_body(const char* data, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  }

  WebServer& server_;
  const bool is_http2_;
  const std::size_t wanted_sockets_;
  std::string directory_;
  std::vector<std::string> expected_;
  std::vector<std::string> bodies_;
  std::string joined_;
  std::vector<UniqueFd> sockets_;
};

struct ConnectionEach final : Fetched {
  explicit ConnectionEach(const Setup& setup) : Fetched(setup, setup.size) {}
  void run() override {
    for (std::size_t i = 0; i < count(); ++i) {
      const Easy handle = make_handle();
      aim(handle.get(), i);
      require(curl_easy_perform(handle.get()));
    }
  }
};

struct KeepAlive final : Fetched {
  explicit KeepAlive(const Setup& setup) : Fetched(setup, 1) {}
  void run() override {
    const Easy handle = make_handle();
    for (std::size_t i = 0; i < count(); ++i) {
      aim(handle.get(), i);
      require(curl_easy_perform(handle.get()));
    }
  }
};

// All requests at once, by one thread.
class AtOnce : public Fetched {
 public:
  using Fetched::Fetched;

 protected:
  void fetch_all(CURLM* multi, bool waits_for_multiplexing) {
    std::vector<Easy> handles;
    for (std::size_t i = 0; i < count(); ++i) {
      handles.push_back(make_handle());
      aim(handles[i].get(), i);
      if (waits_for_multiplexing) {
        curl_easy_setopt(handles[i].get(), CURLOPT_PIPEWAIT, 1L);
        // libcurl 7.88 fails where a request that insists on HTTP/2 finds a connection that speaks it (curl PR 10643).
        if (i > 0) curl_easy_setopt(handles[i].get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2_0));
      }
      require_multi(curl_multi_add_handle(multi, handles[i].get()));
    }
    try {
      perform(multi);
    } catch (...) {
      remove(multi, handles);
      throw;
    }
    remove(multi, handles);
  }

 private:
  void perform(CURLM* multi) {
    int running = 1;
    while (running > 0) {
      require_multi(curl_multi_perform(multi, &running));
      if (running > 0) require_multi(curl_multi_poll(multi, nullptr, 0, static_cast<int>(kPatienceMs), nullptr));
    }
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) require(message->data.result);
  }
  static void remove(CURLM* multi, const std::vector<Easy>& handles) {
    for (const Easy& handle : handles) curl_multi_remove_handle(multi, handle.get());
  }
};

class Parallel final : public AtOnce {
 public:
  explicit Parallel(const Setup& setup)
      : AtOnce(setup, static_cast<std::size_t>(most(setup))), connections_(most(setup)) {}
  void run() override {
    const Multi multi(curl_multi_init());
    curl_multi_setopt(multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections_);
    fetch_all(multi.get(), false);
  }

 private:
  static long most(const Setup& setup) {
    return std::min(kConnections, static_cast<long>(setup.services->context().connections));
  }
  const long connections_;
};

struct Http2 final : AtOnce {
  explicit Http2(const Setup& setup) : AtOnce(setup, 1, true) {}
  void run() override {
    const Multi multi(curl_multi_init());
    curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    fetch_all(multi.get(), true);
  }
};

std::unique_ptr<Workload> make_http2(const Setup& setup) {
  if ((curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) == 0) {
    throw Unavailable("this libcurl was built without HTTP/2");
  }
  return std::make_unique<Http2>(setup);
}

constexpr Strategy kStrategies[] = {
    {"connection_each", Level::baseline, "HTTP/1.1, a new connection for each file", "libcurl, nginx", "",
     make<ConnectionEach>},
    {"keep_alive", Level::conservative, "HTTP/1.1, one connection for all, one file after another", "libcurl, nginx",
     "", make<KeepAlive>},
    {"parallel", Level::balanced, "HTTP/1.1, up to 6 connections at once (libcurl multi)", "libcurl, nginx",
     "6 connections on both sides", make<Parallel>},
    {"http2", Level::balanced, "HTTP/2, all files at once as streams of one connection (libcurl multi)",
     "libcurl and nginx with HTTP/2", "a lost packet holds up all streams", make_http2},
};
constexpr Size kSizes[] = {{4, SizeClass::small}, {16, SizeClass::large}};

}  // namespace

const Problem& network_http() {
  static constexpr Problem problem{
      .category = "network",
      .name = "http",
      .title = "Fetch files of 4 KiB from a web server over a link of 10 ms",
      .unit = "files",
      .bytes_per_unit = kFileBytes,
      .squared = false,
      .max_size = 128,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 4 * kFileBytes + 16e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n * kFileBytes * std::size(kStrategies)); },
      .weight = 3,
  };
  return problem;
}

}  // namespace perfopt::bench
