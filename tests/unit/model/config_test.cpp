// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/config.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "perfopt/core/error.hpp"
#include "perfopt/model/json_text.hpp"

using namespace perfopt;
using namespace perfopt::model;

namespace {

std::string source_file(const std::string& path) {
  std::ifstream file(std::string(PERFOPT_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE(!text.str().empty());
  return text.str();
}

EffectiveConfig with_file(std::string_view text, std::string_view environment = "") {
  EffectiveConfig config = built_in_config("");
  apply_file(config, text, "x.json", environment);
  return config;
}

std::string refusal(std::string_view text, std::string_view environment = "") {
  try {
    (void)with_file(text, environment);
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

std::string variable_refusal(std::string_view variable) {
  EffectiveConfig config = built_in_config("");
  try {
    apply_variables(config, std::span(&variable, 1));
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

std::string source(const EffectiveConfig& config, const char* name) {
  return config.source(*find_setting(name));
}

}  // namespace

TEST_CASE("the shipped file sets every setting, to the values that a Config has by itself") {
  EffectiveConfig config;
  config.sources.assign(settings().size(), "unset");
  apply_file(config, source_file("configs/optimization_config.json"), "c.json", "");
  const Config plain;
  for (const Setting& setting : settings()) {
    CAPTURE(setting.name);
    CHECK(config.source(setting).starts_with("c.json:"));
    CHECK(setting.show(config.values) == setting.show(plain));
  }
}

TEST_CASE("the schema describes every setting, at the top and in each section") {
  const auto schema = nlohmann::json::parse(source_file("configs/schema/optimization_config.schema.json"));
  for (const Setting& setting : settings()) {
    CAPTURE(setting.name);
    const nlohmann::json* at = &schema["$defs"]["settings"];
    std::istringstream steps(setting.name);
    for (std::string step; std::getline(steps, step, '.');) {
      if (at->contains("$ref")) {
        at = &schema.at(nlohmann::json::json_pointer(at->at("$ref").get<std::string>().substr(1)));
      }
      REQUIRE(at->at("properties").contains(step));
      at = &at->at("properties").at(step);
    }
    CHECK((at->contains("description") || at->contains("$ref")));
  }
  for (const auto section : kEnvironments) CHECK(schema["properties"].contains(std::string(section)));
}

TEST_CASE("what show() writes, assign() reads back") {
  for (const Setting& setting : settings()) {
    CAPTURE(setting.name);
    Config config;
    const std::string before = setting.show(config);
    setting.assign(config, before, "test");
    CHECK(setting.show(config) == before);
  }
}

TEST_CASE("a later source overrides an earlier one, and each value knows its source") {
  constexpr const char* kText = R"({
    "level": "balanced",
    "seed": 7,
    "limits": {"threads": 3},
    "testing": {"seed": 8, "limits": {"memory": "1GiB"}}
  })";
  EffectiveConfig config = with_file(kText, "testing");
  CHECK(config.values.level == "balanced");
  CHECK(config.values.seed == 8);
  CHECK(config.values.limits.threads == 3);
  CHECK(config.values.limits.memory_bytes == 1ULL << 30U);
  CHECK(source(config, "level") == "x.json:2");
  CHECK(source(config, "seed") == "x.json:5 (testing)");
  CHECK(source(config, "max_time") == "built-in");

  const std::string_view variables[] = {"HOME=/x", "PERFOPT_SEED=9", "PERFOPT_ENV=testing",
                                        "PERFOPT_OPTIMIZERS_IO_ENABLED=off"};
  apply_variables(config, variables);
  CHECK(config.values.seed == 9);
  CHECK(source(config, "seed") == "PERFOPT_SEED");
  CHECK(config.values.disabled() == std::vector<std::string>{"io"});

  config.assign(*find_setting("seed"), "10", "--seed", "--seed");
  CHECK(config.values.seed == 10);
  CHECK(source(config, "seed") == "--seed");
}

TEST_CASE("a section counts only when it is chosen, and is checked even when it is not") {
  CHECK(with_file(R"({"testing": {"seed": 8}})").values.seed == 1);
  CHECK(refusal(R"({"production": {"sed": 8}})") ==
        "x.json:1: unknown field 'production.sed'; did you mean 'production.seed'?");
  CHECK(refusal(R"({"seed": 8})", "testing").starts_with("x.json: no section 'testing'"));
  CHECK(built_in_config("testing").values.limits.connections == 8);
  CHECK(source(built_in_config("testing"), "limits.connections") == "built-in (testing)");
}

TEST_CASE("optimisers are switched off by category, problem and strategy") {
  const auto config = with_file(
      R"({"optimizers": {"cpu": {"enabled": false},
                         "memory": {"disable": ["maps_insert/absl_btree_map", "transpose"]}}})");
  CHECK(config.values.disabled() ==
        std::vector<std::string>{"memory/maps_insert/absl_btree_map", "memory/transpose", "cpu"});
}

TEST_CASE("what is unknown, wrong or missing is refused by name, with its line and the nearest right name") {
  CHECK(refusal("{\n \"limits\": {\n  \"memroy\": 1\n }\n}") ==
        "x.json:3: unknown field 'limits.memroy'; did you mean 'limits.memory'?");
  CHECK(refusal(R"({"levl": "balanced"})") == "x.json:1: unknown field 'levl'; did you mean 'level'?");
  CHECK(refusal(R"({"tseting": {}})") == "x.json:1: unknown field 'tseting'; did you mean 'testing'?");
  CHECK(refusal(R"({"zebra": 1})") == "x.json:1: unknown field 'zebra'");
  CHECK(refusal(R"({"seed": "one"})") == "x.json:1: field 'seed' is string; expected a whole number");
  CHECK(refusal(R"({"seed": 1.5})") == "x.json:1: field 'seed' is number; expected a whole number");
  CHECK(refusal(R"({"seed": -1})").starts_with("x.json:1: seed: '-1' is no whole number from 0 to"));
  CHECK(refusal(R"({"limits": {"threads": 0}})").find("'0' is no whole number from 1 to 4096") != std::string::npos);
  CHECK(refusal(R"({"limits": {"memory": "1"}})").find("less than the least, 16.0 MiB") != std::string::npos);
  CHECK(refusal(R"({"limits": 5})") == "x.json:1: field 'limits' is number; an object { ... } was expected");
  CHECK(refusal(R"({"testing": 5})") == "x.json:1: field 'testing' is number; an object { ... } was expected");
  CHECK(refusal("[]") == "x.json:1: the document is array; an object { ... } was expected");
  CHECK(refusal(R"({"level": "agressive"})") ==
        "x.json:1: level: 'agressive' is none of conservative, balanced, aggressive; did you mean 'aggressive'?");
  CHECK(refusal(R"({"sizes": ["smal"]})").find("did you mean 'small'?") != std::string::npos);
  CHECK(refusal(R"({"sizes": []})").find("no size is given") != std::string::npos);
  CHECK(refusal(R"({"max_time": "soon"})").find("'soon' is no duration") != std::string::npos);
  CHECK(refusal(R"({"max_time": "90h"})").find("out of range") != std::string::npos);
  CHECK(refusal(R"({"optimizers": {"io": {"enabled": "yes"}}})").find("expected true or false") != std::string::npos);
  CHECK(refusal(R"({"optimizers": {"io": {"disable": "lines"}}})").find("expected a list of names") !=
        std::string::npos);
}

TEST_CASE("broken JSON is refused with the line of the break") {
  CHECK(refusal("") == "x.json: the file is empty; an object { ... } was expected");
  CHECK(refusal(" \n\n") == "x.json: the file is empty; an object { ... } was expected");
  CHECK(refusal("{\n\"seed\": 1,\n}").starts_with("x.json:3: broken JSON: "));
  CHECK(refusal("{\"seed\": 1e999}") == "x.json: broken JSON: number overflow parsing '1e999'");
  CHECK(refusal("{\"seed\": 1} x").starts_with("x.json:1: broken JSON: "));
  using namespace std::string_view_literals;
  CHECK(refusal("{\n\"seed\": 1}\0}]"sv) == "x.json:2: broken JSON: a zero byte; is this a text file?");
  CHECK(refusal("9\0]"sv) == "x.json:1: broken JSON: a zero byte; is this a text file?");
  CHECK(refusal("{\n\"seed\": 1,\n\"level\": \"balanced\",\n\"seed\": 2}") ==
        "x.json:4: field 'seed' is given twice, first on line 2; remove one");
  CHECK(refusal("\xEF\xBB\xBF{\"seed\": 2}") == "accepted");
}

TEST_CASE("variables are refused like fields") {
  CHECK(variable_refusal("PERFOPT_SED=1").find("did you mean 'PERFOPT_SEED'?") != std::string::npos);
  CHECK(variable_refusal("PERFOPT_SEED=x").starts_with("PERFOPT_SEED: 'x' is no whole number"));
  CHECK(variable_refusal("PERFOPT_LIMITS_MEMORY=12Q").starts_with("PERFOPT_LIMITS_MEMORY: '12Q' is no size"));
  CHECK(variable_refusal("PERFOPT_SEED=").starts_with("PERFOPT_SEED: ''"));
  CHECK(variable_refusal("SEED=x") == "accepted");
}

TEST_CASE("lines are found by pointer, in arrays, nested and escaped keys") {
  const JsonText text("{\n\"a/b\": [\n1,\n{\"c\\u0064\": \"}\\\"{\"}\n],\n\"e\": null}", "t.json");
  CHECK(text.line("") == 1);
  CHECK(text.line("/a~1b") == 2);
  CHECK(text.line("/a~1b/0") == 3);
  CHECK(text.line("/a~1b/1/cd") == 4);
  CHECK(text.line("/e") == 6);
  CHECK(text.line("/a~1b/7") == 2);
  CHECK(text.place("/e") == "t.json:6");
  const std::string deep(100000, '[');
  CHECK(JsonText(deep + std::string(deep.size(), ']'), "t.json").line("/0/0") == 1);
}

TEST_CASE("the listing carries every value with its source") {
  EffectiveConfig config = with_file(R"({"optimizers": {"io": {"disable": ["lines", "copy/sendfile"]}}})");
  const auto listing = nlohmann::json::parse(to_json_text(config));
  CHECK(listing["settings"].size() == settings().size());
  CHECK(listing["settings"]["optimizers.io.disable"]["value"] == nlohmann::json({"lines", "copy/sendfile"}));
  CHECK(listing["settings"]["optimizers.io.disable"]["source"] == "x.json:1");
  CHECK(listing["settings"]["limits.connections"]["value"] == 64);
  CHECK(listing["settings"]["limits.memory"]["value"] == "auto");
  CHECK(listing["settings"]["seed"]["flag"] == "--seed");
}

TEST_CASE("the first margin whose expression fits a benchmark holds for it") {
  EffectiveConfig config = built_in_config("");
  CHECK(config.values.compare.margin_of("BM_sort") == doctest::Approx(0.02));
  apply_file(config, R"({"compare": {"threshold": "1%", "margins": ["^BM_io=5%", "io=3%"]}})", "c.json", "");
  CHECK(config.values.compare.margin_of("BM_io/4") == doctest::Approx(0.05));
  CHECK(config.values.compare.margin_of("audio") == doctest::Approx(0.03));
  CHECK(config.values.compare.margin_of("BM_sort") == doctest::Approx(0.01));
  const auto refused = [&](const std::string& text, const char* why) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(apply_file(config, text, "c.json", ""), doctest::Contains(why), perfopt::BadInput);
  };
  refused(R"({"compare": {"threshold": "2"}})", "c.json:1: compare.threshold: '2' is no percentage");
  refused(R"({"compare": {"margins": ["BM_io"]}})", "'BM_io' has no margin");
  refused(R"({"compare": {"margins": ["(=5%"]}})", "'(' is no regular expression");
}
