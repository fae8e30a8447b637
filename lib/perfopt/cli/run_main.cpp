// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/run_main.hpp"

#include <unistd.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>

#include "perfopt/cli/generate.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/cli/usage.hpp"
#include "perfopt/cli/version.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::cli {
namespace {

constexpr unsigned kWidestHelp = 100;

int code(ExitCode exit_code) {
  return static_cast<int>(exit_code);
}

Definition definition_of_selected(const CLI::App& app) {
  std::string parents;
  const CLI::App* at = &app;
  for (; !at->get_subcommands().empty(); at = at->get_subcommands().front()) {
    parents += (parents.empty() ? "" : " ") + at->get_name();
  }
  return define(*at, parents);
}

int parse_and_run(CLI::App& app, const CommonOptions& common, int argc, const char* const* argv,
                  const std::function<int()>& body) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const unsigned width = std::min(terminal_width(STDOUT_FILENO), kWidestHelp);
    write_output(help_text(definition_of_selected(app), width));
    return code(ExitCode::ok);
  } catch (const CLI::CallForVersion&) {
    write_output(version_text(app.get_name()));
    return code(ExitCode::ok);
  } catch (const CLI::ParseError& error) {
    throw BadInput(usage_message(app, error));
  }
  if (!common.generate.empty()) {
    write_output(generate(define(app), common.generate));
    return code(ExitCode::ok);
  }
  return body();
}

// What a library printed through iostreams must have arrived, too.
void flush_output() {
  if (!std::cout.flush()) throw BadInput("standard output cannot be written (is the disk full?)");
}

int guarded(const std::string& name, const std::function<int()>& run) {
  const auto complain = [&](int exit_code, const std::string& message) {
    write_error(name + ": " + one_line(message) + "\n");
    return exit_code;
  };
  const auto own_fault = [&](const std::string& message) {
    return complain(code(ExitCode::internal), message + " (this is a fault of " + name + ": please report it)");
  };
  try {
    return run();
  } catch (const Error& error) {
    return complain(code(error.code()), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return complain(code(ExitCode::bad_request), error.what());
  } catch (const std::bad_alloc&) {
    return complain(code(ExitCode::internal), "out of memory; give it more, or ask for smaller sizes (--sizes small)");
  } catch (const std::exception& error) {
    return own_fault(std::string("unexpected error: ") + error.what());
  } catch (...) {
    return own_fault("unexpected error of unknown type");
  }
}

}  // namespace

int run_main(CLI::App& app, CommonOptions& common, int argc, const char* const* argv,
             const std::function<int()>& body) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return guarded(app.get_name(), [&] {
    add_common_options(app, common);
    const int exit_code = parse_and_run(app, common, argc, argv, body);
    flush_output();
    return exit_code;
  });
}

}  // namespace perfopt::cli
