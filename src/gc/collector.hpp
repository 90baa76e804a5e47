// A full collection as a list of passes, for any host.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gc/cycle_finder.hpp"
#include "gc/mark_table.hpp"
#include "gc/marker.hpp"
#include "gc/side_vector.hpp"
#include "gc/verifier.hpp"
#include "gc/workers.hpp"

namespace exuvia::gc {

struct AnyAddressVisitor {
  void operator()(Address) const noexcept {}
};

// What the driver asks of a host beyond its model (host.model()):
//   for_each_root(visit)              roots; may be incomplete, at the price of time
//   for_each_candidate(marks, visit)  tracked objects whose mark is clear; must be complete among
//   the garbage for_each_tracked(visit)           every tracked object; for checking builds
//   dispose(finder)                   ends the lives of finder.unreachable(); returns how many it
//   disposed of
template <class H>
concept CollectableHost = requires(H& host, typename H::Model& model,
                                   const MarkTable<H::Model::kGranuleShift>& marks,
                                   CycleFinder<typename H::Model>& finder) {
  { host.model() }
  noexcept->std::same_as<typename H::Model&>;
  {host.for_each_root(AnyAddressVisitor{})};
  {host.for_each_candidate(marks, AnyAddressVisitor{})};
  {host.for_each_tracked(AnyAddressVisitor{})};
  { host.dispose(finder) } -> std::convertible_to<std::size_t>;
};

// What a collection did.
struct Collection {
  bool completed = false;  // false: memory ran out; nothing was disposed of
  std::size_t marked = 0;
  std::size_t candidates = 0;
  std::size_t unreachable = 0;
  std::size_t disposed = 0;
  std::size_t miscounted =
      0;  // objects whose count is lower than the references to them: a bug in the program
  std::size_t side_bytes = 0;  // side memory, the most that was in use
};

// Performs one full collection. The thread that owns the heap calls; helpers mark with it. All side
// memory is given back by the destructor, so nothing of a collection is left for a forked child to
// inherit.
template <CollectableHost Host>
class Collector {
 public:
  using Model = typename Host::Model;

  Collector(Host& host, Workers& workers, SideMemory& memory = system_side_memory(),
            TracerLimits limits = {}) noexcept
      : host_(host),
        limits_(limits),
        workers_(workers),
        memory_(memory),
        marks_(memory),
        candidates_(memory),
        finder_(host.model(), memory, workers) {}

  Collection collect() {
    mark_reachable();
    enumerate_candidates();
    if (!try_find_cycles()) return result_;
    verify();
    dispose();
    return result_;
  }

 private:
  void mark_reachable() {
    Marker<Model> marker(host_.model(), marks_, memory_, workers_, limits_);
    host_.for_each_root([&](Address root) noexcept { marker.add_root(root); });
    marker.run();
    result_.marked = marker.marked();
    result_.side_bytes = marks_.memory_bytes() + marker.memory_bytes();
  }

  void enumerate_candidates() {
    host_.for_each_candidate(marks_,
                             [&](Address object) noexcept { candidates_.push_back(object); });
    result_.candidates = candidates_.size();
  }

  bool try_find_cycles() {
    // A list of candidates that is cut short is still one: whatever points to them from outside
    // keeps them alive.
    if (!finder_.try_find(candidates_.view())) return false;
    result_.completed = !candidates_.is_exhausted();
    result_.unreachable = finder_.unreachable().size();
    result_.miscounted = finder_.miscounted_count();
    result_.side_bytes += candidates_.memory_bytes() + finder_.memory_bytes();
    return true;
  }

  void verify() {
#ifdef EXUVIA_CHECKS
    std::vector<Address> tracked;
    host_.for_each_tracked([&](Address object) { tracked.push_back(object); });
    Verifier<Model>(host_.model()).verify(tracked, finder_.unreachable());
#endif
  }

  void dispose() { result_.disposed = host_.dispose(finder_); }

  Host& host_;
  const TracerLimits limits_;
  Workers& workers_;
  SideMemory& memory_;
  typename Marker<Model>::Marks marks_;
  SideVector<Address> candidates_;
  CycleFinder<Model> finder_;
  Collection result_;
};

}  // namespace exuvia::gc
