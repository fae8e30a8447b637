// SPDX-License-Identifier: Apache-2.0
// The configuration's JSON: the file that overrides it, and the listing of --print-config.
#include <algorithm>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/model/config.hpp"
#include "perfopt/model/json_text.hpp"
#include "perfopt/model/shipped_config.hpp"

namespace perfopt::model {
namespace {

using nlohmann::json;

constexpr std::string_view kBuiltIn = "built-in";

bool is_section(std::string_view key) {
  return std::find(kEnvironments.begin(), kEnvironments.end(), key) != kEnvironments.end();
}

bool is_group(std::string_view name) {
  return std::any_of(settings().begin(), settings().end(), [&](const Setting& setting) {
    return setting.name.size() > name.size() && setting.name.starts_with(name) && setting.name[name.size()] == '.';
  });
}

const char* expected_type(const Setting& setting) {
  switch (setting.kind) {
    case SettingKind::toggle:
      return "true or false";
    case SettingKind::number:
      return "a whole number";
    case SettingKind::bytes:
      return "a whole number of bytes or text such as \"2GiB\"";
    case SettingKind::duration:
      return "a number of seconds or text such as \"90s\"";
    case SettingKind::choice:
      return "text";
    case SettingKind::sizes:
      return "text or a list such as [\"small\", \"64KiB\", 1000]";
    case SettingKind::names:
      return "a list of names";
    case SettingKind::directory:
    case SettingKind::text:
      return "text";
  }
  return "";
}

bool fits(const Setting& setting, const json& value) {
  const auto scalar = [](const json& one) { return one.is_string() || one.is_number_integer(); };
  switch (setting.kind) {
    case SettingKind::toggle:
      return value.is_boolean();
    case SettingKind::number:
      return value.is_number_integer() || value == "auto";
    case SettingKind::bytes:
      return scalar(value);
    case SettingKind::duration:
      return value.is_number() || value.is_string();
    case SettingKind::sizes:
      return scalar(value) || (value.is_array() && std::all_of(value.begin(), value.end(), scalar));
    case SettingKind::names:
      return value.is_array() &&
             std::all_of(value.begin(), value.end(), [](const json& one) { return one.is_string(); });
    case SettingKind::choice:
    case SettingKind::directory:
    case SettingKind::text:
      return value.is_string();
  }
  return false;
}

// The text that Setting::assign reads: strings without quotes, lists with commas.
std::string as_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const json& one : value) text += (text.empty() ? "" : ",") + as_text(one);
  return text;
}

// Reads one file into a configuration; `section` is "" for its top level.
class FileReader {
 public:
  FileReader(const JsonText& file, EffectiveConfig& config, std::string section, bool built_in)
      : file_(file), config_(config), section_(std::move(section)), built_in_(built_in) {}

  void read() {
    const json& root = file_.root();
    if (section_.empty()) {
      read_object(root, "", "");
    } else {
      read_object(root.at(section_), pointer_step(section_), "");
    }
  }

 private:
  void read_object(const json& object, const std::string& pointer, const std::string& prefix) {
    if (!object.is_object()) {
      const std::string name = full_name(prefix.substr(0, prefix.size() - (prefix.empty() ? 0 : 1)));
      throw BadInput(file_.place(pointer) + ": " + (name.empty() ? "the document" : "field '" + name + "'") + " is " +
                     object.type_name() + "; an object { ... } was expected");
    }
    for (const auto& [key, value] : object.items()) read_member(key, value, pointer + pointer_step(key), prefix);
  }

  void read_member(const std::string& key, const json& value, const std::string& pointer, const std::string& prefix) {
    const bool top = section_.empty() && prefix.empty();
    if (top && (is_section(key) || key == "$schema")) return;
    const std::string name = prefix + key;
    if (const Setting* setting = find_setting(name)) {
      read_value(*setting, value, pointer);
    } else if (is_group(name)) {
      read_object(value, pointer, name + ".");
    } else {
      refuse(name, pointer);
    }
  }

  void read_value(const Setting& setting, const json& value, const std::string& pointer) {
    const std::string place = file_.place(pointer);
    const std::string where = place + ": " + full_name(setting.name);
    if (!fits(setting, value)) {
      throw BadInput(place + ": field '" + full_name(setting.name) + "' is " + value.type_name() + "; expected " +
                     expected_type(setting));
    }
    const std::string origin = built_in_ ? std::string(kBuiltIn) : place;
    config_.assign(setting, as_text(value), where, section_.empty() ? origin : origin + " (" + section_ + ")");
  }

  [[noreturn]] void refuse(const std::string& name, const std::string& pointer) const {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) {
      names.push_back(full_name(setting.name));
      for (std::size_t dot = setting.name.find('.'); dot != std::string::npos; dot = setting.name.find('.', dot + 1)) {
        names.push_back(full_name(setting.name.substr(0, dot)));
      }
    }
    if (section_.empty()) names.insert(names.end(), kEnvironments.begin(), kEnvironments.end());
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string wrong = full_name(name);
    throw BadInput(file_.place(pointer) + ": unknown field '" + wrong + "'" + did_you_mean(wrong, views));
  }

  [[nodiscard]] std::string full_name(const std::string& name) const {
    if (section_.empty()) return name;
    return name.empty() ? section_ : section_ + "." + name;
  }

  const JsonText& file_;
  EffectiveConfig& config_;
  std::string section_;
  bool built_in_;
};

void read_file_text(EffectiveConfig& config, const JsonText& file, std::string_view environment, bool built_in) {
  FileReader(file, config, "", built_in).read();
  for (const std::string_view section : kEnvironments) {
    if (!file.root().contains(section)) continue;
    EffectiveConfig unused = config;
    FileReader(file, section == environment ? config : unused, std::string(section), built_in).read();
  }
}

json value_of(const Setting& setting, const Config& config) {
  std::string text = setting.show(config);
  const bool is_plain = setting.kind == SettingKind::toggle || (setting.kind == SettingKind::number && text != "auto");
  if (is_plain) return json::parse(text);
  if (setting.kind != SettingKind::names) return text;
  json list = json::array();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    list.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return list;
}

}  // namespace

EffectiveConfig built_in_config(std::string_view environment) {
  EffectiveConfig config;
  config.sources.assign(settings().size(), std::string(kBuiltIn));
  config.environment = environment;
  read_file_text(config, JsonText(kShippedConfig, kBuiltIn), environment, true);
  return config;
}

void apply_file(EffectiveConfig& config, std::string_view text, std::string_view path, std::string_view environment) {
  const JsonText file(text, path);
  read_file_text(config, file, environment, false);
  if (!environment.empty() && !file.root().contains(environment)) {
    throw BadInput(std::string(path) + ": no section '" + std::string(environment) +
                   "'; add one, or leave --env (PERFOPT_ENV) out");
  }
}

std::string to_json_text(const EffectiveConfig& config) {
  nlohmann::ordered_json document;
  document["schema"] = "perfopt.effective_config";
  document["schema_version"] = 1;
  document["environment"] = config.environment;
  for (const Setting& setting : settings()) {
    auto& entry = document["settings"][setting.name];
    entry["value"] = value_of(setting, config.values);
    entry["source"] = config.source(setting);
    entry["variable"] = setting.variable;
    if (!setting.flag.empty()) entry["flag"] = setting.flag;
  }
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace perfopt::model
