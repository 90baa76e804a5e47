// How the instances of each type are traced.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "cpython/internals.hpp"

namespace exuvia::cpython {

// Layouts the collector knows by heart. Everything else is traced by the type's own tp_traverse.
enum class Layout : std::uint8_t {
  kOther,
  kNothing,  // the part of an instance that object itself defines
  kList,
  kTuple,
  kDict,
  kSet,
  kFunction,
  kMethod,
  kCell,
};

// What instances of a type are to the collector.
enum class Nature : std::uint8_t {
  kUnknown,  // a class: ask it, since one that is no object of the heap has no head
  kLocked,   // may have a head, but CPython follows references to it only if it says so
  kAtom,
  kContainer,
};

// Plans that many objects have, which are traced inline; the others are kRare.
enum class Shape : std::uint8_t {
  kRare,
  kTuple,
  kList,
  kDict,
  kSlots,
  kAttributes,  // and slots
};

// An instance is what its nearest built-in base defines, and what classes written in Python add to
// it.
struct TypePlan {
  static constexpr std::size_t kMostSlots = 48;

  PyTypeObject* type;
  Nature nature;
  Shape shape;
  Layout base;
  bool is_instance;     // adds the parts below to `base`; false: the plan is `base` alone
  bool is_shareable;    // tracing only reads, so a thread without the interpreter's lock may
  bool has_attributes;  // a managed dict or inline values
  bool owns_type;       // an instance counts as a reference to its type
  std::uint8_t slot_count;
  mutable bool is_type_visited;                   // see Tracing::visits_type
  Py_ssize_t dict_offset;                         // 0: none of this kind
  std::array<std::uint16_t, kMostSlots> offsets;  // of the slots, from the object
};

// The plans of one collection: made when a type is first met, forgotten at its end (a type may be
// freed and another take its address). Any number of threads may ask at once.
class TypePlans {
 public:
  // `subtype_traverse`: what CPython gives to classes written in Python.
  explicit TypePlans(traverseproc subtype_traverse);

  // The plan for `type`. Beyond kMostTypes types, one for tp_traverse.
  const TypePlan& find(PyTypeObject* type) const noexcept {
    std::size_t at = hash(type);
    for (;; at = (at + 1) % kBuckets) {
      // Acquire: pairs with the release in add(), so that the plan is seen whole.
      const TypePlan* plan = buckets_[at].load(std::memory_order_acquire);
      if (plan == nullptr) [[unlikely]]
        return add(type);
      if (plan->type == type) [[likely]]
        return *plan;
    }
  }

 private:
  static constexpr std::size_t kBuckets = 4096;
  static constexpr std::size_t kMostTypes = 2048;

  static std::size_t hash(const PyTypeObject* type) noexcept {
    const auto bits = reinterpret_cast<std::uintptr_t>(type) >> 4;
    return (bits ^ (bits >> 12)) % kBuckets;
  }

  [[gnu::noinline]] const TypePlan& add(PyTypeObject* type) const noexcept;
  TypePlan make(PyTypeObject* type) const noexcept;

  traverseproc subtype_traverse_;
  TypePlan other_;
  std::unique_ptr<std::atomic<const TypePlan*>[]> buckets_;
  std::unique_ptr<TypePlan[]> plans_;
  mutable std::mutex mutex_;
  mutable std::size_t count_ = 0;
};

}  // namespace exuvia::cpython
