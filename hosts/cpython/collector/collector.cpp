#include "cpython/internals.hpp"

#include "cpython/collector/collector.hpp"

#include <time.h>

#include <cstdint>
#include <new>
#include <utility>

#include "cpython/collector/collect_function.hpp"
#include "cpython/collector/decision.hpp"
#include "cpython/collector/full_collection.hpp"
#include "cpython/collector/layout_check.hpp"
#include "cpython/collector/relay.hpp"
#include "cpython/collector/statistics.hpp"
#include "cpython/collector/unnoticed.hpp"
#include "cpython/interpreters.hpp"
#include "cpython/record.hpp"

namespace exuvia::cpython::collector {
namespace {

constexpr int kOldest = NUM_GENERATIONS - 1;

// Of the collection under way; an interpreter has one at a time.
struct State {
  Settings settings;
  FullCollection* full = nullptr;
  bool is_ours = false;
  bool has_part = false;  // is ours, or became CPython's when we had freed something
  bool is_last_full_ours = false;
  Doubt doubt;
  std::uint64_t started_ns = 0;
  gc_generation_stats before{};  // the sums over full collections
  Py_ssize_t missed = 0;         // found in slices, so not in what CPython's call will return
};
State state;

std::uint64_t now_ns() noexcept {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

// Another interpreter's objects can be reached from this one's; CPython keeps them apart by their
// lists.
bool is_only_interpreter(const PyThreadState* thread) noexcept {
  return interpreters::main_is_alone() && thread->interp == _PyRuntime.interpreters.main;
}

bool should_take(const PyThreadState* thread) noexcept {
  const GcState& gc = thread->interp->gc;
  if (!state.settings.performs || gc.debug != 0) return false;
  if (!is_only_interpreter(thread)) {
    record().note("full collections beside other interpreters are CPython's");
    return false;
  }
  if (!is_worth_taking(gc, state.settings.floor)) return false;
  return state.settings.floor == 0 || !state.doubt.is_in_the_way(estimated_objects(gc));
}

void begin_full(PyThreadState* thread) noexcept {
  state.before = statistics::of_full_collections(thread->interp->gc);
  state.full->begin(thread, collect_function::is_running() ? Origin::kCalled : Origin::kAutomatic);
  state.is_ours = state.full->is_ours();
  const FullCollectionFigures& figures = state.full->figures();
  state.has_part = state.is_ours || figures.freed != 0;
  if (state.is_ours || figures.left_to_cpython != 0)
    state.doubt.learn(figures.marked + figures.freed, figures.left_to_cpython);
}

double seconds_since(std::uint64_t start_ns) noexcept {
  return static_cast<double>(now_ns() - start_ns) * 1e-9;
}

void finish_full(PyThreadState* thread, PyObject* info) noexcept {
  state.full->finish(thread->interp);
  const auto examined = static_cast<Py_ssize_t>(state.full->examined());
  state.missed = statistics::complete(thread->interp->gc, state.before,
                                      {examined, seconds_since(state.started_ns)}, info);
}

void observe(PyObject* info) noexcept {
  if (!record().is_open()) return;
  ledger::CollectionFigures figures;
  figures.generation = static_cast<unsigned>(relay::generation_in(info));
  figures.pause_ns = now_ns() - state.started_ns;
  figures.collected = static_cast<std::uint64_t>(relay::number_in(info, "collected"));
  figures.uncollectable = static_cast<std::uint64_t>(relay::number_in(info, "uncollectable"));
  figures.candidates = state.is_ours ? state.full->figures().candidates : 0;
  figures.ours = state.is_ours;
  record().record_collection(figures);
}

void on_start(PyObject* info) noexcept {
  PyThreadState* thread = PyThreadState_Get();
  state.started_ns = now_ns();
  state.is_ours = false;
  state.has_part = false;
  state.missed = 0;
  if (relay::generation_in(info) != kOldest) return;
  if (should_take(thread)) begin_full(thread);
  state.is_last_full_ours = state.is_ours;
}

void on_stop(PyObject* info) noexcept {
  if (state.has_part) finish_full(PyThreadState_Get(), info);
  observe(info);
}

// CPython's own collection of what is in the generations, although one is under way.
void collect_slice() noexcept {
  GcState& gc = PyInterpreterState_Main()->gc;
  relay::set_silent(true);
  gc.collecting = 0;
  collect_function::call_original();
  gc.collecting = 1;
  relay::set_silent(false);
}

Py_ssize_t add_missed(Py_ssize_t found) noexcept { return found + std::exchange(state.missed, 0); }

// Those of a class that is sure to be there; null when there is none yet.
ClassFunctions functions_of_classes() noexcept {
  PyObject* module = PyDict_GetItemString(PyImport_GetModuleDict(), "_frozen_importlib");
  PyObject* type =
      module == nullptr ? nullptr : PyDict_GetItemString(PyModule_GetDict(module), "ModuleSpec");
  if (type == nullptr || !PyType_Check(type)) return {};
  const auto* spec = reinterpret_cast<PyTypeObject*>(type);
  return {spec->tp_traverse, spec->tp_dealloc};
}

const char* try_install_with(PyObject* gc_module, const Settings& settings) noexcept {
  PyThreadState* thread = PyThreadState_Get();
  if (const char* difference = layout_difference(thread, gc_module)) return difference;
  if (!is_only_interpreter(thread)) return "there are several interpreters";
  const ClassFunctions classes = functions_of_classes();
  if (classes.traverse == nullptr) return "the import system is not the usual one";
  // For the life of the process: a collection may run while its statics are torn down.
  auto* full = new (std::nothrow)
      FullCollection(classes, settings.threads, settings.search_from, collect_slice);
  if (full == nullptr) return "memory is short";
  if (!collect_function::try_install(gc_module, add_missed))
    return "gc.collect is not the usual one";
  state.settings = settings;
  state.full = full;
  return relay::try_install(thread->interp->gc, gc_module, {on_start, on_stop});
}

}  // namespace

const char* try_install(const Settings& settings) noexcept {
  if (state.full != nullptr) return nullptr;
  const PrivateModule gc_module("gc");
  if (gc_module.get() == nullptr) return "the gc module is not the usual one";
  return try_install_with(gc_module.get(), settings);
}

bool is_performing() noexcept { return state.full != nullptr && state.settings.performs; }

bool is_last_full_ours() noexcept { return state.is_last_full_ours; }

Settings& current_settings() noexcept { return state.settings; }
FullCollection* full_collection() noexcept { return state.full; }

}  // namespace exuvia::cpython::collector
