// The strong references of an object of each known layout.
#pragma once

#include "cpython/collector/heads.hpp"
#include "cpython/collector/static_objects.hpp"
#include "cpython/collector/type_plans.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython::trace {

// Drops null references, and those to objects that are known to be atoms without a look at them, on
// the way to `visit`; and before them what it does not want, if it can tell. Atoms:
// contains(address), true also of 0.
template <class Visit, class Atoms>
class PastAtoms {
 public:
  PastAtoms(Visit& visit, const Atoms& atoms) noexcept : visit_(visit), atoms_(atoms) {}
  [[gnu::always_inline]] void operator()(const void* object) const noexcept {
    const Address address = to_address(object);
    if constexpr (requires { visit_.wants(address); }) {
      if (!visit_.wants(address)) return;
    }
    if (!atoms_.contains(address)) visit_(address);
  }

 private:
  Visit& visit_;
  const Atoms& atoms_;
};

template <class Visit>
[[gnu::always_inline]] inline void items(PyObject* const* from, PyObject* const* end,
                                         const Visit& visit) noexcept {
  for (; from != end; ++from) visit(*from);
}

template <class Visit>
[[gnu::always_inline]] inline void list(PyObject* object, const Visit& visit) noexcept {
  const auto* self = reinterpret_cast<PyListObject*>(object);
  items(self->ob_item, self->ob_item + Py_SIZE(self), visit);
}

template <class Visit>
[[gnu::always_inline]] inline void tuple(PyObject* object, const Visit& visit) noexcept {
  const auto* self = reinterpret_cast<PyTupleObject*>(object);
  items(self->ob_item, self->ob_item + Py_SIZE(self), visit);
}

// A table whose keys are all strings holds nothing in its keys that the collector follows.
template <class Visit>
[[gnu::always_inline]] inline void dict_entries(const PyDictKeysObject* keys, Py_ssize_t from,
                                                Py_ssize_t end, const Visit& visit) noexcept {
  // The entries lie behind the indices.
  const auto* first = reinterpret_cast<const char*>(keys->dk_indices) +
                      (std::size_t{1} << keys->dk_log2_index_bytes);
  if (keys->dk_kind != DICT_KEYS_GENERAL) {
    const auto* entries = reinterpret_cast<const PyDictUnicodeEntry*>(first);
    for (; from < end; ++from) visit(entries[from].me_value);
    return;
  }
  const auto* entries = reinterpret_cast<const PyDictKeyEntry*>(first);
  for (; from < end; ++from) {
    if (entries[from].me_value == nullptr) continue;
    visit(entries[from].me_value);
    visit(entries[from].me_key);
  }
}

template <class Visit>
[[gnu::always_inline]] inline void dict(PyObject* object, const Visit& visit) noexcept {
  const auto* self = reinterpret_cast<PyDictObject*>(object);
  if (self->ma_values != nullptr) return version::trace_split_values(self, visit);
  dict_entries(self->ma_keys, 0, self->ma_keys->dk_nentries, visit);
}

template <class Visit>
void set(PyObject* object, const Visit& visit) noexcept {
  const auto* self = reinterpret_cast<PySetObject*>(object);
  const setentry* end = self->table + self->mask + 1;
  // An emptied place holds a key that is no object of the program's, and is told by its hash.
  for (const setentry* entry = self->table; entry != end; ++entry) {
    if (entry->hash != -1) visit(entry->key);
  }
}

template <class Visit>
void function(PyObject* object, const Visit& visit) noexcept {
  const auto* self = reinterpret_cast<PyFunctionObject*>(object);
  PyObject* const* const parts[] = {
      &self->func_code,       &self->func_globals, &self->func_builtins, &self->func_module,
      &self->func_defaults,   &self->func_doc,     &self->func_name,     &self->func_dict,
      &self->func_kwdefaults, &self->func_closure, &self->func_qualname, &self->func_annotations};
  for (PyObject* const* part : parts) visit(*part);
  version::trace_function_extras(self, visit);
}

template <class Visit>
void method(PyObject* object, const Visit& visit) noexcept {
  const auto* self = reinterpret_cast<PyMethodObject*>(object);
  visit(self->im_func);
  visit(self->im_self);
}

template <class Visit>
void known_layout(Layout layout, PyObject* object, const Visit& visit) noexcept {
  switch (layout) {
    case Layout::kList:
      return list(object, visit);
    case Layout::kTuple:
      return tuple(object, visit);
    case Layout::kDict:
      return dict(object, visit);
    case Layout::kSet:
      return set(object, visit);
    case Layout::kFunction:
      return function(object, visit);
    case Layout::kMethod:
      return method(object, visit);
    case Layout::kCell:
      return visit(reinterpret_cast<PyCellObject*>(object)->ob_ref);
    case Layout::kNothing:
    case Layout::kOther:
      return;
  }
}

template <class Visit>
[[gnu::always_inline]] inline void slots(const TypePlan& plan, PyObject* object,
                                         const Visit& visit) noexcept {
  const char* bytes = reinterpret_cast<const char*>(object);
  for (unsigned i = 0; i < plan.slot_count; ++i) {
    visit(*reinterpret_cast<PyObject* const*>(bytes + plan.offsets[i]));
  }
}

template <class Visit>
void instance(const TypePlan& plan, PyObject* object, bool as_cpython, bool with_type,
              const Visit& visit) noexcept {
  slots(plan, object, visit);
  if (plan.has_attributes) version::trace_attributes(object, plan.type, as_cpython, visit);
  if (plan.dict_offset != 0) {
    visit(*reinterpret_cast<PyObject* const*>(reinterpret_cast<const char*>(object) +
                                              plan.dict_offset));
  }
  if (with_type && plan.owns_type) visit(plan.type);
  known_layout(plan.base, object, visit);
}

template <class Visit>
void by_type(PyObject* object, const Visit& visit) noexcept {
  static_cast<void>(Py_TYPE(object)->tp_traverse(
      object,
      [](PyObject* child, void* context) noexcept {
        (*static_cast<const Visit*>(context))(child);
        return 0;
      },
      const_cast<Visit*>(&visit)));
}

}  // namespace exuvia::cpython::trace
