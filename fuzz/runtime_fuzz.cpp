// Fuzzes the runtime's API against a graph of plain numbers.
//
// Each input byte pair is an operation: make an object, link, unlink or move an edge, drop a root,
// watch with a Weak from outside or from an object, collect a generation, freeze, change the policy
// or the order of weak references, let the next allocation fail. Objects have finalizers, and some
// save themselves once, or what they watch; so do some callbacks. After each operation no object
// that can be reached is dead; after a full collection nothing else lives.
#include <cstddef>
#include <cstdint>
#include <new>
#include <set>
#include <utility>
#include <vector>

#include "exuvia/base/check.hpp"
#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

struct World;

struct Node {
  World* world;
  bool saves_itself;
  Ref<Node> first;
  std::vector<Ref<Node>> more;
  std::vector<Weak<Node>> watches;

  Node(World& w, bool saves);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();
  void finalize();
  void trace(Visitor& v) const { v(first, more, watches); }
};

// What the objects tell of themselves.
struct World {
  std::vector<Ref<Node>> roots;
  std::set<const Node*> alive;
  std::set<const Node*> finalized;

  // What a Weak still leads to becomes a root.
  void save(const Weak<Node>& weak) {
    const Ref<Node> locked = weak.lock();
    if (!locked) return;
    EXUVIA_CHECK(alive.contains(locked.get()), "a Weak leads to the dead");
    roots.push_back(locked);
  }
};

Node::Node(World& w, bool saves) : world(&w), saves_itself(saves) { world->alive.insert(this); }

Node::~Node() {
  EXUVIA_CHECK(world->finalized.erase(this) == 1, "an object dies that was not finalized");
  EXUVIA_CHECK(world->alive.erase(this) == 1, "an object dies twice");
}

void Node::finalize() {
  EXUVIA_CHECK(world->finalized.insert(this).second, "an object is finalized twice");
  if (!saves_itself) return;
  world->roots.push_back(ref_to(*this));
  for (const Weak<Node>& weak : watches) world->save(weak);
}

class Scenario {
 public:
  // An object that saves itself without memory to remember it may leak: there are such objects, or
  // allocations that fail, but not both.
  Scenario(bool incremental, bool with_savers) : with_savers_(with_savers), scope_(heap_) {
    if (incremental) heap_.collector().set_policy(Policy::kIncremental);
    heap_.collector().set_thresholds({20, 50, 3});
  }

  void apply(unsigned operation, unsigned argument) {
    switch (operation % 16) {
      case 0:
      case 1:
      case 2:
        return make(argument);
      case 3:
      case 4:
      case 5:
      case 6:
        return link(argument);
      case 7:
        return move(argument);
      case 8:
        return unlink(argument);
      case 9:
      case 10:
        return drop(argument);
      case 11:
        return watch(argument);
      case 12:
        return collect(argument % 3);
      case 13:
        return collect(2);
      case 14:
        return rearrange(argument);
      default:
        return make_with_failing_memory(argument);
    }
  }

  void finish() {
    heap_.storage().fail_at(0);
    EXUVIA_CHECK(heap_.collector().unfreeze(), "objects stay frozen");
    weaks_.clear();
    do {
      std::exchange(world_.roots, {}).clear();
      heap_.collector().collect();
    } while (!world_.roots.empty());
    EXUVIA_CHECK(world_.alive.empty() && heap_.object_count() == 0, "garbage survives");
  }

  void check() {
    check_reachable();
    EXUVIA_CHECK(heap_.object_count() == world_.alive.size(), "objects are miscounted");
    EXUVIA_CHECK(heap_.is_consistent(), "the heap is inconsistent");
  }

 private:
  static constexpr std::size_t kMost = 200;

  void make(unsigned argument) {
    if (world_.alive.size() >= kMost) return;
    try {
      world_.roots.push_back(exuvia::make<Node>(world_, with_savers_ && argument % 8 == 0));
    } catch (const std::bad_alloc&) {
    }
  }

  void make_with_failing_memory(unsigned argument) {
    if (!with_savers_) heap_.storage().fail_at(1 + argument % 8);
    for (int i = 0; i < 3; ++i) make(argument);
    heap_.collector().collect(argument % 3);
    heap_.storage().fail_at(0);
  }

  Node& pick(unsigned argument) { return *world_.roots[argument % world_.roots.size()]; }

  void link(unsigned argument) {
    if (world_.roots.empty()) return;
    Node& from = pick(argument);
    const Ref<Node> to = ref_to(pick(argument * 7 + steps_));
    if (argument % 3 == 0) {
      from.first = to;
    } else if (from.more.size() < 8) {
      from.more.push_back(to);
    }
  }

  // Moves change no count.
  void move(unsigned argument) {
    if (world_.roots.empty()) return;
    Node& from = pick(argument);
    Node& to = pick(argument * 5 + steps_);
    const Ref<Node> keep = ref_to(to);
    std::swap(from.first, to.first);
    if (argument % 2 == 0 && world_.roots.size() > 1)
      world_.roots[argument % world_.roots.size()].swap(world_.roots.back());
  }

  void unlink(unsigned argument) {
    if (world_.roots.empty()) return;
    const Ref<Node> keep = ref_to(pick(argument));
    keep->first.reset();
    if (!keep->more.empty()) {
      const Ref<Node> gone = std::move(keep->more.back());
      keep->more.pop_back();
    }
  }

  void drop(unsigned argument) {
    if (world_.roots.empty()) return;
    const std::size_t at = argument % world_.roots.size();
    const Ref<Node> gone = std::move(world_.roots[at]);
    world_.roots.erase(world_.roots.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void watch(unsigned argument) {
    if (world_.roots.empty()) return;
    if (weaks_.size() > 20) weaks_.erase(weaks_.begin());
    try {
      const Ref<Node> target = ref_to(pick(argument));
      Node& owner = pick(argument * 3 + steps_);
      if (argument % 4 == 3 && owner.watches.size() < 4)
        owner.watches.push_back(watch(target, argument));
      weaks_.push_back(watch(target, argument));
    } catch (const std::bad_alloc&) {
    }
    for (const Weak<Node>& weak : weaks_) {
      const Ref<Node> locked = weak.lock();
      EXUVIA_CHECK(!locked || world_.alive.contains(locked.get()), "a Weak leads to the dead");
    }
  }

  Weak<Node> watch(const Ref<Node>& target, unsigned argument) {
    if (argument % 2 == 0) return Weak<Node>(target);
    if (!with_savers_ || argument % 3 == 0)
      return Weak<Node>(target, [this] { heap_.collector().collect(0); });
    return Weak<Node>(target, [this] {
      if (!weaks_.empty()) world_.save(weaks_.front());
    });
  }

  void collect(unsigned generation) {
    heap_.collector().collect(generation);
    if (generation == 2 && heap_.collector().get_freeze_count() == 0) check_nothing_else_lives();
  }

  void rearrange(unsigned argument) {
    Collector& collector = heap_.collector();
    if (argument % 4 == 0) (void)collector.freeze();
    if (argument % 4 == 1) (void)collector.unfreeze();
    if (argument % 4 < 2) return;
    collector.set_weak_order(argument % 8 < 4 ? WeakOrder::kBeforeFinalizers
                                              : WeakOrder::kAfterFinalizers);
    collector.set_policy(argument % 4 == 2 ? Policy::kGenerational : Policy::kIncremental);
    collector.set_thresholds({20, 50, 3});
  }

  // Garbage that saved itself in this collection is a root now.
  void check_nothing_else_lives() {
    EXUVIA_CHECK(world_.alive.size() == check_reachable(), "garbage survives");
  }

  // Checks all that can be reached; returns how many objects that are.
  std::size_t check_reachable() {
    std::set<const Node*> seen;
    std::vector<const Node*> pending;
    const auto reach = [&](const Ref<Node>& ref) {
      if (!ref || !seen.insert(ref.get()).second) return;
      EXUVIA_CHECK(world_.alive.contains(ref.get()), "a reachable object is dead");
      pending.push_back(ref.get());
    };
    for (const Ref<Node>& root : world_.roots) reach(root);
    while (!pending.empty()) {
      const Node* const node = pending.back();
      pending.pop_back();
      reach(node->first);
      for (const Ref<Node>& ref : node->more) reach(ref);
    }
    ++steps_;
    return seen.size();
  }

  bool with_savers_;
  Heap heap_;
  HeapScope scope_;
  World world_;
  std::vector<Weak<Node>> weaks_;
  unsigned steps_ = 0;
};

}  // namespace
}  // namespace exuvia

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  exuvia::Scenario scenario(data[0] % 2 != 0, data[0] / 2 % 2 != 0);
  for (std::size_t i = 1; i + 1 < size; i += 2) {
    scenario.apply(data[i], data[i + 1]);
    scenario.check();
  }
  scenario.finish();
  return 0;
}
