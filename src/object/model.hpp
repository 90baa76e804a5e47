// The concepts an object model satisfies so that the collector can work on its heap.
//
// An object is named by its address. The collector never looks inside one: it asks the model. Each
// concept is required only by the algorithm that uses it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace exuvia::object {

// Address of an object as its references hold it.
using Address = std::uintptr_t;

// A visitor for concept checks: algorithms pass their own.
struct AnyVisitor {
  void operator()(Address) const noexcept {}
};

// trace(object, visit) calls visit(child) once for every strong reference that `object` owns,
// duplicates included, null never. Must not allocate, and must not write to any object.
template <class M>
concept Traceable = requires(const M& model, Address object, AnyVisitor visit) {
  { model.trace(object, visit) }
  noexcept;
};

// count(object): how many strong references exist, from the heap and from outside.
template <class M>
concept Counted = requires(const M& model, Address object) {
  { model.count(object) }
  noexcept->std::convertible_to<std::size_t>;
};

// What the marker asks of a model.
//   kGranuleShift        no two containers start in the same 2^kGranuleShift bytes of address space
//   prefetch(object)     hints the cache lines that is_container and trace will read first
//   is_container(object) whether it can hold references worth following; reads the object's header
//   is_shareable(object) whether a helper thread, which does not own the interpreter, may trace it
//   marked(object, w)    told once or (in a benign race) twice, by worker w, of each object it
//   marks, before tracing it
template <class M>
concept Markable = Traceable<M> &&
    requires(M& model, const M& view, Address object, unsigned worker) {
  { M::kGranuleShift } -> std::convertible_to<unsigned>;
  { view.prefetch(object) }
  noexcept;
  { view.is_container(object) }
  noexcept->std::same_as<bool>;
  { view.is_shareable(object) }
  noexcept->std::same_as<bool>;
  { model.marked(object, worker) }
  noexcept;
};

// What the cycle finder asks of a model.
template <class M>
concept CycleCountable = Traceable<M> && Counted<M> && requires(const M& view, Address object) {
  { M::kGranuleShift } -> std::convertible_to<unsigned>;
  { view.prefetch(object) }
  noexcept;
};

}  // namespace exuvia::object
