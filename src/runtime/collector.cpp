#include "exuvia/runtime/collector.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>
#include <span>
#include <utility>

#include "exuvia/base/prefetch.hpp"
#include "runtime/auditor.hpp"
#include "runtime/exact_search.hpp"
#include "runtime/old_cycle.hpp"
#include "runtime/old_marks.hpp"
#include "runtime/workspace.hpp"
#include "runtime/young_search.hpp"

namespace exuvia {

using object::Counting;
using runtime::Header;

namespace {

// The incremental policy looks at so many old objects for each by which the heap has grown, at the
// default thresholds, and at some in any case, so that it comes round even if it does not grow. How
// this bounds the garbage is in docs/runtime.md.
constexpr std::size_t kLooksAGrowth = 12;
constexpr std::size_t kDefaultScale = 10;
constexpr std::size_t kLeastLooks = 500;
// And it searches so many candidates.
constexpr std::size_t kCandidatesAGrowth = 4;
constexpr std::size_t kLeastCandidates = 100;

std::uint64_t now_ns() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

// Sets a flag for as long as a block runs.
class Raised {
 public:
  explicit Raised(bool& flag) noexcept : flag_(flag) { flag_ = true; }
  ~Raised() { flag_ = false; }
  Raised(const Raised&) = delete;
  Raised& operator=(const Raised&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Collector::Collector(runtime::HeapCore& core)
    : core_(core),
      workers_(std::make_unique<gc::Workers>()),
      young_search_(std::make_unique<runtime::YoungSearch>()),
      old_cycle_(std::make_unique<runtime::OldCycle>(core.generations_, core.storage_)) {
  update_limit();
}
Collector::~Collector() = default;

void Collector::set_workers(unsigned count) noexcept {
  core_.check_thread();
  workers_->set_wanted(count);
}

// Finalizers may leave garbage of their own, a few times over.
void Collector::collect_for_the_last_time() noexcept {
  constexpr int kMostRounds = 10;
  disable();
  print_garbage();
  set_debug(Debug::kNone);
  std::exchange(callbacks_, {}).clear();  // what they hold may change them as it goes
  std::exchange(garbage_, {}).clear();
  (void)unfreeze();
  for (int round = 0; round < kMostRounds && collect() != 0; ++round) {
  }
}

// One collection.

std::size_t Collector::collect(unsigned generation) noexcept {
  core_.check_thread();
  if (is_collecting_ || no_collection_depth_ != 0) return 0;
  generation = std::min(generation, kOldestGeneration);
  if constexpr (runtime::kChecks) audit(generation);
  const std::size_t found = run(generation);
  if constexpr (runtime::kChecks) core_.auditor().verify_if_due();
  end_heap_if_due();
  return found;
}

// The last use of the collector where it does something. An automatic collection ends first; the
// heap is not empty then, as the object is there that is being made.
void Collector::end_heap_if_due() noexcept {
  if (!is_end_due_ || is_automatic_) return;
  is_end_due_ = false;
  core_.orphan();
}

// What is wrong is told before something is destroyed for it. A full collection looks at every
// object anyway.
void Collector::audit(unsigned generation) const noexcept {
  runtime::Auditor& auditor = core_.auditor();
  if (generation == kOldestGeneration) {
    auditor.verify();
  } else {
    auditor.verify_if_due();
  }
}

std::size_t Collector::run(unsigned generation) noexcept {
  Workspace work;
  {
    const Raised collecting(is_collecting_);
    update_limit();
    tell_callbacks(CollectionPhase::kStart, {generation});
    const std::uint64_t start = now_ns();
    work.births = core_.generations_.log.births();
    reset_counts(generation);
    try {
      gather(generation, work);
      const unsigned oldest = work.has_candidates ? kOldestGeneration : generation;
      const bool is_suspected = has_suspects(oldest);
      if (work.has_candidates || !is_search_idle(generation, is_suspected))
        find_trash(generation, work);
      promote(generation, work);
      dispose(generation, work);
      if (!is_suspected && work.collected != 0) expect_more_from(oldest);
      if (generation == kOldestGeneration) core_.storage_.empty_magazines();
    } catch (const std::bad_alloc&) {
      // Only the first two passes throw, and what they move stays tracked: the collection is over,
      // without effect.
    }
    growth_ += work.births - std::min(work.births, work.collected);
    note_collection(generation, work, now_ns() - start);
  }
  update_limit();
  return work.collected;
}

void Collector::reset_counts(unsigned generation) noexcept {
  core_.generations_.log.restart_count();
  is_halfway_ = false;
  if (policy_ == Policy::kIncremental) {
    if (generation == 0) ++counts_[1];
    if (generation == kOldestGeneration) counts_ = {};
    return;
  }
  std::fill_n(counts_.begin(), generation + 1, 0U);
  if (generation < kOldestGeneration) ++counts_[generation + 1];
}

// Afterwards the objects to examine are all in one place: generation 0 of the log, or the old set.
void Collector::gather(unsigned generation, Workspace& work) {
  runtime::Generations& all = core_.generations_;
  if (generation != kOldestGeneration) {
    if (generation == 1 && policy_ == Policy::kIncremental) look_at_old();
    if (policy_ == Policy::kIncremental) return gather_candidates(work);
    if (generation == 1) all.log.rejuvenate();
    return;
  }
  if (!old_cycle_->abandon() || !all.try_age_log(core_.storage_)) throw std::bad_alloc();
}

// The incremental policy's share of the old, for what the heap has grown.
void Collector::look_at_old() noexcept {
  constexpr std::uint32_t kLeastScale = 2;
  if (!old_cycle_->is_running() && is_old_cycle_due()) {
    std::swap(counts_[1], counts_[2]);
    waiting_ = 0;
    is_old_counted_ = false;
    note_expected_search(kOldestGeneration);
    old_cycle_->start();
  }
  const std::size_t wanted = kLeastLooks + std::exchange(growth_, 0) * kLooksAGrowth;
  std::size_t work =
      wanted * runtime::OldMarks::kTrace * kDefaultScale / std::max(thresholds_[1], kLeastScale) +
      1;
  old_cycle_->advance(work);
}

// Adds candidates to the young, or, where there are none left, those that have stayed in the log.
void Collector::gather_candidates(Workspace& work) noexcept {
  runtime::ObjectLog& log = core_.generations_.log;
  if (old_cycle_->hands_over()) {
    log.squeeze();  // so that positions stay as they are
    work.kept_from = log.size();
    work.has_candidates = true;
    old_cycle_->hand_over(kLeastCandidates + work.births * kCandidatesAGrowth);
  }
  if (old_cycle_->hands_over()) return;
  work.kept_from = Workspace::kEverything;
  log.rejuvenate();
}

// A collection of generation 1 that comes halfway between two of generation 0, lest one pause be
// for both.
void Collector::look_at_old_alone() noexcept {
  {
    const Raised collecting(is_collecting_);
    tell_callbacks(CollectionPhase::kStart, {1});
    const std::uint64_t start = now_ns();
    look_at_old();
    note_collection(1, Workspace(), now_ns() - start);
    is_halfway_ = true;
  }
  update_limit();
}

// At once where a reference to an old object has gone while others stayed, or the last searches
// found what no such reference told of; else when the old have grown threefold.
bool Collector::is_old_cycle_due() const noexcept {
  return core_.suspects_[kOldestGeneration] || is_more_expected(kOldestGeneration) ||
         waiting_ > 2 * survivors_;
}

void Collector::find_trash(unsigned generation, Workspace& work) {
  if (generation == kOldestGeneration) {
    find_old_trash(work);
  } else {
    find_young_trash(work);
  }
}

// Where the marks are only a hint, what they leave is searched exactly.
void Collector::find_old_trash(Workspace& work) {
  const runtime::ObjectSet& old = core_.generations_.old;
  work.examined = old.count();
  runtime::OldMarks marks(gc::system_side_memory());
  const bool is_garbage_likely = survivors_ < old.count() / 2;
  const bool has_marks = marks.try_run(old, is_garbage_likely);
  if (has_marks && marks.is_all_marked()) return;
  if (has_marks && marks.is_exact()) {
    if (debug_ == Debug::kNone && marks.unmarked_end_plainly(old))
      return free_unmarked(marks, work);
    work.trash.reserve(marks.count_unmarked(old));
    marks.for_each_unmarked(old, [&](Header* header) { work.trash.push_back(header); });
    return;
  }
  std::vector<object::Address> candidates;
  old.for_each([&](const Header* header) {
    if (!has_marks || !marks.is_marked(header)) {
      candidates.push_back(runtime::ObjectModel::address(header));
    }
  });
  if (!candidates.empty()) runtime::find_unreachable(candidates, 0, *workers_, work.trash);
}

void Collector::find_young_trash(Workspace& work) {
  const runtime::ObjectLog& log = core_.generations_.log;
  const std::uint32_t begin = log.young_begin();
  const std::span<Header* const> objects = log.entries(begin);
  runtime::YoungSearch& search = *young_search_;
  search.run(objects, begin);
  work.trash.reserve(objects.size());
  std::size_t examined = 0;
  runtime::PlainEnd end;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    Header* const header = objects[i];
    if (header == nullptr) continue;
    ++examined;
    if (search.is_reachable(i)) continue;
    work.trash.push_back(header);
    end.add(header);
  }
  work.examined = examined;
  if (end.is_plain()) free_plain_trash(work);
}

// The unreachable leave the generations; what lives grows older.
void Collector::promote(unsigned generation, Workspace& work) noexcept {
  runtime::Generations& all = core_.generations_;
  std::uint32_t states = 0;
  for (Header* header : work.trash) {
    Counting::retain(header->references);
    states |= header->state;
    all.remove(header);
    header->set(Header::kCondemned);
  }
  work.has_user_code = (states & (Header::kHasWeak | Header::kToFinalize)) != 0;
  if (policy_ == Policy::kIncremental && generation != kOldestGeneration) {
    promote_young(work.kept_from);
  } else if (generation == 0) {
    all.log.age();
  } else if (generation == 1) {
    waiting_ += all.age(core_.storage_);
  } else {
    waiting_ = 0;
    survivors_ = all.old.count();
  }
  promote_suspicion(generation);
}

// Under the incremental policy who survives is old at once. What memory does not suffice for stays.
void Collector::promote_young(std::uint32_t end) noexcept {
  runtime::Generations& all = core_.generations_;
  const auto prefetch = [&](const Header* header) {
    base::prefetch_to_write(header);
    all.old.prefetch(header);
    old_cycle_->prefetch_note(header);
  };
  all.log.hand_over(end, prefetch, [&](Header* header) {
    if (!all.try_add_old(core_.storage_, header)) return false;
    old_cycle_->note_old(header);
    ++waiting_;
    return true;
  });
  if (!old_cycle_->is_running() && !std::exchange(is_old_counted_, true))
    survivors_ = all.old.count();
}

void Collector::promote_suspicion(unsigned generation) noexcept {
  std::array<bool, kGenerations>& suspects = core_.suspects_;
  if (policy_ == Policy::kIncremental) generation = 1;
  for (unsigned g = 0; g <= generation && g < kOldestGeneration; ++g) {
    suspects[g + 1] |= std::exchange(suspects[g], false);
  }
}

// What was done.

void Collector::note_collection(unsigned generation, const Workspace& work,
                                std::uint64_t ns) noexcept {
  GenerationStatistics& statistics = statistics_[generation];
  ++statistics.collections;
  statistics.candidates += work.examined;
  statistics.collected += work.collected;
  statistics.duration_ns += ns;
  statistics.longest_ns = std::max(statistics.longest_ns, ns);
  if (has_flag(debug_, Debug::kStats)) {
    std::fprintf(
        stderr,
        "gc: generation %u: %zu examined, %zu unreachable, 0 uncollectable, %.4fs elapsed\n",
        generation, work.examined, work.collected, static_cast<double>(ns) / 1e9);
  }
  tell_callbacks(CollectionPhase::kStop, {.generation = generation,
                                          .collected = work.collected,
                                          .candidates = work.examined,
                                          .duration_ns = ns});
}

// The permanent generation.

bool Collector::freeze() noexcept {
  core_.check_thread();
  runtime::Generations& all = core_.generations_;
  const bool moved = old_cycle_->abandon() && all.try_age_log(core_.storage_) &&
                     all.frozen.try_absorb(core_.storage_, all.old);
  if (moved) all.log.restart_count();
  return moved;
}

bool Collector::unfreeze() noexcept {
  core_.check_thread();
  runtime::Generations& all = core_.generations_;
  return all.old.try_absorb(core_.storage_, all.frozen);
}

std::size_t Collector::get_freeze_count() const noexcept {
  core_.check_thread();
  return core_.generations_.frozen.count();
}

}  // namespace exuvia
