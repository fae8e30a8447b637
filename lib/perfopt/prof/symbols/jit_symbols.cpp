// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/jit_symbols.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <utility>

#include "perfopt/prof/native/byte_reader.hpp"

namespace perfopt::prof {
namespace {

constexpr std::string_view kModule = "[jit]";

// Takes ":123" off the end.
std::optional<unsigned> take_number(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  text = text.substr(0, colon);
  return value;
}

void without_prefix(std::string_view& text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
}

// "*name file:///dir/file.js:12:5", with '*', '+', '^' or '~' for the tier of the compiler that wrote it.
model::Frame javascript_frame(std::string_view text) {
  model::Frame frame;
  frame.language = model::Language::javascript;
  if (!text.empty() && std::string_view("*+^~").find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  // A path may hold spaces, and a name too ("get size"): the place starts at the first space before a path or a module.
  std::size_t space = std::min({text.find(" /"), text.find(" file:"), text.find(" node:"), text.find(" wasm:")});
  if (space == std::string_view::npos) space = text.rfind(' ');
  std::string_view place = space == std::string_view::npos ? "" : text.substr(space + 1);
  const auto column = take_number(place);
  const auto line = take_number(place);
  if (column) frame.first_line = line.value_or(*column);
  without_prefix(place, "file://");
  frame.file = place;
  const std::string_view name = text.substr(0, space);
  frame.function = name.empty() ? "(anonymous)" : name;
  return frame;
}

// "name:/dir/file.py"
model::Frame python_frame(std::string_view text) {
  model::Frame frame;
  frame.language = model::Language::python;
  const std::size_t colon = text.find(":/");
  frame.function = text.substr(0, colon);
  if (colon != std::string_view::npos) frame.file = text.substr(colon + 1);
  return frame;
}

}  // namespace

model::Frame jit_frame(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kScripts{
      "JS:", "LazyCompile:", "Function:", "Script:", "Eval:", "Module:"};
  model::Frame frame;
  const auto script = std::ranges::find_if(kScripts, [&](std::string_view prefix) { return name.starts_with(prefix); });
  if (script != kScripts.end()) {
    frame = javascript_frame(name.substr(script->size()));
  } else if (name.starts_with("py::")) {
    frame = python_frame(name.substr(4));
  } else {
    frame.function = name;
    frame.language = model::Language::native;
  }
  frame.module = kModule;
  return frame;
}

void JitSymbols::place(std::uint64_t start, std::uint64_t size, std::size_t method) {
  const std::uint64_t end = start + size;
  if (end <= start) return;
  auto old = code_.upper_bound(start);
  while (old != code_.end() && old->second.start < end) {
    if (old->second.start < start) code_.emplace(start, old->second);
    if (old->first > end) {
      old->second.start = end;
      break;
    }
    old = code_.erase(old);
  }
  code_.insert_or_assign(end, Code{start, start, method});
}

void JitSymbols::add_perf_map(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::array<std::uint64_t, 2> numbers{};
    bool ok = true;
    for (std::uint64_t& value : numbers) {
      without_prefix(line, "0x");
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value, 16);
      const auto length = static_cast<std::size_t>(end - line.data());
      ok = ok && error == std::errc{} && length < line.size() && line[length] == ' ';
      if (ok) line.remove_prefix(length + 1);
    }
    if (!ok || line.empty()) continue;
    methods_.push_back({jit_frame(line), {}});
    place(numbers[0], numbers[1], methods_.size() - 1);
  }
}

// The records of a jitdump in the order of the file, which is that of time.
class JitSymbols::Dump {
 public:
  explicit Dump(JitSymbols& symbols) : symbols_(symbols) {}

  void read(std::span<const std::byte> bytes) {
    constexpr std::uint32_t kMagic = 0x4A695444;  // "JiTD"
    constexpr std::uint32_t kRecordHead = 16;
    ByteReader reader(bytes);
    const auto magic = reader.value<std::uint32_t>();
    static_cast<void>(reader.value<std::uint32_t>());  // version
    reader.seek(reader.value<std::uint32_t>());        // past the head, however long
    if (magic != kMagic) return;
    while (!reader.at_end()) {
      const auto id = reader.value<std::uint32_t>();
      const auto size = reader.value<std::uint32_t>();
      static_cast<void>(reader.value<std::uint64_t>());  // time
      if (size < kRecordHead) return;
      ByteReader record(reader.block(size - kRecordHead));
      if (!reader.ok()) return;
      if (id == kLoad) load(record);
      if (id == kMove) move(record);
      if (id == kDebugInfo) debug_info(record);
    }
  }

 private:
  static constexpr std::uint32_t kLoad = 0;
  static constexpr std::uint32_t kMove = 1;
  static constexpr std::uint32_t kDebugInfo = 2;

  void load(ByteReader& record) {
    static_cast<void>(record.block(16));  // process, thread, address of execution
    const auto address = record.value<std::uint64_t>();
    const auto size = record.value<std::uint64_t>();
    const auto index = record.value<std::uint64_t>();
    const std::string_view name = record.text();
    if (!record.ok()) return;
    const auto lines = lines_.find(address);
    symbols_.methods_.push_back({jit_frame(name), lines == lines_.end() ? std::vector<Line>{} : lines->second});
    methods_[index] = symbols_.methods_.size() - 1;
    symbols_.place(address, size, symbols_.methods_.size() - 1);
  }

  void move(ByteReader& record) {
    static_cast<void>(record.block(24));  // process, thread, address of execution, old address
    const auto address = record.value<std::uint64_t>();
    const auto size = record.value<std::uint64_t>();
    const auto index = record.value<std::uint64_t>();
    const auto method = methods_.find(index);
    if (record.ok() && method != methods_.end()) symbols_.place(address, size, method->second);
  }

  // Precedes the code that it is of.
  void debug_info(ByteReader& record) {
    constexpr std::string_view kAsBefore = "\xFF";
    const auto address = record.value<std::uint64_t>();
    static_cast<void>(record.value<std::uint64_t>());  // count: the record's size says as much
    std::vector<Line> lines;
    while (!record.at_end()) {
      const auto at = record.value<std::uint64_t>();
      const auto line = record.value<std::uint32_t>();
      static_cast<void>(record.value<std::uint32_t>());  // discriminator
      const std::string_view file = record.text();
      if (!record.ok() || at < address) return;
      const bool as_before = file == kAsBefore && !lines.empty();
      lines.push_back({at - address, line, as_before ? lines.back().file : std::string(file)});
    }
    std::ranges::stable_sort(lines, {}, &Line::offset);
    lines_.insert_or_assign(address, std::move(lines));
  }

  JitSymbols& symbols_;
  std::unordered_map<std::uint64_t, std::size_t> methods_;  // by the dump's own index
  std::unordered_map<std::uint64_t, std::vector<Line>> lines_;
};

void JitSymbols::add_jitdump(std::span<const std::byte> bytes) {
  Dump(*this).read(bytes);
}

model::Frame JitSymbols::find(std::uint64_t address) const {
  model::Frame frame;
  const auto found = code_.upper_bound(address);
  if (found == code_.end() || address < found->second.start) {
    frame.module = kModule;
    frame.address = address;
    frame.language = model::Language::native;
    return frame;
  }
  const Method& method = methods_[found->second.method];
  frame = method.frame;
  const auto after = std::ranges::upper_bound(method.lines, address - found->second.first_start, {}, &Line::offset);
  if (after != method.lines.begin()) {
    frame.line = std::prev(after)->line;
    frame.file = std::prev(after)->file;
  }
  return frame;
}

}  // namespace perfopt::prof
