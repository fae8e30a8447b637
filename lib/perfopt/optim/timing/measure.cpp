// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/timing/measure.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <mutex>

#include "perfopt/optim/timing/scope_events.hpp"
#include "perfopt/optim/timing/ticks.hpp"

namespace perfopt::optim {
namespace detail {

// Counters are written by the owning thread alone and read by any: atomic, but never a read-modify-write.
struct TimingNode {
  TimingNode(std::string_view node_name, TimingNode* node_parent) : name(node_name), parent(node_parent) {}

  const std::string name;
  TimingNode* const parent;
  TimingNode* next = nullptr;  // sibling; fixed before the node is published
  std::atomic<TimingNode*> first_child{nullptr};
  std::atomic<std::uint64_t> epoch{0};  // the counters belong to this one; older ones count as zero
  std::atomic<std::uint64_t> count{0};
  std::atomic<std::uint64_t> total{0};
  std::atomic<std::uint64_t> min{0};
  std::atomic<std::uint64_t> max{0};
};

}  // namespace detail

namespace {

using detail::TimingNode;
constexpr auto kRelaxed = std::memory_order_relaxed;

std::atomic<std::uint64_t> current_epoch{1};

// Sums over threads, in ticks.
struct Merged {
  std::string name;
  std::uint64_t count = 0;
  std::uint64_t total = 0;
  std::uint64_t min = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max = 0;
  std::vector<Merged> children;
};

void merge(const TimingNode& node, std::uint64_t epoch, Merged& into) {
  if (node.epoch.load(std::memory_order_acquire) == epoch) {
    into.count += node.count.load(kRelaxed);
    into.total += node.total.load(kRelaxed);
    into.min = std::min(into.min, node.min.load(kRelaxed));
    into.max = std::max(into.max, node.max.load(kRelaxed));
  }
  for (const TimingNode* child = node.first_child.load(std::memory_order_acquire); child; child = child->next) {
    auto at = std::ranges::find(into.children, child->name, &Merged::name);
    if (at == into.children.end()) at = into.children.insert(at, Merged{.name = child->name, .children = {}});
    merge(*child, epoch, *at);
  }
}

class Tree {
 public:
  Tree() : root_("", nullptr), open_(&root_) {}
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() { free_children(root_); }

  TimingNode* enter(std::string_view name) {
    TimingNode*& slot = recent_[slot_of(name)];
    if (slot == nullptr || slot->parent != open_ || slot->name != name) slot = find_or_add(name);
    return open_ = slot;
  }
  void leave(const TimingNode& node) { open_ = node.parent; }
  const TimingNode& root() const { return root_; }

 private:
  static constexpr std::size_t kSlots = 256;

  // The address of a name tells names apart well enough, and is at hand; enter() compares the characters.
  std::size_t slot_of(std::string_view name) const {
    const auto mixed = reinterpret_cast<std::uintptr_t>(name.data()) * 31 + reinterpret_cast<std::uintptr_t>(open_);
    return (mixed * 0x9E3779B97F4A7C15U) >> 56U;
  }

  TimingNode* find_or_add(std::string_view name) {
    TimingNode* first = open_->first_child.load(kRelaxed);
    for (TimingNode* child = first; child != nullptr; child = child->next) {
      if (child->name == name) return child;
    }
    auto added = std::make_unique<TimingNode>(name, open_);
    added->next = first;
    open_->first_child.store(added.get(), std::memory_order_release);
    return added.release();
  }

  static void free_children(const TimingNode& node) {
    for (const TimingNode* child = node.first_child.load(kRelaxed); child != nullptr;) {
      const std::unique_ptr<const TimingNode> owned(child);
      free_children(*child);
      child = child->next;
    }
  }

  TimingNode root_;
  TimingNode* open_;
  std::array<TimingNode*, kSlots> recent_{};
};

// Every living tree, and the sums of the finished ones.
struct Registry {
  std::mutex mutex;
  std::vector<const Tree*> trees;
  Merged finished;
  const Calibration calibration = Calibration::start();
};

// Never destroyed: threads may end after main() has returned.
Registry& registry() {
  static auto* const kRegistry = new Registry;
  return *kRegistry;
}

constinit thread_local Tree* thread_tree = nullptr;
constinit thread_local bool thread_ended = false;

struct TreeOwner {
  std::unique_ptr<Tree> tree;
  TreeOwner() : tree(std::make_unique<Tree>()) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    all.trees.push_back(tree.get());
  }
  TreeOwner(const TreeOwner&) = delete;
  TreeOwner& operator=(const TreeOwner&) = delete;
  ~TreeOwner() {
    thread_tree = nullptr;
    thread_ended = true;
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    std::erase(all.trees, tree.get());
    merge(tree->root(), current_epoch.load(kRelaxed), all.finished);
  }
};

Tree* make_thread_tree() {
  if (thread_ended) return nullptr;
  static thread_local TreeOwner owner;
  return thread_tree = owner.tree.get();
}

void add(TimingNode& node, std::uint64_t ticks) {
  const std::uint64_t epoch = current_epoch.load(kRelaxed);
  const bool fresh = node.epoch.load(kRelaxed) != epoch;
  const std::uint64_t count = fresh ? 0 : node.count.load(kRelaxed);
  node.count.store(count + 1, kRelaxed);
  node.total.store((fresh ? 0 : node.total.load(kRelaxed)) + ticks, kRelaxed);
  if (count == 0 || ticks < node.min.load(kRelaxed)) node.min.store(ticks, kRelaxed);
  if (count == 0 || ticks > node.max.load(kRelaxed)) node.max.store(ticks, kRelaxed);
  if (fresh) node.epoch.store(epoch, std::memory_order_release);
}

bool counted(const Merged& node) {
  return node.count > 0 || std::ranges::any_of(node.children, counted);
}

void append_rows(std::vector<Merged>& siblings, std::size_t parent, std::size_t depth, double ns_per_tick,
                 std::vector<TimingRow>& rows) {
  std::ranges::stable_sort(siblings, std::greater{}, &Merged::total);
  for (Merged& node : siblings) {
    if (!counted(node)) continue;
    std::uint64_t below = 0;
    for (const Merged& child : node.children) below += child.total;
    const auto ns = [ns_per_tick](std::uint64_t ticks) { return static_cast<double>(ticks) * ns_per_tick; };
    const std::size_t index = rows.size();
    rows.push_back({.name = node.name,
                    .parent = parent,
                    .depth = depth,
                    .count = node.count,
                    .total_ns = ns(node.total),
                    .min_ns = node.count > 0 ? ns(node.min) : 0,
                    .max_ns = ns(node.max),
                    .self_ns = ns(node.total - std::min(node.total, below))});
    append_rows(node.children, index, depth + 1, ns_per_tick, rows);
  }
}

}  // namespace

TimingScope::TimingScope(std::string_view name) : node_(nullptr), started_(0) {
  Tree* tree = thread_tree;
  if (tree == nullptr) tree = make_thread_tree();
  if (tree == nullptr) return;
  node_ = tree->enter(name);
  started_ = ticks_now();
}

TimingScope::~TimingScope() {
  if (node_ == nullptr || thread_tree == nullptr) return;
  const std::uint64_t now = ticks_now();
  // Counters of two cores may differ by a few ticks.
  add(*node_, now > started_ ? now - started_ : 0);
  if (detail::scopes_are_traced.load(std::memory_order_relaxed)) detail::trace_scope(node_->name, started_, now);
  thread_tree->leave(*node_);
}

std::vector<TimingRow> timing_report() {
  Registry& all = registry();
  Merged sum;
  {
    const std::lock_guard lock(all.mutex);
    sum = all.finished;
    const std::uint64_t epoch = current_epoch.load(kRelaxed);
    for (const Tree* tree : all.trees) merge(tree->root(), epoch, sum);
  }
  std::vector<TimingRow> rows;
  append_rows(sum.children, TimingRow::kNoParent, 0, all.calibration.ns_per_tick(), rows);
  return rows;
}

void timing_reset() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.finished = {};
  current_epoch.fetch_add(1, kRelaxed);
}

}  // namespace perfopt::optim
