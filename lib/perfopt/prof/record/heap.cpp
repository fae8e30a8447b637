// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/heap.hpp"

#include <elf.h>
#include <poll.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/clock.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/prof/launch/program.hpp"
#include "perfopt/prof/record/heap_library.hpp"
#include "perfopt/prof/record/heap_ring.hpp"

namespace perfopt::prof {
namespace {

constexpr const char* kPrefix = "perfprof-heap";
constexpr int kPauseMs = 5;  // a ring holds some thousand samples
constexpr std::size_t kBytes = 0, kCount = 1, kLiveBytes = 2, kLiveCount = 3;

struct Block {
  std::uint32_t stack = StackTree::kRoot;
  std::uint32_t tid = 0;
  AllocationWeight weight;
};

// A process between two calls of exec(2): a ring and what it has not freed.
struct Image {
  HeapRing ring;
  std::unordered_map<std::uint64_t, Block> live;  // by address
  std::uint64_t told_lost = 0;
};

class Heap final : public Backend {
 public:
  explicit Heap(Recording& recording) : recording_(recording), directory_(kPrefix) {
    remove_stale(kPrefix);
    recording_.measures = {
        {"alloc_bytes", "bytes"}, {"allocs", "count"}, {"live_bytes", "bytes"}, {"live_allocs", "count"}};
    recording_.primary = "alloc_bytes";
  }

  void prepare(TargetCommand& command) override {
    const Program program = find_executable(command.words);
    const std::string refusal = preload_refusal(program.file);
    if (!refusal.empty()) throw Unavailable("--mode alloc: " + refusal);
    const std::filesystem::path library = directory_.path() / "libperfopt_heap.so";
    write_atomically(library, heap_library());
    const char* others = std::getenv("LD_PRELOAD");
    const std::string rest = others == nullptr || *others == '\0' ? "" : ":" + std::string(others);
    command.environment.push_back("LD_PRELOAD=" + library.string() + rest);
    command.environment.push_back(std::string(heap::kDirectoryVariable) + "=" + directory_.path().string());
    // Python takes small objects from pages of its own, which no library sees.
    python_changed_ = std::getenv("PYTHONMALLOC") == nullptr;
    if (python_changed_) command.environment.emplace_back("PYTHONMALLOC=malloc");
  }

  void attach(Target& target, Tracker& tracker) override {
    if (!target.started_by_us()) {
      throw Unavailable("--mode alloc: allocations of a running process cannot be seen; start it with perfprof");
    }
    tracker_ = &tracker;
  }

  void record(Target& target, Tracker& /*tracker*/, const Cancellation& cancellation) override {
    target.go();
    bool ended = false;
    while (!ended && !cancellation.requested()) {
      pollfd end{target.end_fd(), POLLIN, 0};
      static_cast<void>(::poll(&end, 1, kPauseMs));
      ended = target.ended();  // before the rings are read: what was written until then is in them
      read_all();
    }
    const std::uint64_t now = monotonic_ns();
    while (!images_.empty()) finish(images_.begin(), now, true);
    tell_doubts();
  }

 private:
  using Images = std::list<Image>;

  void read_all() {
    open_new();
    for (auto image = images_.begin(); image != images_.end();) {
      const bool alive = ::kill(image->ring.pid(), 0) == 0;
      read(*image);
      const auto next = std::next(image);
      if (!alive) finish(image, monotonic_ns(), true);
      image = next;
    }
  }

  void open_new() {
    std::vector<std::filesystem::path> fresh;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path(), gone)) {
      if (entry.path().filename().string().starts_with("heap.")) fresh.push_back(entry.path());
    }
    Images opened;
    for (const std::filesystem::path& path : fresh) {
      if (auto ring = HeapRing::open(path)) opened.push_back({std::move(*ring), {}, 0});
      std::filesystem::remove(path, gone);
    }
    opened.sort([](const Image& a, const Image& b) { return a.ring.start_ns() < b.ring.start_ns(); });
    for (Image& image : opened) begin(std::move(image));
  }

  void begin(Image image) {
    const pid_t pid = image.ring.pid();
    const auto before = std::ranges::find(images_, pid, [](const Image& known) { return known.ring.pid(); });
    if (before != images_.end()) {  // exec(2): the memory of the old image is gone, and nothing of it has leaked
      read(*before);
      finish(before, image.ring.start_ns(), false);
    } else if (seen_.insert(pid).second) {
      tracker_->started(image.ring.start_ns(), image.ring.parent_pid(), pid, pid);
    }
    own_malloc_ = own_malloc_ || image.ring.own_malloc();
    images_.push_back(std::move(image));
  }

  void read(Image& image) {
    HeapRecord record;
    while (image.ring.next(record)) take(image, record);
    const std::uint64_t lost = image.ring.lost();
    if (lost > image.told_lost) tracker_->lost(lost - image.told_lost);
    image.told_lost = std::max(lost, image.told_lost);
  }

  void take(Image& image, const HeapRecord& record) {
    const pid_t pid = image.ring.pid();
    switch (record.kind) {
      case heap::Kind::start:
        tracker_->executed(record.time_ns, pid, record.text);
        break;
      case heap::Kind::map:
        tracker_->mapped(pid, record.address, record.bytes, record.offset, {record.text, 0, 0}, true);
        break;
      case heap::Kind::alloc:
        allocated(image, record);
        break;
      case heap::Kind::free:
        image.live.erase(record.address);
        break;
    }
  }

  void allocated(Image& image, const HeapRecord& record) {
    chain_.assign(record.chain.begin(), record.chain.end());
    // The innermost one is a return address too.
    if (!chain_.empty()) --chain_.front();
    Moment moment;
    moment.time_ns = record.time_ns;
    moment.pid = image.ring.pid();
    moment.tid = static_cast<pid_t>(record.tid);
    moment.user_chain = chain_;
    moment.chain_cut = record.cut;
    moment.scripts = false;
    const AllocationWeight weight = allocation_weight(record.bytes, record.mean);
    moment.values[kBytes] = weight.bytes;
    moment.values[kCount] = weight.count;
    const std::uint32_t stack = tracker_->stack_of(moment);
    tracker_->add_at(moment, stack);
    if (record.address != 0) image.live[record.address] = {stack, record.tid, weight};
  }

  // A process has ended, or became another program.
  void finish(Images::iterator image, std::uint64_t now, bool ended) {
    read(*image);
    const pid_t pid = image->ring.pid();
    broken_ = broken_ || image->ring.broken();
    not_watched_ += image->ring.not_watched();
    if (ended) {
      std::map<std::pair<std::uint32_t, std::uint32_t>, AllocationWeight> left;  // by stack and thread
      for (const auto& [address, block] : image->live) {
        AllocationWeight& sum = left[{block.stack, block.tid}];
        sum.bytes += block.weight.bytes;
        sum.count += block.weight.count;
      }
      const std::uint64_t taken = recording_.counts.taken;
      for (const auto& [place, sum] : left) {
        Moment moment;
        moment.time_ns = now;
        moment.pid = pid;
        moment.tid = static_cast<pid_t>(place.second);
        moment.values[kLiveBytes] = sum.bytes;
        moment.values[kLiveCount] = sum.count;
        tracker_->add_at(moment, place.first);
      }
      recording_.counts.taken = taken;  // they were counted when they were allocated
      tracker_->ended(now, pid, pid);
    }
    images_.erase(image);
  }

  void tell_doubts() {
    auto& doubts = recording_.doubts;
    if (seen_.empty()) {
      doubts.push_back({"preload", "the program did not load the library that samples allocations: nothing was seen",
                        "it is static, runs with another user's rights, or sets LD_PRELOAD itself"});
    }
    if (own_malloc_) {
      doubts.push_back({"malloc", "the program brings a malloc of its own: what goes through that was not seen",
                        "use the heap profiler of that allocator, or build without it"});
    }
    if (not_watched_ > 0) {
      doubts.push_back({"live",
                        format_count(not_watched_) + " sampled blocks were too many at once to wait for their end",
                        "what is left allocated may be more than shown"});
    }
    if (broken_) {
      doubts.push_back({"heap", "the program overwrote the memory that its samples stand in: some are missing",
                        "look for writes through wild pointers (valgrind)"});
    }
    const bool python = std::ranges::any_of(
        recording_.processes, [](const model::ProfiledProcess& process) { return process.name.starts_with("python"); });
    if (python) {
      doubts.push_back({"python",
                        std::string("allocations of Python are shown by native frames") +
                            (python_changed_ ? ", and PYTHONMALLOC=malloc was set so that small objects are seen: "
                                               "it runs slower than usual"
                                             : ""),
                        "tracemalloc tells which lines allocate"});
    }
  }

  Recording& recording_;
  TempDir directory_;
  Tracker* tracker_ = nullptr;
  Images images_;
  std::set<pid_t> seen_;
  std::vector<std::uint64_t> chain_;
  std::uint64_t not_watched_ = 0;
  bool own_malloc_ = false;
  bool broken_ = false;
  bool python_changed_ = false;
};

bool records(Mode mode) {
  return mode == Mode::alloc;
}

std::string missing(const RecordOptions& /*options*/) {
  const std::filesystem::path parent = temp_parent();
  struct statvfs facts{};
  if (statvfs(parent.c_str(), &facts) == 0 && (facts.f_flag & ST_NOEXEC) != 0) {
    return "programs cannot load a library from " + parent.string() +
           ", which is mounted noexec; set TMPDIR to another directory";
  }
  return "";
}

std::unique_ptr<Backend> make(const RecordOptions& /*options*/, Recording& recording) {
  return std::make_unique<Heap>(recording);
}

}  // namespace

BackendKind heap_kind() {
  return {.name = "heap",
          .does = "samples malloc and its kin by a preloaded library; needs no permission",
          .records = records,
          .missing = missing,
          .make = make};
}

AllocationWeight allocation_weight(std::uint64_t size, std::uint64_t mean) {
  const double met = -std::expm1(-static_cast<double>(std::max<std::uint64_t>(size, 1)) / static_cast<double>(mean));
  const auto rounded = [](double value) { return static_cast<std::uint64_t>(std::llround(std::min(value, 0x1p62))); };
  return {rounded(static_cast<double>(size) / met), rounded(1 / met)};
}

std::string preload_refusal(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  Elf64_Ehdr header{};
  if (!in.read(reinterpret_cast<char*>(&header), sizeof header)) return "";
  if (std::string_view(reinterpret_cast<const char*>(header.e_ident), SELFMAG) != ELFMAG) return "";  // a script
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return file + " is no 64-bit program; its allocations cannot be seen";
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    in.seekg(static_cast<std::streamoff>(header.e_phoff + std::uint64_t{i} * header.e_phentsize));
    if (!in.read(reinterpret_cast<char*>(&part), sizeof part)) break;
    if (part.p_type == PT_INTERP) return "";
  }
  return file + " is linked statically, so that nothing can be preloaded; link it dynamically for this";
}

}  // namespace perfopt::prof
