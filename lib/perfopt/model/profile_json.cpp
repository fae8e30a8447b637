// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_json.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"

namespace perfopt::model {

template <>
struct EnumNames<Effort> {
  static constexpr const char* kNames[] = {"low", "medium", "high"};
};

template <>
struct EnumNames<Language> {
  static constexpr const char* kNames[] = {"unknown", "native", "kernel", "python", "javascript", "shell", "synthetic"};
};

template <>
struct EnumNames<Activity> {
  static constexpr const char* kNames[] = {"running", "preempted", "futex",   "read", "write",      "poll",
                                           "sleep",   "child",     "network", "sync", "page_fault", "other"};
};

template <class A>
void fields(A& a, Evidence& v) {
  a.required("text", v.text);
  a("function", v.function);
  a("file", v.file);
  a("line", v.line);
}

template <class A>
void fields(A& a, Impact& v) {
  a("share", v.share);
  a("low", v.low);
  a("high", v.high);
}

template <class A>
void fields(A& a, Recommendation& v) {
  a.required("rule", v.rule);
  a.required("title", v.title);
  a("reason", v.reason);
  a("evidence", v.evidence);
  a("impact", v.impact);
  a("effort", v.effort);
  a("confidence", v.confidence);
  a("remedy", v.remedy);
  a("uses", v.uses);
  a("verify", v.verify);
}

template <class A>
void fields(A& a, Measure& v) {
  a.required("name", v.name);
  a.required("unit", v.unit);
}

template <class A>
void fields(A& a, ProfiledProcess& v) {
  a.required("pid", v.pid);
  a("parent_pid", v.parent_pid);
  a("name", v.name);
  a("command", v.command);
  a("start_ns", v.start_ns);
  a("end_ns", v.end_ns);
  a("language", v.language);
}

template <class A>
void fields(A& a, ProfiledThread& v) {
  a.required("pid", v.pid);
  a.required("tid", v.tid);
  a("name", v.name);
  a("start_ns", v.start_ns);
  a("end_ns", v.end_ns);
  a("cpu_ns", v.cpu_ns);
  a("voluntary_switches", v.voluntary_switches);
  a("involuntary_switches", v.involuntary_switches);
}

template <class A>
void fields(A& a, SampleCounts& v) {
  a("taken", v.taken);
  a("lost", v.lost);
  a("truncated", v.truncated);
  a("no_stack", v.no_stack);
  a("torn", v.torn);
}

template <class A>
void fields(A& a, MemoryPoint& v) {
  a("time_ns", v.time_ns);
  a("rss_bytes", v.rss_bytes);
}

namespace {

constexpr DocumentKind kKind{Profile::kSchema, Profile::kSchemaVersion, "profile", "perfprof --output"};

// The root's place in columns, so that they are numbers of one kind: -1 is shorter than 4294967295.
constexpr std::int64_t kNone = -1;

// Frames as columns; strings are indices into `strings`.
struct FrameColumns {
  std::vector<std::string> strings;
  std::vector<std::uint32_t> function;
  std::vector<std::uint32_t> file;
  std::vector<std::uint32_t> line;
  std::vector<std::uint32_t> first_line;
  std::vector<std::uint32_t> module;
  std::vector<std::uint64_t> address;
  std::vector<std::uint32_t> language;
  std::vector<std::uint32_t> inlined;
};

struct StackColumns {
  std::vector<std::int64_t> parent;
  std::vector<std::uint32_t> frame;
};

struct SampleColumns {
  std::vector<std::int64_t> stack;
  std::vector<std::uint32_t> thread;
  std::vector<std::uint64_t> time_ns;
  std::vector<std::uint32_t> activity;
  std::vector<std::uint32_t> object;
  std::vector<std::vector<std::uint64_t>> values;
};

std::int64_t index_or_none(std::uint32_t index) {
  return index == StackNode::kRoot ? kNone : std::int64_t{index};
}

class StringTable {
 public:
  explicit StringTable(std::vector<std::string>& strings) : strings_(strings) {}
  std::uint32_t index(const std::string& text) {
    const auto [place, fresh] = index_.try_emplace(text, static_cast<std::uint32_t>(strings_.size()));
    if (fresh) strings_.push_back(text);
    return place->second;
  }

 private:
  std::vector<std::string>& strings_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

FrameColumns columns(const std::vector<Frame>& frames) {
  FrameColumns to;
  StringTable strings(to.strings);
  for (const Frame& frame : frames) {
    to.function.push_back(strings.index(frame.function));
    to.file.push_back(strings.index(frame.file));
    to.line.push_back(frame.line);
    to.first_line.push_back(frame.first_line);
    to.module.push_back(strings.index(frame.module));
    to.address.push_back(frame.address);
    to.language.push_back(static_cast<std::uint32_t>(frame.language));
    to.inlined.push_back(frame.inlined ? 1 : 0);
  }
  return to;
}

StackColumns columns(const std::vector<StackNode>& stacks) {
  StackColumns to;
  for (const StackNode& node : stacks) {
    to.parent.push_back(index_or_none(node.parent));
    to.frame.push_back(node.frame);
  }
  return to;
}

SampleColumns columns(const Samples& samples) {
  SampleColumns to;
  to.stack.reserve(samples.size());
  for (const std::uint32_t stack : samples.stack) to.stack.push_back(index_or_none(stack));
  to.thread = samples.thread;
  to.time_ns = samples.time_ns;
  for (const Activity activity : samples.activity) to.activity.push_back(static_cast<std::uint32_t>(activity));
  to.object = samples.object;
  to.values = samples.values;
  return to;
}

Json json_of(const FrameColumns& v) {
  return {{"function", v.function}, {"file", v.file},       {"line", v.line},         {"first_line", v.first_line},
          {"module", v.module},     {"address", v.address}, {"language", v.language}, {"inlined", v.inlined}};
}

Json json_of(const SampleColumns& v) {
  return {{"stack", v.stack},       {"thread", v.thread}, {"time_ns", v.time_ns},
          {"activity", v.activity}, {"object", v.object}, {"values", v.values}};
}

// --- reading

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw FieldError(path, what);
}

// A column of whole numbers from `least` to `most`, one for each row; absent means zeros.
template <class T>
std::vector<T> column(const Json& object, const std::string& path, const char* name, std::size_t rows,
                      std::int64_t least, std::uint64_t most) {
  const std::string place = path + "." + name;
  const auto found = object.find(name);
  if (found == object.end()) return std::vector<T>(rows);
  if (!is_list(*found)) refuse(place, "expected an array, found " + type_of(*found));
  if (list_size(*found) != rows) {
    refuse(place, "has " + std::to_string(list_size(*found)) + " rows, the other columns have " + std::to_string(rows));
  }
  std::vector<T> values;
  values.reserve(rows);
  NumberReader numbers(*found);
  for (std::size_t i = 0; i < rows; ++i) {
    const Number one = numbers.next();
    const bool is_whole = one.kind == Number::Kind::whole && one.whole <= most;
    const bool is_negative = one.kind == Number::Kind::negative && one.negative >= least;
    if (!is_whole && !is_negative) {
      refuse(place + "[" + std::to_string(i) + "]", "expected a whole number from " + std::to_string(least) + " to " +
                                                        std::to_string(most) + ", found " +
                                                        plain_array(*found)[i].dump());
    }
    values.push_back(is_whole ? static_cast<T>(one.whole) : static_cast<T>(one.negative));
  }
  return values;
}

const Json& object_of(const Json& json, const std::string& path, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) refuse(path, std::string("field '") + name + "' is missing");
  if (!found->is_object()) refuse(path + "." + name, "expected an object, found " + type_of(*found));
  return *found;
}

std::size_t rows_of(const Json& object, const std::string& path, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !is_list(*found)) refuse(path, std::string("field '") + name + "' is no array");
  return list_size(*found);
}

// The largest index into something of that size. An empty one has none: then any row is refused.
std::uint64_t last(std::size_t size, const std::string& path, std::size_t rows, const char* what) {
  if (size == 0 && rows > 0) refuse(path, std::string("refers to ") + what + ", of which there are none");
  return size == 0 ? 0 : size - 1;
}

constexpr std::uint64_t kAny32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kAny64 = std::numeric_limits<std::uint64_t>::max();

std::vector<Frame> read_frames(const Json& json, const std::string& path, const std::vector<std::string>& strings) {
  const Json& from = object_of(json, path, "frames");
  const std::string place = path + ".frames";
  const std::size_t rows = rows_of(from, place, "function");
  const std::uint64_t text = last(strings.size(), place, rows, "strings");
  const auto number = [&](const char* name, std::uint64_t most) {
    return column<std::uint32_t>(from, place, name, rows, 0, most);
  };
  const auto function = number("function", text);
  const auto file = number("file", text);
  const auto line = number("line", kAny32);
  const auto first_line = number("first_line", kAny32);
  const auto module = number("module", text);
  const auto address = column<std::uint64_t>(from, place, "address", rows, 0, kAny64);
  const auto language = number("language", std::size(EnumNames<Language>::kNames) - 1);
  const auto inlined = number("inlined", 1);
  std::vector<Frame> frames;
  frames.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    frames.push_back({strings[function[i]], strings[file[i]], line[i], first_line[i], strings[module[i]], address[i],
                      static_cast<Language>(language[i]), inlined[i] != 0});
  }
  return frames;
}

std::vector<StackNode> read_stacks(const Json& json, const std::string& path, std::size_t frames) {
  const Json& from = object_of(json, path, "stacks");
  const std::string place = path + ".stacks";
  const std::size_t rows = rows_of(from, place, "frame");
  const auto frame = column<std::uint32_t>(from, place, "frame", rows, 0, last(frames, place, rows, "frames"));
  const auto parent = column<std::int64_t>(from, place, "parent", rows, kNone, rows);
  std::vector<StackNode> stacks;
  stacks.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (parent[i] >= static_cast<std::int64_t>(i)) {
      refuse(place + ".parent[" + std::to_string(i) + "]",
             "is " + std::to_string(parent[i]) + ", but a parent stands before its child");
    }
    stacks.push_back({parent[i] == kNone ? StackNode::kRoot : static_cast<std::uint32_t>(parent[i]), frame[i]});
  }
  return stacks;
}

void read_values(const Json& from, const std::string& place, std::size_t rows, Profile& profile) {
  const auto found = from.find("values");
  if (found == from.end() || !found->is_array() || found->size() != profile.measures.size()) {
    refuse(place + ".values",
           "is no array of one column for each of the " + std::to_string(profile.measures.size()) + " measures");
  }
  for (std::size_t m = 0; m < found->size(); ++m) {
    const Json one = {{"column", (*found)[m]}};
    profile.samples.values.push_back(
        column<std::uint64_t>(one, place + ".values[" + std::to_string(m) + "]", "column", rows, 0, kAny64));
  }
}

void read_samples(const Json& json, const std::string& path, Profile& profile) {
  const Json& from = object_of(json, path, "samples");
  const std::string place = path + ".samples";
  const std::size_t rows = rows_of(from, place, "stack");
  // -1 becomes StackNode::kRoot, the largest index.
  profile.samples.stack =
      column<std::uint32_t>(from, place, "stack", rows, kNone, profile.stacks.empty() ? 0 : profile.stacks.size() - 1);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint32_t stack = profile.samples.stack[i];
    if (stack != StackNode::kRoot && stack >= profile.stacks.size()) {
      refuse(place + ".stack[" + std::to_string(i) + "]", "points to a stack that is not there");
    }
  }
  profile.samples.thread =
      column<std::uint32_t>(from, place, "thread", rows, 0, last(profile.threads.size(), place, rows, "threads"));
  profile.samples.time_ns = column<std::uint64_t>(from, place, "time_ns", rows, 0, kAny64);
  const auto activity =
      column<std::uint32_t>(from, place, "activity", rows, 0, std::size(EnumNames<Activity>::kNames) - 1);
  for (const std::uint32_t one : activity) profile.samples.activity.push_back(static_cast<Activity>(one));
  profile.samples.object =
      column<std::uint32_t>(from, place, "object", rows, 0, last(profile.objects.size(), place, rows, "objects"));
  read_values(from, place, rows, profile);
}

}  // namespace

template <class A>
void fields(A& a, Profile& v) {
  a("command", v.command);
  a("mode", v.mode);
  a("backend", v.backend);
  a("backend_reason", v.backend_reason);
  a("started", v.started);
  a("elapsed_s", v.elapsed_s);
  a("complete", v.complete);
  a("rate_hz", v.rate_hz);
  a("time_resolution_ns", v.time_resolution_ns);
  a("exit_code", v.exit_code);
  a("exit_signal", v.exit_signal);
  a("cpu_s", v.cpu_s);
  a("wall_s", v.wall_s);
  a.required("primary", v.primary);
  a.required("measures", v.measures);
  a("counts", v.counts);
  a("environment", v.environment);
  a("doubts", v.doubts);
  a("processes", v.processes);
  a.required("threads", v.threads);
  a("objects", v.objects);
  a("memory", v.memory);
  a("recommendations", v.recommendations);
}

std::string to_json_text(const Profile& profile) {
  Json json = empty_document(kKind);
  Profile all = profile;  // the field description is one for reading and writing, so it takes mutable members
  FieldWriter writer(json);
  fields(writer, all);
  const FrameColumns frames = columns(profile.frames);
  const StackColumns stacks = columns(profile.stacks);
  json["strings"] = frames.strings;
  json["frames"] = json_of(frames);
  json["stacks"] = Json{{"parent", stacks.parent}, {"frame", stacks.frame}};
  json["samples"] = json_of(columns(profile.samples));
  return compact_document_text(json);
}

Profile profile_from_json(std::string_view text, std::string_view origin) {
  return read_with_lines(kKind, text, origin, [&] {
    const Json json = parse_document(kKind, text, origin);
    const std::string path = document_path(kKind, origin);
    Profile profile;
    FieldReader reader(json, path);
    fields(reader, profile);
    if (profile.objects.empty()) profile.objects.emplace_back();
    if (!find_measure(profile, profile.primary)) refuse(path + ".primary", "names none of the measures");
    std::vector<std::string> strings;
    reader.required("strings", strings);
    profile.frames = read_frames(json, path, strings);
    profile.stacks = read_stacks(json, path, profile.frames.size());
    read_samples(json, path, profile);
    return profile;
  });
}

}  // namespace perfopt::model
