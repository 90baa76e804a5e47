#include "runtime/weak_table.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "runtime/guarded_call.hpp"

namespace exuvia::runtime {

namespace {
// Objects of static storage belong to no heap and are shared by all threads, and so is their cell.
constinit Header undying{};
constinit WeakCell cell_of_undying{&undying, nullptr, nullptr, 1, 0, nullptr};

bool is_undying(const Header* object) noexcept { return object->binding->core == nullptr; }
}  // namespace

WeakCell* WeakTable::find(const Header* header) const noexcept {
  return header->has(Header::kHasWeak) ? *firsts_.find(header) : nullptr;
}

// No cell knows the object any more.
void WeakTable::forget(Header* header) noexcept {
  firsts_.erase(header);
  header->clear(Header::kHasWeak);
}

WeakCell* WeakTable::try_new_cell(Header* header, std::function<void()>&& callback) noexcept {
  using Callback = std::function<void()>;
  std::unique_ptr<Callback> held;
  if (callback != nullptr) {
    held.reset(::new (std::nothrow) Callback(std::move(callback)));
    if (held == nullptr) return nullptr;
  }
  void* const memory = storage_.allocate(sizeof(WeakCell));
  if (memory == nullptr) return nullptr;
  ++cells_;
  return ::new (memory) WeakCell{header, nullptr, header->binding->core, 1, 0, std::move(held)};
}

void WeakTable::delete_cell(WeakCell* cell) noexcept {
  std::destroy_at(cell);
  storage_.deallocate(cell, sizeof(WeakCell));
  --cells_;
}

WeakCell* WeakTable::try_add(Header* header, std::function<void()>&& callback) noexcept {
  WeakCell* const cell = try_new_cell(header, std::move(callback));
  if (cell == nullptr) return nullptr;
  const bool is_first = !header->has(Header::kHasWeak);
  WeakCell** const first = is_first ? firsts_.try_insert(header) : firsts_.find(header);
  if (first == nullptr) {
    delete_cell(cell);
    return nullptr;
  }
  if (is_first) *first = nullptr;
  header->set(Header::kHasWeak);
  link(*first, cell);
  return cell;
}

// The newest callback goes before the others, but behind the cell without one.
void WeakTable::link(WeakCell*& first, WeakCell* cell) noexcept {
  const bool goes_second =
      cell->callback != nullptr && first != nullptr && first->callback == nullptr;
  cell->previous = goes_second ? first : nullptr;
  WeakCell*& place = goes_second ? first->next : first;
  cell->next = std::exchange(place, cell);
  if (cell->next != nullptr) cell->next->previous = cell;
}

void WeakTable::drop(WeakCell* cell) noexcept {
  Header* const target = cell->target;
  if (target != nullptr) {
    if (cell->next != nullptr) cell->next->previous = cell->previous;
    if (cell->previous != nullptr) {
      cell->previous->next = cell->next;
    } else if (cell->next != nullptr) {
      *firsts_.find(target) = cell->next;
    } else {
      forget(target);
    }
  }
  delete_cell(cell);
}

namespace {
// Puts cells before `chain`, each with its target null and one more use.
WeakCell* detach_cells(WeakCell* first, WeakCell* chain) noexcept {
  if (first == nullptr) return chain;
  WeakCell* last = first;
  for (WeakCell* cell = first; cell != nullptr; cell = cell->next) {
    cell->target = nullptr;
    ++cell->uses;
    last = cell;
  }
  last->next = chain;
  return first;
}
}  // namespace

WeakCell* WeakTable::detach(Header* header, WeakCell* chain) noexcept {
  WeakCell* const first = find(header);
  forget(header);
  return detach_cells(first, chain);
}

WeakCell* WeakTable::detach_callbacks(Header* header, WeakCell* chain) noexcept {
  WeakCell* const first = find(header);
  if (first->callback != nullptr) return detach(header, chain);
  return detach_cells(std::exchange(first->next, nullptr), chain);
}

bool WeakTable::run_callbacks(WeakCell* chain) noexcept {
  bool any = false;
  while (chain != nullptr) {
    WeakCell* const cell = std::exchange(chain, chain->next);
    // Besides ours, only uses count that do not die in the same garbage (PEP 442 and weakref's
    // documentation).
    if (cell->callback != nullptr && cell->uses > std::max(cell->in_trash, 1U)) {
      call_guarded(*cell->core, "the callback of a Weak", *cell->callback);
      any = true;
    }
    if (--cell->uses == 0) delete_cell(cell);
  }
  return any;
}

void WeakTable::clear(Header* header) noexcept { run_callbacks(detach(header, nullptr)); }

bool WeakTable::is_consistent() const noexcept {
  bool is_consistent = firsts_.is_consistent();
  firsts_.for_each([&is_consistent](std::uintptr_t address, const WeakCell* first) {
    const auto* const header = reinterpret_cast<const Header*>(address);
    is_consistent = is_consistent && first != nullptr && header->has(Header::kHasWeak);
    for (const WeakCell* cell = first; cell != nullptr; cell = cell->next)
      is_consistent = is_consistent && cell->target == header && cell->uses != 0;
  });
  return is_consistent;
}

WeakCell* try_weak_cell(Header* target) noexcept {
  if (is_undying(target)) return &cell_of_undying;
  if constexpr (kChecks) check_usable(target);
  WeakTable& table = target->binding->core->weak_table();
  WeakCell* const first = table.find(target);
  if (first != nullptr && first->callback == nullptr) {
    ++first->uses;
    return first;
  }
  return table.try_add(target, nullptr);
}

WeakCell* try_weak_cell(Header* target, std::function<void()>&& callback) noexcept {
  if (is_undying(target)) return &cell_of_undying;
  if constexpr (kChecks) check_usable(target);
  return target->binding->core->weak_table().try_add(target, std::move(callback));
}

std::size_t weak_count(const Header* target) noexcept {
  if (is_undying(target)) return 0;
  std::size_t count = 0;
  for (const WeakCell* cell = target->binding->core->weak_table().find(target); cell != nullptr;
       cell = cell->next) {
    count += cell->uses;
  }
  return count;
}

void drop_weak_cell(WeakCell* cell) noexcept {
  HeapCore& core = *cell->core;
  core.weak_table().drop(cell);
  core.weak_reference_dropped();
}

WeakCell* require_cell(WeakCell* cell) {
  if (cell == nullptr) throw std::bad_alloc();
  return cell;
}

}  // namespace exuvia::runtime
