#include "cpython/package_finder.hpp"

#include <dlfcn.h>

#include <string_view>

#include "cpython/collector/unnoticed.hpp"

namespace exuvia::cpython {
namespace {

// The package lies in python/exuvia beside the host library.
PyObject* package_folder() noexcept {
  Dl_info self{};
  if (dladdr(reinterpret_cast<const void*>(&make_package_importable), &self) == 0) return nullptr;
  const std::string_view path = self.dli_fname;
  PyObject* folder =
      PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.rfind('/') + 1));
  if (folder == nullptr) return nullptr;
  PyObject* package = PyUnicode_FromFormat("%Upython/exuvia", folder);
  Py_DECREF(folder);
  return package;
}

PyObject* package_spec() noexcept {
  PyObject* folder = package_folder();
  if (folder == nullptr) return nullptr;
  PyObject* machinery = PyImport_ImportModule("importlib._bootstrap_external");
  PyObject* make_spec =
      machinery == nullptr ? nullptr : PyObject_GetAttrString(machinery, "spec_from_file_location");
  PyObject* arguments =
      Py_BuildValue("(sN)", "exuvia", PyUnicode_FromFormat("%U/__init__.py", folder));
  PyObject* options = Py_BuildValue("{s:[O]}", "submodule_search_locations", folder);
  PyObject* spec = make_spec == nullptr || arguments == nullptr || options == nullptr
                       ? nullptr
                       : PyObject_Call(make_spec, arguments, options);
  for (PyObject* each : {folder, machinery, make_spec, arguments, options}) Py_XDECREF(each);
  return spec;
}

// Asked of each module that nobody else finds: most differ in length.
bool is_package(PyObject* name) noexcept {
  constexpr std::string_view kPackage = "exuvia";
  return PyUnicode_GET_LENGTH(name) == static_cast<Py_ssize_t>(kPackage.size()) &&
         PyUnicode_CompareWithASCIIString(name, kPackage.data()) == 0;
}

PyObject* find_spec(PyObject*, PyObject* arguments, PyObject*) {
  PyObject* name = PyTuple_GET_SIZE(arguments) > 0 ? PyTuple_GET_ITEM(arguments, 0) : nullptr;
  if (name == nullptr || !PyUnicode_Check(name) || !is_package(name)) Py_RETURN_NONE;
  return package_spec();
}

PyMethodDef methods[] = {
    {"find_spec", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(find_spec)),
     METH_VARARGS | METH_KEYWORDS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "_exuvia_finder",
                          nullptr,
                          -1,
                          methods,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

void make_package_importable() noexcept {
  PyObject* meta_path = PySys_GetObject("meta_path");
  PyObject* finder = PyModule_Create(&definition);
  // Finders are classes, or objects of classes: programs ask where they were defined.
  if (finder != nullptr) {
    PyObject* names = PyModule_GetDict(finder);
    keep_unnoticed(PyDict_GetItemString(names, methods->ml_name));
    keep_unnoticed(names);
    keep_unnoticed(finder);
  }
  if (meta_path != nullptr && finder != nullptr &&
      PyModule_AddStringConstant(finder, "__module__", definition.m_name) == 0)
    PyList_Append(meta_path, finder);
  Py_XDECREF(finder);
  PyErr_Clear();
}

}  // namespace exuvia::cpython
