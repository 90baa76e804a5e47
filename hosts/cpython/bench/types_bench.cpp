// The types beside CPython's own, by the same operation through its C API, in one process.
//
//   types_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=15
//
// Two benchmarks an operation, OPERATION/exuvia and OPERATION/cpython. What an operation needs is
// made before it is timed; what it makes is dropped within the time.

#include <Python.h>

#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exuvia/types/class.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"

namespace {

namespace ours = exuvia::types;

constexpr std::array<std::string_view, 5> kNames{"name", "value", "parent", "children", "weight"};
constexpr std::string_view kText = "a line of twenty ch.";
constexpr int kItems = 8;
constexpr int kManyItems = 100;
constexpr long kNumber = 1'000'000;

// Stops the benchmark where an operation failed, instead of timing a failure.
void require(bool done) {
  if (done) return;
  if (PyErr_Occurred() != nullptr) PyErr_Print();
  std::abort();
}

PyObject* required(PyObject* object) {
  require(object != nullptr);
  return object;
}

template <class Operation>
void repeat(benchmark::State& state, const Operation& operation) {
  for (auto _ : state) operation();
}

// What both sides use.

struct OurThings {
  std::array<ours::Value, kNames.size()> names;
  ours::Value number = ours::make_int(7);
  std::vector<ours::Value> items = std::vector(kItems, number);
  exuvia::Ref<ours::Class> plain = *ours::make_class("Plain");
  exuvia::Ref<ours::Class> slots = *ours::make_slots_class("Slots", kNames);
  exuvia::Ref<ours::Dict> dict = ours::make_dict();
  exuvia::Ref<ours::List> list = ours::make_list();

  OurThings() {
    for (std::size_t i = 0; i < kNames.size(); ++i) names[i] = ours::intern_literal(kNames[i]);
    for (const ours::Value& name : names) require(bool(ours::set(*dict, name, number)));
    for (int i = 0; i < kManyItems; ++i) require(bool(ours::append(*list, number)));
  }

  [[nodiscard]] ours::Value with_attributes(const exuvia::Ref<ours::Class>& of) const {
    const ours::Value instance = *ours::call(of, {});
    for (std::size_t i = 0; i < 2; ++i) require(bool(ours::setattr(instance, names[i], number)));
    return instance;
  }
};

struct TheirThings {
  std::array<PyObject*, kNames.size()> names;
  PyObject* number = PyLong_FromLong(7);
  PyObject* plain = made("class Plain: pass\nmade = Plain");
  PyObject* slots = made(
      "class Slots: __slots__ = 'name', 'value', 'parent', 'children', 'weight'\nmade = Slots");
  PyObject* dict = PyDict_New();
  PyObject* list = PyList_New(0);

  TheirThings() {
    for (std::size_t i = 0; i < kNames.size(); ++i)
      names[i] = PyUnicode_InternFromString(kNames[i].data());
    for (PyObject* name : names) require(PyDict_SetItem(dict, name, number) == 0);
    for (int i = 0; i < kManyItems; ++i) require(PyList_Append(list, number) == 0);
  }

  static PyObject* made(const char* source) {
    PyObject* globals = PyDict_New();
    require(PyDict_SetItemString(globals, "__name__", PyUnicode_FromString("bench")) == 0);
    Py_DECREF(required(PyRun_String(source, Py_file_input, globals, globals)));
    return Py_NewRef(PyDict_GetItemString(globals, "made"));
  }

  [[nodiscard]] PyObject* with_attributes(PyObject* of) const {
    PyObject* instance = required(PyObject_CallNoArgs(of));
    for (std::size_t i = 0; i < 2; ++i) require(PyObject_SetAttr(instance, names[i], number) == 0);
    return instance;
  }
};

void add_ours(const OurThings& it) {
  const auto add = [](const char* name, auto operation) {
    benchmark::RegisterBenchmark((std::string(name) + "/exuvia").c_str(),
                                 [=](benchmark::State& state) { repeat(state, operation); });
  };
  add("int, a million", [] { benchmark::DoNotOptimize(ours::make_int(kNumber)); });
  add("float", [] { benchmark::DoNotOptimize(ours::make_float(1.5)); });
  add("str of 20 from UTF-8", [] { benchmark::DoNotOptimize(*ours::make_str(kText)); });
  add("tuple of 2",
      [pair = std::span(it.items).first(2)] { benchmark::DoNotOptimize(ours::make_tuple(pair)); });
  add("list of 8", [&it] { benchmark::DoNotOptimize(ours::make_list(it.items)); });
  add("list, 100 appended", [&it] {
    const exuvia::Ref<ours::List> list = ours::make_list();
    for (int i = 0; i < kManyItems; ++i) require(bool(ours::append(*list, it.number)));
  });
  add("list, iterated over 100", [&it] {
    require(bool(ours::for_each(it.list, [](const ours::Value& item) -> ours::Result<void> {
      benchmark::DoNotOptimize(item.get());
      return {};
    })));
  });
  add("dict of 5 names", [&it] {
    const exuvia::Ref<ours::Dict> dict = ours::make_dict();
    for (const ours::Value& name : it.names) require(bool(ours::set(*dict, name, it.number)));
  });
  add("dict, look-up", [&it] { benchmark::DoNotOptimize(*ours::get(*it.dict, it.names[3])); });
  add("instance with dict, 2 set", [&it] { (void)it.with_attributes(it.plain); });
  add("instance with slots, 2 set", [&it] { (void)it.with_attributes(it.slots); });
  add("getattr, dict", [&it, instance = it.with_attributes(it.plain)] {
    benchmark::DoNotOptimize(*ours::getattr(instance, it.names[1]));
  });
  add("getattr, slots", [&it, instance = it.with_attributes(it.slots)] {
    benchmark::DoNotOptimize(*ours::getattr(instance, it.names[1]));
  });
}

void add_theirs(const TheirThings& it) {
  const auto add = [](const char* name, auto operation) {
    benchmark::RegisterBenchmark((std::string(name) + "/cpython").c_str(),
                                 [=](benchmark::State& state) { repeat(state, operation); });
  };
  add("int, a million", [] { Py_DECREF(required(PyLong_FromLong(kNumber))); });
  add("float", [] { Py_DECREF(required(PyFloat_FromDouble(1.5))); });
  add("str of 20 from UTF-8",
      [] { Py_DECREF(required(PyUnicode_DecodeUTF8(kText.data(), kText.size(), nullptr))); });
  add("tuple of 2", [&it] { Py_DECREF(required(PyTuple_Pack(2, it.number, it.number))); });
  add("list of 8", [&it] {
    PyObject* list = required(PyList_New(kItems));
    for (int i = 0; i < kItems; ++i) PyList_SET_ITEM(list, i, Py_NewRef(it.number));
    Py_DECREF(list);
  });
  add("list, 100 appended", [&it] {
    PyObject* list = required(PyList_New(0));
    for (int i = 0; i < kManyItems; ++i) require(PyList_Append(list, it.number) == 0);
    Py_DECREF(list);
  });
  add("list, iterated over 100", [&it] {
    PyObject* iterator = required(PyObject_GetIter(it.list));
    while (PyObject* item = PyIter_Next(iterator)) {
      benchmark::DoNotOptimize(item);
      Py_DECREF(item);
    }
    Py_DECREF(iterator);
  });
  add("dict of 5 names", [&it] {
    PyObject* dict = required(PyDict_New());
    for (PyObject* name : it.names) require(PyDict_SetItem(dict, name, it.number) == 0);
    Py_DECREF(dict);
  });
  add("dict, look-up", [&it] {
    PyObject* found = required(Py_XNewRef(PyDict_GetItemWithError(it.dict, it.names[3])));
    benchmark::DoNotOptimize(found);
    Py_DECREF(found);
  });
  add("instance with dict, 2 set", [&it] { Py_DECREF(it.with_attributes(it.plain)); });
  add("instance with slots, 2 set", [&it] { Py_DECREF(it.with_attributes(it.slots)); });
  add("getattr, dict", [&it, instance = it.with_attributes(it.plain)] {
    Py_DECREF(required(PyObject_GetAttr(instance, it.names[1])));
  });
  add("getattr, slots", [&it, instance = it.with_attributes(it.slots)] {
    Py_DECREF(required(PyObject_GetAttr(instance, it.names[1])));
  });
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  const PyStatus started = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  require(PyStatus_Exception(started) == 0);
  benchmark::AddCustomContext("python", Py_GetVersion());
  {
    const OurThings ours;
    const TheirThings theirs;
    add_ours(ours);
    add_theirs(theirs);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::ClearRegisteredBenchmarks();
  }
  return 0;
}
