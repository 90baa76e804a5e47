// The roots of an old generation, found by counting, and what they reach.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
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
// A mark is a hint, as everywhere: an unmarked object is a candidate for the exact search, and only
// that.
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
    } catch (const std::bad_alloc&) {
      // Less is marked.
    }
    return true;
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

  void balance(const ObjectSet& set) noexcept {
    Delay<std::uint8_t*> delay;
    const auto subtract = [](std::uint8_t* balance) {
      if (balance != nullptr) --*balance;
    };
    EdgeReader reader([&](const Edge& edge) {
      std::uint8_t* const balance = &balances_[granule(edge.target)];
      __builtin_prefetch(balance, 1);
      subtract(delay.exchange(balance));
    });
    set.for_each([&](const Header* object) {
      balances_[granule(object)] +=
          static_cast<std::uint8_t>(object::Counting::count(object->references));
      reader.read(object);
    });
    for (std::size_t i = 0; i < Delay<std::uint8_t*>::kSlots; ++i)
      subtract(delay.exchange(nullptr));
    balances_[granules_] = 1;
  }

  // The sweep traces an object when it comes to it; one that is reached behind the sweep is traced
  // from the stack.
  void mark(const ObjectSet& set) {
    const Header* swept = nullptr;
    std::vector<const Header*> todo;
    Delay<const Header*> reached;
    Delay<const Header*> arriving;
    const auto settle = [&](const Header* object) {
      if (object == nullptr) return;
      std::uint8_t& mark = balances_[granule(object)];
      if (mark != 0) return;
      mark = 1;
      if (object <= swept) todo.push_back(object);
    };
    EdgeReader reader([&](const Edge& edge) {
      __builtin_prefetch(&balances_[granule(edge.target)], 1);
      settle(reached.exchange(edge.target));
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
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i < Delay<const Header*>::kSlots; ++i) {
        settle(reached.exchange(nullptr));
        const Header* const object = arriving.exchange(nullptr);
        again = again || object != nullptr || !todo.empty();
        trace(object);
        empty_stack();
      }
    }
  }

  gc::SideArray<std::uint8_t> balances_;
  std::uintptr_t base_ = 0;
  std::size_t granules_ = 0;
};

}  // namespace exuvia::runtime
