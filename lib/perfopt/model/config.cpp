// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::model {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::string_view kPrefix = "PERFOPT_";
constexpr std::array<std::string_view, 3> kLevels{"conservative", "balanced", "aggressive"};
constexpr std::array<std::string_view, 4> kSizeClasses{"small", "medium", "large", "all"};

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

// ',' between, blanks around an item ignored.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

template <class T>
T read_number(std::string_view text, std::string_view where, T least, T most) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= least && value <= most) return value;
  throw BadInput(std::string(where) + ": " + quoted(text) + " is no whole number from " + std::to_string(least) +
                 " to " + std::to_string(most));
}

bool read_toggle(std::string_view text, std::string_view where) {
  for (const std::string_view yes : {"true", "on", "yes", "1"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "off", "no", "0"}) {
    if (text == no) return false;
  }
  throw BadInput(std::string(where) + ": " + quoted(text) + " is neither on nor off; write true or false");
}

std::string read_choice(std::string_view text, std::string_view where, std::span<const std::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::string(text);
  std::string known;
  for (const std::string_view choice : choices) known += (known.empty() ? "" : ", ") + std::string(choice);
  throw BadInput(std::string(where) + ": " + quoted(text) + " is none of " + known + did_you_mean(text, choices));
}

std::string read_sizes(std::string_view text, std::string_view where) {
  const std::vector<std::string> items = split_list(text);
  if (items.empty()) throw BadInput(std::string(where) + ": no size is given; write small, medium, large, 1000, 64KiB");
  for (const std::string& item : items) {
    if (std::find(kSizeClasses.begin(), kSizeClasses.end(), item) != kSizeClasses.end()) continue;
    if (item.find_first_of("0123456789") == std::string::npos) {
      throw BadInput(std::string(where) + ": " + quoted(item) + " is no size; write small, medium, large, 1000, 64KiB" +
                     did_you_mean(item, kSizeClasses));
    }
    (void)parse_quantity(item, where);
  }
  return join(items);
}

std::uint64_t read_bytes(std::string_view text, std::string_view where, std::uint64_t least) {
  if (text == kAuto) return 0;
  const Quantity quantity = parse_quantity(text, where);
  if (quantity.value >= least) return quantity.value;
  throw BadInput(std::string(where) + ": " + quoted(text) + " is less than the least, " +
                 format_bytes(static_cast<double>(least)) + "; with less nothing could run");
}

double read_duration(std::string_view text, std::string_view where) {
  constexpr double kLeast = 0.1;
  constexpr double kMost = 86400;
  const double seconds = parse_duration_s(text, where);
  if (seconds >= kLeast && seconds <= kMost) return seconds;
  throw BadInput(std::string(where) + ": " + quoted(text) + " is out of range; write 100ms to 24h");
}

std::string show_bytes(std::uint64_t bytes) {
  if (bytes == 0) return std::string(kAuto);
  if (bytes % (1ULL << 30U) == 0) return std::to_string(bytes >> 30U) + "GiB";
  if (bytes % (1ULL << 20U) == 0) return std::to_string(bytes >> 20U) + "MiB";
  if (bytes % (1ULL << 10U) == 0) return std::to_string(bytes >> 10U) + "KiB";
  return std::to_string(bytes) + "B";
}

std::string show_seconds(double seconds) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), seconds);
  return std::string(text.data(), end) + "s";
}

std::string show_auto(unsigned value) {
  return value == 0 ? std::string(kAuto) : std::to_string(value);
}

// `field` is a generic lambda from Config (const or not) to the member.
template <class Field>
Setting number_or_auto(std::string name, std::string flag, std::string doc, unsigned most, Field field) {
  return {std::move(name),
          "",
          std::move(flag),
          SettingKind::number,
          "N",
          std::move(doc),
          [=](Config& config, std::string_view text, std::string_view where) {
            field(config) = text == kAuto ? 0 : read_number<unsigned>(text, where, 1, most);
          },
          [=](const Config& config) { return show_auto(field(config)); }};
}

template <class Field>
Setting bytes_or_auto(std::string name, std::string flag, std::string doc, std::uint64_t least, Field field) {
  return {std::move(name),
          "",
          std::move(flag),
          SettingKind::bytes,
          "BYTES",
          std::move(doc),
          [=](Config& config, std::string_view text, std::string_view where) {
            field(config) = read_bytes(text, where, least);
          },
          [=](const Config& config) { return show_bytes(field(config)); }};
}

std::vector<Setting> main_settings() {
  return {
      {"level", "", "--level", SettingKind::choice, "conservative|balanced|aggressive",
       "leave out strategies that ask for more than this level",
       [](Config& config, std::string_view text, std::string_view where) {
         config.level = read_choice(text, where, kLevels);
       },
       [](const Config& config) { return config.level; }},
      {"sizes", "", "--sizes", SettingKind::sizes, "LIST",
       "data sizes: small, medium, large, all, counts (1000, 1M) and bytes (64KiB), comma-separated",
       [](Config& config, std::string_view text, std::string_view where) { config.sizes = read_sizes(text, where); },
       [](const Config& config) { return config.sizes; }},
      number_or_auto("repetitions", "--repetitions", "rounds of each case; auto: as many as the time allows", 1000,
                     [](auto& config) -> auto& { return config.repetitions; }),
      {"max_time", "", "--max-time", SettingKind::duration, "TIME", "time for the whole run: 90s, 3min, 1h",
       [](Config& config, std::string_view text, std::string_view where) {
         config.max_time_s = read_duration(text, where);
       },
       [](const Config& config) { return show_seconds(config.max_time_s); }},
      {"seed", "", "--seed", SettingKind::number, "N", "seed of the input data; equal seeds give equal inputs",
       [](Config& config, std::string_view text, std::string_view where) {
         config.seed = read_number<std::uint64_t>(text, where, 0, std::numeric_limits<std::uint64_t>::max());
       },
       [](const Config& config) { return std::to_string(config.seed); }},
      {"scratch", "", "--scratch", SettingKind::directory, "DIR",
       "directory of the files that are measured; empty: the one for temporary files",
       [](Config& config, std::string_view text, std::string_view) { config.scratch = text; },
       [](const Config& config) { return config.scratch; }},
      {"database_url", "", "", SettingKind::text, "URL",
       "PostgreSQL server to measure, as postgresql://user@host/name; empty: a cluster of our own (also --database "
       "URL)",
       [](Config& config, std::string_view text, std::string_view) { config.database_url = text; },
       [](const Config& config) { return config.database_url; }},
  };
}

std::vector<Setting> limit_settings() {
  return {
      number_or_auto("limits.threads", "--threads", "most threads; auto: all that this process may use", 4096,
                     [](auto& config) -> auto& { return config.limits.threads; }),
      bytes_or_auto("limits.memory", "--memory-limit", "most memory; auto: half of what is available", 1U << 24U,
                    [](auto& config) -> auto& { return config.limits.memory_bytes; }),
      bytes_or_auto("limits.file_bytes", "--file-limit",
                    "most bytes in files; auto: 1 GiB, at most half of the free space", 1U << 12U,
                    [](auto& config) -> auto& { return config.limits.file_bytes; }),
      {"limits.connections", "", "--connections", SettingKind::number, "N", "most connections open at a time",
       [](Config& config, std::string_view text, std::string_view where) {
         config.limits.connections = read_number<unsigned>(text, where, 1, 65535);
       },
       [](const Config& config) { return std::to_string(config.limits.connections); }},
      number_or_auto("limits.ranks", "--ranks", "processes of the distributed category; auto: as threads, at least 2",
                     1024, [](auto& config) -> auto& { return config.limits.ranks; }),
  };
}

struct Margin {
  Pattern benchmarks;
  double share;
};

Margin read_margin(const std::string& text, std::string_view where) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) {
    throw BadInput(std::string(where) + ": " + quoted(text) + " has no margin; write REGEX=5%");
  }
  return {Pattern(text.substr(0, equals), where), parse_percent(text.substr(equals + 1), where)};
}

std::string show_percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g%%", share * 100);
  return text.data();
}

std::vector<Setting> compare_settings() {
  return {
      {"compare.threshold", "", "", SettingKind::text, "PERCENT",
       "margin within which perfbench compare calls benchmarks the same (also --threshold)",
       [](Config& config, std::string_view text, std::string_view where) {
         config.compare.threshold = parse_percent(text, where);
       },
       [](const Config& config) { return show_percent(config.compare.threshold); }},
      {"compare.margins", "", "", SettingKind::names, "REGEX=PERCENT,...",
       "other margins for benchmarks whose name matches; the first that fits holds",
       [](Config& config, std::string_view text, std::string_view where) {
         config.compare.margins = split_list(text);
         for (const std::string& margin : config.compare.margins) (void)read_margin(margin, where);
       },
       [](const Config& config) { return join(config.compare.margins); }},
  };
}

Setting enabled_setting(std::size_t index) {
  const std::string category(kOptimizerCategories[index]);
  return {"optimizers." + category + ".enabled",
          "",
          "",
          SettingKind::toggle,
          "true|false",
          "measure the optimisers of the category " + category,
          [=](Config& config, std::string_view text, std::string_view where) {
            config.optimizers[index].enabled = read_toggle(text, where);
          },
          [=](const Config& config) { return std::string(config.optimizers[index].enabled ? "true" : "false"); }};
}

Setting disable_setting(std::size_t index) {
  const std::string category(kOptimizerCategories[index]);
  return {"optimizers." + category + ".disable",
          "",
          "",
          SettingKind::names,
          "NAMES",
          "problems or strategies of " + category + " that are left out: PROBLEM or PROBLEM/STRATEGY",
          [=](Config& config, std::string_view text, std::string_view) {
            config.optimizers[index].disable = split_list(text);
          },
          [=](const Config& config) { return join(config.optimizers[index].disable); }};
}

std::string variable_of(std::string_view name) {
  std::string variable(kPrefix);
  for (const char c : name) {
    variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

std::vector<Setting> all_settings() {
  std::vector<Setting> all = main_settings();
  for (Setting& limit : limit_settings()) all.push_back(std::move(limit));
  for (Setting& compare : compare_settings()) all.push_back(std::move(compare));
  for (std::size_t i = 0; i < kOptimizerCategories.size(); ++i) {
    all.push_back(enabled_setting(i));
    all.push_back(disable_setting(i));
  }
  for (Setting& setting : all) setting.variable = variable_of(setting.name);
  return all;
}

std::size_t index_of(const Setting& setting) {
  return static_cast<std::size_t>(&setting - settings().data());
}

}  // namespace

double CompareConfig::margin_of(const std::string& benchmark) const {
  for (const std::string& text : margins) {
    const Margin margin = read_margin(text, "compare.margins");
    if (margin.benchmarks.found_in(benchmark)) return margin.share;
  }
  return threshold;
}

std::vector<std::string> Config::disabled() const {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < optimizers.size(); ++i) {
    const std::string category(kOptimizerCategories[i]);
    if (!optimizers[i].enabled) paths.push_back(category);
    for (const std::string& name : optimizers[i].disable) paths.push_back(category + "/" + name);
  }
  return paths;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> kAll = all_settings();
  return kAll;
}

const Setting* find_setting(std::string_view name) {
  const auto found =
      std::find_if(settings().begin(), settings().end(), [&](const Setting& setting) { return setting.name == name; });
  return found == settings().end() ? nullptr : &*found;
}

void EffectiveConfig::assign(const Setting& setting, std::string_view text, std::string_view where,
                             std::string_view source) {
  setting.assign(values, text, where);
  sources[index_of(setting)] = source;
}

const std::string& EffectiveConfig::source(const Setting& setting) const {
  return sources[index_of(setting)];
}

void apply_variables(EffectiveConfig& config, std::span<const std::string_view> variables) {
  std::vector<std::string_view> known{"PERFOPT_CONFIG", "PERFOPT_ENV", "PERFOPT_HISTORY"};
  const auto no_settings = static_cast<std::ptrdiff_t>(known.size());
  for (const Setting& setting : settings()) known.push_back(setting.variable);
  for (const std::string_view variable : variables) {
    if (!variable.starts_with(kPrefix)) continue;
    const std::size_t equals = std::min(variable.find('='), variable.size());
    const std::string_view name = variable.substr(0, equals);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      throw BadInput("environment: unknown variable '" + std::string(name) + "'" + did_you_mean(name, known) +
                     " (--print-config lists all; unset it if it is not ours)");
    }
    const auto index = found - known.begin() - no_settings;
    if (index < 0) continue;
    const std::string_view text = variable.substr(std::min(equals + 1, variable.size()));
    config.assign(settings()[static_cast<std::size_t>(index)], text, name, name);
  }
}

}  // namespace perfopt::model
