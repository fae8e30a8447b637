// SPDX-License-Identifier: Apache-2.0
// A request that builds a tree of small objects, walks it and frees it, as a parser or a query planner does.
//
// Each node of 64 bytes is allocated, filled and linked to a parent among the 63 nodes before it; the walk reads and
// frees the nodes in the order of their creation. Every allocator has served one request of the same size before the
// timed one: what is measured is the steady state of a server, not the first page faults.
//
//   size    n, nodes of 64 bytes a request
//   check   each node's sum of keys on the path to the root, exact, from the input alone
//   errors  std::bad_alloc; Unavailable where mimalloc is not installed
//   source  Berger, Zorn, McKinley, Reconsidering custom memory allocation, OOPSLA 2002
#include <algorithm>
#include <array>
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
  const Node* parent;
  Node* next;  // in order of creation
  std::uint64_t key;
  std::uint64_t path_sum;  // of the keys from the root to here
  std::array<std::uint64_t, 4> payload;
};
static_assert(sizeof(Node) == 64);

class Allocation : public Workload {
 public:
  explicit Allocation(const Setup& setup) : keys_(setup.size), steps_back_(setup.size), sums_(setup.size) {
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
  // `take(node)` returns a copy of the node in new memory, `give_back(node)` frees one.
  template <class Take, class GiveBack>
  void serve(Take&& take, GiveBack&& give_back) {
    const Node root{};
    std::array<const Node*, kReach + 1> recent;
    recent.fill(&root);
    Node* first = nullptr;
    Node** link = &first;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const Node* const parent = recent[(i - steps_back_[i]) % recent.size()];
      Node* const node = take(Node{parent, nullptr, keys_[i], parent->path_sum + keys_[i], {i, i, i, i}});
      *link = node;
      link = &node->next;
      recent[i % recent.size()] = node;
    }
    std::size_t walked = 0;
    for (Node* node = first; node != nullptr;) {
      sums_[walked++] = node->path_sum;
      Node* const next = node->next;
      give_back(node);
      node = next;
    }
  }

 private:
  static constexpr std::size_t kReach = 63;

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint8_t> steps_back_;
  std::vector<std::uint64_t> sums_;
};

struct NewDelete final : Allocation {
  explicit NewDelete(const Setup& setup) : Allocation(setup) { NewDelete::run(); }
  void run() override {
    serve([](const Node& node) { return new Node(node); }, [](Node* node) { delete node; });
  }
};

struct PmrPool final : Allocation {
  explicit PmrPool(const Setup& setup) : Allocation(setup) { PmrPool::run(); }
  void run() override {
    std::pmr::polymorphic_allocator<> allocator(&pool);
    serve([&allocator](const Node& node) { return allocator.new_object<Node>(node); },
          [&allocator](Node* node) { allocator.delete_object(node); });
  }
  std::pmr::unsynchronized_pool_resource pool;
};

struct PmrMonotonic final : Allocation {
  explicit PmrMonotonic(const Setup& setup) : Allocation(setup) { PmrMonotonic::run(); }
  void run() override {
    std::pmr::monotonic_buffer_resource buffer;
    std::pmr::polymorphic_allocator<> allocator(&buffer);
    serve([&allocator](const Node& node) { return allocator.new_object<Node>(node); }, [](Node*) {});
  }
};

struct ReusedArena final : Allocation {
  explicit ReusedArena(const Setup& setup) : Allocation(setup), arena(setup.size * sizeof(Node)) { ReusedArena::run(); }
  void run() override {
    arena.reset();
    serve([this](const Node& node) { return arena.create<Node>(node); }, [](Node*) {});
  }
  optim::Arena arena;
};

struct FreeList final : Allocation {
  explicit FreeList(const Setup& setup) : Allocation(setup) { FreeList::run(); }
  void run() override {
    serve([this](const Node& node) { return pool.create(node); }, [this](Node* node) { pool.destroy(node); });
  }
  optim::Pool<Node> pool;
};

struct MimallocNodes final : Allocation {
  explicit MimallocNodes(const Setup& setup) : Allocation(setup), library(Mimalloc::load()) { MimallocNodes::run(); }
  void run() override {
    const auto take = [this](const Node& node) {
      void* const memory = library.allocate(sizeof(Node));
      if (memory == nullptr) throw std::bad_alloc();
      return ::new (memory) Node(node);
    };
    serve(take, [this](Node* node) { library.free(node); });
  }
  const Mimalloc& library;
};

constexpr Size kSizes[] = {
    {1'000, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::medium}, {500'000, SizeClass::large}};
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
    .title = "Build, walk and free a tree of 64-byte nodes",
    .unit = "nodes",
    .bytes_per_unit = sizeof(Node),
    .squared = false,
    .max_size = 100'000'000,
    .sizes = kSizes,
    .strategies = kStrategies,
    // Chunks that double hold up to 3 times the nodes; keys, sums and steps come to it.
    .memory_bytes = [](std::size_t n) { return 100'000 + static_cast<double>(n) * (3 * sizeof(Node) + 17); },
    .file_bytes = [](std::size_t) { return 0.0; },
};

}  // namespace

const Problem& memory_allocation();
const Problem& memory_allocation() {
  return kProblem;
}

}  // namespace perfopt::bench
