#include "runtime/left_heaps.hpp"

#include <cstdio>
#include <vector>

#include "gc/workers.hpp"
#include "runtime/auditor.hpp"
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

void report_cycle(const std::vector<Header*>& leaked) {
  std::fprintf(stderr,
               "exuvia: objects only hold each other, and their thread or Heap has gone, so that "
               "nobody collects them: %s at %p, one of %zu\n",
               leaked[0]->binding->type->name, leaked[0]->payload(), leaked.size());
}

void report_hidden_ref(const Auditor::HiddenRef& hidden) {
  std::fprintf(
      stderr,
      "exuvia: an object outlives its thread or Heap, held by a Ref that no trace() shows, "
      "in memory that was never freed: %s at %p, the Ref at %p",
      hidden.held->binding->type->name, hidden.held->payload(), hidden.slot);
  if (hidden.holder != nullptr) {
    std::fprintf(stderr, ", to which offset %zu of %s at %p seems to lead", hidden.offset,
                 hidden.holder->binding->type->name, hidden.holder->payload());
  }
  std::fputc('\n', stderr);
}

// When the destructors of static objects have run.
[[gnu::destructor]] void report_left_heaps() { LeftHeaps::instance().report(); }

}  // namespace

// Never destroyed: heaps may go after the destructors of static objects have run.
LeftHeaps& LeftHeaps::instance() {
  static auto* const heaps = new LeftHeaps();
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
    if (!leaked.empty()) {
      report_cycle(leaked);
    } else if (const auto hidden = core->auditor().find_hidden_ref()) {
      report_hidden_ref(*hidden);
    }
  }
}

}  // namespace exuvia::runtime
