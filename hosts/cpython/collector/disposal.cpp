#include "cpython/collector/disposal.hpp"

#include <algorithm>
#include <cstdint>

#include "cpython/collector/decision.hpp"
#include "cpython/collector/finalization.hpp"
#include "cpython/collector/heads.hpp"
#include "cpython/collector/sentinel.hpp"
#include "cpython/collector/statistics.hpp"
#include "cpython/collector/untrack.hpp"
#include "gc/side_memory.hpp"
#include "gc/side_vector.hpp"

namespace exuvia::cpython {
namespace {

// How much of a generation is walked to learn the order of garbage, where no code of the program
// tells in which it ends.
constexpr std::size_t kOrderedObjects = 20'000;
// To walk so many objects takes longer than to search one candidate.
constexpr std::size_t kFarFrom = 16;
// How many objects of a young generation are examined for being holders of atoms only; of an old
// one, if it is so small that its collection is usually left to CPython.
constexpr std::size_t kExaminedYoung = 10'000;
constexpr std::size_t kExaminedOld = kDefaultFloor;

// Unreachable objects beyond which CPython is given slices, unless of this many of them more than
// one in so many would have to go together.
constexpr std::size_t kSlicedFrom = 20'000;
constexpr std::size_t kSample = 1'000;
constexpr std::size_t kFewestConcerned = 4;

GcState& main_gc() noexcept { return PyInterpreterState_Main()->gc; }
PyGC_Head* oldest(GcState& gc) noexcept { return &gc.generations[NUM_GENERATIONS - 1].head; }

bool is_small(const GcState& gc, std::size_t limit) noexcept {
  return static_cast<std::size_t>(gc.long_lived_total + gc.long_lived_pending) <= limit;
}

// CPython is about to run the program's code, which may look at all objects.
void show_live() noexcept { aside::restore(main_gc()); }

// The runs to hand over begin with CPython's mark for "in the generation being collected", which it
// sets on them anyway.
void tag(const Runs& runs) noexcept {
  for (std::size_t i = 0; i < runs.count(); ++i) runs[i].first->_gc_prev |= kCollectingFlag;
}
bool is_tagged(const PyGC_Head* head) noexcept { return (head->_gc_prev & kCollectingFlag) != 0; }

void move_tagged(const Runs::Run& run, PyGC_Head* list) noexcept {
  run.first->_gc_prev &= ~kCollectingFlag;
  list::move_range(run.first, run.last, list);
}

// Whether the program's code may run when the object is disposed of, or may reach it when it runs.
bool concerns_program(Address object) noexcept {
  const PyTypeObject* type = Py_TYPE(to_object(object));
  return has_finalizer(type) || has_weak_references(to_object(object), type);
}

// Such slices go together, since CPython clears all weak references to garbage before the first
// finalizer.
bool concern_program(std::span<const Address> objects) noexcept {
  return std::any_of(objects.begin(), objects.end(), concerns_program);
}

// Until `left` tagged ones are taken, or `limit` others were looked at.
void take_tagged_from(PyGC_Head* generation, const Runs& runs, std::size_t limit, std::size_t& left,
                      PyGC_Head* list) noexcept {
  std::size_t looked_at = 0;
  PyGC_Head* next = nullptr;
  for (PyGC_Head* head = next_of(generation); head != generation && left != 0 && looked_at < limit;
       head = next) {
    next = next_of(head);
    if (is_tagged(head)) {
      const Runs::Run run = runs.that_begins_with(head);
      next = next_of(run.last);
      move_tagged(run, list);
      --left;
    } else {
      ++looked_at;
    }
  }
}

// Whether the program's code may run when the object is disposed of, so that it can tell when.
bool tells_its_end(Address object) noexcept {
  const PyTypeObject* type = Py_TYPE(to_object(object));
  return has_finalizer(type) || has_callbacks(to_object(object), type);
}

// Whether the program can tell in which order the runs that are still tagged end.
bool is_order_told(const Runs& runs) noexcept {
  std::size_t telling = 0;
  for (std::size_t i = 0; i < runs.count() && telling < 2; ++i) {
    if (!is_tagged(runs[i].first)) continue;
    const auto objects = runs.objects_of(i);
    telling += std::any_of(objects.begin(), objects.end(), tells_its_end);
  }
  return telling == 2;
}

// Fills `list` with `runs`: those of the oldest generation first, then the younger, each in its
// order, as far as that is worth the way: it always is where the program can tell.
void take_in_order(GcState& gc, const Runs& runs, PyGC_Head* list) noexcept {
  PyGC_Head young;
  list::make_empty(&young);
  tag(runs);
  std::size_t left = runs.count();
  const auto way = [&runs] { return is_order_told(runs) ? SIZE_MAX : kOrderedObjects; };
  const std::size_t through_young = way();
  take_tagged_from(&gc.generations[0].head, runs, through_young, left, &young);
  take_tagged_from(&gc.generations[1].head, runs, through_young, left, &young);
  const std::size_t through_old = way();
  if (is_small(gc, through_old)) take_tagged_from(oldest(gc), runs, through_old, left, list);
  for (std::size_t i = 0; i < runs.count() && left != 0; ++i) {
    if (!is_tagged(runs[i].first)) continue;
    move_tagged(runs[i], list);
    --left;
  }
  list::splice_back(&young, list);
}

// After the unreachable have left the lists. Old ones of a large heap are not written to.
std::size_t untrack_live(GcState& gc) noexcept {
  std::size_t untracked = untrack_atom_holders(&gc.generations[0].head, kExaminedYoung) +
                          untrack_atom_holders(&gc.generations[1].head, kExaminedYoung);
  if (is_small(gc, kExaminedOld)) untracked += untrack_atom_holders(oldest(gc), kExaminedOld);
  return untracked;
}

// CPython finds the sentinel, then the objects of `list`, in its oldest generation, and nothing
// else anywhere.
void present(GcState& gc, PyGC_Head* list) noexcept {
  aside::hide(gc);
  list::splice_front(list, oldest(gc));
  list::prepend(oldest(gc), Sentinel::head());
}

}  // namespace

bool is_order_far(const GcState& gc, std::span<const Address> candidates) noexcept {
  return candidates.size() < estimated_objects(gc) / kFarFrom &&
         std::count_if(candidates.begin(), candidates.end(), tells_its_end) > 1;
}

bool try_free(GcState& gc, std::span<const Address> objects, const Finder& finder,
              PlainGarbage& plain) noexcept {
  if (!plain.try_free(objects, finder)) return false;
  statistics::add_collected(gc, static_cast<Py_ssize_t>(objects.size()));
  return true;
}

bool is_worth_slicing(std::span<const Address> unreachable) noexcept {
  if (unreachable.size() < kSlicedFrom) return false;
  std::size_t concerned = 0;
  const std::size_t step = unreachable.size() / kSample;
  for (std::size_t i = 0; i < kSample; ++i) concerned += concerns_program(unreachable[i * step]);
  return concerned < kSample / kFewestConcerned;
}

std::size_t hand_over(GcState& gc, const Runs& candidates) noexcept {
  if (candidates.count() != 0 && !Sentinel::try_arm(show_live)) return 0;
  PyGC_Head list;
  list::make_empty(&list);
  if (candidates.count() != 0) take_in_order(gc, candidates, &list);
  const std::size_t untracked = untrack_live(gc);
  if (candidates.count() == 0) {
    aside::hide(gc);
  } else {
    present(gc, &list);
  }
  return untracked;
}

std::size_t hand_over_slices(GcState& gc, const Finder& finder, PlainGarbage& plain,
                             CollectNow collect) noexcept {
  const auto& slices = finder.components();
  // A list's objects that die in some other way leave it, while an array would go on naming them.
  exuvia::gc::SideArray<PyGC_Head> lists(exuvia::gc::system_side_memory());
  if (!lists.try_allocate(slices.count() + 1) || !Sentinel::try_arm(show_live)) return 0;
  for (std::size_t i = 0; i < lists.size(); ++i) list::make_empty(&lists[i]);
  exuvia::gc::SideVector<Address> together(exuvia::gc::system_side_memory());
  for (std::size_t i = 0; i < slices.count(); ++i) {
    if (try_free(gc, slices.slice(i), finder, plain)) continue;
    const bool goes_together = concern_program(slices.slice(i));
    for (const Address object : slices.slice(i)) {
      if (goes_together) {
        together.push_back(object);  // what does not fit waits for the next collection
      } else {
        list::move_range(head_of(object), head_of(object), &lists[i]);
      }
    }
  }
  take_in_order(gc, Runs(together.view()), &lists[slices.count()]);
  const std::size_t untracked = untrack_live(gc);
  std::size_t next = 0;
  do {
    while (next < slices.count() && list::is_empty(&lists[next])) ++next;
    present(gc, &lists[next++]);
    if (next == lists.size()) return untracked;
    collect();
    aside::restore(gc);
    Sentinel::disarm(gc);
  } while (Sentinel::try_arm(show_live));
  for (; next < lists.size(); ++next) list::splice_front(&lists[next], oldest(gc));
  return untracked;
}

}  // namespace exuvia::cpython
