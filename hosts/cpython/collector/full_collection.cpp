#include "cpython/collector/full_collection.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <span>
#include <vector>

#include "cpython/collector/candidates.hpp"
#include "cpython/collector/decision.hpp"
#include "cpython/collector/heads.hpp"
#include "cpython/collector/neighbour_garbage.hpp"
#include "cpython/collector/python_model.hpp"
#include "cpython/collector/sentinel.hpp"
#include "cpython/collector/side_memory_choice.hpp"
#include "cpython/collector/statistics.hpp"
#include "cpython/collector/type_plans.hpp"
#include "cpython/object_heap.hpp"
#include "gc/marker.hpp"

namespace exuvia::cpython {
namespace {

using exuvia::gc::Marker;
using exuvia::gc::SideMemory;

// How many objects CPython is given at a time when there are many.
constexpr std::size_t kSliceObjects = 1'000;

// So many times the live objects are far more.
constexpr std::size_t kManyGarbage = 8;
// How many candidates tell for the first time of what kind they are, and each time twice as many.
constexpr std::size_t kFirstLook = 4096;

std::array<PyGC_Head*, 4> list_heads(GcState& gc) noexcept {
  return {&gc.generations[0].head, &gc.generations[1].head, &gc.generations[2].head,
          &gc.permanent_generation.head};
}

// Beside our heap there are some objects here and some there; where it is not used, they may lie
// anywhere.
base::AddressRange dense_addresses() noexcept {
  const base::AddressRange ours = object_heap().reservation();
  return ours.size != 0 ? ours : base::kEverywhere;
}

}  // namespace

// What is known during one collection; all of it is given back at its end.
struct FullCollection::Search {
  Search(const ClassFunctions& classes, const StaticObjects& statics, exuvia::gc::Workers& workers,
         std::size_t object_count)
      : objects(object_count),
        memory(side_memory_for(object_count)),
        plans(classes.traverse),
        model(plans, UntouchedAtoms(statics)),
        exact(plans, statics),
        marks(memory, dense_addresses()),
        candidates(memory),
        finder(exact, memory, workers),
        plain(plans, statics, marks, doubtful, classes.deallocate),
        neighbours(exact, statics, plain, memory, workers) {}

  const std::size_t objects;  // about so many, garbage too
  SideMemory& memory;
  TypePlans plans;
  PythonModel model;
  ExactPythonModel exact;
  Marker<PythonModel>::Marks marks;
  std::vector<Address> doubtful;
  Candidates candidates;
  Finder finder;
  PlainGarbage plain;
  NeighbourGarbage neighbours;
  std::size_t frozen = 0;
  bool is_exact = false;  // else nobody knows yet which candidates are unreachable
};

bool FullCollection::try_mark(Search& search, PyThreadState* thread, Origin origin) {
  Roots roots;
  collect_roots(thread, origin, roots);
  Marker<PythonModel> marker(search.model, search.marks, search.memory, workers_);
  for (const Address root : roots.owned) marker.add_root(root);
  marker.run();
  const auto add_if_unmarked = [&](Address root) {
    if (search.marks.test(root)) return;
    search.doubtful.push_back(root);
    marker.add_root(root);
  };
  for (const Address root : roots.doubtful) add_if_unmarked(root);
  // Frozen objects are exempt from collection, whatever leads to them.
  const PyGC_Head* frozen = &thread->interp->gc.permanent_generation.head;
  for (const PyGC_Head* head = next_of(frozen); head != frozen;
       head = next_of(head), ++search.frozen) {
    add_if_unmarked(object_of(head));
  }
  marker.run();
  std::sort(search.doubtful.begin(), search.doubtful.end());
  figures_.marked = marker.marked();
  figures_.marked_by_helpers = marker.marked_by_helpers();
  figures_.side_bytes += search.marks.memory_bytes() + marker.memory_bytes();
  return !marker.is_incomplete();
}

void FullCollection::dispose(GcState& gc, Search& search) noexcept {
  if (!search.is_exact) {
    figures_.left_to_cpython = search.candidates.size();
    survivors_ -= hand_over(gc, search.candidates.runs());
    return;
  }
  const auto unreachable = search.finder.unreachable();
  figures_.slices = 1;
  if (try_free(gc, unreachable, search.finder, search.plain)) {
    survivors_ -= hand_over(gc, Runs({}));
    return;
  }
  figures_.left_to_cpython = unreachable.size();
  const bool is_split = is_worth_slicing(unreachable) && search.finder.try_split(kSliceObjects);
  if (is_split && search.finder.components().count() > 1) {
    figures_.slices = search.finder.components().count();
    survivors_ -= hand_over_slices(gc, search.finder, search.plain, collect_now_);
    return;
  }
  survivors_ -= hand_over(gc, Runs(unreachable));
}

bool FullCollection::try_search(Search& search, PyThreadState* thread, Origin origin) {
  if (!try_mark(search, thread, origin)) return false;
  if (!try_find_candidates(search, thread->interp->gc)) return false;
  const std::span<const Address> candidates = search.candidates.view();
  search.is_exact = is_worth_searching(candidates, search.plain, search_from_) ||
                    is_order_far(thread->interp->gc, candidates);
  if (search.is_exact && !try_find_unreachable(search)) return false;
  figures_.unreachable =
      figures_.freed + (search.is_exact ? search.finder.unreachable().size() : candidates.size());
  examined_ = figures_.marked - search.frozen + figures_.candidates;
  survivors_ = examined_ - figures_.unreachable;
  return true;
}

// Frees some on the way.
bool FullCollection::try_find_candidates(Search& search, GcState& gc) noexcept {
  const auto heads = list_heads(gc);
  CandidateWalk walk(search.marks, heads, search.memory);
  if (walk.is_incomplete()) return false;
  figures_.freed = search.neighbours.free_some(walk, search.candidates);
  statistics::add_collected(gc, static_cast<Py_ssize_t>(figures_.freed));
  Address object = 0;
  for (bool begins_run = false; walk.try_next(object, begins_run);) {
    if (is_cpythons_affair(search)) {
      figures_.left_to_cpython = search.objects - figures_.marked;
      return false;
    }
    search.candidates.add(object, begins_run);
  }
  figures_.candidates = figures_.freed + search.candidates.size();
  return !search.candidates.is_incomplete();
}

// Whether there are so many candidates of kinds that CPython has to dispose of in any case that to
// set the few live objects aside gains nothing. Asked for each, and looks seldom.
bool FullCollection::is_cpythons_affair(Search& search) const noexcept {
  const std::size_t found = search.candidates.size();
  if (found < kFirstLook || !std::has_single_bit(found)) return false;
  return search.objects / (kManyGarbage + 1) >= figures_.marked && figures_.freed == 0 &&
         search_from_ != 0 && !are_mostly_plain(search.candidates.view(), search.plain);
}

bool FullCollection::try_find_unreachable(Search& search) noexcept {
  if (!search.finder.try_find(search.candidates.view())) return false;
  figures_.side_bytes += search.finder.memory_bytes();
  return true;
}

void FullCollection::begin(PyThreadState* thread, Origin origin) noexcept try {
  figures_ = {};
  is_ours_ = false;
  workers_.set_wanted(threads_);
  Search search(classes_, statics_, workers_, estimated_objects(thread->interp->gc));
  const bool found = try_search(search, thread, origin);
  // Threads that wait for the next time would make a program that forks one that has threads.
  workers_.shut_down();
  if (!found) return;
  dispose(thread->interp->gc, search);
  is_ours_ = aside::is_hiding();
  if (is_ours_) thread->interp->gc.long_lived_total = 0;
} catch (const std::bad_alloc&) {
  workers_.shut_down();
}

void FullCollection::finish(PyInterpreterState* interpreter) noexcept {
  if (!is_ours_) return;
  GcState& gc = interpreter->gc;
  aside::restore(gc);
  Sentinel::disarm(gc);
  // To those that CPython counted among what it was given.
  gc.long_lived_total += static_cast<Py_ssize_t>(survivors_);
  gc.long_lived_pending = 0;
}

}  // namespace exuvia::cpython
