// Which weak cells watch an object.
#pragma once

#include <cstddef>

#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/weak.hpp"

namespace exuvia::runtime {

// Open addressing by the object's address, linear probing, no tombstones. An object's cells are a
// chain, its cell without a callback first, then the newest callback. Invariant: an object is in
// the table iff its header says kHasWeak.
class WeakTable {
 public:
  explicit WeakTable(Storage& storage) noexcept : storage_(storage) {}
  ~WeakTable();
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
  struct Entry {
    Header* key;
    WeakCell* first;
  };

  [[nodiscard]] std::size_t home(const Header* key) const noexcept;
  [[nodiscard]] std::size_t slot_of(const Header* key) const noexcept;
  [[nodiscard]] bool try_grow() noexcept;
  void place(Entry entry) noexcept;
  void erase(std::size_t slot) noexcept;
  [[nodiscard]] WeakCell* try_new_cell(Header* header, std::function<void()>&& callback) noexcept;
  static void link(Entry& entry, WeakCell* cell) noexcept;
  void delete_cell(WeakCell* cell) noexcept;

  Storage& storage_;
  Entry* entries_ = nullptr;
  std::size_t capacity_ = 0;  // a power of two, or 0
  std::size_t count_ = 0;
  std::size_t cells_ = 0;
};

}  // namespace exuvia::runtime
