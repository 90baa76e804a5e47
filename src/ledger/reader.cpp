#include "ledger/reader.hpp"

#include <algorithm>

namespace exuvia::ledger {
namespace {

constexpr std::size_t kSlotWords = sizeof(Slot) / sizeof(Word);
static_assert(sizeof(Slot) % sizeof(Word) == 0 && alignof(Slot) == alignof(Word));

void copy_slot(const Slot& from, Slot& into) noexcept {
  const auto* source = reinterpret_cast<const Word*>(&from);
  auto* target = reinterpret_cast<Word*>(&into);
  for (std::size_t i = 0; i < kSlotWords; ++i) target[i] = load(source[i]);
}

bool is_filled(const Slot& slot) noexcept {
  return load(slot.state) != static_cast<Word>(SlotState::kFree);
}

void add_child(const Slot& child, ChildrenFigures& figures) noexcept {
  ++figures.processes;
  for (const GenerationSlot& generation : child.generations) {
    figures.collections += generation.collections;
    figures.collected += generation.collected;
  }
  figures.resident_peak = std::max<std::uint64_t>(figures.resident_peak, child.resident_peak);
  figures.pauses.add(child.generations[kGenerations - 1].pauses);
  if (child.unshared_known == 0) return;
  figures.unshared += child.unshared;
  figures.unshared_known = true;
}

}  // namespace

bool try_read_slot(const LedgerFile& file, std::size_t index, Slot& into) noexcept {
  const Slot& slot = file.slots[index].slot;
  if (load(file.owners[index]) == 0 || !is_filled(slot)) return false;
  copy_slot(slot, into);
  return true;
}

bool try_read_process(const LedgerFile& file, pid_t pid, Slot& into) noexcept {
  const std::size_t claimed = claimed_slots(file);
  for (std::size_t index = 0; index < claimed; ++index) {
    if (load(file.owners[index]) >> 32 == static_cast<Word>(pid))
      return try_read_slot(file, index, into);
  }
  return false;
}

std::size_t unrecorded_processes(const LedgerFile& file) noexcept {
  const std::size_t claimed = claimed_slots(file);
  std::size_t missing = load(file.header.claimed) - claimed;
  for (std::size_t index = 0; index < claimed; ++index)
    missing += load(file.owners[index]) == 0 ? 1 : 0;
  return missing;
}

std::uint64_t duration_ns(const Slot& slot) noexcept {
  return slot.finished_ns > slot.started_ns ? slot.finished_ns - slot.started_ns : 0;
}

void read_children(const LedgerFile& file, pid_t root, Slot& buffer,
                   ChildrenFigures& figures) noexcept {
  const std::size_t claimed = claimed_slots(file);
  for (std::size_t index = 0; index < claimed; ++index) {
    if (!try_read_slot(file, index, buffer) || buffer.pid == static_cast<Word>(root)) continue;
    add_child(buffer, figures);
  }
}

}  // namespace exuvia::ledger
