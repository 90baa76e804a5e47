#include "exuvia/runtime/collector.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <utility>

#include "gc/cycle_finder.hpp"
#include "runtime/auditor.hpp"
#include "runtime/guarded_call.hpp"
#include "runtime/object_model.hpp"
#include "runtime/old_cycle.hpp"
#include "runtime/old_marks.hpp"
#include "runtime/weak_table.hpp"
#include "runtime/young_search.hpp"

namespace exuvia {

using object::Counting;
using object::Place;
using runtime::Edge;
using runtime::EdgeReader;
using runtime::Header;

namespace {

// Searches of each generation that automatic collections may leave out in a row, for want of a
// suspect. As the oldest grows by a quarter between two, it grows sixfold at most without a search.
constexpr std::array<std::uint32_t, kGenerations> kMostIdleSearches{15, 15, 7};

// The incremental policy looks at so many old objects for each by which the heap has grown, at the
// default thresholds, and at some in any case, so that it comes round even if it does not grow. How
// this bounds the garbage is in docs/runtime.md.
constexpr std::size_t kLooksAGrowth = 12;
constexpr std::size_t kDefaultScale = 10;
constexpr std::size_t kLeastLooks = 500;
// And it searches so many candidates.
constexpr std::size_t kCandidatesAGrowth = 4;
constexpr std::size_t kLeastCandidates = 100;

constexpr std::uint32_t kEverything = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

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

// What a collection works on.
struct Collector::Workspace {
  // Unreachable, tracked nowhere, each held by one reference of ours.
  std::vector<Header*> trash;
  std::size_t births = 0;                 // less deaths, since the last one
  bool has_candidates = false;            // of the incremental policy
  std::uint32_t kept_from = kEverything;  // in the log: candidates from here on stay there
  std::size_t examined = 0;
  std::size_t collected = 0;
  std::size_t uncollectable = 0;
  bool has_user_code = false;  // a weak reference to the trash, or a finalizer that has not run
  bool user_code_ran = false;
};

namespace {

// The objects of `set` that only hold each other. Throws std::bad_alloc, with nothing changed, when
// memory is short.
void find_unreachable(std::span<const object::Address> set, std::size_t held, gc::Workers& workers,
                      std::vector<Header*>& unreachable) {
  const runtime::ObjectModel model(held);
  gc::CycleFinder finder(model, gc::system_side_memory(), workers);
  if (!finder.try_find(set)) throw std::bad_alloc();
  if (finder.miscounted_count() != 0) {
    runtime::fail("trace() visits more references than were counted",
                  model.header(finder.miscounted()[0]));
  }
  unreachable.reserve(finder.unreachable().size());
  for (const object::Address object : finder.unreachable())
    unreachable.push_back(model.header(object));
}

}  // namespace

Collector::Collector(runtime::HeapCore& core)
    : core_(core),
      workers_(std::make_unique<gc::Workers>()),
      young_search_(std::make_unique<runtime::YoungSearch>()),
      old_cycle_(std::make_unique<runtime::OldCycle>(core.generations_, core.storage_)) {
  update_limit();
}
Collector::~Collector() = default;

void Collector::set_workers(unsigned count) noexcept { workers_->set_wanted(count); }

// When collections start.

void Collector::update_limit() noexcept {
  const bool may_start =
      is_enabled_ && !is_collecting_ && no_collection_depth_ == 0 && thresholds_[0] != 0;
  const bool comes_halfway = policy_ == Policy::kIncremental && !is_halfway_;
  core_.young_limit_ = may_start ? thresholds_[0] / (comes_halfway ? 2 : 1) : kNever;
}

void Collector::enable() noexcept {
  is_enabled_ = true;
  update_limit();
}

void Collector::disable() noexcept {
  is_enabled_ = false;
  update_limit();
}

void Collector::enter_no_collection_scope() noexcept {
  ++no_collection_depth_;
  update_limit();
}

void Collector::leave_no_collection_scope() noexcept {
  --no_collection_depth_;
  update_limit();
}

void Collector::set_thresholds(Thresholds thresholds) noexcept {
  thresholds_ = thresholds;
  if (policy_ == Policy::kIncremental) thresholds_[2] = 0;
  update_limit();
}

void Collector::set_policy(Policy policy) noexcept {
  (void)old_cycle_->abandon();  // without memory candidates stay such until the next collection
  policy_ = policy;
  counts_ = {};
  set_thresholds({2000, 10, 10});
}

std::array<std::uint32_t, kGenerations> Collector::get_counts() const noexcept {
  return {core_.young_count_, counts_[1], counts_[2]};
}

// Candidates are searched together with the young, and then twice as often.
bool Collector::is_old_wanted() const noexcept {
  return policy_ == Policy::kIncremental && !is_halfway_ && !old_cycle_->hands_over();
}

unsigned Collector::due_generation() const noexcept {
  if (policy_ == Policy::kIncremental) return 0;
  if (counts_[2] > thresholds_[2] && waiting_ > survivors_ / 4) return 2;
  return counts_[1] > thresholds_[1] ? 1 : 0;
}

void Collector::collect_automatically() noexcept {
  is_automatic_ = true;
  if (is_old_wanted()) {
    look_at_old_alone();
  } else {
    collect(due_generation());
  }
  is_automatic_ = false;
}

// Whether an automatic collection would hardly find garbage. No reference to any of the objects has
// ever gone while others stayed; a cycle of such objects is garbage only if the last reference to
// it was moved into it. That is rare, so such a heap is searched now and then, and whenever the
// program asks.
bool Collector::is_search_idle(unsigned generation) noexcept {
  if (!is_automatic_) return false;
  const std::span<const bool> searched(core_.suspects_.data(), generation + 1);
  const bool has_suspect = std::any_of(searched.begin(), searched.end(), std::identity());
  if (has_suspect || ++idle_searches_[generation] > kMostIdleSearches[generation]) {
    idle_searches_[generation] = 0;
    return false;
  }
  return true;
}

// Finalizers may leave garbage of their own, a few times over.
void Collector::collect_for_the_last_time() noexcept {
  constexpr int kMostRounds = 10;
  disable();
  set_debug(Debug::kNone);
  callbacks_.clear();
  garbage_.clear();
  for (int round = 0; round < kMostRounds && collect() != 0; ++round) {
  }
}

// One collection.

std::size_t Collector::collect(unsigned generation) noexcept {
  if (is_collecting_ || no_collection_depth_ != 0) return 0;
  generation = std::min(generation, kOldestGeneration);
  const std::size_t found = run(generation);
  if constexpr (runtime::kChecks) audit(generation);
  return found;
}

// A full collection looks at every object anyway.
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
    tell_callbacks(CollectionPhase::kStart, {generation, 0, 0});
    const std::uint64_t start = now_ns();
    work.births = core_.young_count_;
    reset_counts(generation);
    try {
      gather(generation, work);
      if (work.has_candidates || !is_search_idle(generation)) find_trash(generation, work);
      promote(generation, work);
      dispose(generation, work);
    } catch (const std::bad_alloc&) {
      // Only the first two passes throw, and what they move stays tracked: the collection is over,
      // without effect.
    }
    growth_ += work.births - std::min(work.births, work.collected);
    note_collection(generation, work, now_ns() - start);
    tell_callbacks(CollectionPhase::kStop, {generation, work.collected, work.uncollectable});
  }
  update_limit();
  return work.collected + work.uncollectable;
}

void Collector::reset_counts(unsigned generation) noexcept {
  core_.young_count_ = 0;
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
  work.kept_from = kEverything;
  log.rejuvenate();
}

// A collection of generation 1 that comes halfway between two of generation 0, lest one pause be
// for both.
void Collector::look_at_old_alone() noexcept {
  {
    const Raised collecting(is_collecting_);
    tell_callbacks(CollectionPhase::kStart, {1, 0, 0});
    const std::uint64_t start = now_ns();
    look_at_old();
    note_collection(1, Workspace(), now_ns() - start);
    tell_callbacks(CollectionPhase::kStop, {1, 0, 0});
    is_halfway_ = true;
  }
  update_limit();
}

// At once where a reference to an old object has gone while others stayed; else when the old have
// grown threefold.
bool Collector::is_old_cycle_due() const noexcept {
  return core_.suspects_[kOldestGeneration] || waiting_ > 2 * survivors_;
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
  const bool has_marks = marks.try_run(old);
  if (has_marks && marks.is_all_marked()) return;
  if (has_marks && marks.is_exact()) {
    old.for_each([&](Header* header) {
      if (!marks.is_marked(header)) work.trash.push_back(header);
    });
    return;
  }
  std::vector<object::Address> candidates;
  old.for_each([&](const Header* header) {
    if (!has_marks || !marks.is_marked(header)) {
      candidates.push_back(runtime::ObjectModel::address(header));
    }
  });
  if (!candidates.empty()) find_unreachable(candidates, 0, *workers_, work.trash);
}

void Collector::find_young_trash(Workspace& work) {
  const runtime::ObjectLog& log = core_.generations_.log;
  const std::uint32_t begin = log.young_begin();
  const std::span<Header* const> objects = log.entries(begin);
  young_search_->run(objects, begin);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (objects[i] == nullptr) continue;
    ++work.examined;
    if (!young_search_->is_reachable(i)) work.trash.push_back(objects[i]);
  }
}

// The unreachable leave the generations; what lives grows older.
void Collector::promote(unsigned generation, Workspace& work) noexcept {
  runtime::Generations& all = core_.generations_;
  for (Header* header : work.trash) {
    Counting::retain(header->references);
    all.remove(header);
    header->set(Header::kCondemned);
    if (header->has(Header::kHasWeak | Header::kToFinalize)) work.has_user_code = true;
  }
  if (policy_ == Policy::kIncremental && generation != kOldestGeneration) {
    promote_young(work.kept_from);
  } else if (generation == 0) {
    all.log.age();
  } else if (generation == 1) {
    waiting_ += all.log.count();
    // What memory does not suffice for stays in generation 1.
    if (!all.try_age_log(core_.storage_)) all.log.age();
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
    __builtin_prefetch(header, 1);
    all.old.prefetch(header);
    old_cycle_->prefetch_note(header);
  };
  all.log.hand_over(end, prefetch, [&](Header* header) {
    if (!all.try_add_old(core_.storage_, header)) return false;
    old_cycle_->note_old(header);
    ++waiting_;
    return true;
  });
  if (!old_cycle_->is_running()) survivors_ = all.old.count();
}

void Collector::promote_suspicion(unsigned generation) noexcept {
  std::array<bool, kGenerations>& suspects = core_.suspects_;
  if (policy_ == Policy::kIncremental) generation = 1;
  for (unsigned g = 0; g <= generation && g < kOldestGeneration; ++g) {
    suspects[g + 1] |= std::exchange(suspects[g], false);
  }
}

// Disposal, in the order of PEP 442.

void Collector::dispose(unsigned generation, Workspace& work) noexcept {
  if (work.trash.empty()) return;
  if (work.has_user_code) {
    clear_weak_references(work);
    finalize(work);
  }
  if (work.user_code_ran) spare_resurrected(generation, work);
  if (has_flag(debug_, Debug::kSaveAll)) {
    save_garbage(work);
  } else {
    destroy(work);
  }
}

namespace {

// Counts, for each weak cell whose object is dead, how many of its Weaks are members of the objects
// shown.
class WeakMemberReader final : public Visitor {
 public:
  WeakMemberReader() noexcept : Visitor(buffer_, buffer_ + 1, &drop) { weak_ = &count; }
  void read(const Header* object) {
    object->binding->type->trace(object->payload(), *this);
    drop(*this);
  }

 private:
  static void drop(Visitor& visitor) {
    auto& self = static_cast<WeakMemberReader&>(visitor);
    self.cursor_ = self.begin_;
  }
  static void count(Visitor&, runtime::WeakCell* cell) {
    if (cell->target == nullptr) ++cell->in_trash;
  }
  Edge buffer_[1];
};

bool has_callback(const runtime::WeakCell* chain) noexcept {
  for (; chain != nullptr; chain = chain->next) {
    if (chain->callback != nullptr) return true;
  }
  return false;
}

}  // namespace

void Collector::clear_weak_references(Workspace& work) noexcept {
  runtime::WeakCell* chain = nullptr;
  for (Header* header : work.trash) {
    if (header->has(Header::kHasWeak)) chain = core_.weak_table().detach(header, chain);
  }
  if (has_callback(chain)) {
    WeakMemberReader reader;
    for (const Header* header : work.trash) reader.read(header);
  }
  if (core_.weak_table().run_callbacks(chain)) work.user_code_ran = true;
}

void Collector::finalize(Workspace& work) noexcept {
  for (Header* header : work.trash) {
    if (!header->has(Header::kToFinalize)) continue;
    const runtime::Type& type = *header->binding->type;
    header->clear(Header::kToFinalize);
    runtime::call_guarded(core_, type.name, [&] { type.finalize(header->payload()); });
    work.user_code_ran = true;
  }
}

void Collector::track_in(unsigned generation, Header* header) noexcept {
  header->clear(Header::kCondemned);
  runtime::Generations& all = core_.generations_;
  const bool tracked = generation == 0 ? all.log.try_push(core_.storage_, header)
                                       : all.try_add_old(core_.storage_, header);
  // Without memory to remember it, the object is not examined again: it dies at count zero or not
  // at all.
  if (!tracked) header->move_to(Place::kUntracked);
  if (Counting::release(header->references)) runtime::HeapCore::release_last(header);
}

// What user code has made reachable lives on, with all it reaches. Without memory to tell,
// everything does: finalizers have run, the next collection disposes of it.
void Collector::spare_resurrected(unsigned generation, Workspace& work) noexcept {
  std::vector<Header*> unreachable;
  try {
    std::vector<object::Address> set;
    set.reserve(work.trash.size());
    for (const Header* header : work.trash) set.push_back(runtime::ObjectModel::address(header));
    find_unreachable(set, 1, *workers_, unreachable);
  } catch (const std::bad_alloc&) {
    unreachable.clear();
  }
  if (unreachable.size() == work.trash.size()) return;
  for (Header* header : unreachable) header->clear(Header::kCondemned);
  for (Header* header : work.trash) {
    if (header->has(Header::kCondemned)) track_in(generation, header);
  }
  for (Header* header : unreachable) header->set(Header::kCondemned);
  work.trash.swap(unreachable);
}

void Collector::save_garbage(Workspace& work) noexcept {
  for (Header* header : work.trash) {
    try {
      garbage_.push_back(runtime::ref_to_header(header));
    } catch (const std::bad_alloc&) {
      // It stays an unreachable object of the oldest generation.
    }
    track_in(kOldestGeneration, header);
  }
  work.uncollectable = work.trash.size();
}

// No destructor meets an object that is destroyed already: the references among the trash are
// emptied first.
void Collector::destroy(Workspace& work) noexcept {
  runtime::WeakCell* chain = nullptr;
  EdgeReader sever([](const Edge& edge) {
    if (!edge.target->has(Header::kCondemned)) return;
    if constexpr (runtime::kChecks) runtime::forget_ref(edge.slot, edge.target);
    std::memset(edge.slot, 0, sizeof(void*));
  });
  for (Header* header : work.trash) {
    if (header->has(Header::kHasWeak)) chain = core_.weak_table().detach(header, chain);
    sever.read(header);
    Counting::reset(header->references, 1);
  }
  core_.destroy_unreachable(work.trash);
  core_.weak_table().run_callbacks(chain);
  work.collected = work.trash.size();
}

// What was done.

void Collector::note_collection(unsigned generation, const Workspace& work,
                                std::uint64_t ns) noexcept {
  GenerationStatistics& statistics = statistics_[generation];
  ++statistics.collections;
  statistics.candidates += work.examined;
  statistics.collected += work.collected;
  statistics.uncollectable += work.uncollectable;
  statistics.duration_ns += ns;
  statistics.longest_ns = std::max(statistics.longest_ns, ns);
  if (has_flag(debug_, Debug::kStats)) {
    std::fprintf(
        stderr,
        "gc: generation %u: %zu examined, %zu unreachable, %zu uncollectable, %.4fs elapsed\n",
        generation, work.examined, work.collected + work.uncollectable, work.uncollectable,
        static_cast<double>(ns) / 1e9);
  }
}

// The permanent generation.

bool Collector::freeze() noexcept {
  runtime::Generations& all = core_.generations_;
  const bool moved = old_cycle_->abandon() && all.try_age_log(core_.storage_) &&
                     all.frozen.try_absorb(core_.storage_, all.old);
  if (moved) core_.young_count_ = 0;
  return moved;
}

bool Collector::unfreeze() noexcept {
  runtime::Generations& all = core_.generations_;
  return all.old.try_absorb(core_.storage_, all.frozen);
}

std::size_t Collector::get_freeze_count() const noexcept {
  return core_.generations_.frozen.count();
}

}  // namespace exuvia
