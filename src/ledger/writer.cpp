#include "ledger/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "ledger/output.hpp"
#include "ledger/process.hpp"
#include "ledger/reader.hpp"
#include "ledger/run_json.hpp"
#include "ledger/summary.hpp"
#include "ledger/text.hpp"

namespace exuvia::ledger {
namespace {

// Figures that the kernel must be asked for are asked for no more often than this.
constexpr std::uint64_t kMeasureIntervalNs = 20'000'000;

// Keeps a failed system call of ours from showing in the program's errno.
class ErrnoGuard {
 public:
  ErrnoGuard() noexcept : saved_(errno) {}
  ErrnoGuard(const ErrnoGuard&) = delete;
  ErrnoGuard& operator=(const ErrnoGuard&) = delete;
  ~ErrnoGuard() { errno = saved_; }

 private:
  int saved_;
};

Word active_bits(const ProcessFacts& facts) noexcept {
  return (facts.allocator_active ? Word{kAllocatorActive} : 0) |
         (facts.collector_active ? Word{kCollectorActive} : 0);
}

void copy_facts(const Slot& from, Slot& into) noexcept {
  store(into.active, load(from.active));
  for (std::size_t i = 0; i < from.interpreter.words.size(); ++i) {
    store(into.interpreter.words[i], load(from.interpreter.words[i]));
  }
  for (std::size_t i = 0; i < from.notes.words.size(); ++i)
    store(into.notes.words[i], load(from.notes.words[i]));
}

void store_command_line(Slot& slot) noexcept {
  char line[sizeof slot.program];
  own_command_line(line, sizeof line);
  store_text(slot.program.words, line);
}

}  // namespace

Writer::Writer(Writer&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      slot_(std::exchange(other.slot_, nullptr)),
      settings_(other.settings_) {}

Writer& Writer::operator=(Writer&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(slot_, other.slot_);
  std::swap(settings_, other.settings_);
  return *this;
}

Writer open_from_environment() noexcept {
  Writer writer;
  read_environment(writer.settings_);
  if (writer.settings_.ledger_path[0] == '\0') return writer;
  writer.file_ = map_ledger(writer.settings_.ledger_path, Access::kReadWrite).file;
  return writer;
}

void Writer::begin_process(const ProcessFacts& facts) noexcept {
  if (!is_open()) return;
  const ErrnoGuard guard;
  take_slot();
  if (slot_ == nullptr) return;
  store(slot_->active, active_bits(facts));
  store_text(slot_->interpreter.words, facts.interpreter);
  store_command_line(*slot_);
  store(slot_->ended, 0);
  store(slot_->unshared_known, 0);  // the pages of before an exec are gone
}

void Writer::after_fork_in_child() noexcept {
  if (!is_open()) return;
  const ErrnoGuard guard;
  const Slot* parent = std::exchange(slot_, nullptr);
  take_slot();
  if (slot_ == nullptr || parent == nullptr) return;
  copy_facts(*parent, *slot_);
  store_command_line(*slot_);
  Word baseline = 0;
  if (!settings_.measures_unshared || !try_private_dirty(baseline)) return;
  store(slot_->unshared_baseline, baseline);
  store(slot_->unshared_known, 1);
}

void Writer::record_collection(const CollectionFigures& figures) noexcept {
  if (has_ended() || figures.generation >= kGenerations) return;
  const ErrnoGuard guard;
  GenerationSlot& generation = slot_->generations[figures.generation];
  add(generation.collections, 1);
  add(generation.collected, figures.collected);
  add(generation.uncollectable, figures.uncollectable);
  add(generation.candidates, figures.candidates);
  add(generation.ours, figures.ours ? 1 : 0);
  record_pause(generation.pauses, figures.pause_ns);
  const bool is_due = monotonic_ns() - load(slot_->finished_ns) >= kMeasureIntervalNs;
  if (figures.generation + 1 == kGenerations && is_due) record_resident();
}

void Writer::record_heap(const HeapFigures& figures) noexcept {
  if (has_ended()) return;
  HeapSlot& heap = slot_->heap;
  raise_to(heap.peak, std::max(figures.peak, figures.held));
  store(heap.held, figures.held);
  store(heap.arenas, figures.arenas);
  store(heap.live, figures.live);
  store(heap.free_blocks, figures.free_blocks);
  store(heap.empty_pools, figures.empty_pools);
  store(heap.metadata, figures.metadata);
  store(heap.foreign, figures.foreign);
}

void Writer::note(const char* text) noexcept {
  if (slot_ == nullptr) return;
  constexpr std::size_t kBytes = sizeof slot_->notes;
  char notes[kBytes];
  std::size_t size = load_text(slot_->notes.words, notes);
  if (std::strstr(notes, text) != nullptr) return;
  std::snprintf(notes + size, kBytes - size, "%s%s", size == 0 ? "" : "; ", text);
  store_text(slot_->notes.words, notes);
}

void Writer::announce(const char* text) noexcept {
  note(text);
  if (settings_.root_pid != getpid() || !settings_.prints_summary) return;
  const ErrnoGuard guard;
  Output(STDERR_FILENO).append("exuvia: ").append(text).append("\n");
}

void Writer::end_program() noexcept {
  if (!is_own_slot() || has_ended()) return;
  const ErrnoGuard guard;
  record_resident();
  store(slot_->ended, 1);
}

void Writer::finish() noexcept {
  if (!is_own_slot()) return;
  const ErrnoGuard guard;
  if (exchange(slot_->state, Word{static_cast<Word>(SlotState::kFinished)}) ==
      static_cast<Word>(SlotState::kFinished)) {
    return;
  }
  end_program();
  store(slot_->finished_ns, monotonic_ns());
  store(slot_->cpu_ns, own_cpu_ns());
  if (settings_.root_pid == getpid()) report_run();
}

void Writer::close() noexcept {
  unmap_ledger(file_);
  file_ = nullptr;
  slot_ = nullptr;
}

void Writer::take_slot() noexcept {
  const pid_t pid = getpid();
  const Word ticks = start_ticks(pid);
  slot_ = find_slot(*file_, pid, ticks);
  const bool is_new = slot_ == nullptr;
  if (is_new) slot_ = try_claim_slot(*file_, pid, ticks);
  if (slot_ == nullptr) return;
  store(slot_->pid, static_cast<Word>(pid));
  store(slot_->parent_pid, static_cast<Word>(getppid()));
  if (is_new) store(slot_->started_ns, monotonic_ns());
  store(slot_->finished_ns, monotonic_ns());
  store(slot_->state, static_cast<Word>(SlotState::kRunning));
}

// A child made by vfork borrows its parent's memory, this object with it.
bool Writer::is_own_slot() const noexcept {
  return slot_ != nullptr && load(slot_->pid) == static_cast<Word>(getpid());
}

// True also where there is no slot to record in.
bool Writer::has_ended() const noexcept { return slot_ == nullptr || load(slot_->ended) != 0; }

void Writer::record_resident() noexcept {
  const Residence residence = own_residence();
  store(slot_->resident, residence.now);
  raise_to(slot_->resident_peak, residence.peak);
  measure_unshared();
  store(slot_->finished_ns, monotonic_ns());
}

void Writer::measure_unshared() noexcept {
  if (load(slot_->unshared_known) == 0) return;
  Word dirty = 0;
  if (!try_private_dirty(dirty)) return;
  const Word baseline = load(slot_->unshared_baseline);
  raise_to(slot_->unshared, dirty > baseline ? dirty - baseline : 0);
}

void Writer::report_run() noexcept {
  if (settings_.prints_summary) print_summary(*file_, settings_.root_pid, STDERR_FILENO);
  if (settings_.json_path[0] != '\0')
    write_run_json_file(*file_, settings_.root_pid, settings_.json_path);
  unlink(settings_.ledger_path);
}

}  // namespace exuvia::ledger
