// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/inline_table.hpp"

#include <dwarf.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "perfopt/prof/symbols/demangle.hpp"

namespace perfopt::prof {
namespace {

constexpr int kMaxDepth = 256;

// Calls use(start, end) for each range of addresses of an entry.
template <typename Use>
void each_range(Dwarf_Die& die, Use use) {
  Dwarf_Addr base = 0;
  Dwarf_Addr start = 0;
  Dwarf_Addr end = 0;
  for (ptrdiff_t offset = 0; (offset = ::dwarf_ranges(&die, offset, &base, &start, &end)) > 0;) {
    if (start < end) use(start, end);
  }
}

template <typename Use>
void each_child(Dwarf_Die& die, Use use) {
  Dwarf_Die child;
  for (int status = ::dwarf_child(&die, &child); status == 0; status = ::dwarf_siblingof(&child, &child)) use(child);
}

std::optional<Dwarf_Word> number(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (::dwarf_attr(&die, name, &attribute) == nullptr || ::dwarf_formudata(&attribute, &value) != 0) {
    return std::nullopt;
  }
  return value;
}

std::string linkage_name(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  for (const unsigned name : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}}) {
    if (::dwarf_attr_integrate(&die, name, &attribute) == nullptr) continue;
    if (const char* text = ::dwarf_formstring(&attribute)) return text;
  }
  return "";
}

}  // namespace

// One unit with all the addresses asked of it.
class InlineTable::Walk {
 public:
  using Addresses = std::span<const std::uint64_t>;

  Walk(InlineTable& table, Dwarf_Die& unit, Addresses addresses, std::span<std::vector<model::Frame>> frames)
      : table_(table), unit_(unit), all_(addresses), frames_(frames) {
    if (::dwarf_getsrcfiles(&unit, &files_, &file_count_) != 0) file_count_ = 0;
  }

  // Functions within functions (Fortran, Pascal, GNU C) have addresses of their own: they are looked for only where
  // some address was not found otherwise.
  void read_functions() {
    descend(unit_, all_, 0, false);
    const bool all_found = std::ranges::none_of(frames_, &std::vector<model::Frame>::empty);
    if (!all_found) descend(unit_, all_, 0, true);
    // Found from the outermost inwards.
    for (auto& frames : frames_) std::ranges::reverse(frames);
  }

  void read_lines() {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      Dwarf_Line* line = ::dwarf_getsrc_die(&unit_, all_[i]);
      if (line == nullptr) continue;
      if (frames_[i].empty()) frames_[i].emplace_back();
      model::Frame& innermost = frames_[i].front();
      int number = 0;
      if (::dwarf_lineno(line, &number) == 0 && number > 0) innermost.line = static_cast<unsigned>(number);
      if (const char* path = ::dwarf_linesrc(line, nullptr, nullptr)) innermost.file = table_.file_of(path);
    }
  }

 private:
  static Addresses within(Addresses addresses, std::uint64_t start, std::uint64_t end) {
    const auto first = std::ranges::lower_bound(addresses, start);
    const auto last = std::lower_bound(first, addresses.end(), end);
    return {first, last};
  }

  void descend(Dwarf_Die& parent, Addresses addresses, int depth, bool nested) {
    if (depth == kMaxDepth) return;
    each_child(parent, [&](Dwarf_Die& die) {
      switch (::dwarf_tag(&die)) {
        case DW_TAG_namespace:
        case DW_TAG_module:
          return descend(die, addresses, depth + 1, nested);
        case DW_TAG_subprogram:
          if (nested) descend(die, addresses, depth + 1, nested);
          return enter(die, addresses, depth);
        default:
          return;
      }
    });
  }

  // A function, or one inlined into it.
  void enter(Dwarf_Die& die, Addresses addresses, int depth) {
    each_range(die, [&](std::uint64_t start, std::uint64_t end) {
      const Addresses inside = within(addresses, start, end);
      if (inside.empty()) return;
      const bool outermost = ::dwarf_tag(&die) == DW_TAG_subprogram;
      const auto is_found = [&](const std::uint64_t& address) { return !place_of(address).empty(); };
      // Identical code that the linker folded has several functions: the first is taken.
      if (outermost && std::ranges::any_of(inside, is_found)) return;
      for (const std::uint64_t& address : inside) add(die, place_of(address), outermost);
      descend_inlined(die, inside, depth + 1);
    });
  }

  void descend_inlined(Dwarf_Die& parent, Addresses addresses, int depth) {
    if (depth == kMaxDepth) return;
    each_child(parent, [&](Dwarf_Die& die) {
      const int tag = ::dwarf_tag(&die);
      if (tag == DW_TAG_inlined_subroutine) return enter(die, addresses, depth);
      if (tag != DW_TAG_lexical_block && tag != DW_TAG_try_block && tag != DW_TAG_catch_block) return;
      each_range(die, [&](std::uint64_t start, std::uint64_t end) {
        const Addresses inside = within(addresses, start, end);
        if (!inside.empty()) descend_inlined(die, inside, depth + 1);
      });
    });
  }

  [[nodiscard]] std::vector<model::Frame>& place_of(const std::uint64_t& address) {
    return frames_[static_cast<std::size_t>(&address - all_.data())];
  }

  void add(Dwarf_Die& die, std::vector<model::Frame>& frames, bool outermost) {
    if (!outermost) {
      // The caller stands at the call.
      model::Frame& caller = frames.back();
      caller.line = static_cast<unsigned>(number(die, DW_AT_call_line).value_or(0));
      const auto file = number(die, DW_AT_call_file);
      const char* path = file && *file < file_count_ ? ::dwarf_filesrc(files_, *file, nullptr, nullptr) : nullptr;
      if (path != nullptr) caller.file = table_.file_of(path);
    }
    const Function& function = table_.function_of(die);
    model::Frame& frame = frames.emplace_back();
    frame.function = function.name;
    frame.first_line = function.first_line;
    frame.inlined = !outermost;
  }

  InlineTable& table_;
  Dwarf_Die& unit_;
  Addresses all_;
  std::span<std::vector<model::Frame>> frames_;
  Dwarf_Files* files_ = nullptr;
  std::size_t file_count_ = 0;
};

InlineTable::InlineTable(Dwarf* dwarf) : dwarf_(dwarf) {
  Dwarf_CU* unit = nullptr;
  Dwarf_Die die;
  Dwarf_Die split;
  std::uint8_t type = 0;
  while (::dwarf_get_units(dwarf_, unit, &unit, nullptr, &type, &die, &split) == 0) {
    if (type == DW_UT_type || type == DW_UT_split_type) continue;
    // What the file itself has of a unit whose rest lies in a .dwo file: addresses. The rest: functions.
    read_unit(die);
    if (type == DW_UT_skeleton && ::dwarf_tag(&split) != DW_TAG_invalid) units_.back() = split;
  }
  std::ranges::sort(ranges_, {}, &UnitRange::start);
}

void InlineTable::read_unit(Dwarf_Die& unit) {
  each_range(unit, [&](std::uint64_t start, std::uint64_t end) {
    // Functions that the linker dropped lie at 0.
    if (start != 0) ranges_.push_back({start, end, units_.size()});
  });
  units_.push_back(unit);
}

const InlineTable::UnitRange* InlineTable::range_of(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(ranges_, address, {}, &UnitRange::start);
  if (after == ranges_.begin()) return nullptr;
  const UnitRange& range = *std::prev(after);
  return address < range.end ? &range : nullptr;
}

const InlineTable::Function& InlineTable::function_of(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  Dwarf_Die origin = die;
  if (::dwarf_attr(&die, DW_AT_abstract_origin, &attribute) != nullptr) {
    Dwarf_Die found;
    if (::dwarf_formref_die(&attribute, &found) != nullptr) origin = found;
  }
  const auto [entry, added] = functions_.try_emplace(origin.addr);
  Function& function = entry->second;
  if (!added) return function;
  const std::string linkage = linkage_name(origin);
  function.name = demangled(linkage);
  // Of C a linkage name is an alias at best ("__GI_atoi").
  if (function.name == linkage && ::dwarf_attr_integrate(&origin, DW_AT_name, &attribute) != nullptr) {
    if (const char* name = ::dwarf_formstring(&attribute)) function.name = name;
  }
  int line = 0;
  if (::dwarf_decl_line(&origin, &line) == 0 && line > 0) function.first_line = static_cast<unsigned>(line);
  return function;
}

const std::string& InlineTable::file_of(const char* path) {
  const auto [entry, added] = files_.try_emplace(path);
  if (added) entry->second = std::filesystem::path(path).lexically_normal().string();
  return entry->second;
}

std::vector<std::vector<model::Frame>> InlineTable::resolve(std::span<const std::uint64_t> addresses, bool inlines) {
  std::vector<std::vector<model::Frame>> frames(addresses.size());
  std::vector<std::pair<std::size_t, std::size_t>> places;  // unit, index of the address
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (const UnitRange* range = range_of(addresses[i])) places.emplace_back(range->unit, i);
  }
  std::ranges::sort(places);
  for (auto first = places.begin(); first != places.end();) {
    const std::size_t unit = first->first;
    const auto last = std::find_if(first, places.end(), [&](const auto& place) { return place.first != unit; });
    std::vector<std::uint64_t> of_unit;
    for (auto place = first; place != last; ++place) of_unit.push_back(addresses[place->second]);
    std::vector<std::vector<model::Frame>> named(of_unit.size());
    Walk walk(*this, units_[unit], of_unit, named);
    if (inlines) walk.read_functions();
    walk.read_lines();
    for (auto& one : named) frames[(first++)->second] = std::move(one);
  }
  return frames;
}

}  // namespace perfopt::prof
