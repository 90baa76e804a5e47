// Heap: an independent set of objects with a collector of its own.
#pragma once

#include "exuvia/runtime/collector.hpp"
#include "exuvia/runtime/core.hpp"

namespace exuvia {

// Each thread has a heap of its own, made when it is first used. A program that wants several on a
// thread, or one that moves from thread to thread, makes Heap objects and enters them by HeapScope.
//
// One thread owns a heap: only it may make, copy, drop or look through Refs to the heap's objects.
// adopt() hands the heap to the calling thread; the hand-over itself must be synchronised by the
// program.
//
// When the Heap goes its garbage is collected; objects that are still referenced from outside live
// on, and the heap's memory with them, until the last of them dies. Where a collection of its own
// runs code that lets it go, the heap ends after that collection.
class Heap {
 public:
  Heap() : core_(new runtime::HeapCore()) {}
  ~Heap() { core_->orphan(); }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Its collector, whichever heap is the current one.
  [[nodiscard]] Collector& collector() noexcept { return core_->collector(); }
  // Objects alive; immortal ones are not counted.
  [[nodiscard]] std::size_t object_count() const noexcept {
    core_->check_thread();
    return core_->object_count();
  }
  // The calling thread owns the heap from now on.
  void adopt() noexcept { core_->adopt(); }
  // The memory underneath; its blocks() have statistics(), trim() and set_limit().
  [[nodiscard]] runtime::Storage& storage() noexcept {
    core_->check_thread();
    return core_->storage();
  }
  // Audits the generations and the weak references. Cost: one look at each.
  [[nodiscard]] bool is_consistent() const noexcept { return core_->is_consistent(); }

 private:
  friend class HeapScope;
  runtime::HeapCore* core_;
};

// The collector of the current heap.
[[nodiscard]] inline Collector& collector() { return runtime::HeapCore::current().collector(); }
// Collects all generations of the current heap; returns the number of unreachable objects found.
inline std::size_t collect() { return collector().collect(); }

// make() builds on `heap` while the scope lives. Scopes nest: each goes before the one that it
// began in, on the thread where it began, else the process stops. The heap outlives them.
class [[nodiscard]] HeapScope {
 public:
  explicit HeapScope(Heap& heap) noexcept
      : core_(heap.core_), outer_(runtime::HeapCore::exchange_current(heap.core_)) {
    core_->check_thread();
    core_->enter_scope();
  }
  ~HeapScope() {
    core_->leave_scope();
    if (runtime::HeapCore::exchange_current(outer_) != core_) [[unlikely]]
      runtime::fail("a HeapScope ends that is not the innermost of its thread");
  }
  HeapScope(const HeapScope&) = delete;
  HeapScope& operator=(const HeapScope&) = delete;

 private:
  runtime::HeapCore* core_;
  runtime::HeapCore* outer_;
};

// No collection of the heap starts while the scope lives, automatic or asked for. Objects still die
// at count zero. The heap outlives the scope.
class [[nodiscard]] NoCollectionScope {
 public:
  NoCollectionScope() : NoCollectionScope(exuvia::collector()) {}
  explicit NoCollectionScope(Collector& collector) noexcept : collector_(collector) {
    collector_.enter_no_collection_scope();
  }
  ~NoCollectionScope() { collector_.leave_no_collection_scope(); }
  NoCollectionScope(const NoCollectionScope&) = delete;
  NoCollectionScope& operator=(const NoCollectionScope&) = delete;

 private:
  Collector& collector_;
};

// Objects made while the scope lives are immortal (PEP 683): never counted, collected or destroyed.
// Their memory goes with the heap's, which outlives the scope; their destructors do not run.
class [[nodiscard]] ImmortalScope {
 public:
  ImmortalScope() : core_(runtime::HeapCore::current()) { core_.enter_immortal_scope(); }
  ~ImmortalScope() { core_.leave_immortal_scope(); }
  ImmortalScope(const ImmortalScope&) = delete;
  ImmortalScope& operator=(const ImmortalScope&) = delete;

 private:
  runtime::HeapCore& core_;
};

}  // namespace exuvia
