// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/run_main.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;

namespace {

// Sends a descriptor of this process to a file while it lives.
class Redirected {
 public:
  Redirected(int fd, const std::filesystem::path& path) : fd_(fd), saved_(::dup(fd)) {
    const UniqueFd file = open_file(path, O_WRONLY | O_CREAT);
    ::dup2(file.get(), fd);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    ::dup2(saved_, fd_);
    ::close(saved_);
  }

 private:
  int fd_;
  int saved_;
};

struct Outcome {
  int code = -1;
  std::string out, err;
};

// A program with --all, --level VALUE and the subcommand compare, started with `words`.
Outcome start(std::vector<const char*> words, const std::function<int()>& body, const char* out_path = nullptr) {
  const TempDir directory("run-main");
  const std::filesystem::path out = out_path == nullptr ? directory.path() / "out" : std::filesystem::path(out_path);
  Outcome outcome;
  {
    std::fflush(stdout);
    const Redirected to_out(STDOUT_FILENO, out);
    const Redirected to_err(STDERR_FILENO, directory.path() / "err");
    CLI::App app("does one thing", "sample");
    cli::CommonOptions common;
    bool all = false;
    std::string level;
    cli::add_flag(app, "--all", all, "all", "Main");
    cli::add_text_option(app, "--level", level, "low|high", "how much", "Main");
    app.add_subcommand("compare", "sets two side by side");
    words.insert(words.begin(), "sample");
    outcome.code = cli::run_main(app, common, static_cast<int>(words.size()), words.data(), body);
  }
  if (out_path == nullptr) outcome.out = read_file(out);
  outcome.err = read_file(directory.path() / "err");
  return outcome;
}

template <class Thrown>
std::function<int()> throwing(Thrown thrown) {
  return [=]() -> int { throw thrown; };
}

}  // namespace

TEST_CASE("each error has its code and is one line that begins with the program's name") {
  const auto check = [](const std::function<int()>& body, int code, const std::string& message) {
    const Outcome outcome = start({"--all"}, body);
    CHECK(outcome.code == code);
    CHECK(outcome.err.starts_with("sample: " + message));
    CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
    CHECK(outcome.out.empty());
  };
  check(throwing(IntegrityError("element 3:\nwrong")), 1, "element 3: wrong");
  check(throwing(BadInput("x")), 2, "x");
  check(throwing(SystemError(28, "write x")), 2, "write x: No space left on device");
  check(throwing(Unavailable("x")), 3, "x");
  check(throwing(std::bad_alloc()), 4, "out of memory");
  check(throwing(std::logic_error("x")), 4, "unexpected error: x (this is a fault of sample");
  check(throwing(5), 4, "unexpected error of unknown type");
}

TEST_CASE("the body's code is the program's") {
  CHECK(start({}, [] { return 0; }).code == 0);
  CHECK(start({}, [] { return 143; }).code == 143);
}

TEST_CASE("a command line that cannot be read is told in one line with the nearest right name, and is code 2") {
  const auto complaint = [](std::vector<const char*> words) {
    bool ran = false;
    const Outcome outcome = start(std::move(words), [&] {
      ran = true;
      return 0;
    });
    CHECK_FALSE(ran);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    return outcome.err;
  };
  CHECK(complaint({"--lvel", "low"}) ==
        "sample: unknown flag '--lvel'; did you mean '--level'? (sample --help tells more)\n");
  CHECK(complaint({"--levle=low"}) ==
        "sample: unknown flag '--levle'; did you mean '--level'? (sample --help tells more)\n");
  CHECK(complaint({"comapre"}) ==
        "sample: unknown subcommand 'comapre'; did you mean 'compare'? (sample --help tells more)\n");
  CHECK(complaint({"all"}) == "sample: unexpected argument 'all'; did you mean '--all'? (sample --help tells more)\n");
  CHECK(complaint({"--", "zebra"}) == "sample: unexpected argument 'zebra' (sample --help tells more)\n");
  CHECK(complaint({"--level"}) == "sample: --level needs a value: low|high (sample --help tells more)\n");
  CHECK(complaint({"--all=3"}) == "sample: --all takes no value (sample --help tells more)\n");
  CHECK(complaint({"compare", "--zebra"}) == "sample: unknown flag '--zebra' (sample compare --help tells more)\n");
  CHECK(complaint({"--generate", "basj"}).find("did you mean 'bash'?") != std::string::npos);
}

TEST_CASE("help and version go to standard output") {
  const auto never = [] { return 99; };
  CHECK(start({"--help"}, never).code == 0);
  CHECK(start({"--help"}, never).out.find("Usage: sample [OPTIONS] [SUBCOMMAND]") != std::string::npos);
  CHECK(start({"compare", "--help"}, never).out.find("Usage: sample compare [OPTIONS]") != std::string::npos);
  const Outcome version = start({"--version"}, never);
  CHECK(version.code == 0);
  for (const char* fact : {"sample (perfopt) ", "commit", "compiler", "flags", "build type", "CLI11 2."}) {
    CHECK(version.out.find(fact) != std::string::npos);
  }
}

TEST_CASE("a full disk behind standard output is code 2; a reader who left is no error") {
  const auto print = [] {
    cli::write_output("answer\n");
    return 0;
  };
  const Outcome full = start({"--all"}, print, "/dev/full");
  CHECK(full.code == 2);
  CHECK(full.err.find("standard output") != std::string::npos);
  CHECK(full.err.find("No space left on device") != std::string::npos);

  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  int saved = ::dup(STDOUT_FILENO);
  ::dup2(ends[1], STDOUT_FILENO);
  CLI::App app("does one thing", "sample");
  cli::CommonOptions common;
  const char* words[] = {"sample"};
  const int code = cli::run_main(app, common, 1, words, [&] {
    print();
    return 1;
  });
  ::dup2(saved, STDOUT_FILENO);
  ::close(saved);
  ::close(ends[1]);
  CHECK(code == 1);
}
