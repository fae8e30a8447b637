// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/generate.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/cli/options.hpp"
#include "perfopt/core/error.hpp"

using namespace perfopt::cli;

namespace {

struct Sample {
  CLI::App app{"does one thing", "sample"};
  CommonOptions common;
  std::string level, plot, from;
  bool all = false;

  Sample() {
    add_flag(app, "-a,--all", all, "take it all; 'quoted' [bracket]: colon", "Main");
    add_text_option(app, "--level", level, "low|high", "how much", "Main");
    add_text_option(app, "--plot", plot, "FILE", "draw", "Main")->expected(0, 1);
    app.footer("EXAMPLES\n  sample --all\n  .dotted\nEXIT STATUS\n  0  done\n");
    CLI::App* child = app.add_subcommand("compare", "sets two side by side");
    add_text_option(*child, "--from", from, "DIR", "where from", "Main");
    add_common_options(app, common);
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the definition holds names, values, choices, groups, subcommands and sections") {
  const Sample sample;
  const Definition definition = define(sample.app);
  CHECK(definition.name == "sample");
  const auto find = [&](const std::string& name) -> const OptionDefinition& {
    for (const OptionDefinition& option : definition.options) {
      for (const std::string& one : option.names) {
        if (one == name) return option;
      }
    }
    FAIL("no option " << name);
    return definition.options.front();
  };
  CHECK(find("--all").synopsis() == "-a, --all");
  CHECK(find("--all").group == "Main");
  CHECK(find("--level").choices == std::vector<std::string>{"low", "high"});
  CHECK(find("--plot").synopsis() == "--plot[=FILE]");
  CHECK(find("--output").synopsis() == "-o, --output FILE");
  CHECK(find("--help").value.empty());
  REQUIRE(definition.subcommands.size() == 1);
  CHECK(definition.subcommands[0].path == "sample compare");
  REQUIRE(definition.sections.size() == 2);
  CHECK(definition.sections[0].title == "EXAMPLES");
  CHECK(definition.sections[1].text == "  0  done\n");
}

TEST_CASE("help is wrapped, and names everything") {
  const Sample sample;
  for (const unsigned width : {60U, 80U, 100U}) {
    const std::string help = help_text(define(sample.app), width);
    std::size_t start = 0;
    for (std::size_t end = 0; (end = help.find('\n', start)) != std::string::npos; start = end + 1) {
      CHECK(end - start <= width);
    }
    for (const char* part : {"Usage: sample [OPTIONS] [SUBCOMMAND]", "-a, --all", "--level low|high", "compare",
                             "sets two side by side", "Exit status:", "  sample --all", "Shared options:"}) {
      CHECK(has(help, part));
    }
  }
}

TEST_CASE("the man page has its sections, and text that looks like a request is none") {
  const Sample sample;
  const std::string man = man_page(define(sample.app), "1.2.3");
  for (const char* part : {".TH SAMPLE 1", "perfopt 1.2.3", ".SH NAME\nsample \\- does one thing", ".SH SYNOPSIS",
                           ".SH OPTIONS", "\\fB\\-\\-level\\fR \\fIlow|high\\fR", ".SH SUBCOMMANDS",
                           ".SS sample compare", ".SH EXAMPLES", ".SH EXIT STATUS", "  .dotted"}) {
    CHECK(has(man, part));
  }
}

TEST_CASE("every completion knows each flag, choice and subcommand") {
  const Sample sample;
  const Definition definition = define(sample.app);
  const std::string bash = bash_completion(definition);
  const std::string zsh = zsh_completion(definition);
  const std::string fish = fish_completion(definition);
  CHECK(has(bash, "complete -F _sample sample"));
  CHECK(has(bash, "compgen -W 'low high'"));
  CHECK(has(bash, "'sample compare,--from'"));
  CHECK(has(zsh, "#compdef sample"));
  CHECK(has(zsh, "'--level=[how much]:low|high:(low high)'"));
  CHECK(has(zsh, "'\\''quoted'\\'' \\[bracket\\]\\: colon"));
  CHECK(has(fish, "-l level -x -a 'low high' -d 'how much'"));
  CHECK(has(fish, "__fish_seen_subcommand_from compare"));
  CHECK(generate(definition, "bash") == bash);
  CHECK_THROWS_AS((void)generate(definition, "tcsh"), perfopt::BadInput);
}
