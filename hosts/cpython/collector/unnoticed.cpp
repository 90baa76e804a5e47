#include "cpython/internals.hpp"

#include "cpython/collector/unnoticed.hpp"

#include <string_view>
#include <utility>

#include "cpython/runtime.hpp"

namespace exuvia::cpython {
namespace {

// Null when there is no such module, or it is not made in two phases.
PyModuleDef* definition_of(std::string_view name) noexcept {
  const _inittab* entry = PyImport_Inittab;
  while (entry->name != nullptr && entry->name != name) ++entry;
  PyObject* made = entry->name == nullptr ? nullptr : entry->initfunc();
  return made != nullptr && PyObject_TypeCheck(made, &PyModuleDef_Type)
             ? reinterpret_cast<PyModuleDef*>(made)
             : nullptr;
}

// Any object with that `name` will do as the specification.
PyObject* try_make(const char* name) noexcept {
  PyModuleDef* definition = definition_of(name);
  PyObject* specification = definition == nullptr ? nullptr : PyModule_New(name);
  if (specification == nullptr) return nullptr;
  PyObject* module = PyModule_AddStringConstant(specification, "name", name) == 0
                         ? PyModule_FromDefAndSpec(definition, specification)
                         : nullptr;
  Py_DECREF(specification);
  if (module != nullptr && PyModule_ExecDef(module, definition) != 0) Py_CLEAR(module);
  return module;
}

// Set where it lies, as CPython's functions do, which are on pages that no program needs. Returns
// what it was.
bool set_enabled(bool enabled) noexcept {
  if (!runtime::has_built_layout()) return false;
  return std::exchange(PyInterpreterState_Get()->gc.enabled, enabled ? 1 : 0) != 0;
}

}  // namespace

NoCollections::NoCollections() noexcept : were_enabled_(set_enabled(false)) {}

NoCollections::~NoCollections() {
  if (were_enabled_) set_enabled(true);
}

void keep_unnoticed(PyObject* container) noexcept {
  if (container == nullptr) return;
  PyObject_GC_UnTrack(container);
  --PyInterpreterState_Get()->gc.generations[0].count;
}

PrivateModule::PrivateModule(const char* name) noexcept : module_(try_make(name)) {
  if (module_ == nullptr) PyErr_Clear();
}

// Its functions refer to the module: without them nothing is left for the collector.
PrivateModule::~PrivateModule() {
  if (module_ == nullptr) return;
  PyDict_Clear(PyModule_GetDict(module_));
  Py_DECREF(module_);
}

}  // namespace exuvia::cpython
