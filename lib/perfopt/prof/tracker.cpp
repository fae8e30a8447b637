// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/tracker.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/prof/languages/reader.hpp"
#include "perfopt/prof/native/stack_stitch.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

std::string proc_path(pid_t pid, std::string_view file) {
  return "/proc/" + std::to_string(pid) + "/" + std::string(file);
}

// Words apart by blanks, as they are shown.
std::string command_of(pid_t pid) {
  std::string words = read_proc(proc_path(pid, "cmdline"));
  while (!words.empty() && words.back() == '\0') words.pop_back();
  std::ranges::replace(words, '\0', ' ');
  return words;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

constexpr int kForeignFile = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

// A map of code that a process has left for us. Only that process and root may have written it, and it must be a plain
// file: anybody can put something of that name into /tmp. "" when it is not.
std::string map_text(const UniqueFd& file, uid_t owner) {
  constexpr off_t kMostBytes = off_t{256} << 20U;
  struct stat facts{};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return "";
  if ((facts.st_uid != 0 && facts.st_uid != owner) || facts.st_size > kMostBytes) return "";
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  text.resize(read_at(file.get(), std::as_writable_bytes(std::span(text)), 0, "a map of JIT code"));
  return text;
}

// Its number where it looks itself up, in the innermost namespace: maps are named by that.
pid_t own_number_of(pid_t pid) {
  constexpr std::string_view kField = "\nNSpid:";
  const std::string status = read_proc(proc_path(pid, "status"));
  const std::size_t begin = status.find(kField);
  if (begin == std::string::npos) return pid;
  const std::string_view line = std::string_view(status).substr(begin + 1, status.find('\n', begin + 1) - begin - 1);
  pid_t number = 0;
  const std::string_view last = line.substr(line.find_last_of("\t ") + 1);
  std::from_chars(last.data(), last.data() + last.size(), number);
  return number > 0 ? number : pid;
}

// Whose rights a process has; ours when it has ended.
uid_t owner_of(pid_t pid) {
  struct stat facts{};
  return ::stat(proc_path(pid, "").c_str(), &facts) == 0 ? facts.st_uid : ::geteuid();
}

// No thread of it but, at most, its first one, which has ended.
bool is_over(pid_t pid) {
  std::error_code gone;
  const auto tasks = std::filesystem::directory_iterator(proc_path(pid, "task"), gone);
  return gone || std::distance(begin(tasks), end(tasks)) <= 1;
}

// A zombie has no executable any more.
bool has_ended(pid_t pid) {
  std::error_code gone;
  (void)std::filesystem::read_symlink(proc_path(pid, "exe"), gone);
  return gone == std::errc::no_such_file_or_directory || gone == std::errc::no_such_process;
}

bool is_node(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name == "node" || name == "nodejs";
}

bool is_jitdump(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.starts_with("jit-") && name.ends_with(".dump");
}

}  // namespace

struct Tracker::State {
  struct Process {
    std::uint32_t index = 0;
    uid_t owner = 0;
    std::size_t threads = 0;            // known and living
    bool runs_code_of_its_own = false;  // a frame without a file was met: somebody may have left a map of it
    pid_t own_number = 0;               // where it looks itself up
    UniqueFd map_directory;             // its /tmp, which we see no more when it has ended
    UniqueFd jitdump_file;
    bool look_for_reader = true;
    AddressSpace space;
    std::unique_ptr<LanguageReader> reader;
    std::string root;
    std::string jitdump;
    std::uint64_t first_read_ns = 0;
    std::uint64_t read_ns = 0;       // when /proc/PID/maps was read
    std::uint64_t read_next_ns = 0;  // when it is time to do it again
  };

  State(Recording& into, Options with) : recording(into), options(with), unwinder(into.modules) {}

  [[nodiscard]] std::uint64_t since_start(std::uint64_t time_ns) const {
    return time_ns > options.start_ns ? time_ns - options.start_ns : 0;
  }

  Process& add_process(std::uint64_t time_ns, pid_t parent, pid_t pid);
  Process& process(pid_t pid);
  std::uint32_t add_thread(std::uint64_t time_ns, pid_t pid, pid_t tid);
  std::uint32_t thread_index(pid_t pid, pid_t tid);
  void find_maps(Process& process, pid_t pid);
  void read_jit(Process& process);
  void end_thread(std::uint64_t time_ns, pid_t tid);
  void end_process(std::uint64_t time_ns, pid_t pid, Process& process);
  void open_reader_of(Process& process, pid_t pid);
  void load_mappings(Process& process, pid_t pid);
  bool reload_mappings(Process& process, const Moment& moment, bool unknown_code);
  UnwindEnd native_frames(Process& process, const Moment& moment);
  bool reaches_root(UnwindEnd end, const Moment& moment);
  void add_user_frames(Process& process, const Moment& moment);

  Recording& recording;
  Options options;
  bool maps_are_read = false;  // no backend tells of them
  Unwinder unwinder;
  StackStitch stitch;
  std::unordered_map<pid_t, Process> processes;
  std::unordered_set<pid_t> alive;
  std::unordered_map<pid_t, std::uint32_t> threads;  // by tid: of those that live
  std::vector<NativeFrame> native;                   // of the sample at hand
  std::vector<ScriptFrame> script;
  std::vector<FrameKey> stack;
};

Tracker::State::Process& Tracker::State::add_process(std::uint64_t time_ns, pid_t parent, pid_t pid) {
  Process process;
  process.index = static_cast<std::uint32_t>(recording.processes.size());
  model::ProfiledProcess& shown = recording.processes.emplace_back();
  shown.pid = static_cast<std::uint32_t>(pid);
  shown.parent_pid = static_cast<std::uint32_t>(parent);
  shown.start_ns = since_start(time_ns);
  if (const auto found = processes.find(parent); found != processes.end()) {  // fork(2) copies
    const model::ProfiledProcess& from = recording.processes[found->second.index];
    shown.name = from.name;
    shown.command = from.command;
    shown.language = from.language;
    process.space = found->second.space;
    process.root = found->second.root;
  }
  process.owner = options.live ? owner_of(pid) : ::geteuid();
  alive.insert(pid);
  return processes.insert_or_assign(pid, std::move(process)).first->second;
}

// A process that no event has told of was there before: what it is stands in /proc.
Tracker::State::Process& Tracker::State::process(pid_t pid) {
  if (const auto found = processes.find(pid); found != processes.end()) return found->second;
  const auto stat = options.live ? parse_stat(read_proc(proc_path(pid, "stat"))) : std::nullopt;
  const pid_t parent = stat && processes.contains(stat->parent) ? stat->parent : 0;
  Process& fresh = add_process(options.start_ns, parent, pid);
  if (options.live) {
    model::ProfiledProcess& shown = recording.processes[fresh.index];
    shown.name = first_line(read_proc(proc_path(pid, "comm")));
    shown.command = command_of(pid);
    fresh.root = root_of(pid);
    load_mappings(fresh, pid);
  }
  return fresh;
}

void Tracker::State::load_mappings(Process& process, pid_t pid) {
  if (!process.space.load(pid, recording.modules)) return;
  process.look_for_reader = true;
  for (const auto& [end, mapping] : process.space.mappings()) {
    if (mapping.module == Mapping::kAnonymous) continue;
    const std::string& path = recording.modules.at(mapping.module).path;
    if (mapping.executable && is_node(path)) recording.processes[process.index].language = "node";
    if (is_jitdump(path)) process.jitdump = path;
  }
}

// True when they were read anew. A process that has just begun maps its libraries one by one; later there is little new
// but what dlopen(3) brings. Unknown code may be what a torn stack pretends: it does not make us read without end.
bool Tracker::State::reload_mappings(Process& process, const Moment& moment, bool unknown_code) {
  constexpr std::uint64_t kShortPauseNs = 100'000;
  constexpr std::uint64_t kPauseNs = 10'000'000;
  const std::uint64_t pause_ns = std::clamp(process.read_ns - process.first_read_ns, kShortPauseNs, kPauseNs);
  if (!maps_are_read) return false;
  const bool due = process.space.mappings().empty() || moment.time_ns >= process.read_next_ns ||
                   (unknown_code && moment.time_ns >= process.read_ns + pause_ns);
  if (!due) return false;
  load_mappings(process, moment.pid);
  const std::uint64_t age = process.read_ns == 0 ? 0 : moment.time_ns - process.read_ns;
  if (process.read_ns == 0) process.first_read_ns = moment.time_ns;
  process.read_ns = moment.time_ns;
  process.read_next_ns = moment.time_ns + std::max(2 * age, kPauseNs);
  return true;
}

std::uint32_t Tracker::State::add_thread(std::uint64_t time_ns, pid_t pid, pid_t tid) {
  const auto index = static_cast<std::uint32_t>(recording.threads.size());
  model::ProfiledThread& shown = recording.threads.emplace_back();
  shown.pid = static_cast<std::uint32_t>(pid);
  shown.tid = static_cast<std::uint32_t>(tid);
  shown.name = recording.processes[process(pid).index].name;
  shown.start_ns = since_start(time_ns);
  threads[tid] = index;
  ++process(pid).threads;
  return index;
}

std::uint32_t Tracker::State::thread_index(pid_t pid, pid_t tid) {
  const auto found = threads.find(tid);
  if (found != threads.end()) return found->second;
  const std::uint32_t index = add_thread(options.start_ns, pid, tid);
  if (options.live) {
    const std::string name = first_line(read_proc(proc_path(pid, "task/" + std::to_string(tid) + "/comm")));
    if (!name.empty()) recording.threads[index].name = name;
  }
  return index;
}

// Where its maps are to be, while it lives: the file system of a container goes with its last process.
void Tracker::State::find_maps(Process& process, pid_t pid) {
  process.runs_code_of_its_own = true;
  process.own_number = options.live ? own_number_of(pid) : pid;
  process.map_directory.reset(::open((process.root + "/tmp").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!process.jitdump.empty())
    process.jitdump_file.reset(::open((process.root + process.jitdump).c_str(), kForeignFile));
}

// Compilers that leave a map write it while they run, so the last moment is the best one.
void Tracker::State::read_jit(Process& process) {
  if (!process.runs_code_of_its_own) return;
  JitMap map;
  const std::string name = "perf-" + std::to_string(process.own_number) + ".map";
  if (process.map_directory) {
    map.perf_map = map_text(UniqueFd(::openat(process.map_directory.get(), name.c_str(), kForeignFile)), process.owner);
  }
  if (!process.jitdump_file && !process.jitdump.empty()) {  // it was mapped after the first such frame was met
    process.jitdump_file.reset(::open((process.root + process.jitdump).c_str(), kForeignFile));
  }
  map.jitdump = map_text(process.jitdump_file, process.owner);
  if (!map.perf_map.empty() || !map.jitdump.empty()) recording.jit[process.index] = std::move(map);
}

void Tracker::State::end_thread(std::uint64_t time_ns, pid_t tid) {
  stitch.forget(tid);
  const auto found = threads.find(tid);
  if (found == threads.end()) return;
  model::ProfiledThread& ended = recording.threads[found->second];
  ended.end_ns = since_start(time_ns);
  threads.erase(found);
  const auto owner = processes.find(static_cast<pid_t>(ended.pid));
  if (owner != processes.end() && owner->second.threads > 0) --owner->second.threads;
}

// A process ends with its last thread, not with its first. What is kept of it is its number.
void Tracker::State::end_process(std::uint64_t time_ns, pid_t pid, Process& process) {
  read_jit(process);
  recording.processes[process.index].end_ns = since_start(time_ns);
  alive.erase(pid);
  process.reader.reset();
  process.space.clear();
  process.map_directory.reset();
  process.jitdump_file.reset();
}

void Tracker::State::open_reader_of(Process& process, pid_t pid) {
  if (!process.look_for_reader || process.reader != nullptr) return;
  process.look_for_reader = false;
  OpenedReader opened = open_reader(pid, process.space, recording.modules, recording.names);
  process.reader = std::move(opened.reader);
  if (process.reader != nullptr) recording.processes[process.index].language = process.reader->name();
  const auto known = [&](const model::Doubt& doubt) { return doubt.finding == opened.why_not; };
  if (opened.why_not.empty() || has_ended(pid) || std::ranges::any_of(recording.doubts, known)) return;
  recording.doubts.push_back({"scripts", opened.why_not, "its native frames are shown alone"});
}

UnwindEnd Tracker::State::native_frames(Process& process, const Moment& moment) {
  native.clear();
  (void)reload_mappings(process, moment, false);
  if (moment.registers != nullptr && moment.memory != nullptr) {
    const auto unwind = [&] {
      native.clear();
      return unwinder.unwind(process.space, process.index, *moment.registers, *moment.memory, native);
    };
    const UnwindEnd end = unwind();
    const bool unknown =
        std::ranges::any_of(native, [](const NativeFrame& frame) { return frame.key.kind == FrameKind::unmapped; });
    return unknown && reload_mappings(process, moment, true) ? unwind() : end;
  }
  for (std::size_t i = 0; i < moment.user_chain.size(); ++i) {
    const std::uint64_t address = moment.user_chain[i] - (i == 0 ? 0 : 1);  // of the call, not of what follows it
    native.push_back({key_of(recording.modules, process.space, process.index, address), address, 0});
  }
  return moment.chain_cut ? UnwindEnd::too_deep : UnwindEnd::root;
}

// A copied stack that was too small for its thread is completed where that is certain.
bool Tracker::State::reaches_root(UnwindEnd end, const Moment& moment) {
  if (end == UnwindEnd::root) {
    if (!native.empty() && moment.memory != nullptr) stitch.remember(moment.tid, native);
    return true;
  }
  return end == UnwindEnd::no_memory && options.live && stitch.complete(moment.tid, RemoteMemory(moment.tid), native);
}

void Tracker::State::add_user_frames(Process& process, const Moment& moment) {
  const bool whole = reaches_root(native_frames(process, moment), moment);
  const auto has_no_file = [](const NativeFrame& frame) {
    return frame.key.kind == FrameKind::jit || frame.key.kind == FrameKind::unmapped;
  };
  if (!process.runs_code_of_its_own && std::ranges::any_of(native, has_no_file)) find_maps(process, moment.pid);
  script.clear();
  ReadEnd read = ReadEnd::none;
  if (options.scripts && moment.scripts) {
    open_reader_of(process, moment.pid);
    if (process.reader != nullptr) read = process.reader->read(moment.tid, script);
  }
  if (read == ReadEnd::torn) ++recording.counts.torn;
  if (read == ReadEnd::complete && !script.empty()) {
    const std::vector<FrameKey> merged = merge(native, script, *process.reader);
    stack.insert(stack.end(), merged.begin(), merged.end());
  } else {
    for (const NativeFrame& frame : native) stack.push_back(frame.key);
  }
  // The frames of an interpreter reach the root by themselves.
  if (whole || native.empty() || read == ReadEnd::complete) return;
  ++recording.counts.truncated;
  stack.push_back({FrameKind::marker, recording.names.index({.function = "[truncated]", .file = ""}), 0});
}

Tracker::Tracker(Recording& recording, Options options) : state_(std::make_unique<State>(recording, options)) {}
Tracker::~Tracker() = default;

void Tracker::started(std::uint64_t time_ns, pid_t parent, pid_t pid, pid_t tid) {
  state_->end_thread(time_ns, tid);  // a number that is used again
  if (pid == tid) state_->add_process(time_ns, parent, pid);
  state_->add_thread(time_ns, pid, tid);
}

void Tracker::executed(std::uint64_t time_ns, pid_t pid, std::string_view name) {
  State::Process& process = state_->process(pid);
  process.space.clear();
  state_->stitch.forget(pid);
  process.read_ns = 0;
  process.read_next_ns = 0;
  process.reader.reset();
  process.look_for_reader = true;
  process.runs_code_of_its_own = false;
  process.jitdump.clear();
  process.jitdump_file.reset();  // of the image before
  process.map_directory.reset();
  model::ProfiledProcess& shown = state_->recording.processes[process.index];
  shown.name = name;
  shown.language.clear();
  if (state_->options.live) {
    process.root = root_of(pid);
    process.owner = owner_of(pid);
    if (std::string command = command_of(pid); !command.empty()) shown.command = std::move(command);
  }
  std::vector<pid_t> others;  // exec(2) ends all threads but the one that goes on as the first
  for (const auto& [tid, index] : state_->threads) {
    if (tid != pid && state_->recording.threads[index].pid == static_cast<std::uint32_t>(pid)) others.push_back(tid);
  }
  for (const pid_t tid : others) state_->end_thread(time_ns, tid);
  state_->recording.threads[state_->thread_index(pid, pid)].name = name;
}

void Tracker::renamed(pid_t pid, pid_t tid, std::string_view name) {
  if (pid == tid) state_->recording.processes[state_->process(pid).index].name = name;
  state_->recording.threads[state_->thread_index(pid, tid)].name = name;
}

void Tracker::mapped(pid_t pid, std::uint64_t start, std::uint64_t length, std::uint64_t offset, const ModuleId& file,
                     bool executable) {
  if (length == 0 || start + length < start) return;
  State::Process& process = state_->process(pid);
  Mapping mapping{start, start + length, offset, Mapping::kAnonymous, executable};
  if (names_file(file.path)) {
    mapping.module = state_->recording.modules.index(file, process.root);
    process.look_for_reader = true;
    if (is_node(file.path)) state_->recording.processes[process.index].language = "node";
    if (is_jitdump(file.path)) {
      process.jitdump = file.path;
      return;  // mapped to tell us of it, not to run
    }
  }
  process.space.add(mapping);
}

void Tracker::ended(std::uint64_t time_ns, pid_t pid, pid_t tid) {
  state_->end_thread(time_ns, tid);
  const auto found = state_->processes.find(pid);
  if (found == state_->processes.end() || !state_->alive.contains(pid)) return;
  const bool last = found->second.threads == 0 || (pid == tid && state_->options.live && is_over(pid));
  if (last) state_->end_process(time_ns, pid, found->second);
}

void Tracker::read_mappings() noexcept {
  state_->maps_are_read = true;
}

void Tracker::add(const Moment& moment) {
  add_at(moment, stack_of(moment));
}

std::uint32_t Tracker::stack_of(const Moment& moment) {
  State& s = *state_;
  State::Process& process = s.process(moment.pid);
  s.stack.clear();
  for (const std::uint64_t address : moment.kernel_chain) s.stack.push_back({FrameKind::kernel, 0, address});
  s.add_user_frames(process, moment);
  return s.recording.stacks.insert(s.stack);
}

void Tracker::add_at(const Moment& moment, std::uint32_t stack) {
  State& s = *state_;
  if (s.recording.waits_only && moment.activity == model::Activity::running) return;
  ++s.recording.counts.taken;
  if (stack == StackTree::kRoot) ++s.recording.counts.no_stack;
  SampleRow row;
  row.time_ns = s.since_start(moment.time_ns);
  row.stack = stack;
  row.thread = s.thread_index(moment.pid, moment.tid);
  row.activity = moment.activity;
  row.values = moment.values;
  if (!moment.object.empty()) {
    auto found = s.recording.object_index.find(moment.object);
    if (found == s.recording.object_index.end()) {
      const auto index = static_cast<std::uint32_t>(s.recording.objects.size());
      found = s.recording.object_index.emplace(moment.object, index).first;
      s.recording.objects.emplace_back(moment.object);
    }
    row.object = found->second;
  }
  s.recording.samples.add(row);
}

void Tracker::lost(std::uint64_t samples) {
  state_->recording.counts.lost += samples;
}

void Tracker::memory_used(std::uint64_t time_ns, std::uint64_t rss_bytes) {
  state_->recording.memory.push_back({state_->since_start(time_ns), rss_bytes});
}

std::uint32_t Tracker::process_index(pid_t pid) {
  return state_->process(pid).index;
}

model::ProfiledThread& Tracker::thread(pid_t pid, pid_t tid) {
  return state_->recording.threads[state_->thread_index(pid, tid)];
}

std::vector<pid_t> Tracker::living() const {
  return {state_->alive.begin(), state_->alive.end()};
}

void Tracker::finish(std::uint64_t time_ns) {
  static_cast<void>(time_ns);
  for (const pid_t pid : living()) state_->read_jit(state_->processes.at(pid));
}

}  // namespace perfopt::prof
