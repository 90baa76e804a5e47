// The smallest host that runs: a heap of counted objects whose cycles are collected. Copy it to
// begin your own.
//
// A host consists of
//   object.hpp  how its objects lie in memory,
//   model.hpp   what the collector must know of them, and
//   host.hpp    the heap: how objects are made, tracked, reached and disposed of.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "exuvia/heap/heap.hpp"
#include "exuvia/heap/heap_inl.hpp"
#include "gc/address_bits.hpp"
#include "gc/collector.hpp"
#include "gc/workers.hpp"
#include "hosts/tiny/model.hpp"
#include "hosts/tiny/object.hpp"

namespace exuvia::tiny {

// One thread, the owner, uses a host. Null handed to or from it means no object.
class Host {
 public:
  using Model = tiny::Model;
  // Called once for an object found unreachable, before anything dies. It may store references to
  // objects.
  using Finalizer = std::function<void(Object*)>;

  explicit Host(gc::SideMemory& memory = gc::system_side_memory())
      : tracked_(memory, /*dense=*/false), finalized_(memory, /*dense=*/false) {}
  // Ends every life, without finalizers.
  ~Host() {
    std::vector<Address> rest;
    tracked_.for_each([&](Address object) { rest.push_back(object); });
    for (const Address object : rest) heap_.deallocate(object_at(object));
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // An object with `length` null edges, owned by the caller (count 1); null when out of memory.
  Object* try_make(std::size_t length) {
    const std::size_t bytes = Object::bytes_with(length);
    if (length != 0 && !tracked_.try_prepare()) return nullptr;
    auto* object = static_cast<Object*>(heap_.try_allocate_zeroed(1, bytes));
    if (object == nullptr) return nullptr;
    object->count = 1;
    object->length = static_cast<std::uint32_t>(length);
    ++live_;
    if (length == 0) return object;
    tracked_.set(address_of(object));
    if (tracked_.test(address_of(object))) return object;
    free(object);
    return nullptr;
  }

  static Object* retain(Object* object) noexcept {
    if (object != nullptr) ++object->count;
    return object;
  }

  // Gives up a reference; with the last one the object dies, and all that only it kept alive,
  // without recursion.
  void release(Object* object) noexcept {
    if (object == nullptr || --object->count != 0) return;
    bury(object);
    if (is_burying_) return;
    is_burying_ = true;
    while (Object* next = std::exchange(graves_, nullptr)) bury_chain(next);
    is_burying_ = false;
  }

  // Makes `edge` of `object` refer to `target`, which it shares with the caller.
  void link(Object* object, std::size_t edge, Object* target) noexcept {
    release(std::exchange(object->edges()[edge], retain(target)));
  }

  // Roots are references from outside of the heap; the caller hands its own over.
  void add_root(Object* object) { roots_.push_back(object); }
  void remove_root(Object* object) noexcept {
    const auto found = std::find(roots_.begin(), roots_.end(), object);
    roots_.erase(found);
    release(object);
  }
  // Drops all roots at once.
  void clear_roots() noexcept {
    for (Object* root : std::exchange(roots_, {})) release(root);
  }

  void set_finalizer(Finalizer finalizer) { finalizer_ = std::move(finalizer); }

  // Finds and disposes of all unreachable objects.
  gc::Collection collect(gc::Workers& workers, gc::SideMemory& memory = gc::system_side_memory(),
                         gc::TracerLimits limits = {}) {
    return gc::Collector<Host>(*this, workers, memory, limits).collect();
  }

  std::size_t live() const noexcept { return live_; }
  bool is_tracked(const Object* object) const noexcept { return tracked_.test(address_of(object)); }
  heap::Heap& heap() noexcept { return heap_; }

  // From here on: what the collector asks of a host (gc::CollectableHost).

  Model& model() noexcept { return model_; }

  template <class Visit>
  void for_each_root(Visit&& visit) const {
    for (const Object* root : roots_) visit(address_of(root));
  }

  template <class Visit>
  void for_each_candidate(const gc::MarkTable<Model::kGranuleShift>& marks, Visit&& visit) const {
    tracked_.for_each_not_in(marks, visit);
  }

  template <class Visit>
  void for_each_tracked(Visit&& visit) const {
    tracked_.for_each(visit);
  }

  // Finalizes the unreachable; unless that brought some back, cuts their edges, and counting does
  // the rest.
  std::size_t dispose(const gc::CycleFinder<Model>& finder) {
    std::vector<Object*> dying;
    for (const Address object : finder.unreachable()) dying.push_back(retain(object_at(object)));
    const bool survives = finalize(dying) && is_held_from_outside(dying, finder);
    const std::size_t before = live_;
    if (!survives) {
      for (Object* object : dying) cut_edges(object);
    }
    for (Object* object : dying) release(object);
    return before - live_;
  }

 private:
  void free(Object* object) noexcept {
    --live_;
    heap_.deallocate(object);
  }

  // Dead objects wait for bury_chain in a chain through their second word; one without edges is
  // freed.
  void bury(Object* object) noexcept {
    if (object->length == 0) return free(object);
    tracked_.test_and_clear(address_of(object));
    finalized_.test_and_clear(address_of(object));
    next_grave(object) = std::exchange(graves_, object);
  }

  static Object*& next_grave(Object* object) noexcept {
    return reinterpret_cast<Object**>(object)[1];
  }

  void bury_chain(Object* object) noexcept {
    while (object != nullptr) {
      Object* next = next_grave(object);
      for (Object* child : object->edges()) release(child);
      free(object);
      object = next;
    }
  }

  void cut_edges(Object* object) noexcept {
    for (Object*& edge : object->edges()) release(std::exchange(edge, nullptr));
  }

  // Whether any finalizer ran.
  bool finalize(const std::vector<Object*>& dying) {
    bool any = false;
    if (!finalizer_ || !finalized_.try_prepare()) return any;
    for (Object* object : dying) {
      if (finalized_.test_and_set(address_of(object))) continue;
      finalizer_(object);
      any = true;
    }
    return any;
  }

  // Whether the set is referred to from outside of it: by more than its own edges and the one
  // reference of dispose.
  static bool is_held_from_outside(const std::vector<Object*>& dying,
                                   const gc::CycleFinder<Model>& finder) {
    std::size_t held = 0, internal = dying.size();
    for (const Object* object : dying) {
      held += object->count;
      for (const Object* child : object->edges()) {
        internal += child != nullptr && finder.is_unreachable(address_of(child)) ? 1 : 0;
      }
    }
    return held != internal;
  }

  heap::Heap heap_;
  Model model_;
  gc::AddressBits<Model::kGranuleShift> tracked_;
  gc::AddressBits<Model::kGranuleShift> finalized_;
  std::vector<Object*> roots_;
  Finalizer finalizer_;
  std::size_t live_ = 0;
  Object* graves_ = nullptr;
  bool is_burying_ = false;
};

static_assert(gc::CollectableHost<Host>);

}  // namespace exuvia::tiny
