// Doing work inside the interpreter that no program notices in the figures of the module gc.
#pragma once

#include <Python.h>

namespace exuvia::cpython {

// No collection starts by itself while one of these lives.
class NoCollections {
 public:
  NoCollections() noexcept;
  NoCollections(const NoCollections&) = delete;
  NoCollections& operator=(const NoCollections&) = delete;
  ~NoCollections();

 private:
  bool were_enabled_;
};

// Makes a new container, null for none, of no account to the collector: neither tracked nor counted
// among the allocations since the last collection.
void keep_unnoticed(PyObject* container) noexcept;

// An instance of a module that is built into CPython, beside the one that the program may import.
class PrivateModule {
 public:
  // An error is cleared.
  explicit PrivateModule(const char* name) noexcept;
  PrivateModule(const PrivateModule&) = delete;
  PrivateModule& operator=(const PrivateModule&) = delete;
  ~PrivateModule();

  // Null when it could not be made.
  PyObject* get() const noexcept { return module_; }

 private:
  PyObject* module_;
};

}  // namespace exuvia::cpython
