// What the environment asks of the collector.
#pragma once

#include <cstddef>

namespace exuvia::cpython::collector {

struct Settings {
  bool performs = true;         // false: full collections are CPython's, and only observed
  unsigned threads = 1;         // that mark, the calling one included
  std::size_t floor = 0;        // live objects below which full collections are CPython's
  std::size_t search_from = 0;  // candidates below which the search among them is
};

// From EXUVIA_COLLECTOR, EXUVIA_GC_THREADS, EXUVIA_GC_FLOOR, EXUVIA_GC_SEARCH_FROM; values that
// make no sense count as absent.
Settings settings_from_environment() noexcept;

}  // namespace exuvia::cpython::collector
