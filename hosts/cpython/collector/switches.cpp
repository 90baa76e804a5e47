// Exported for benchmarks and tests, which call them through ctypes: not an interface for programs.
#include "cpython/internals.hpp"

#include "cpython/collector/collector.hpp"
#include "cpython/collector/full_collection.hpp"
#include "cpython/collector/trace_check.hpp"

#define EXUVIA_EXPORT extern "C" [[gnu::visibility("default")]]

namespace collector = exuvia::cpython::collector;

// Whether full collections are ours (1) or CPython's (0).
EXUVIA_EXPORT void exuvia_host_set_collector(int ours) {
  collector::current_settings().performs = ours != 0;
}

EXUVIA_EXPORT void exuvia_host_set_gc_floor(std::size_t floor) {
  collector::current_settings().floor = floor;
}

EXUVIA_EXPORT void exuvia_host_set_gc_threads(unsigned threads) {
  if (auto* full = collector::full_collection()) full->set_threads(threads);
}

// Of the last collection that was ours: marked, candidates, unreachable, slices, side memory in
// bytes, marked by helper threads.
EXUVIA_EXPORT void exuvia_host_last_collection(std::size_t figures[6]) {
  const auto* full = collector::full_collection();
  if (full == nullptr) return;
  const auto& last = full->figures();
  figures[0] = last.marked;
  figures[1] = last.candidates;
  figures[2] = last.unreachable;
  figures[3] = last.slices;
  figures[4] = last.side_bytes;
  figures[5] = last.marked_by_helpers;
}

// Bytes of side tables and stacks at the peak of the last collection that was ours.
EXUVIA_EXPORT std::size_t exuvia_host_gc_side_memory() {
  const auto* full = collector::full_collection();
  return full == nullptr ? 0 : full->figures().side_bytes;
}

// Whether the last full collection was ours.
EXUVIA_EXPORT int exuvia_host_is_last_ours() { return collector::is_last_full_ours() ? 1 : 0; }

// How many of the tracked objects are traced otherwise than their type's tp_traverse does: must be
// 0.
EXUVIA_EXPORT std::size_t exuvia_host_count_trace_differences(char* first_type,
                                                              std::size_t capacity) {
  const auto* full = collector::full_collection();
  return full == nullptr ? 0
                         : exuvia::cpython::count_trace_differences(full->subtype_traverse(),
                                                                    first_type, capacity);
}
