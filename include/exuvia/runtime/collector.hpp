// The collector of a heap: Python's gc module for C++.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "exuvia/runtime/core.hpp"
#include "exuvia/runtime/ref.hpp"

namespace exuvia::gc {
class Workers;
}

namespace exuvia::runtime {
class OldCycle;
class OldMarks;
class YoungSearch;
}  // namespace exuvia::runtime

namespace exuvia {

// Generation 0 are the youngest objects; what survives its collections ends up in 2.
inline constexpr unsigned kGenerations = 3;
inline constexpr unsigned kYoungGeneration = 0;
inline constexpr unsigned kOldestGeneration = 2;

// When generations are collected: the youngest when its births exceed its deaths by more than
// thresholds[0] (0: never); each other when the next younger one was collected more than
// thresholds[n] times, and the oldest only if the objects waiting for it exceed a quarter of those
// that survived its last collection.
//
// Under the incremental policy thresholds[0] says when a step is due (and it is when twice as many
// were born, however many have died), each step looks at 120 / thresholds[1] old objects (10:
// twelve) for each by which the heap has grown, and thresholds[2] is always 0.
using Thresholds = std::array<std::uint32_t, kGenerations>;

// How automatic collections find old garbage.
enum class Policy {
  kGenerational,  // CPython's up to 3.13 and from 3.14.5: in one go, when the old have grown
  kIncremental,   // CPython's 3.14.0 to 3.14.4: in many short steps, one with each young collection
};

// When a collection clears the weak references to what it has found.
enum class WeakOrder {
  kBeforeFinalizers,  // CPython's up to 3.14: no finalizer can lock one
  // CPython's from 3.15: those with callbacks before the finalizers, which can still lock the
  // others.
  kAfterFinalizers,
};

// What gc.get_stats() tells of a generation.
struct GenerationStatistics {
  std::size_t collections = 0;    // of this generation and the younger ones
  std::size_t candidates = 0;     // objects searched for cycles
  std::size_t collected = 0;      // objects found unreachable: destroyed, or kept by kSaveAll
  std::size_t uncollectable = 0;  // 0: nothing here is like CPython's legacy finalizers
  std::uint64_t duration_ns = 0;  // of all these collections together
  std::uint64_t longest_ns = 0;   // the longest pause among them
};

// What gc.set_debug() takes; combine with |. What is printed goes to the standard error stream.
enum class Debug : std::uint32_t {
  kNone = 0,
  kStats = 1,          // prints a line after each collection
  kCollectable = 2,    // prints each unreachable object that is found
  kUncollectable = 4,  // prints what garbage() holds when the heap goes, but not with kSaveAll
  kSaveAll = 32,       // keeps unreachable objects in garbage() instead of destroying them
  kLeak = 38,          // the three before
};
// As of sets of flags: both sets, and whether a set has any of another's.
[[nodiscard]] constexpr Debug operator|(Debug a, Debug b) noexcept {
  return static_cast<Debug>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
[[nodiscard]] constexpr bool has_flag(Debug set, Debug flag) noexcept {
  return (static_cast<std::uint32_t>(set) & static_cast<std::uint32_t>(flag)) != 0;
}

// When a callback is called: before a collection, and after it.
enum class CollectionPhase { kStart, kStop };

// What a callback is told, as in gc.callbacks. All but the generation is 0 at the start.
struct CollectionInfo {
  unsigned generation = 0;
  std::size_t collected = 0;      // objects found unreachable
  std::size_t uncollectable = 0;  // as in GenerationStatistics
  std::size_t candidates = 0;     // objects searched for cycles
  std::uint64_t duration_ns = 0;  // the pause
};

// May use the heap as any code may; what it throws goes to the unraisable hook.
using CollectionCallback = std::function<void(CollectionPhase, const CollectionInfo&)>;
// Told of an exception that cannot propagate, and where it came from: the type of a finalize(), or
// which callback.
using UnraisableHook = std::function<void(const char* where, std::exception_ptr exception)>;

// Destroys objects that only hold each other. One to a heap; used on the thread that owns the heap.
//
// A collection disposes of what it finds in PEP 442's order: weak references are cleared (but see
// WeakOrder) and their callbacks run; every finalize() that has not run yet runs; if any of the
// objects has become reachable again, it and all it reaches live on; the others' references to each
// other are emptied, and they are destroyed. Nothing is written to an object that lives.
class Collector {
 public:
  explicit Collector(runtime::HeapCore& core);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // Automatic collections. collect() works in either state.
  void enable() noexcept;
  void disable() noexcept;
  [[nodiscard]] bool is_enabled() const noexcept { return here(is_enabled_); }

  // Ends what the other policy has begun, and sets its thresholds: (2000, 10, 10) or (2000, 10, 0).
  void set_policy(Policy policy) noexcept;
  [[nodiscard]] Policy get_policy() const noexcept { return here(policy_); }

  // Which CPython's order: kBeforeFinalizers at first.
  void set_weak_order(WeakOrder order) noexcept { here(weak_order_) = order; }
  [[nodiscard]] WeakOrder get_weak_order() const noexcept { return here(weak_order_); }

  // Collects `generation` and the younger ones (a number above 2 stands for 2); returns the number
  // of unreachable objects found. Returns 0 at once inside a running collection or a
  // NoCollectionScope, and when there is no memory for its tables. Under the incremental policy
  // generation 1 stands for a step: the young and a part of the old.
  std::size_t collect(unsigned generation = kOldestGeneration) noexcept;

  // When automatic collections are due.
  [[nodiscard]] Thresholds get_thresholds() const noexcept { return here(thresholds_); }
  void set_thresholds(Thresholds thresholds) noexcept;
  // Births less deaths since the last collection of generation 0; collections of 0 since 1, of 1
  // since 2. Under the incremental policy: births less deaths; collections of generation 0 alone
  // since the search of the old began anew, and during the one before.
  [[nodiscard]] std::array<std::uint32_t, kGenerations> get_counts() const noexcept;
  // Of each generation since the heap began.
  [[nodiscard]] const std::array<GenerationStatistics, kGenerations>& get_statistics()
      const noexcept {
    return here(statistics_);
  }

  // Callbacks run in order of addition, before and after each collection. add gives the number for
  // remove.
  std::size_t add_callback(CollectionCallback callback);
  void remove_callback(std::size_t number) noexcept;

  // Moves all tracked objects to a permanent generation that no collection examines; false when
  // memory is exhausted.
  bool freeze() noexcept;
  // Moves them to the oldest generation.
  bool unfreeze() noexcept;
  // Objects in the permanent generation.
  [[nodiscard]] std::size_t get_freeze_count() const noexcept;

  // Tracked objects of one generation, or of all; frozen ones are left out. Under the incremental
  // policy generation 1 are the old objects that are suspected of being garbage.
  [[nodiscard]] std::vector<Ref<void>> get_objects() const;
  [[nodiscard]] std::vector<Ref<void>> get_objects(unsigned generation) const;
  // Tracked objects that hold a reference to any of `objects`.
  [[nodiscard]] std::vector<Ref<void>> get_referrers(const std::vector<Ref<void>>& objects) const;
  // What `object` holds, once for each reference.
  [[nodiscard]] static std::vector<Ref<void>> get_referents(const Ref<void>& object);
  // Whether collections examine the object; whether its finalize() has run.
  [[nodiscard]] static bool is_tracked(const Ref<void>& object) noexcept;
  [[nodiscard]] static bool is_finalized(const Ref<void>& object) noexcept;

  // Debug::kNone at first.
  void set_debug(Debug flags) noexcept { here(debug_) = flags; }
  [[nodiscard]] Debug get_debug() const noexcept { return here(debug_); }
  // Unreachable objects kept instead of destroyed, under Debug::kSaveAll.
  [[nodiscard]] std::vector<Ref<void>>& garbage() noexcept { return here(garbage_); }

  // Without a hook, a line on the standard error stream tells of the exception.
  void set_unraisable_hook(UnraisableHook hook);

  // Threads that a full collection uses, the calling one included; 1 at first. With more, trace()
  // of the program's classes is called on helper threads, while the calling one waits.
  void set_workers(unsigned count) noexcept;

  // For the runtime's own use.
  void collect_automatically() noexcept;
  void collect_for_the_last_time() noexcept;
  // Whether a collection runs. Then the heap's end comes after it.
  [[nodiscard]] bool puts_off_end() noexcept { return is_end_due_ = is_collecting_; }
  void report_unraisable(const char* where, std::exception_ptr exception) noexcept;
  void enter_no_collection_scope() noexcept;
  void leave_no_collection_scope() noexcept;

 private:
  using Header = runtime::Header;
  struct Workspace;

  // A part of the collector that only the thread may ask for that owns the heap.
  template <class Part>
  [[nodiscard]] Part& here(Part& part) const noexcept {
    core_.check_thread();
    return part;
  }
  void update_limit() noexcept;
  [[nodiscard]] unsigned due_generation() const noexcept;
  [[nodiscard]] bool has_suspects(unsigned generation) const noexcept;
  [[nodiscard]] bool is_search_idle(unsigned generation, bool is_suspected) noexcept;
  void note_expected_search(unsigned generation) noexcept;
  void expect_more_from(unsigned generation) noexcept;
  [[nodiscard]] bool is_more_expected(unsigned generation) const noexcept {
    return searches_due_[generation] != 0;
  }
  std::size_t run(unsigned generation) noexcept;
  void audit(unsigned generation) const noexcept;
  void end_heap_if_due() noexcept;
  void reset_counts(unsigned generation) noexcept;
  void gather(unsigned generation, Workspace& work);
  void gather_candidates(Workspace& work) noexcept;
  [[nodiscard]] bool is_old_wanted() const noexcept;
  void look_at_old() noexcept;
  void look_at_old_alone() noexcept;
  [[nodiscard]] bool is_old_cycle_due() const noexcept;
  void find_trash(unsigned generation, Workspace& work);
  void find_old_trash(Workspace& work);
  void find_young_trash(Workspace& work);
  void free_plain_trash(Workspace& work) noexcept;
  void free_unmarked(const runtime::OldMarks& marks, Workspace& work) noexcept;
  void promote(unsigned generation, Workspace& work) noexcept;
  void promote_young(std::uint32_t end) noexcept;
  void promote_suspicion(unsigned generation) noexcept;
  void dispose(unsigned generation, Workspace& work) noexcept;
  void clear_weak_references(Workspace& work) noexcept;
  void finalize(Workspace& work) noexcept;
  void spare_resurrected(unsigned generation, Workspace& work) noexcept;
  void save_garbage(Workspace& work) noexcept;
  void print_garbage() const noexcept;
  void destroy(Workspace& work) noexcept;
  void track_in(unsigned generation, Header* header) noexcept;
  void note_collection(unsigned generation, const Workspace& work, std::uint64_t ns) noexcept;
  void tell_callbacks(CollectionPhase phase, const CollectionInfo& info) noexcept;

  runtime::HeapCore& core_;
  std::unique_ptr<gc::Workers> workers_;
  std::unique_ptr<runtime::YoungSearch> young_search_;
  std::unique_ptr<runtime::OldCycle> old_cycle_;
  Policy policy_ = Policy::kGenerational;
  WeakOrder weak_order_ = WeakOrder::kBeforeFinalizers;
  Thresholds thresholds_{2000, 10, 10};
  std::array<std::uint32_t, kGenerations> counts_{};  // [0] lives in the core
  std::size_t waiting_ = 0;    // objects moved to the oldest generation since it was last collected
  std::size_t survivors_ = 0;  // of its last collection
  // Of the incremental policy: whether these are of the search that began last, by how much the
  // heap has grown since it last looked at the old, and whether it has since the last collection of
  // generation 0.
  bool is_old_counted_ = true;
  std::size_t growth_ = 0;
  bool is_halfway_ = false;
  bool is_enabled_ = true;
  bool is_collecting_ = false;
  bool is_automatic_ = false;                                // the collection that runs now
  bool is_end_due_ = false;                                  // the heap's, after that collection
  std::array<std::uint32_t, kGenerations> idle_searches_{};  // left out in a row
  // Not to be left out, as one found garbage that no suspect told of.
  std::array<std::uint32_t, kGenerations> searches_due_{};
  std::uint32_t no_collection_depth_ = 0;
  Debug debug_ = Debug::kNone;
  std::array<GenerationStatistics, kGenerations> statistics_{};
  std::vector<std::pair<std::size_t, std::shared_ptr<CollectionCallback>>> callbacks_;
  std::size_t next_callback_ = 1;
  std::shared_ptr<UnraisableHook> unraisable_hook_;
  std::vector<Ref<void>> garbage_;
};

}  // namespace exuvia
