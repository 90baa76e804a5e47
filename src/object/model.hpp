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

// is_shareable(object): whether a thread that does not own the interpreter may trace it, while the
// owner waits.
template <class M>
concept Shareable = requires(const M& view, Address object) {
  { view.is_shareable(object) }
  noexcept->std::same_as<bool>;
};

// What the marker asks of a model.
//   kGranuleShift        no two containers start in the same 2^kGranuleShift bytes of address space
//   prefetch(object)     hints the cache lines that is_container and trace will read first
//   is_container(object) whether it can hold references worth following; reads the object's header
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

// Optional, for the marker: is_known_leaf(object) may say true, without touching the object, of one
// that is known not to lead anywhere (from a side table of the model's). It is then neither marked
// nor traced. A wrong "true" costs time only: what hangs from the object becomes a candidate.
template <class M>
concept LeafHinting = requires(const M& view, Address object) {
  { view.is_known_leaf(object) }
  noexcept->std::same_as<bool>;
};

// Optional: prefetch_side(object) hints the side tables that is_known_leaf and marked will touch.
template <class M>
concept SidePrefetchable = requires(const M& view, Address object) {
  { view.prefetch_side(object) }
  noexcept;
};

// Optional, for tracing: prefetch_body(object) is called of a container whose header is in the
// cache, some time before trace, to hint what the header points to (the array of a list, the table
// of a dictionary).
template <class M>
concept BodyPrefetchable = requires(const M& view, Address object) {
  { view.prefetch_body(object) }
  noexcept;
};

// Optional, for tracing: objects of any size are traced in bounded parts, which workers may share.
//   length(object)                          number of parts the object can be cut into at most,
//   such as a list's items;
//                                           0 for one that is always traced whole
//   trace_range(object, begin, end, visit)  visits a part. Over any partition of [0, length) it
//   visits exactly what
//                                           trace(object) does.
template <class M>
concept Sliceable = requires(const M& view, Address object, std::size_t at, AnyVisitor visit) {
  { view.length(object) }
  noexcept->std::same_as<std::size_t>;
  { view.trace_range(object, at, at, visit) }
  noexcept;
};

// What the cycle finder asks of a model; with Shareable it uses several workers.
template <class M>
concept CycleCountable = Traceable<M> && Counted<M> && requires(const M& view, Address object) {
  { M::kGranuleShift } -> std::convertible_to<unsigned>;
  { view.prefetch(object) }
  noexcept;
};

}  // namespace exuvia::object
