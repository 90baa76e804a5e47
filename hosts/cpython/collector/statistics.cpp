#include "cpython/collector/statistics.hpp"

#include "cpython/collector/relay.hpp"

namespace exuvia::cpython::statistics {
namespace {

// Templates, since not every version has every member.

template <class State>
gc_generation_stats& sums_in(State& gc) noexcept {
  if constexpr (requires { gc.generation_stats->old; }) {
    // From 3.15 on, the sums after each of the last collections are kept.
    auto& oldest = gc.generation_stats->old[NUM_GENERATIONS - 2];
    return oldest.items[oldest.index];
  } else {
    return gc.generation_stats[NUM_GENERATIONS - 1];
  }
}

template <class Sums>
void complete_examined(Sums& sums, const Sums& before, const Figures& figures,
                       PyObject* info) noexcept {
  if constexpr (requires { sums.candidates; }) {
    sums.candidates = before.candidates + figures.examined;
    sums.duration = before.duration + figures.seconds;
    relay::set_number_in(info, "candidates", figures.examined);
    relay::set_number_in(info, "duration", figures.seconds);
  }
}

}  // namespace

const gc_generation_stats& of_full_collections(GcState& gc) noexcept { return sums_in(gc); }

void add_collected(GcState& gc, Py_ssize_t count) noexcept { sums_in(gc).collected += count; }

Py_ssize_t complete(GcState& gc, const gc_generation_stats& before, const Figures& figures,
                    PyObject* info) noexcept {
  gc_generation_stats& sums = sums_in(gc);
  sums.collections = before.collections + 1;
  complete_examined(sums, before, figures, info);
  const Py_ssize_t collected = sums.collected - before.collected;
  const Py_ssize_t uncollectable = sums.uncollectable - before.uncollectable;
  const Py_ssize_t known =
      relay::number_in(info, "collected") + relay::number_in(info, "uncollectable");
  relay::set_number_in(info, "collected", collected);
  relay::set_number_in(info, "uncollectable", uncollectable);
  return collected + uncollectable - known;
}

}  // namespace exuvia::cpython::statistics
