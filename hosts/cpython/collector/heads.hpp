// CPython's collector header and the circular lists it forms.
//
//     object - 16   _gc_next   address of the next header; 0: not tracked
//     object -  8   _gc_prev   address of the previous header | bit 1 collecting | bit 0 finalized
//     object        ob_refcnt
#pragma once

#include "cpython/internals.hpp"
#include "object/model.hpp"

namespace exuvia::cpython {

using object::Address;

inline constexpr Address kHeadBytes = sizeof(PyGC_Head);
inline constexpr std::uintptr_t kFinalizedFlag = 1;
inline constexpr std::uintptr_t kCollectingFlag = 2;
inline constexpr std::uintptr_t kPreviousMask = ~std::uintptr_t{3};

inline PyObject* to_object(Address object) noexcept { return reinterpret_cast<PyObject*>(object); }
inline Address to_address(const void* object) noexcept { return reinterpret_cast<Address>(object); }

inline PyGC_Head* head_of(Address object) noexcept {
  return reinterpret_cast<PyGC_Head*>(object - kHeadBytes);
}
inline Address object_of(const PyGC_Head* head) noexcept { return to_address(head) + kHeadBytes; }

inline PyGC_Head* next_of(const PyGC_Head* head) noexcept {
  return reinterpret_cast<PyGC_Head*>(head->_gc_next);
}
inline PyGC_Head* previous_of(const PyGC_Head* head) noexcept {
  return reinterpret_cast<PyGC_Head*>(head->_gc_prev & kPreviousMask);
}
inline bool is_tracked(Address object) noexcept { return head_of(object)->_gc_next != 0; }

namespace list {

inline void make_empty(PyGC_Head* list) noexcept {
  list->_gc_next = list->_gc_prev = to_address(list);
}
inline bool is_empty(const PyGC_Head* list) noexcept { return next_of(list) == list; }

inline void link(PyGC_Head* before, PyGC_Head* after) noexcept {
  before->_gc_next = to_address(after);
  after->_gc_prev = (after->_gc_prev & ~kPreviousMask) | to_address(before);
}

// Takes `head` out of whatever list it is in; it does not become untracked.
inline void unlink(PyGC_Head* head) noexcept { link(previous_of(head), next_of(head)); }

// Moves what lies from `first` to `last` in one list to the end of another.
inline void move_range(PyGC_Head* first, PyGC_Head* last, PyGC_Head* list) noexcept {
  link(previous_of(first), next_of(last));
  link(previous_of(list), first);
  link(last, list);
}

// Moves everything in `from` to the front of `to`, in O(1).
inline void splice_front(PyGC_Head* from, PyGC_Head* to) noexcept {
  if (is_empty(from)) return;
  PyGC_Head* first = next_of(from);
  PyGC_Head* last = previous_of(from);
  link(last, next_of(to));
  link(to, first);
  make_empty(from);
}

inline void prepend(PyGC_Head* list, PyGC_Head* head) noexcept {
  link(head, next_of(list));
  link(list, head);
}

// Moves everything in `from` to the back of `to`, in O(1).
inline void splice_back(PyGC_Head* from, PyGC_Head* to) noexcept {
  if (is_empty(from)) return;
  PyGC_Head* first = next_of(from);
  PyGC_Head* last = previous_of(from);
  link(previous_of(to), first);
  link(last, to);
  make_empty(from);
}

// Untracks `head`, as PyObject_GC_UnTrack does.
inline void untrack(PyGC_Head* head) noexcept {
  unlink(head);
  head->_gc_next = 0;
  head->_gc_prev &= kFinalizedFlag;
}

// How many objects `list` holds, but no more than `limit` are looked at.
inline std::size_t count_up_to(const PyGC_Head* list, std::size_t limit) noexcept {
  std::size_t count = 0;
  for (const PyGC_Head* at = next_of(list); at != list && count < limit; at = next_of(at)) ++count;
  return count;
}

}  // namespace list
}  // namespace exuvia::cpython
