#include "runtime/left_heaps.hpp"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "gc/workers.hpp"
#include "runtime/exact_search.hpp"

namespace exuvia::runtime {

namespace {

// Tracked objects that no Ref from outside leads to.
std::vector<Header*> leaked_objects(Generations& all) {
  std::vector<object::Address> set;
  const auto add = [&set](const Header* header) { set.push_back(ObjectModel::address(header)); };
  for (const Header* header : all.log.entries()) {
    if (header != nullptr) add(header);
  }
  all.old.for_each(add);
  std::vector<Header*> unreachable;
  if (set.empty()) return unreachable;
  gc::Workers alone;
  find_unreachable(set, 0, alone, unreachable);
  return unreachable;
}

}  // namespace

// Never destroyed: heaps may go after the destructors of static objects have run.
LeftHeaps& LeftHeaps::instance() {
  static auto* const heaps = [] {
    std::atexit([] { LeftHeaps::instance().report(); });
    return new LeftHeaps();
  }();
  return *heaps;
}

void LeftHeaps::add(HeapCore& core) {
  const std::lock_guard lock(mutex_);
  heaps_.insert(&core);
}

void LeftHeaps::remove(HeapCore& core) {
  const std::lock_guard lock(mutex_);
  heaps_.erase(&core);
}

void LeftHeaps::report() {
  const std::lock_guard lock(mutex_);
  for (HeapCore* const core : heaps_) {
    const std::vector<Header*> leaked = leaked_objects(core->generations());
    if (leaked.empty()) continue;
    std::fprintf(stderr,
                 "exuvia: objects only hold each other, and their thread or Heap has gone, so that "
                 "nobody collects them: %s at %p, one of %zu\n",
                 leaked[0]->binding->type->name, leaked[0]->payload(), leaked.size());
  }
}

}  // namespace exuvia::runtime
