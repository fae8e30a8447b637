// SPDX-License-Identifier: Apache-2.0
// The tables of the profile page: functions with their callers and callees, waits, allocation sites, files, processes.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_sections.hpp"
#include "perfopt/report/sortable_table.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kFunctions = 40;
constexpr std::size_t kRows = 30;  // of every other table
constexpr std::size_t kNeighbours = 6;
constexpr std::size_t kName = 70;
constexpr std::size_t kHeadName = 100;  // of a row, which has the room that the other columns leave
constexpr std::size_t kFullName = 1000;
constexpr double kBar = 100;

std::string duration(std::uint64_t ns) {
  return ns == 0 ? "0 s" : format_duration_ns(static_cast<double>(ns));
}

std::string percent(double share) {
  return html_text(share_text(share));  // "<0.1 %"
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

void add_function(SortableTable& table, const ProfileView& view, const Around& around, std::size_t index) {
  const stats::Hotspot& spot = view.functions[index];
  const std::string more = "<p>" + html_text(spot.name, kFullName) + "</p>" +
                           (spot.file.empty() ? "" : "<p>" + html_text(spot.file) + "</p>") +
                           (spot.module.empty() ? "" : "<p>in " + html_text(spot.module) + "</p>") +
                           around.list(view, spot.name, true) + around.list(view, spot.name, false);
  table.begin_row();
  table.figure("<b>" + percent(spot.self_share) + "</b>", spot.self_share);
  const std::string name = short_function(spot.name, kHeadName);
  table.row_head("<details><summary>" + std::string(language_sign(spot.language)) + "<bdi>" +
                     html_text(name, kHeadName) + "</bdi></summary>" + more + "</details>",
                 name);
  table.figure(html_text(value_text(view.unit(), spot.self)), static_cast<double>(spot.self));
  if (view.second) {
    const std::optional<std::uint64_t>& count = view.counts[index];
    table.figure(count ? format_count(*count) : "", count ? std::optional(static_cast<double>(*count)) : std::nullopt);
  }
  table.figure(percent(spot.total_share), spot.total_share);
  table.figure(bar(spot), spot.total_share);
  table.text(html_text(place_text(spot.file, spot.line, spot.module)));
  table.text(std::string(language_word(spot.language)));
  table.end_row();
}

void add_life(SortableTable& table, const model::ProfiledProcess& process) {
  const std::uint64_t end = process.end_ns.value_or(process.start_ns);
  const std::uint64_t lived = end - std::min(process.start_ns, end);
  table.figure(duration(process.start_ns), static_cast<double>(process.start_ns));
  table.figure(process.end_ns ? duration(lived) : "lived on",
               process.end_ns ? std::optional(static_cast<double>(lived)) : std::nullopt);
  table.text(html_text(process.language.empty() ? "native" : process.language));
}

}  // namespace

std::string profile_functions(const ProfileView& view, const IdPrefix& prefix) {
  if (!view.has_samples()) return "";
  const std::size_t shown = std::min(kFunctions, view.functions.size());
  const Around around(view.tree, view.functions, shown);
  std::string caption = "By " + html_text(measure_words(view)) +
                        ". Self: in the function; total: with what it called. Open a row for callers and callees.";
  if (shown < view.functions.size()) {
    caption += " " + plural(view.functions.size() - shown, "more function is", "more functions are") +
               " left out; <code>perfviz --format csv</code> lists all.";
  }
  SortableTable table(caption, "functions");
  // Share and name first: what a phone shows without scrolling.
  table.figures("self").words("function").figures(view.unit().unit == "ns" ? "time" : html_text(view.unit().unit));
  if (view.second) table.figures("count");
  table.figures("total").figures("self in total").words("where").words("language");
  for (std::size_t i = 0; i < shown; ++i) add_function(table, view, around, i);
  return page_section(prefix, "functions", "Hottest functions", table.html());
}

std::string profile_waits(const ProfileView& view, const IdPrefix& prefix) {
  if (view.waits.empty()) return "";
  SortableTable table(duration(view.waited_ns) +
                          " over all threads. Waiting is no fault of itself: a thread of a pool that has nothing to do "
                          "waits too. Less than 1 % is left out.",
                      "");
  table.figures("time").figures("times").figures("threads").words("what").words("in").words("where").words("on");
  for (std::size_t i = 0; i < std::min(kRows, view.waits.size()); ++i) {
    const stats::Wait& wait = view.waits[i];
    const std::string place = wait.place.empty() ? "[no stack]" : short_function(wait.place, kName);
    table.begin_row();
    table.figure("<b>" + duration(wait.wall_ns) + "</b>", static_cast<double>(wait.wall_ns));
    table.figure(format_count(wait.count), static_cast<double>(wait.count));
    table.figure(format_count(wait.threads), static_cast<double>(wait.threads));
    table.text(std::string(activity_words(wait.activity)));
    table.text("<bdi>" + html_text(place, kName) + "</bdi>");
    table.text(html_text(place_text(wait.file, wait.line)));
    table.text(html_text(wait.object));
    table.end_row();
  }
  return page_section(prefix, "waits", "Waits", table.html());
}

std::string profile_live(const ProfileView& view, const IdPrefix& prefix) {
  if (view.live.empty()) return "";
  SortableTable table(format_bytes(static_cast<double>(view.live_bytes)) +
                          " were not freed when the program ended: leaked, or kept on purpose. Less than 1 % is left "
                          "out.",
                      "");
  table.figures("bytes").figures("count").words("where").words("allocated by");
  for (std::size_t i = 0; i < std::min(kRows, view.live.size()); ++i) {
    const AllocationSite& site = view.live[i];
    table.begin_row();
    table.figure("<b>" + format_bytes(static_cast<double>(site.bytes)) + "</b>", static_cast<double>(site.bytes));
    table.figure(site.count > 0 ? format_count(site.count) : "", static_cast<double>(site.count));
    table.text(html_text(place_text(site.file, site.line)));
    table.text("<bdi>" + html_text(site.path) + "</bdi>");
    table.end_row();
  }
  return page_section(prefix, "live", "Still allocated at the end", table.html());
}

std::string profile_objects(const ProfileView& view, const IdPrefix& prefix) {
  if (view.objects.empty()) return "";
  const std::size_t shown = std::min(kRows, view.objects.size());
  std::string caption = "By " + html_text(measure_words(view)) + ".";
  if (shown < view.objects.size())
    caption += " " + plural(view.objects.size() - shown, "more is", "more are") + " left out.";
  SortableTable table(caption, "files");
  table.figures("share").figures(view.unit().unit == "ns" ? "time" : html_text(view.unit().unit)).words("file");
  for (std::size_t i = 0; i < shown; ++i) {
    const stats::Hotspot& spot = view.objects[i];
    table.begin_row();
    table.figure("<b>" + percent(spot.self_share) + "</b>", spot.self_share);
    table.figure(html_text(value_text(view.unit(), spot.self)), static_cast<double>(spot.self));
    table.text("<bdi>" + html_text(spot.name.empty() ? "[unknown]" : spot.name) + "</bdi>");
    table.end_row();
  }
  return page_section(prefix, "files", "Files and descriptors", table.html());
}

std::string profile_processes(const model::Profile& profile) {
  if (profile.processes.empty()) return "<p>No process is known.</p>";
  // Calls are counted in the processes themselves: nobody looks when they come and go, and in what language.
  const bool is_watched = profile.mode != "calls";
  std::string caption = plural(profile.processes.size(), "process", "processes") + ", " +
                        plural(profile.threads.size(), "thread", "threads") + ".";
  if (profile.processes.size() > kRows) caption += " The first " + std::to_string(kRows) + " are shown.";
  SortableTable table(caption, "");
  table.figures("pid").figures("parent");
  if (is_watched) table.figures("started after").figures("lived").words("language");
  table.words("command");
  for (std::size_t i = 0; i < std::min(kRows, profile.processes.size()); ++i) {
    const model::ProfiledProcess& process = profile.processes[i];
    table.begin_row();
    table.figure(std::to_string(process.pid), process.pid);
    table.figure(process.parent_pid > 0 ? std::to_string(process.parent_pid) : "", process.parent_pid);
    if (is_watched) add_life(table, process);
    table.text("<bdi>" + html_text(process.command.empty() ? process.name : process.command) + "</bdi>");
    table.end_row();
  }
  return table.html();
}

}  // namespace perfopt::report
