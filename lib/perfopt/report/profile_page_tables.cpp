// SPDX-License-Identifier: Apache-2.0
// The tables of the profile page: functions with their callers and callees, waits, allocation sites, files, processes.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_sections.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kFunctions = 40;
constexpr std::size_t kRows = 30;  // of every other table
constexpr std::size_t kNeighbours = 6;
constexpr std::size_t kName = 70;
constexpr std::size_t kFullName = 1000;
constexpr double kBar = 100;

std::string cell(const std::string& text) {
  return "<td>" + text + "</td>";
}
std::string words(const std::string& text) {
  return "<td class=\"words\">" + text + "</td>";
}
std::string duration(std::uint64_t ns) {
  return ns == 0 ? "0 s" : format_duration_ns(static_cast<double>(ns));
}

std::string percent(double share) {
  return html_text(share_text(share));  // "<0.1 %"
}

std::string table(const std::string& caption, const std::string& heads, const std::string& rows) {
  return "<div class=\"scroll\">\n<table>\n<caption>" + caption + "</caption>\n<thead><tr>" + heads +
         "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n</div>\n";
}

std::string head(std::string_view text, bool is_words = false) {
  return "<th scope=\"col\"" + std::string(is_words ? " class=\"words\"" : "") + ">" + std::string(text) + "</th>";
}

// Callers and callees of many functions in one walk over the tree, in which each stack of functions stands once.
class Around {
 public:
  using Values = std::map<std::uint32_t, std::uint64_t>;  // by name

  Around(const stats::FlameTree& tree, const std::vector<stats::Hotspot>& functions, std::size_t count) : tree_(tree) {
    for (std::size_t i = 0; i < count; ++i) by_name_.try_emplace(functions[i].name, i);
    callers_.resize(count);
    callees_.resize(count);
    std::vector<std::size_t> meant(tree.names.size(), kNone);
    for (std::size_t n = 0; n < tree.names.size(); ++n) {
      if (const auto found = by_name_.find(tree.names[n]); found != by_name_.end()) meant[n] = found->second;
    }
    for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
      const stats::FlameNode& node = tree.nodes[i];
      const std::uint32_t caller = tree.nodes[node.parent].name;
      if (caller == node.name) continue;
      if (meant[node.name] != kNone) callers_[meant[node.name]][caller] += node.total;
      if (meant[caller] != kNone && node.parent != 0) callees_[meant[caller]][node.name] += node.total;
    }
  }

  [[nodiscard]] std::string list(const ProfileView& view, const std::string& function, bool of_callers) const {
    const auto found = by_name_.find(function);
    if (found == by_name_.end()) return "";
    const Values& values = (of_callers ? callers_ : callees_)[found->second];
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    order.reserve(values.size());
    for (const auto& [name, value] : values) order.emplace_back(value, name);
    std::ranges::sort(order, std::ranges::greater{});
    std::string items;
    for (std::size_t i = 0; i < std::min(kNeighbours, order.size()); ++i) {
      const bool is_root = order[i].second == tree_.nodes.front().name;
      const std::string name = is_root ? "[root]" : short_function(tree_.names[order[i].second], kName);
      items += "<li>" + percent(static_cast<double>(order[i].first) / static_cast<double>(view.total)) + " " +
               html_text(name, kName) + "</li>";
    }
    if (order.size() > kNeighbours) items += "<li>and " + std::to_string(order.size() - kNeighbours) + " more</li>";
    return items.empty() ? ""
                         : "<p>" + std::string(of_callers ? "Called from" : "Calls") + "</p><ul>" + items + "</ul>";
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  const stats::FlameTree& tree_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<Values> callers_, callees_;
};

// Self within total, of 100 %.
std::string bar(const stats::Hotspot& spot) {
  return "<svg class=\"strip\" viewBox=\"0 0 100 10\" aria-hidden=\"true\"><rect class=\"total\" x=\"0\" y=\"0\" "
         "width=\"" +
         svg_number(kBar * std::clamp(spot.total_share, 0.0, 1.0)) +
         "\" height=\"10\"/><rect class=\"self\" x=\"0\" y=\"0\" width=\"" +
         svg_number(kBar * std::clamp(spot.self_share, 0.0, 1.0)) + "\" height=\"10\"/></svg>";
}

std::string function_row(const ProfileView& view, const Around& around, std::size_t index) {
  const stats::Hotspot& spot = view.functions[index];
  const std::string place = place_text(spot.file, spot.line, spot.module);
  const std::string more = "<p>" + html_text(spot.name, kFullName) + "</p>" +
                           (spot.file.empty() ? "" : "<p>" + html_text(spot.file) + "</p>") +
                           (spot.module.empty() ? "" : "<p>in " + html_text(spot.module) + "</p>") +
                           around.list(view, spot.name, true) + around.list(view, spot.name, false);
  std::string row =
      "<tr>" + cell("<b>" + percent(spot.self_share) + "</b>") + cell(html_text(value_text(view.unit(), spot.self)));
  if (view.second) row += cell(view.counts[index] ? format_count(*view.counts[index]) : "");
  row += cell(percent(spot.total_share)) + cell(bar(spot));
  row += "<th scope=\"row\" class=\"words\"><details><summary>" + std::string(language_sign(spot.language)) + "<bdi>" +
         html_text(short_function(spot.name, kName), kName) + "</bdi></summary>" + more + "</details></th>";
  return row + words(html_text(place)) + words(std::string(language_word(spot.language))) + "</tr>\n";
}

}  // namespace

std::string profile_functions(const ProfileView& view, const IdPrefix& prefix) {
  if (!view.has_samples()) return "";
  const std::size_t shown = std::min(kFunctions, view.functions.size());
  const Around around(view.tree, view.functions, shown);
  std::string rows;
  for (std::size_t i = 0; i < shown; ++i) rows += function_row(view, around, i);
  const std::string unit = view.unit().unit == "ns" ? "time" : html_text(view.unit().unit);
  const std::string heads = head("self") + head(unit) + (view.second ? head("count") : "") + head("total") + head("") +
                            head("function", true) + head("where", true) + head("language", true);
  std::string caption = "By " + html_text(measure_words(view)) +
                        ". Self: in the function; total: with what it called. Open a row for callers and callees.";
  if (shown < view.functions.size()) {
    caption += " " + plural(view.functions.size() - shown, "more function is", "more functions are") +
               " left out; <code>perfviz --format csv</code> lists all.";
  }
  return page_section(prefix, "functions", "Hottest functions", table(caption, heads, rows));
}

std::string profile_waits(const ProfileView& view, const IdPrefix& prefix) {
  if (view.waits.empty()) return "";
  std::string rows;
  for (std::size_t i = 0; i < std::min(kRows, view.waits.size()); ++i) {
    const stats::Wait& wait = view.waits[i];
    const std::string place = wait.place.empty() ? "[no stack]" : short_function(wait.place, kName);
    rows += "<tr>" + cell("<b>" + duration(wait.wall_ns) + "</b>") + cell(format_count(wait.count)) +
            cell(format_count(wait.threads)) + words(std::string(activity_words(wait.activity))) +
            words("<bdi>" + html_text(place, kName) + "</bdi>") + words(html_text(place_text(wait.file, wait.line))) +
            words(html_text(wait.object)) + "</tr>\n";
  }
  const std::string heads = head("time") + head("times") + head("threads") + head("what", true) + head("in", true) +
                            head("where", true) + head("on", true);
  const std::string caption =
      duration(view.waited_ns) +
      " over all threads. Waiting is no fault of itself: a thread of a pool that has nothing to "
      "do waits too. Less than 1 % is left out.";
  return page_section(prefix, "waits", "Waits", table(caption, heads, rows));
}

std::string profile_live(const ProfileView& view, const IdPrefix& prefix) {
  if (view.live.empty()) return "";
  std::string rows;
  for (std::size_t i = 0; i < std::min(kRows, view.live.size()); ++i) {
    const AllocationSite& site = view.live[i];
    rows += "<tr>" + cell("<b>" + format_bytes(static_cast<double>(site.bytes)) + "</b>") +
            cell(site.count > 0 ? format_count(site.count) : "") + words(html_text(place_text(site.file, site.line))) +
            words("<bdi>" + html_text(site.path) + "</bdi>") + "</tr>\n";
  }
  const std::string caption =
      format_bytes(static_cast<double>(view.live_bytes)) +
      " were not freed when the program ended: leaked, or kept on purpose. Less than 1 % is left "
      "out.";
  return page_section(
      prefix, "live", "Still allocated at the end",
      table(caption, head("bytes") + head("count") + head("where", true) + head("allocated by", true), rows));
}

std::string profile_objects(const ProfileView& view, const IdPrefix& prefix) {
  if (view.objects.empty()) return "";
  std::string rows;
  for (std::size_t i = 0; i < std::min(kRows, view.objects.size()); ++i) {
    const stats::Hotspot& spot = view.objects[i];
    rows += "<tr>" + cell("<b>" + percent(spot.self_share) + "</b>") +
            cell(html_text(value_text(view.unit(), spot.self))) +
            words("<bdi>" + html_text(spot.name.empty() ? "[unknown]" : spot.name) + "</bdi>") + "</tr>\n";
  }
  return page_section(
      prefix, "files", "Files and descriptors",
      table("By " + html_text(measure_words(view)) + ".",
            head("share") + head(view.unit().unit == "ns" ? "time" : html_text(view.unit().unit)) + head("file", true),
            rows));
}

std::string profile_processes(const model::Profile& profile) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(kRows, profile.processes.size()); ++i) {
    const model::ProfiledProcess& process = profile.processes[i];
    const std::string lived =
        process.end_ns ? duration(*process.end_ns - std::min(process.start_ns, *process.end_ns)) : "lived on";
    rows += "<tr>" + cell(std::to_string(process.pid)) +
            cell(process.parent_pid > 0 ? std::to_string(process.parent_pid) : "") + cell(duration(process.start_ns)) +
            cell(lived) + words(html_text(process.language.empty() ? "native" : process.language)) +
            words("<bdi>" + html_text(process.command.empty() ? process.name : process.command) + "</bdi>") + "</tr>\n";
  }
  if (rows.empty()) return "<p>No process is known.</p>";
  std::string caption = plural(profile.processes.size(), "process", "processes") + ", " +
                        plural(profile.threads.size(), "thread", "threads") + ".";
  if (profile.processes.size() > kRows) caption += " The first " + std::to_string(kRows) + " are shown.";
  return table(caption,
               head("pid") + head("parent") + head("started after") + head("lived") + head("language", true) +
                   head("command", true),
               rows);
}

}  // namespace perfopt::report
