// A full collection: ours up to the knowledge of what is unreachable, CPython's from there.
#pragma once

#include <cstddef>

#include "cpython/collector/aside.hpp"
#include "cpython/collector/disposal.hpp"
#include "cpython/collector/roots.hpp"
#include "cpython/collector/static_objects.hpp"
#include "gc/workers.hpp"

namespace exuvia::cpython {

// What a full collection did, for the ledger and benchmarks.
struct FullCollectionFigures {
  std::size_t marked = 0;
  std::size_t marked_by_helpers = 0;
  std::size_t candidates = 0;
  std::size_t unreachable = 0;  // or left to CPython to search
  std::size_t freed = 0;        // of the unreachable, without a search among all candidates
  std::size_t left_to_cpython = 0;
  std::size_t slices = 0;
  std::size_t side_bytes = 0;
};

// What CPython gives to classes written in Python.
struct ClassFunctions {
  traverseproc traverse;
  destructor deallocate;
};

// begin() is called when CPython announces a full collection, finish() when it says that it ended.
// The caller holds the interpreter's lock throughout, but for code of the program's that CPython
// runs in between.
class FullCollection {
 public:
  // `search_from`: see is_worth_searching(). `collect` must not announce itself to the program.
  FullCollection(const ClassFunctions& classes, unsigned threads, std::size_t search_from,
                 CollectNow collect) noexcept
      : classes_(classes), threads_(threads), search_from_(search_from), collect_now_(collect) {}

  // Leaves just the unreachable objects in the oldest generation (and disposes of most of them when
  // they are many), or all that may be, if CPython knows as soon which are. Leaves all to CPython,
  // and is_ours() is false, when memory is short, or nearly all is garbage that is its affair.
  void begin(PyThreadState* thread, Origin origin) noexcept;

  // Puts the live objects back and sets the counters as if CPython had examined all.
  void finish(PyInterpreterState* interpreter) noexcept;

  // Whether the collection in progress, or else the last one, was ours.
  bool is_ours() const noexcept { return is_ours_; }

  // How many objects CPython would have examined in it.
  std::size_t examined() const noexcept { return examined_; }
  const FullCollectionFigures& figures() const noexcept { return figures_; }
  traverseproc subtype_traverse() const noexcept { return classes_.traverse; }
  void set_threads(unsigned threads) noexcept { threads_ = threads; }

 private:
  struct Search;

  bool try_search(Search& search, PyThreadState* thread, Origin origin);
  bool try_find_unreachable(Search& search) noexcept;
  bool try_find_candidates(Search& search, GcState& gc) noexcept;
  bool is_cpythons_affair(Search& search) const noexcept;
  bool try_mark(Search& search, PyThreadState* thread, Origin origin);
  void dispose(GcState& gc, Search& search) noexcept;

  ClassFunctions classes_;
  StaticObjects statics_ = find_static_objects();
  unsigned threads_;
  std::size_t search_from_;
  gc::Workers workers_;
  CollectNow collect_now_;
  bool is_ours_ = false;
  std::size_t examined_ = 0;
  std::size_t survivors_ = 0;  // beside those that CPython finds among what it is given
  FullCollectionFigures figures_;
};

}  // namespace exuvia::cpython
