// Which weak cells watch an object.
#pragma once

#include <cstddef>

#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/weak.hpp"
#include "runtime/address_map.hpp"

namespace exuvia::runtime {

// An object's cells are a chain, its cell without a callback first, then the newest callback.
// Invariant: an object is in the table iff its header says kHasWeak.
class WeakTable {
 public:
  explicit WeakTable(Storage& storage) noexcept : storage_(storage), firsts_(storage) {}
  WeakTable(const WeakTable&) = delete;
  WeakTable& operator=(const WeakTable&) = delete;

  // The first cell of the object's chain, null if it has none.
  [[nodiscard]] WeakCell* find(const Header* header) const noexcept;
  // Adds a cell; null when memory is exhausted.
  [[nodiscard]] WeakCell* try_add(Header* header, std::function<void()>&& callback) noexcept;
  // The last Weak of the cell is gone.
  void drop(WeakCell* cell) noexcept;

  // The object dies: its cells forget it, then their callbacks run.
  void clear(Header* header) noexcept;
  // The first half of clear(): puts the object's cells before `chain`, each with its target null
  // and one more use.
  [[nodiscard]] WeakCell* detach(Header* header, WeakCell* chain) noexcept;
  // As detach(), but the cell without a callback stays.
  [[nodiscard]] WeakCell* detach_callbacks(Header* header, WeakCell* chain) noexcept;
  // The second half: runs the callbacks of a detached chain and lets the cells go. True if any ran.
  bool run_callbacks(WeakCell* chain) noexcept;

  [[nodiscard]] std::size_t cell_count() const noexcept { return cells_; }
  [[nodiscard]] bool is_consistent() const noexcept;

 private:
  [[nodiscard]] WeakCell* try_new_cell(Header* header, std::function<void()>&& callback) noexcept;
  static void link(WeakCell*& first, WeakCell* cell) noexcept;
  void forget(Header* header) noexcept;
  void delete_cell(WeakCell* cell) noexcept;

  Storage& storage_;
  AddressMap<WeakCell> firsts_;
  std::size_t cells_ = 0;
};

}  // namespace exuvia::runtime
