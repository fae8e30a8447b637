// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/python_stack.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace perfopt::prof {
namespace {

constexpr int kAttempts = 3;
constexpr std::size_t kMaxInterpreters = 1024;
constexpr std::size_t kMaxThreads = 1U << 14U;
constexpr std::size_t kMaxChunks = 4096;
constexpr std::uint64_t kLargestChunkCopy = 1U << 20U;
constexpr std::size_t kMaxElsewhere = 48;   // with the other pieces of a sample no more than BlockSource::kMaxBlocks
constexpr std::size_t kLoopRecord = 24;     // bytes of a _PyCFrame that are read
constexpr std::size_t kChunkHead = 24;      // _PyStackChunk: previous, size, top
constexpr std::size_t kRoomForCalls = 512;  // of the data stack beyond what was used the last time
// A thread that runs no Python is looked for no more often than this.
constexpr std::chrono::milliseconds kScanPause{5};

enum Owner : unsigned char { kThread = 0, kGenerator = 1, kFrameObject = 2, kCStack = 3 };

}  // namespace

ReadEnd PythonStacks::read(pid_t tid, std::vector<ScriptFrame>& frames) {
  const std::size_t before = frames.size();
  ReadEnd end = ReadEnd::torn;
  for (int attempt = 0; attempt < kAttempts && end == ReadEnd::torn; ++attempt) {
    Thread* thread = find(tid);
    if (thread == nullptr) return ReadEnd::none;
    end = read_once(tid, *thread, frames);
    if (end != ReadEnd::complete) frames.resize(before);
  }
  return end;
}

PythonStacks::Thread* PythonStacks::find(pid_t tid) {
  auto known = threads_.find(tid);
  if (known == threads_.end() && Clock::now() - scanned_ >= kScanPause) {
    scan();
    known = threads_.find(tid);
  }
  return known == threads_.end() ? nullptr : &known->second;
}

void PythonStacks::scan() {
  scanned_ = Clock::now();
  std::map<pid_t, Thread> found;
  auto interpreter = memory_.value<std::uint64_t>(runtime_ + layout_.runtime.interpreters_head);
  for (std::size_t i = 0; interpreter && *interpreter != 0 && i < kMaxInterpreters; ++i) {
    const auto first = memory_.value<std::uint64_t>(*interpreter + layout_.interpreter.threads_head);
    if (first) scan_threads(*first, found);
    interpreter = memory_.value<std::uint64_t>(*interpreter + layout_.interpreter.next);
  }
  threads_ = std::move(found);
}

void PythonStacks::scan_threads(std::uint64_t first, std::map<pid_t, Thread>& found) {
  std::vector<std::byte> state(layout_.thread.size);
  for (std::uint64_t address = first; address != 0 && found.size() < kMaxThreads;) {
    if (!memory_.fill(address, state)) return;
    const auto tid = field<std::uint64_t>(state, layout_.thread.native_id);
    Thread thread;
    thread.address = address;
    if (!found.try_emplace(static_cast<pid_t>(tid), std::move(thread)).second) return;  // going round in a circle
    address = field<std::uint64_t>(state, layout_.thread.next);
  }
}

// All in one call, in the order in which it must be true: what points before what is pointed to.
void PythonStacks::copy(const Thread& thread) {
  windows_.clear();
  windows_.want(thread.address, layout_.thread.size);
  if (thread.loop != 0) windows_.want(thread.loop, kLoopRecord);
  if (thread.chunk != 0) windows_.want(thread.chunk, thread.chunk_used);
  for (const std::uint64_t address : thread.elsewhere) windows_.want(address, layout_.frame.size);
  for (const std::uint64_t address : thread.codes) windows_.want(address, codes_.head_size());
  windows_.load();
}

ReadEnd PythonStacks::read_once(pid_t tid, Thread& thread, std::vector<ScriptFrame>& frames) {
  copy(thread);
  const auto state = windows_.find(thread.address, layout_.thread.size);
  if (state.empty() || field<std::uint64_t>(state, layout_.thread.native_id) != static_cast<std::uint64_t>(tid)) {
    threads_.erase(tid);  // it has ended; another may have its number
    return ReadEnd::torn;
  }
  chunks_.clear();
  elsewhere_.clear();
  code_addresses_.clear();
  const auto frame_place = field<std::uint64_t>(state, layout_.thread.frames);
  next_chunk_ = field<std::uint64_t>(state, layout_.thread.chunk);
  std::uint64_t top = frame_place;
  std::uint64_t loop = 0;
  if (layout_.loop.used) {
    loop = frame_place;
    const auto record = bytes(loop, kLoopRecord);
    if (record.empty()) return ReadEnd::torn;
    top = field<std::uint64_t>(record, layout_.loop.frame);
  }
  thread.loop = loop;
  thread.chunk = next_chunk_;
  thread.chunk_used = std::max(thread.chunk_used, kRoomForCalls);
  if (top == 0) return ReadEnd::none;
  if (next_chunk_ == 0 || !add_chunk()) return ReadEnd::torn;
  return walk(thread, top, loop, frames);
}

ReadEnd PythonStacks::walk(Thread& thread, std::uint64_t top, std::uint64_t loop, std::vector<ScriptFrame>& frames) {
  const std::size_t before = frames.size();
  std::size_t loop_begin = before;  // of the frames that the evaluation loop being walked runs
  std::size_t count = 0;
  for (std::uint64_t address = top; address != 0;) {
    const auto frame = frame_bytes(thread, address);
    if (frame.empty() || ++count > kMaxFrames) return ReadEnd::torn;
    const auto owner = field<unsigned char>(frame, layout_.frame.owner);
    const auto previous = field<std::uint64_t>(frame, layout_.frame.previous);
    const auto instruction = field<std::uint64_t>(frame, layout_.frame.instruction);
    const auto code_address = field<std::uint64_t>(frame, layout_.frame.code);
    if (owner > kCStack || !descends(address, previous)) return ReadEnd::torn;
    if (layout_.loops_have_frames() && owner == kCStack) {
      if (frames.size() > loop_begin) {
        frames.back().entry = true;
        frames.back().loop = address;
      }
      loop_begin = frames.size();
      address = previous;
      continue;
    }
    const bool entry = layout_.frame.is_entry != 0 && field<unsigned char>(frame, layout_.frame.is_entry) != 0;
    const PythonCode* code = code_at(code_address);
    if (code == nullptr || !code->contains(instruction)) return ReadEnd::torn;
    if (!code->shim) frames.push_back({code->name, code->line_at(instruction), entry, entry ? loop : 0});
    if (entry) {
      const auto record = bytes(loop, kLoopRecord);
      if (record.empty()) return ReadEnd::torn;
      elsewhere_.push_back(loop);
      loop = field<std::uint64_t>(record, layout_.loop.previous);
    }
    address = previous;
  }
  elsewhere_.resize(std::min(elsewhere_.size(), kMaxElsewhere));
  std::swap(thread.elsewhere, elsewhere_);
  std::ranges::sort(code_addresses_);
  const auto repeated = std::ranges::unique(code_addresses_);
  code_addresses_.erase(repeated.begin(), repeated.end());
  std::swap(thread.codes, code_addresses_);
  return frames.size() > before ? ReadEnd::complete : ReadEnd::none;
}

const PythonCode* PythonStacks::code_at(std::uint64_t address) {
  if (address == 0 || address % 8 != 0) return nullptr;
  code_addresses_.push_back(address);
  return codes_.at(address, bytes(address, codes_.head_size()));
}

// Frames of one chunk of the data stack lie in the order of their calls.
bool PythonStacks::descends(std::uint64_t address, std::uint64_t previous) const {
  return std::ranges::none_of(chunks_, [&](const Chunk& chunk) {
    return chunk.contains(address) && chunk.contains(previous) && previous >= address;
  });
}

std::span<const std::byte> PythonStacks::bytes(std::uint64_t address, std::size_t size) {
  if (auto found = windows_.find(address, size); !found.empty()) return found;
  return bytes_from(address, address, size);
}

std::span<const std::byte> PythonStacks::bytes_from(std::uint64_t first, std::uint64_t address, std::size_t size) {
  windows_.want(first, static_cast<std::size_t>(address - first) + size);
  windows_.load();
  return windows_.find(address, size);
}

std::span<const std::byte> PythonStacks::frame_bytes(Thread& thread, std::uint64_t address) {
  if (address % 8 != 0) return {};
  const std::size_t size = layout_.frame.size;
  const auto found = windows_.find(address, size);
  const Chunk* chunk = chunk_of(address, found.empty());
  if (chunk == nullptr) elsewhere_.push_back(address);
  if (!found.empty()) return found;
  if (chunk == nullptr) return bytes(address, size);
  const auto used = address + size - chunk->address;
  if (used > kLargestChunkCopy) return bytes(address, size);
  if (chunk->address == thread.chunk) thread.chunk_used = std::min(used + kRoomForCalls, chunk->size);
  // The frames towards the root lie before it in the chunk.
  return bytes_from(chunk->address, address, size);
}

// Chunks are asked for as the walk gets to them, from the newest on.
const PythonStacks::Chunk* PythonStacks::chunk_of(std::uint64_t address, bool ask) {
  for (const Chunk& chunk : chunks_) {
    if (chunk.contains(address)) return &chunk;
  }
  while (ask && next_chunk_ != 0 && chunks_.size() < kMaxChunks) {
    if (!add_chunk()) return nullptr;
    if (chunks_.back().contains(address)) return &chunks_.back();
  }
  return nullptr;
}

bool PythonStacks::add_chunk() {
  const auto head = bytes(next_chunk_, kChunkHead);
  if (head.empty()) return false;
  chunks_.push_back({next_chunk_, field<std::uint64_t>(head, 8), field<std::uint64_t>(head, 0)});
  next_chunk_ = chunks_.back().previous;
  return true;
}

}  // namespace perfopt::prof
