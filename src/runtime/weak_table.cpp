#include "runtime/weak_table.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "runtime/guarded_call.hpp"

namespace exuvia::runtime {

namespace {
constexpr std::size_t kFirstCapacity = 16;

// Objects of static storage belong to no heap and are shared by all threads, and so is their cell.
constinit Header undying{};
constinit WeakCell cell_of_undying{&undying, nullptr, nullptr, 1, 0, nullptr};

bool is_undying(const Header* object) noexcept { return object->binding->core == nullptr; }
}  // namespace

WeakTable::~WeakTable() {
  if (entries_ != nullptr) storage_.deallocate(entries_, capacity_ * sizeof(Entry));
}

// Neighbours in the heap are neighbours here, for the cache's sake; stretches of the heap are
// scattered.
std::size_t WeakTable::home(const Header* key) const noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(key);
  const std::uintptr_t stretch = (address >> 12) * 0x9E37'79B9'7F4A'7C15ULL >> 20;
  return static_cast<std::size_t>((address >> 5) + stretch) & (capacity_ - 1);
}

// The slot that holds `key`, or the free one where it belongs. The table is never full.
std::size_t WeakTable::slot_of(const Header* key) const noexcept {
  std::size_t slot = home(key);
  while (entries_[slot].key != nullptr && entries_[slot].key != key)
    slot = (slot + 1) & (capacity_ - 1);
  return slot;
}

WeakCell* WeakTable::find(const Header* header) const noexcept {
  return header->has(Header::kHasWeak) ? entries_[slot_of(header)].first : nullptr;
}

void WeakTable::place(Entry entry) noexcept { entries_[slot_of(entry.key)] = entry; }

bool WeakTable::try_grow() noexcept {
  const std::size_t capacity = std::max(capacity_ * 2, kFirstCapacity);
  void* const memory = storage_.allocate(capacity * sizeof(Entry));
  if (memory == nullptr) return false;
  Entry* const old = std::exchange(entries_, static_cast<Entry*>(memory));
  const std::size_t old_capacity = std::exchange(capacity_, capacity);
  std::fill_n(entries_, capacity_, Entry{nullptr, nullptr});
  for (std::size_t i = 0; i < old_capacity; ++i) {
    if (old[i].key != nullptr) place(old[i]);
  }
  if (old != nullptr) storage_.deallocate(old, old_capacity * sizeof(Entry));
  return true;
}

// Closes the gap: what had been pushed past it, away from its home, moves back into it.
void WeakTable::erase(std::size_t slot) noexcept {
  const std::size_t mask = capacity_ - 1;
  std::size_t gap = slot;
  for (std::size_t i = (slot + 1) & mask; entries_[i].key != nullptr; i = (i + 1) & mask) {
    const std::size_t pushed = (i - home(entries_[i].key)) & mask;
    if (pushed < ((i - gap) & mask)) continue;
    entries_[gap] = entries_[i];
    gap = i;
  }
  entries_[gap] = {nullptr, nullptr};
  --count_;
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
  const bool is_first = !header->has(Header::kHasWeak);
  if (is_first && (count_ + 1) * 4 > capacity_ * 3 && !try_grow()) return nullptr;
  WeakCell* const cell = try_new_cell(header, std::move(callback));
  if (cell == nullptr) return nullptr;
  Entry& entry = entries_[slot_of(header)];
  if (is_first) {
    entry = {header, nullptr};
    ++count_;
    header->set(Header::kHasWeak);
  }
  link(entry, cell);
  return cell;
}

// The newest callback goes before the others, but behind the cell without one.
void WeakTable::link(Entry& entry, WeakCell* cell) noexcept {
  const bool goes_second =
      cell->callback != nullptr && entry.first != nullptr && entry.first->callback == nullptr;
  cell->previous = goes_second ? entry.first : nullptr;
  WeakCell*& place = goes_second ? entry.first->next : entry.first;
  cell->next = std::exchange(place, cell);
  if (cell->next != nullptr) cell->next->previous = cell;
}

void WeakTable::drop(WeakCell* cell) noexcept {
  if (cell->target == nullptr) return delete_cell(cell);
  const std::size_t slot = slot_of(cell->target);
  (cell->previous != nullptr ? cell->previous->next : entries_[slot].first) = cell->next;
  if (cell->next != nullptr) cell->next->previous = cell->previous;
  if (entries_[slot].first == nullptr) {
    cell->target->clear(Header::kHasWeak);
    erase(slot);
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
  const std::size_t slot = slot_of(header);
  WeakCell* const first = entries_[slot].first;
  erase(slot);
  header->clear(Header::kHasWeak);
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
    if (cell->callback != nullptr && cell->uses > 1 + cell->in_trash) {
      call_guarded(*cell->core, "the callback of a Weak", *cell->callback);
      any = true;
    }
    if (--cell->uses == 0) delete_cell(cell);
  }
  return any;
}

void WeakTable::clear(Header* header) noexcept { run_callbacks(detach(header, nullptr)); }

bool WeakTable::is_consistent() const noexcept {
  std::size_t found = 0;
  for (std::size_t i = 0; i < capacity_; ++i) {
    if (entries_[i].key == nullptr) continue;
    ++found;
    if (slot_of(entries_[i].key) != i || !entries_[i].key->has(Header::kHasWeak)) return false;
    for (const WeakCell* cell = entries_[i].first; cell != nullptr; cell = cell->next) {
      if (cell->target != entries_[i].key || cell->uses == 0) return false;
    }
  }
  return found == count_;
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
