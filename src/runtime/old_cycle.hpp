// The incremental policy's way through the old generation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exuvia/runtime/generations.hpp"
#include "gc/side_memory.hpp"
#include "runtime/old_marks.hpp"

namespace exuvia::runtime {

// Searches the old generation for garbage in steps, between which the program runs and no barrier
// tells of what it changes.
//
//   idle → marking → gathering → (marking → gathering)* → handing over → idle
//
// Where the old cannot be marked, all of them are handed over.
//
// - Marking counts and marks as a full collection does (OldMarks). What was garbage when it began
//   is unmarked in the end; so is an object that lives, now and then, because a reference to it
//   moved meanwhile.
// - Gathering moves the unmarked into the set of candidates. If they are many, they are marked
//   again among themselves, lest a mistaken root has taken half of the heap along.
// - Handing over moves candidates into the log, in batches that hold with each candidate all
//   candidates it reaches. There the search that young objects get decides exactly, at one instant,
//   and disposes of garbage as ever. What a batch leaves, because later candidates hold it, stays
//   in the log.
//
// Whatever the marks say, only that search ends lives: a mistake costs time. And as the last one
// meets all candidates that are left together, all garbage is found that there was when the cycle
// began. A component of garbage larger than a batch makes a pause in proportion to its size, as the
// drop of the last reference to such a structure does.
class OldCycle {
 public:
  OldCycle(Generations& generations, Storage& storage) noexcept
      : all_(generations), storage_(storage), marks_(gc::system_side_memory()) {}

  [[nodiscard]] bool is_running() const noexcept { return phase_ != Phase::kIdle; }
  [[nodiscard]] bool hands_over() const noexcept { return phase_ == Phase::kHandingOver; }

  // Begins with all that is old now.
  void start() noexcept;
  // Does about `work` and takes it off, up to the first candidate that is handed over, and traces
  // as many objects more as have become old: else marking would never end where more do so between
  // two steps than a step traces. The unit is that of OldMarks.
  void advance(std::size_t& work) noexcept;
  // Moves candidates into the log: `most`, and what these reach. The cycle is over with the last.
  void hand_over(std::size_t most) noexcept;
  // An object has become old; what that will write.
  void note_old(const Header* header) noexcept {
    if (!has_marks()) return;
    marks_.note_joined(header);
    ++joined_;
  }
  void prefetch_note(const Header* header) const noexcept {
    if (has_marks()) marks_.prefetch(header);
  }
  // Back to idle, with no candidates. False when there is no memory for that.
  bool abandon() noexcept;

 private:
  enum class Phase { kIdle, kMarking, kGathering, kHandingOver };

  [[nodiscard]] bool has_marks() const noexcept {
    return phase_ == Phase::kMarking || phase_ == Phase::kGathering;
  }
  [[nodiscard]] bool is_first_round() const noexcept { return round_ == 1; }
  [[nodiscard]] bool try_mark(const ObjectSet& set) noexcept;
  void mark(std::size_t& work) noexcept;
  void gather(std::size_t& work) noexcept;
  [[nodiscard]] bool try_move(ObjectSet& from, ObjectSet& to, Header* header) noexcept;
  void end_round() noexcept;
  [[nodiscard]] bool is_doubtful() const noexcept;
  [[nodiscard]] bool try_log(Header* candidate) noexcept;
  [[nodiscard]] std::uint32_t log_reachable(std::uint32_t begin) noexcept;

  Generations& all_;
  Storage& storage_;
  OldMarks marks_;
  Phase phase_ = Phase::kIdle;
  unsigned round_ = 0;
  std::size_t examined_ = 0;  // in this round
  std::size_t joined_ = 0;    // the old, since the last step
  std::uintptr_t cursor_ = 0;
};

}  // namespace exuvia::runtime
