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

// Optional: classify(object) reads the header of an object, and Class is what the other questions
// then need to know of it. A model that has it is asked them with the class as a second argument.
template <class M>
concept Classifying = requires(const M& view, Address object) {
  { view.classify(object) }
  noexcept->std::same_as<typename M::Class>;
};

// The class of an object of a model that has none.
struct Unclassified {};

// What the marker asks of a model.
//   kGranuleShift        no two objects start in the same 2^kGranuleShift bytes of address space,
//                        and (almost) all start where these do
//   prefetch(object)     hints the cache lines that is_container and trace will read first
//   is_container(object) whether it can hold references worth following; reads the object's header
template <class M>
concept Markable = Traceable<M> && requires(const M& view, Address object) {
  { M::kGranuleShift } -> std::convertible_to<unsigned>;
  { view.prefetch(object) }
  noexcept;
};

// Optional, for marking: follower(object) is what lies behind a container in the list that its host
// keeps it in. Remembered for each that is marked, so that the host finds the unmarked without a
// walk through its lists. No object starts in the granule before one that is in a list: the links
// are there.
template <class M>
concept Linked = requires(const M& view, Address object) {
  { view.follower(object) }
  noexcept->std::same_as<Address>;
};

// Optional, for tracing: prefetch_body(object) is called of a container whose header is in the
// cache, some time before trace, to hint what the header points to (the array of a list, the table
// of a dictionary). False when there is nothing to wait for.
template <class M>
concept BodyPrefetchable = Classifying<M> &&
    requires(const M& view, Address object, typename M::Class known) {
  { view.prefetch_body(object, known) }
  noexcept->std::same_as<bool>;
};

// Optional, for tracing: is_common(class) says that trace_common, which is inlined where speed
// matters, may be called instead of trace.
template <class M>
concept CommonlyTraceable = Classifying<M> &&
    requires(const M& view, Address object, typename M::Class known, AnyVisitor visit) {
  { view.is_common(known) }
  noexcept->std::same_as<bool>;
  { view.trace_common(object, known, visit) }
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
