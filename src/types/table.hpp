// The compact hash table of Dict and Set: indices into entries that keep their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "types/allocate.hpp"

namespace exuvia::types {

// An entry whose key is a string, which knows its hash itself.
struct TextEntry {
  static constexpr bool kHoldsText = true;
  Value key;  // empty: deleted
  Value value;

  TextEntry(Hash, Value k, Value v) noexcept : key(std::move(k)), value(std::move(v)) {}
  [[nodiscard]] Hash hash() const noexcept { return text_hash(static_cast<const Str&>(*key)); }
  [[nodiscard]] const Value& held() const noexcept { return value; }
};

struct PairEntry {
  static constexpr bool kHoldsText = false;
  Hash known_hash;
  Value key;
  Value value;

  PairEntry(Hash hash, Value k, Value v) noexcept
      : known_hash(hash), key(std::move(k)), value(std::move(v)) {}
  [[nodiscard]] Hash hash() const noexcept { return known_hash; }
  [[nodiscard]] const Value& held() const noexcept { return value; }
};

struct SetEntry {
  static constexpr bool kHoldsText = false;
  Hash known_hash;
  Value key;

  SetEntry(Hash hash, Value k, const Value&) noexcept : known_hash(hash), key(std::move(k)) {}
  [[nodiscard]] Hash hash() const noexcept { return known_hash; }
  [[nodiscard]] const Value& held() const noexcept { return key; }
};

//   | shift 1 | index width 1 | holds text 1 | - | filled 4 | usable 4 | - |
//
// 2^shift indices, two thirds as many entries. An index is the number of an entry, kFree, or
// kDeleted. `filled` entries have been used, deleted ones included; `usable` more may be.
struct TableHead {
  static constexpr std::int32_t kFree = -1;
  static constexpr std::int32_t kDeleted = -2;
  static constexpr unsigned kSmallestShift = 3;
  static constexpr unsigned kLargestShift = 31;

  std::uint8_t shift;
  std::uint8_t width;
  bool holds_text;
  std::uint32_t filled;
  std::uint32_t usable;
  std::uint32_t unused;

  [[nodiscard]] std::size_t size() const noexcept { return std::size_t{1} << shift; }
  [[nodiscard]] static std::size_t capacity(unsigned shift) noexcept {
    return (std::size_t{2} << shift) / 3;
  }
  [[nodiscard]] std::byte* indices() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  [[nodiscard]] const std::byte* indices() const noexcept {
    return reinterpret_cast<const std::byte*>(this + 1);
  }

  [[nodiscard]] std::int32_t index(std::size_t slot) const noexcept {
    if (width == 1) return static_cast<std::int8_t>(indices()[slot]);
    if (width == 2) {
      std::int16_t value = 0;
      std::memcpy(&value, indices() + 2 * slot, 2);
      return value;
    }
    std::int32_t value = 0;
    std::memcpy(&value, indices() + 4 * slot, 4);
    return value;
  }
  void set_index(std::size_t slot, std::int32_t value) noexcept {
    if (width == 1) {
      indices()[slot] = static_cast<std::byte>(value);
    } else if (width == 2) {
      const auto narrow = static_cast<std::int16_t>(value);
      std::memcpy(indices() + 2 * slot, &narrow, 2);
    } else {
      std::memcpy(indices() + 4 * slot, &value, 4);
    }
  }
  // The slot whose index is `value`, on the probe sequence of `hash`.
  [[nodiscard]] std::size_t slot_of(Hash hash, std::int32_t value) const noexcept;
};
static_assert(sizeof(TableHead) == 16);

// CPython's probe sequence: every slot comes, all bits of the hash have a say.
class Probe {
 public:
  Probe(Hash hash, std::size_t size) noexcept
      : perturb_(static_cast<std::size_t>(hash)), mask_(size - 1), slot_(perturb_ & mask_) {}
  [[nodiscard]] std::size_t slot() const noexcept { return slot_; }
  void advance() noexcept {
    perturb_ >>= 5;
    slot_ = (slot_ * 5 + perturb_ + 1) & mask_;
  }

 private:
  std::size_t perturb_;
  std::size_t mask_;
  std::size_t slot_;
};

inline std::size_t TableHead::slot_of(Hash hash, std::int32_t value) const noexcept {
  Probe probe(hash, size());
  while (index(probe.slot()) != value) probe.advance();
  return probe.slot();
}

template <class Entry>
struct Table : TableHead {
  [[nodiscard]] Entry* entries() noexcept {
    return reinterpret_cast<Entry*>(indices() + (std::size_t{width} << shift));
  }
  [[nodiscard]] const Entry* entries() const noexcept {
    return const_cast<Table*>(this)->entries();
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_for(shift); }
  [[nodiscard]] static std::size_t bytes_for(unsigned shift) noexcept {
    return sizeof(TableHead) + (width_for_shift(shift) << shift) + capacity(shift) * sizeof(Entry);
  }
  [[nodiscard]] static std::size_t width_for_shift(unsigned shift) noexcept {
    return shift < 8 ? 1 : shift < 16 ? 2 : 4;
  }

  // Null when memory is exhausted.
  [[nodiscard]] static Table* try_new(runtime::Storage& storage, unsigned shift) noexcept {
    if (shift > kLargestShift) return nullptr;
    void* const memory = storage.allocate(bytes_for(shift));
    if (memory == nullptr) return nullptr;
    auto* const table = ::new (memory) Table();
    table->shift = static_cast<std::uint8_t>(shift);
    table->width = static_cast<std::uint8_t>(width_for_shift(shift));
    table->holds_text = Entry::kHoldsText;
    table->filled = 0;
    table->usable = static_cast<std::uint32_t>(capacity(shift));
    std::memset(table->indices(), 0xFF, width_for_shift(shift) << shift);  // kFree
    return table;
  }
  static void free(runtime::Storage& storage, Table* table) noexcept {
    std::destroy_n(table->entries(), table->filled);
    storage.deallocate(table, table->bytes());
  }

  // Of a key that is not there, where an entry is usable.
  void add(Hash hash, Value key, Value value) noexcept {
    Probe probe(hash, size());
    while (index(probe.slot()) >= 0) probe.advance();
    set_index(probe.slot(), static_cast<std::int32_t>(filled));
    ::new (entries() + filled) Entry(hash, std::move(key), std::move(value));
    ++filled;
    --usable;
  }

  // Whether the table that lies here now, which may be another than before, is of this size and has
  // the key where it was.
  [[nodiscard]] bool is_still(unsigned known_shift, std::int32_t index,
                              const Value& key) const noexcept {
    return holds_text == Entry::kHoldsText && shift == known_shift &&
           static_cast<std::uint32_t>(index) < filled && entries()[index].key == key;
  }

  // The last entry that lives, if any does; the deleted ones after it are no entries any more.
  [[nodiscard]] std::int32_t last() noexcept {
    while (!entries()[filled - 1].key) std::destroy_at(entries() + --filled);
    return static_cast<std::int32_t>(filled) - 1;
  }

  // A table with the entries of `old` that live, which then holds none.
  template <class OldEntry>
  void take_all(Table<OldEntry>& old) noexcept {
    for (std::uint32_t i = 0; i < old.filled; ++i) {
      OldEntry& entry = old.entries()[i];
      if (!entry.key) continue;
      const Hash hash = entry.hash();
      if constexpr (std::is_same_v<OldEntry, SetEntry>) {
        add(hash, std::move(entry.key), nullptr);
      } else {
        add(hash, std::move(entry.key), std::move(entry.value));
      }
    }
  }

  template <class Visit>
  void trace(Visit& v) const {
    for (std::uint32_t i = 0; i < filled; ++i) {
      v(entries()[i].key);
      if constexpr (!std::is_same_v<Entry, SetEntry>) v(entries()[i].value);
    }
  }
};

// The shift of a table with room for `count` entries.
[[nodiscard]] inline unsigned shift_for(std::size_t count) noexcept {
  unsigned shift = TableHead::kSmallestShift;
  while (TableHead::capacity(shift) < count) ++shift;
  return shift;
}

// Where a key is: the number of its entry, or -1.
inline constexpr std::int32_t kNoEntry = -1;

// Comparing keys has run code that changed the table, whose entries may be of another kind now.
inline constexpr std::int32_t kChanged = -2;

// Looks for a key in the table of `owner`, a Dict or a Set: kNoEntry if it is not there, kChanged
// if the search must begin anew.
template <class Entry, class Owner>
Result<std::int32_t> find_entry(const Owner& owner, const Object& key, Hash hash) {
  const auto* const table = static_cast<const Table<Entry>*>(owner.table);
  const unsigned shift = table->shift;
  for (Probe probe(hash, table->size());; probe.advance()) {
    const std::int32_t index = table->index(probe.slot());
    if (index == TableHead::kFree) return kNoEntry;
    if (index == TableHead::kDeleted) continue;
    const Entry& entry = table->entries()[index];
    if (entry.key.get() == &key) return index;
    if (entry.hash() != hash) continue;
    const Value candidate = entry.key;
    const Result<bool> is_equal = equal(*candidate, key);
    if (!is_equal) return is_equal.failure();
    if (owner.table != table || !table->is_still(shift, index, candidate)) return kChanged;
    if (*is_equal) return index;
  }
}

// Calls search() until it is not kChanged.
template <class Search>
Result<std::int32_t> find_in_changing(const Search& search) {
  for (;;) {
    Result<std::int32_t> found = search();
    if (!found || *found != kChanged) return found;
  }
}

// The first key on the probe sequence of `hash` that `is_wanted` wants; no code runs but that.
template <class Entry, class IsWanted>
[[nodiscard]] std::int32_t find_if(const Table<Entry>& table, Hash hash,
                                   const IsWanted& is_wanted) noexcept {
  for (Probe probe(hash, table.size());; probe.advance()) {
    const std::int32_t index = table.index(probe.slot());
    if (index == TableHead::kFree) return kNoEntry;
    if (index != TableHead::kDeleted && is_wanted(*table.entries()[index].key)) return index;
  }
}

// A string among strings, whose hash it is.
[[nodiscard]] std::int32_t find_equal_text(const Table<TextEntry>& table, const Str& name,
                                           Hash hash) noexcept;
// The same. Most names are found by what they are, without comparing a character.
[[nodiscard]] inline std::int32_t find_text(const Table<TextEntry>& table, const Str& name,
                                            Hash hash) noexcept {
  for (Probe probe(hash, table.size());; probe.advance()) {
    const std::int32_t index = table.index(probe.slot());
    if (index == TableHead::kFree) return kNoEntry;
    if (index == TableHead::kDeleted) continue;
    const auto* const key = static_cast<const Str*>(table.entries()[index].key.get());
    if (key == &name) return index;
    if (key->hash == hash) return find_equal_text(table, name, hash);
  }
}

}  // namespace exuvia::types
