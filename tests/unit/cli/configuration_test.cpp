// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/configuration.hpp"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;

namespace {

struct Start {
  TempDir directory{"configuration-test"};
  std::string path = (directory.path() / "c.json").string();

  Start() { write_atomically(path, R"({"seed": 2, "level": "balanced", "testing": {"seed": 3}})"); }

  model::EffectiveConfig resolve(std::vector<const char*> words, std::vector<const char*> variables) {
    CLI::App app("", "sample");
    cli::CommonOptions common;
    cli::SettingFlags flags;
    cli::add_common_options(app, common);
    flags.add_to(app, "Main", {{"repetitions", "--rounds"}});
    words.insert(words.begin(), "sample");
    app.parse(static_cast<int>(words.size()), words.data());
    variables.push_back(nullptr);
    return cli::resolve_config(common, flags, variables.data());
  }
};

std::string source(const model::EffectiveConfig& config, const char* name) {
  return config.source(*model::find_setting(name));
}

}  // namespace

TEST_CASE("flags beat variables, which beat the section, which beats the file, which beats what is built in") {
  Start start;
  const char* file = start.path.c_str();
  CHECK(start.resolve({}, {}).values.seed == 1);
  CHECK(start.resolve({"--config", file}, {}).values.seed == 2);
  CHECK(start.resolve({"--config", file, "--env", "testing"}, {}).values.seed == 3);
  CHECK(start.resolve({"--config", file, "--env", "testing"}, {"PERFOPT_SEED=4"}).values.seed == 4);
  const auto config = start.resolve({"--config", file, "--env", "testing", "--seed", "5"}, {"PERFOPT_SEED=4"});
  CHECK(config.values.seed == 5);
  CHECK(source(config, "seed") == "--seed");
  CHECK(source(config, "level") == start.path + ":1");
  CHECK(source(config, "max_time") == "built-in");
  CHECK(config.environment == "testing");
}

TEST_CASE("the file and the section may be named by variables, which flags beat") {
  Start start;
  const std::string variable = "PERFOPT_CONFIG=" + start.path;
  CHECK(start.resolve({}, {variable.c_str()}).values.seed == 2);
  CHECK(start.resolve({}, {variable.c_str(), "PERFOPT_ENV=testing"}).values.seed == 3);
  CHECK_THROWS_AS((void)start.resolve({"--env", "production"}, {variable.c_str(), "PERFOPT_ENV=testing"}), BadInput);
  CHECK(start.resolve({}, {"PERFOPT_ENV=testing"}).values.limits.connections == 8);
  CHECK_THROWS_AS((void)start.resolve({}, {"PERFOPT_ENV=tset"}), BadInput);
}

TEST_CASE("the last of equal flags wins, another name of a flag is the flag, and --set reaches every setting") {
  Start start;
  CHECK(start.resolve({"--seed", "5", "--seed", "6"}, {}).values.seed == 6);
  CHECK(start.resolve({"--rounds", "7"}, {}).values.repetitions == 7);
  const auto config = start.resolve({"--set", "optimizers.io.enabled=false", "--set", "seed=8"}, {});
  CHECK(config.values.seed == 8);
  CHECK(config.values.disabled() == std::vector<std::string>{"io"});
  CHECK(source(config, "seed") == "--set");
  CHECK_THROWS_WITH_AS((void)start.resolve({"--set", "sed=8"}, {}),
                       "--set: unknown setting 'sed'; did you mean 'seed'? (--print-config lists all)", BadInput);
  CHECK_THROWS_AS((void)start.resolve({"--set", "seed"}, {}), BadInput);
}

TEST_CASE("the listing has a row for each setting in every form") {
  Start start;
  const auto config = start.resolve({"--sizes", "small,1M"}, {});
  const std::string console = cli::config_text(config, cli::Format::console);
  const std::string csv = cli::config_text(config, cli::Format::csv);
  const std::string markdown = cli::config_text(config, cli::Format::markdown);
  for (const model::Setting& setting : model::settings()) {
    for (const std::string& text : {console, csv, markdown}) CHECK(text.find(setting.name) != std::string::npos);
  }
  CHECK(csv.find("sizes,\"small,1M\",--sizes,PERFOPT_SIZES,--sizes\n") != std::string::npos);
  CHECK(markdown.find("| sizes | small,1M | --sizes |") != std::string::npos);
}
