#include "cpython/collector/aside.hpp"

#include <initializer_list>

#include "cpython/collector/heads.hpp"

namespace exuvia::cpython::aside {
namespace {

PyGC_Head live;
bool hiding = false;

}  // namespace

void hide(GcState& gc) noexcept {
  list::make_empty(&live);
  for (const int generation : {1, 0, 2})
    list::splice_front(&gc.generations[generation].head, &live);
  hiding = true;
}

void restore(GcState& gc) noexcept {
  if (!hiding) return;
  list::splice_front(&live, &gc.generations[NUM_GENERATIONS - 1].head);
  hiding = false;
}

bool is_hiding() noexcept { return hiding; }

}  // namespace exuvia::cpython::aside
