// SPDX-License-Identifier: Apache-2.0
// A request that builds a tree of small objects and frees it at its end, as a parser or a query planner does.
//
// Each node of 64 bytes is allocated, filled and linked to a parent among the 63 nodes before it, from which it takes
// a sum; at the end the nodes are freed in the order of their creation. What is measured is the steady state of a
// server: every allocator has served requests of this size before the timed ones, and all objects of a strategy share
// it, as they share malloc. glibc's malloc takes locks in a process that has ever had a second thread (2.36: 21 ns
// a pair, not 11), which makes every alternative look better: run this problem before those that start threads.
//
//   size    n, nodes of 64 bytes a request
//   check   each node's sum of keys on the path to the root, exact, from the input alone
//   errors  std::bad_alloc; Unavailable where mimalloc is not installed
//   source  Berger, Zorn, McKinley, Reconsidering custom memory allocation, OOPSLA 2002
#include <algorithm>
#include <array>
#include <memory>
#include <memory_resource>
#include <new>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/memory/mimalloc.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/memory/arena.hpp"
#include "perfopt/optim/memory/pool.hpp"

namespace perfopt::bench {
namespace {

struct Node {
  Node(const Node* its_parent, std::uint64_t its_key)
      : parent(its_parent), key(its_key), path_sum((parent == nullptr ? 0 : parent->path_sum) + key) {
    payload.fill(key);
  }

  const Node* parent;  // nullptr at a root
  std::uint64_t key;
  std::uint64_t path_sum;  // of the keys from the root to here
  std::array<std::uint64_t, 5> payload;
};
static_assert(sizeof(Node) == 64);

// One allocator for all objects that live at a time, as a server keeps one from request to request.
template <class Allocator>
std::shared_ptr<Allocator> kept_between_requests() {
  static std::weak_ptr<Allocator> kept;
  std::shared_ptr<Allocator> allocator = kept.lock();
  if (allocator == nullptr) kept = allocator = std::make_shared<Allocator>();
  return allocator;
}

class Allocation : public Workload {
 public:
  explicit Allocation(const Setup& setup)
      : keys_(setup.size), steps_back_(setup.size), nodes_(setup.size), sums_(setup.size) {
    Random random(setup.seed);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      keys_[i] = random();
      steps_back_[i] = static_cast<std::uint8_t>(1 + (keys_[i] >> 56U) % kReach);
    }
  }

  [[nodiscard]] Work work() const override {
    const auto nodes = static_cast<double>(keys_.size());
    return {nodes, nodes * sizeof(Node), {}};
  }
  void poison() override { std::fill(sums_.begin(), sums_.end(), 0xDEADDEADDEADDEAD); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, sums_); }
  void check(const Output& result) const override {
    std::vector<std::uint64_t> expected(keys_);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (steps_back_[i] <= i) expected[i] += expected[i - steps_back_[i]];
    }
    require_equal(exact<std::uint64_t>(Element::u64, expected), result);
  }

 protected:
  // `take(parent, key)` makes a node, `give_back(node)` frees it.
  template <class Take, class GiveBack>
  void serve(const Take& take, const GiveBack& give_back) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      nodes_[i] = take(steps_back_[i] <= i ? nodes_[i - steps_back_[i]] : nullptr, keys_[i]);
      sums_[i] = nodes_[i]->path_sum;
    }
    for (Node* const node : nodes_) give_back(node);
  }

 private:
  static constexpr std::size_t kReach = 63;

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint8_t> steps_back_;
  std::vector<Node*> nodes_;
  std::vector<std::uint64_t> sums_;
};

struct NewDelete final : Allocation {
  explicit NewDelete(const Setup& setup) : Allocation(setup) { NewDelete::run(); }
  void run() override {
    serve([](const Node* parent, std::uint64_t key) { return new Node(parent, key); }, [](Node* node) { delete node; });
  }
};

struct PmrPool final : Allocation {
  explicit PmrPool(const Setup& setup) : Allocation(setup) { PmrPool::run(); }
  void run() override {
    std::pmr::polymorphic_allocator<> allocator(pool.get());
    serve([&allocator](const Node* parent, std::uint64_t key) { return allocator.new_object<Node>(parent, key); },
          [&allocator](Node* node) { allocator.delete_object(node); });
  }
  std::shared_ptr<std::pmr::unsynchronized_pool_resource> pool =
      kept_between_requests<std::pmr::unsynchronized_pool_resource>();
};

struct PmrMonotonic final : Allocation {
  explicit PmrMonotonic(const Setup& setup) : Allocation(setup) { PmrMonotonic::run(); }
  void run() override {
    std::pmr::monotonic_buffer_resource buffer;
    std::pmr::polymorphic_allocator<> allocator(&buffer);
    serve([&allocator](const Node* parent, std::uint64_t key) { return allocator.new_object<Node>(parent, key); },
          [](Node*) {});
  }
};

struct ReusedArena final : Allocation {
  explicit ReusedArena(const Setup& setup) : Allocation(setup) { ReusedArena::run(); }
  void run() override {
    arena->reset();
    serve([this](const Node* parent, std::uint64_t key) { return arena->create<Node>(parent, key); }, [](Node*) {});
  }
  std::shared_ptr<optim::Arena> arena = kept_between_requests<optim::Arena>();
};

struct FreeList final : Allocation {
  explicit FreeList(const Setup& setup) : Allocation(setup) { FreeList::run(); }
  void run() override {
    serve([this](const Node* parent, std::uint64_t key) { return pool->create(parent, key); },
          [this](Node* node) { pool->destroy(node); });
  }
  std::shared_ptr<optim::Pool<Node>> pool = kept_between_requests<optim::Pool<Node>>();
};

struct MimallocNodes final : Allocation {
  explicit MimallocNodes(const Setup& setup) : Allocation(setup), library(Mimalloc::load()) { MimallocNodes::run(); }
  void run() override {
    const auto take = [this](const Node* parent, std::uint64_t key) {
      void* const memory = library.allocate(sizeof(Node));
      if (memory == nullptr) throw std::bad_alloc();
      return ::new (memory) Node(parent, key);
    };
    serve(take, [this](Node* node) { library.free(node); });
  }
  const Mimalloc& library;
};

constexpr Size kSizes[] = {
    {1'000, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::medium}, {300'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"new_delete", Level::baseline, "new and delete of each object", "", "16 bytes an object of the allocator's own",
     make<NewDelete>},
    {"pmr_pool", Level::conservative, "std::pmr::unsynchronized_pool_resource, kept between requests", "",
     "slower than malloc for single objects", make<PmrPool>},
    {"pmr_monotonic", Level::conservative, "a std::pmr::monotonic_buffer_resource a request", "",
     "one lifetime for all; takes its memory anew each time", make<PmrMonotonic>},
    {"arena", Level::conservative, "optim::Arena: bump a pointer, reset at the end, kept between requests", "",
     "one lifetime for all; no destructors; holds its largest request", make<ReusedArena>},
    {"pool", Level::conservative, "optim::Pool: a free list of slots of one type", "",
     "one type, one thread; holds its largest number of objects", make<FreeList>},
    {"mimalloc", Level::balanced, "mi_malloc and mi_free of each object", "libmimalloc.so.2",
     "another allocator to ship; more resident memory", make<MimallocNodes>},
};
constexpr Problem kProblem{
    .category = "memory",
    .name = "allocation",
    .title = "Build and free a tree of 64-byte nodes",
    .unit = "nodes",
    .bytes_per_unit = sizeof(Node),
    .squared = false,
    .max_size = 100'000'000,
    .sizes = kSizes,
    .strategies = kStrategies,
    // Chunks that double hold up to 3 times the nodes; the input and the result come to it.
    .memory_bytes = [](std::size_t n) { return 100'000 + static_cast<double>(n) * (3 * sizeof(Node) + 25); },
    .file_bytes = [](std::size_t) { return 0.0; },
};

}  // namespace

const Problem& memory_allocation();
const Problem& memory_allocation() {
  return kProblem;
}

}  // namespace perfopt::bench
