// The roots of an old generation, found by counting, and what they reach.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "exuvia/runtime/object_set.hpp"
#include "gc/side_memory.hpp"
#include "runtime/edges.hpp"

namespace exuvia::runtime {

// Keeps what was put in for a while, so that the memory it names arrives before it comes out.
template <class T>
class Delay {
 public:
  T exchange(T value) noexcept { return std::exchange(slots_[next_++ % kSlots], value); }
  static constexpr std::size_t kSlots = 16;
  [[nodiscard]] bool is_empty() const noexcept {
    return std::all_of(slots_.begin(), slots_.end(), [](T value) { return value == T{}; });
  }

 private:
  std::array<T, kSlots> slots_{};
  std::size_t next_ = 0;
};

// Marks the objects of a set that certainly live. As the runtime does not know who holds its Refs,
// it finds roots by their counts: one byte for each sixteen of address space takes an object's
// count less the references from the set, modulo 256. Where that is not zero something outside
// holds the object. What it reaches is marked in address order, which is the order in which most
// heaps were built.
//
// The marks are exact, and the unmarked are unreachable, unless an unmarked object has more
// references than a byte can count, or memory ran out: then an unmarked object is a candidate for
// the exact search, and only that.
class OldMarks {
 public:
  explicit OldMarks(gc::SideMemory& memory) noexcept : balances_(memory) {}

  // False, and nothing is marked, without memory or where the set is spread too thinly for a table.
  [[nodiscard]] bool try_run(const ObjectSet& set) noexcept {
    const ObjectSet::Span span = set.span();
    granules_ = (span.end - span.begin) >> kGranuleShift;
    if (set.count() == 0 || granules_ / kMostGranulesAnObject > set.count() + kAllowance)
      return false;
    if (!balances_.try_allocate(granules_ + 1)) return false;
    base_ = span.begin;
    balance(set);
    try {
      mark(set);
      is_complete_ = true;
    } catch (const std::bad_alloc&) {
      // Less is marked.
    }
    return true;
  }

  [[nodiscard]] bool is_exact() const noexcept {
    return is_complete_ && !forgets_wide_ &&
           std::all_of(wide_.begin(), wide_.end(),
                       [this](const Header* object) { return is_marked(object); });
  }

  [[nodiscard]] bool is_marked(const Header* object) const noexcept {
    return balances_[granule(object)] != 0;
  }

 private:
  static constexpr unsigned kGranuleShift = 4;
  static constexpr std::size_t kMostGranulesAnObject = 256;
  static constexpr std::size_t kAllowance = 65'536;

  // The last element of the table stands for all objects outside.
  [[nodiscard]] std::size_t granule(const Header* object) const noexcept {
    const std::size_t at = (reinterpret_cast<std::uintptr_t>(object) - base_) >> kGranuleShift;
    return at < granules_ ? at : granules_;
  }

  void prefetch(const Header* object) const noexcept {
    __builtin_prefetch(&balances_[granule(object)], 1);
  }

  void balance(const ObjectSet& set) noexcept {
    EdgeBatchReader reader([this](const Edge& edge) { prefetch(edge.target); },
                           [this](const Edge& edge) { --balances_[granule(edge.target)]; });
    set.for_each([&](const Header* object) {
      const std::size_t count = object::Counting::count(object->references);
      balances_[granule(object)] += static_cast<std::uint8_t>(count);
      if (count > kMostCounted) note_wide(object);
      reader.read(object);
    });
    reader.flush();
    balances_[granules_] = 1;
  }

  // An object whose balance is right only modulo 256.
  void note_wide(const Header* object) noexcept {
    try {
      wide_.push_back(object);
    } catch (const std::bad_alloc&) {
      forgets_wide_ = true;
    }
  }

  // The sweep traces an object when it comes to it; one that is reached behind the sweep is traced
  // from the stack.
  void mark(const ObjectSet& set) {
    const Header* swept = nullptr;
    std::vector<const Header*> todo;
    Delay<const Header*> arriving;
    EdgeBatchReader reader([this](const Edge& edge) { prefetch(edge.target); },
                           [&](const Edge& edge) {
                             std::uint8_t& mark = balances_[granule(edge.target)];
                             if (mark != 0) return;
                             mark = 1;
                             if (edge.target <= swept) todo.push_back(edge.target);
                           });
    const auto trace = [&reader](const Header* object) {
      if (object != nullptr) reader.read(object);
    };
    const auto empty_stack = [&] {
      while (!todo.empty()) {
        const Header* const object = todo.back();
        todo.pop_back();
        __builtin_prefetch(object);
        trace(arriving.exchange(object));
      }
    };
    set.for_each([&](const Header* object) {
      swept = object;
      if (balances_[granule(object)] != 0) reader.read(object);
      empty_stack();
    });
    do {
      for (std::size_t i = 0; i < Delay<const Header*>::kSlots; ++i)
        trace(arriving.exchange(nullptr));
      reader.flush();
      empty_stack();
    } while (!arriving.is_empty());
  }

  static constexpr std::size_t kMostCounted = 255;

  gc::SideArray<std::uint8_t> balances_;
  std::uintptr_t base_ = 0;
  std::size_t granules_ = 0;
  std::vector<const Header*> wide_;
  bool forgets_wide_ = false;
  bool is_complete_ = false;
};

}  // namespace exuvia::runtime
