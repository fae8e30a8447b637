// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <limits>

#include "perfopt/prof/languages/reader.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Script frames that one evaluation loop runs, and the native frames which that loop is.
struct Group {
  std::size_t begin = 0;      // of the script frames
  std::size_t end = 0;        // exclusive
  std::size_t inner = kNone;  // index of the innermost native frame of the loop; kNone: not found
  std::size_t outer = kNone;  // and of the outermost: they differ only where one group stands for all loops
};

class Merger {
 public:
  Merger(std::span<const NativeFrame> native, std::span<const ScriptFrame> script, const LanguageReader& reader)
      : native_(native), script_(script), reader_(reader) {
    for (std::size_t i = 0; i < native.size(); ++i) {
      if (reader.evaluates(native[i])) loops_.push_back(i);
    }
    split();
    match();
  }

  [[nodiscard]] std::vector<FrameKey> merged() {
    std::size_t inner_end = 0;  // the native frames from here on lie outside of what is done; kNone: not known
    for (const Group& group : groups_) {
      if (inner_end != kNone && group.inner != kNone && !loop_between(inner_end, group.inner)) {
        add_native(inner_end, group.inner);
      }
      for (std::size_t i = group.begin; i < group.end; ++i) {
        result_.push_back({FrameKind::script, script_[i].name, script_[i].line});
      }
      inner_end = group.outer == kNone ? kNone : group.outer + 1;
    }
    if (!loops_.empty()) add_root(loops_.back() + 1);
    return std::move(result_);
  }

 private:
  void split() {
    for (std::size_t begin = 0; begin < script_.size();) {
      std::size_t end = begin;
      while (end < script_.size() && !script_[end].entry) ++end;
      end = std::min(end + 1, script_.size());
      groups_.push_back({.begin = begin, .end = end});
      begin = end;
    }
  }

  void match() {
    const bool entries = std::ranges::any_of(script_, &ScriptFrame::entry);
    if (loops_.empty()) return;
    if (!entries) {
      groups_.front().inner = loops_.front();
      groups_.front().outer = loops_.back();
      return;
    }
    const bool places = std::ranges::any_of(script_, [](const ScriptFrame& frame) { return frame.loop != 0; }) &&
                        native_[loops_.back()].cfa != 0;  // stacks that the kernel has walked do not tell
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const std::size_t from_root = groups_.size() - i;
      const std::size_t by_number = from_root > loops_.size() ? kNone : loops_[loops_.size() - from_root];
      groups_[i].inner = places ? loop_at(script_[groups_[i].end - 1].loop) : by_number;
      groups_[i].outer = groups_[i].inner;
    }
  }

  // The loop whose native frame holds that place of the C stack.
  [[nodiscard]] std::size_t loop_at(std::uint64_t place) const {
    const auto loop = std::ranges::upper_bound(loops_, place, {}, [&](std::size_t i) { return native_[i].cfa; });
    if (place == 0 || loop == loops_.end()) return kNone;
    const bool inside = *loop == 0 || place >= native_[*loop - 1].cfa;
    return inside ? *loop : kNone;
  }

  [[nodiscard]] bool loop_between(std::size_t begin, std::size_t end) const {
    const auto loop = std::ranges::lower_bound(loops_, begin);
    return loop != loops_.end() && *loop < end;
  }

  void add_native(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (!reader_.plumbing(native_[i])) result_.push_back(native_[i].key);
    }
  }

  // Where nothing but the start of the program or thread is left, it is left out.
  void add_root(std::size_t begin) {
    const auto root = native_.subspan(begin);
    const bool start = std::ranges::all_of(
        root, [&](const NativeFrame& frame) { return reader_.plumbing(frame) || reader_.c_library(frame); });
    if (!start) add_native(begin, native_.size());
  }

  std::span<const NativeFrame> native_;
  std::span<const ScriptFrame> script_;
  const LanguageReader& reader_;
  std::vector<std::size_t> loops_;  // indices of evaluation loops in `native`, innermost first
  std::vector<Group> groups_;       // innermost first
  std::vector<FrameKey> result_;
};

}  // namespace

std::vector<FrameKey> merge(std::span<const NativeFrame> native, std::span<const ScriptFrame> script,
                            const LanguageReader& reader) {
  if (!script.empty()) return Merger(native, script, reader).merged();
  std::vector<FrameKey> keys;
  for (const NativeFrame& frame : native) keys.push_back(frame.key);
  return keys;
}

}  // namespace perfopt::prof
