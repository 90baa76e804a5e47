#include "runtime/left_heaps.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "gc/workers.hpp"
#include "runtime/auditor.hpp"
#include "runtime/exact_search.hpp"

namespace exuvia::runtime {

namespace {

using Addresses = std::vector<object::Address>;

// In order of address.
Addresses tracked_objects(const Generations& all) {
  Addresses objects;
  const auto add = [&](const Header* header) { objects.push_back(ObjectModel::address(header)); };
  for (const Header* header : all.log.entries()) {
    if (header != nullptr) add(header);
  }
  all.old.for_each(add);
  std::ranges::sort(objects);
  return objects;
}

// Those that no Ref from outside leads to.
Addresses leaked_of(const Addresses& objects) {
  std::vector<Header*> unreachable;
  gc::Workers alone;
  if (!objects.empty()) find_unreachable(objects, 0, alone, unreachable);
  Addresses leaked;
  for (const Header* header : unreachable) leaked.push_back(ObjectModel::address(header));
  return leaked;
}

void print_leak(const char* what, const Addresses& leaked) {
  const Header* const first = ObjectModel::header(leaked[0]);
  std::fprintf(stderr, "exuvia: %s: %s at %p, one of %zu\n", what, first->binding->type->name,
               first->payload(), leaked.size());
}

void print_hidden_ref(const Auditor::HiddenRef& hidden) {
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

// As the environment wants it.
int leak_status() noexcept {
  constexpr int kOfLeakSanitizer = 23;
  const char* const wanted = std::getenv("EXUVIA_LEAK_STATUS");
  return wanted != nullptr ? std::atoi(wanted) : kOfLeakSanitizer;
}

// When the destructors of static objects have run.
[[gnu::destructor]] void report_left_heaps() {
  if (!LeftHeaps::instance().report()) return;
  const int status = leak_status();
  if (status == 0) return;
  std::fflush(stdout);  // another stream may be locked by a thread that reads
  ::_exit(status);
}

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

bool LeftHeaps::report() {
  const std::lock_guard lock(mutex_);
  const bool has_cycle = report_cycles();
  return report_hidden_refs() || has_cycle;
}

bool LeftHeaps::report_cycles() const {
  bool has_leak = false;
  const auto report = [&has_leak](const char* what, const Addresses& leaked) {
    if (leaked.empty()) return;
    has_leak = true;
    print_leak(what, leaked);
  };
  Addresses others;
  for (HeapCore* const core : heaps_) {
    const Addresses objects = tracked_objects(core->generations());
    const Addresses leaked = leaked_of(objects);
    std::ranges::set_difference(objects, leaked, std::back_inserter(others));
    if (core->auditor().ended_with_process()) continue;
    report(
        "objects only hold each other, and their thread or Heap has gone, so that nobody collects "
        "them",
        leaked);
  }
  report(
      "objects of several heaps only hold each other, and nobody collects a cycle that runs "
      "through two heaps",
      leaked_of(others));
  return has_leak;
}

bool LeftHeaps::report_hidden_refs() const {
  Auditor::Slots traced;
  for (HeapCore* const core : heaps_) traced.merge(core->auditor().traced_slots());
  bool has_leak = false;
  for (HeapCore* const core : heaps_) {
    const auto hidden = core->auditor().find_hidden_ref(traced);
    // What else a cycle keeps is kept by that.
    if (!hidden || (!hidden->leaks && !leaked_of(tracked_objects(core->generations())).empty()))
      continue;
    has_leak = has_leak || hidden->leaks;
    print_hidden_ref(*hidden);
  }
  return has_leak;
}

}  // namespace exuvia::runtime
