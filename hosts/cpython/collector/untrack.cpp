#include "cpython/collector/untrack.hpp"

#include "cpython/collector/heads.hpp"
#include "cpython/collector/trace_inl.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython {
namespace {

// A tracked object, or one that may become tracked.
bool may_hold_references(Address object) noexcept {
  PyObject* self = to_object(object);
  return PyObject_IS_GC(self) != 0 && (!PyTuple_CheckExact(self) || is_tracked(object));
}

class AtomsOnly {
 public:
  void operator()(const void* object) noexcept {
    if (object != nullptr) answer_ = answer_ && !may_hold_references(to_address(object));
  }
  bool answer() const noexcept { return answer_; }

 private:
  bool answer_ = true;
};

// A tuple with an empty place is still being filled.
bool is_untrackable_tuple(PyObject* tuple) noexcept {
  AtomsOnly atoms;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple) && atoms.answer(); ++i) {
    PyObject* item = PyTuple_GET_ITEM(tuple, i);
    if (item == nullptr) return false;
    atoms(item);
  }
  return atoms.answer();
}

bool is_untrackable_dict(PyObject* dict) noexcept {
  const auto* self = reinterpret_cast<PyDictObject*>(dict);
  // Values shared with an instance: the instance may put in what it likes.
  if (self->ma_values != nullptr && version::has_embedded_values(self)) return false;
  AtomsOnly atoms;
  const auto visit = [&atoms](const void* object) noexcept { atoms(object); };
  trace::dict(dict, visit);
  return atoms.answer();
}

bool is_untrackable(PyObject* object) noexcept {
  if (PyTuple_CheckExact(object)) return is_untrackable_tuple(object);
  return version::kUntracksDicts && PyDict_CheckExact(object) && is_untrackable_dict(object);
}

// From 3.14 on CPython counts the tracked objects.
template <class State>
void count_untracked(State& gc, std::size_t count) noexcept {
  if constexpr (requires { gc.heap_size; }) gc.heap_size -= static_cast<Py_ssize_t>(count);
}

}  // namespace

std::size_t untrack_atom_holders(PyGC_Head* list, std::size_t limit) noexcept {
  std::size_t untracked = 0;
  PyGC_Head* next = nullptr;
  for (PyGC_Head* head = next_of(list); head != list && limit != 0; head = next, --limit) {
    next = next_of(head);
    if (!is_untrackable(to_object(object_of(head)))) continue;
    list::untrack(head);
    ++untracked;
  }
  count_untracked(PyInterpreterState_Main()->gc, untracked);
  return untracked;
}

}  // namespace exuvia::cpython
