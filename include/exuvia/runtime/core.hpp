// The state of one heap of the runtime, as far as the inlined paths of make, Ref and Weak need it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "exuvia/runtime/checks.hpp"
#include "exuvia/runtime/generations.hpp"
#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia {
class Collector;
}

namespace exuvia::runtime {

class WeakTable;
class Auditor;

// What a layer above keeps for each heap, for instance the table of interned strings.
class Attachment {
 public:
  Attachment() = default;
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  virtual ~Attachment() = default;

  // The heap's handle goes: the last collection comes next. The heap is the current one.
  virtual void heap_ends() noexcept {}
};

// Invariants, suspended only inside the named functions:
//   - an object without a reference is being destroyed (`release_last`), or waits in `deferred_`
//   for it;
//   - the births that the log has counted are what CPython's generation 0 would count: of tracked
//   objects, minus deaths, since its last collection.
class HeapCore {
 public:
  HeapCore();
  ~HeapCore();
  HeapCore(const HeapCore&) = delete;
  HeapCore& operator=(const HeapCore&) = delete;

  // The heap that make() uses on this thread: the innermost HeapScope's, else one that the thread
  // owns.
  [[nodiscard]] static HeapCore& current() {
    HeapCore* const core = current_;
    return core != nullptr ? *core : thread_default();
  }
  // Makes `core` current (null: the thread's own) and returns what was.
  static HeapCore* exchange_current(HeapCore* core) noexcept {
    return std::exchange(current_, core);
  }

  // Storage for an object of `bytes` behind its header, count 1 and untracked; null when memory is
  // exhausted.
  [[nodiscard, gnu::always_inline]] Header* try_allocate(const Type& type,
                                                         std::size_t bytes) noexcept {
    if constexpr (kChecks) check_owner(type);
    const Binding* const binding = binding_of(type);
    if (binding == nullptr) [[unlikely]]
      return nullptr;
    void* const block = storage_.allocate(sizeof(Header) + bytes);
    if (block == nullptr) [[unlikely]]
      return nullptr;
    Header* const header = born(block, *binding);
    if constexpr (kChecks) note_birth(header, bytes);
    return header;
  }

  // The same on the current heap, of an object that is not tracked at first, and need not be
  // published. Null, with nothing changed, where more is to be done than a look at a magazine: so
  // whoever has a path of its own for that needs no frame for this one.
  [[nodiscard, gnu::always_inline]] static Header* try_allocate_at_once(
      const Type& type, std::size_t bytes) noexcept {
    HeapCore* const core = current_;
    if (kChecks || core == nullptr) [[unlikely]]
      return nullptr;
    const Binding* const binding = core->known_binding_of(type);
    if (binding == nullptr || core->makes_immortals()) [[unlikely]]
      return nullptr;
    void* const block = core->storage_.try_allocate_at_once(sizeof(Header) + bytes);
    return block == nullptr ? nullptr : core->born(block, *binding);
  }

  // Who publishes objects as untracked and tracks them later asks this first, as their births run
  // no collection.
  void collect_if_due() noexcept {
    if (!generations_.log.grants_birth()) [[unlikely]]
      collect_if_due_slowly();
  }

  // Lets the collector see an object that was published as untracked: counts it as a birth. False
  // when there is no memory to remember it.
  [[nodiscard]] bool try_start_tracking(Header* header) noexcept {
    return generations_.log.try_push_newborn(header) || try_start_tracking_slowly(header);
  }

  // Makes a whole object immortal under an ImmortalScope, or else lets the collector see it if it
  // is to be tracked, after a collection if one is due. False when there is no memory to remember
  // it.
  [[nodiscard, gnu::always_inline]] bool try_publish(Header* header, bool tracked) noexcept {
    if (tracked) return generations_.log.try_push_newborn(header) || try_publish_slowly(header);
    if (makes_immortals()) [[unlikely]]
      make_immortal(header);
    return true;
  }

  // Takes back the storage of an object whose constructor threw.
  void abandon(Header* header, std::size_t bytes) noexcept;

  // Drops a reference to `header` that may be the last, or the first to go while others stay.
  static void release_slowly(Header* header) noexcept;

  // Ends objects that a collection has found unreachable. Their references to each other are empty
  // already, and their counts stand at 1.
  void destroy_unreachable(std::span<Header* const> objects) noexcept;

  // EndByRefs::destroy of a T.
  template <class T>
  static void destroy_plain(HeapCore& core, Header* header) noexcept;

  // Frees tracked objects without a destructor, and without dropping what they hold.
  void free_unreachable(std::span<Header* const> objects) noexcept;
  // The same of objects that have left their set.
  void free_unreachable(const ObjectSet::PoolObjects& objects) noexcept;

  // The object is never counted, collected or destroyed any more.
  void make_immortal(Header* header) noexcept;
  [[nodiscard]] bool makes_immortals() const noexcept { return immortal_depth_ != 0; }
  void enter_immortal_scope() noexcept {
    ++immortal_depth_;
    bound_young();
  }
  void leave_immortal_scope() noexcept {
    --immortal_depth_;
    bound_young();
  }

  // A collection is due beyond these; with the highest numbers none ever is.
  void set_young_bounds(const ObjectLog::Bounds& bounds) noexcept {
    young_bounds_ = bounds;
    bound_young();
  }

  // Objects alive; immortal ones are not counted.
  [[nodiscard]] std::size_t object_count() const noexcept { return object_count_; }

  // The calling thread owns the heap from now on.
  void adopt() noexcept { owner_ = this_thread(); }
  [[nodiscard]] bool is_owned_by_this_thread() const noexcept { return owner_ == this_thread(); }
  // In checking builds: stops the process unless the calling thread owns the heap.
  void check_thread() const noexcept {
    if constexpr (kChecks) {
      if (!is_owned_by_this_thread()) fail("a heap is used by a thread that does not own it");
    }
  }

  void enter_scope() noexcept { ++scope_depth_; }
  void leave_scope() noexcept { --scope_depth_; }
  // Whether a scope of the heap's own is open.
  [[nodiscard]] bool is_in_scope() const noexcept { return scope_depth_ != 0 || makes_immortals(); }

  // The handle is gone; the heap lives until its last object and its last Weak have died. Where a
  // collection runs, all this comes when it has ended.
  void orphan() noexcept;
  [[nodiscard]] bool is_orphan() const noexcept { return is_orphan_; }
  void weak_reference_dropped() noexcept { delete_if_empty_orphan(); }

  // One to a heap; it goes when all objects have gone.
  [[nodiscard]] Attachment* attachment() const noexcept { return attachment_.get(); }
  void attach(std::unique_ptr<Attachment> attachment) noexcept {
    attachment_ = std::move(attachment);
  }

  [[nodiscard]] bool is_consistent() const noexcept;
  [[nodiscard]] Storage& storage() noexcept { return storage_; }
  [[nodiscard]] Collector& collector() noexcept { return *collector_; }
  [[nodiscard]] WeakTable& weak_table() noexcept { return *weak_table_; }
  [[nodiscard]] Auditor& auditor() noexcept { return *auditor_; }
  [[nodiscard]] Generations& generations() noexcept { return generations_; }

 private:
  friend class exuvia::Collector;

  static HeapCore& thread_default();
  // Identifies a thread without a call.
  static const void* this_thread() noexcept { return &thread_mark_; }

  [[nodiscard]] const Binding* binding_of(const Type& type) noexcept {
    const Binding* const known = known_binding_of(type);
    if (known != nullptr) [[likely]]
      return known;
    return add_binding(type);
  }
  // Null before the type is first used here.
  [[nodiscard]] const Binding* known_binding_of(const Type& type) const noexcept {
    const std::uint32_t index = type.index.load(std::memory_order_relaxed);
    return index < binding_count_ ? bindings_[index] : nullptr;
  }
  const Binding* add_binding(const Type& type) noexcept;
  [[nodiscard]] bool try_grow_bindings(std::uint32_t count) noexcept;
  [[nodiscard, gnu::always_inline]] Header* born(void* block, const Binding& binding) noexcept {
    ++object_count_;  // before the header is written, as ObjectLog::push() explains
    return ::new (block) Header{object::Counting::kOne, binding.first_state, &binding};
  }

  void end_attachment() noexcept;
  void become_orphan() noexcept;
  // What is not to be done at once is done slowly: no newborn may pass under an ImmortalScope.
  void bound_young() noexcept {
    generations_.log.set_bounds(makes_immortals() ? ObjectLog::Bounds{} : young_bounds_);
  }
  [[nodiscard]] bool try_publish_slowly(Header* header) noexcept;
  [[nodiscard]] bool try_start_tracking_slowly(Header* header) noexcept;
  // Of an object whose birth has been counted.
  [[nodiscard]] bool try_add_counted(Header* header) noexcept;
  void collect_if_due_slowly() noexcept;
  void check_owner(const Type& type) const noexcept;
  void note_birth(Header* header, std::size_t bytes) noexcept;

  [[gnu::noinline]] void release_last(Header* header) noexcept;
  static void note_suspect(const Header* header) noexcept;
  [[nodiscard]] bool outlives_finalizer(Header* header) noexcept;
  // What try_retire() does with a tracked object of which nothing else is to be known, but for
  // counting its death. False, with nothing changed, if it is another or has more references than
  // one.
  [[nodiscard]] bool try_retire_at_once(Header* header) noexcept {
    if (header->is_lone(object::Place::kLogged)) [[likely]] {
      generations_.log.erase(header);
      return true;
    }
    return header->is_lone(object::Place::kOld) && generations_.old.erase(header);
  }
  [[nodiscard]] bool try_retire(Header* header) noexcept;
  [[nodiscard]] bool try_retire_slowly(Header* header) noexcept;
  void run_weak_callbacks(Header* header) noexcept;
  void count_death() noexcept { generations_.log.count_deaths(1); }
  // Of tracked objects that are no more.
  void count_deaths(std::uint32_t deaths) noexcept {
    object_count_ -= deaths;
    generations_.log.count_deaths(deaths);
  }
  void destroy_or_defer(Header* header) noexcept;
  void defer_or_begin(Header* header, std::uintptr_t frame) noexcept;
  void finish_destruction() noexcept;
  void destroy(Header* header) noexcept;
  [[nodiscard]] bool drop(Header* header) noexcept;
  static void drop_members(const Header* header) noexcept;
  void forget_destructors_uses(Header* header) noexcept;
  void free_storage(Header* header, std::size_t bytes) noexcept;
  void delete_if_empty_orphan() noexcept;

  static constexpr std::uintptr_t kNoDestruction = ~std::uintptr_t{0};

  inline static constinit thread_local HeapCore* current_ = nullptr;
  inline static constinit thread_local char thread_mark_ = 0;

  Binding** bindings_ = nullptr;  // by Type::index
  std::uint32_t binding_count_ = 0;
  std::uint32_t immortal_depth_ = 0;
  ObjectLog::Bounds young_bounds_;
  bool is_orphan_ = false;
  // While objects are destroyed: destructors whose frame would lie below it are deferred.
  std::uintptr_t destruction_floor_ = kNoDestruction;
  Header* deferred_ = nullptr;  // linked through their first eight bytes
  std::size_t object_count_ = 0;
  // By generation: whether one of its objects has become suspect, here or when it was younger.
  std::array<bool, 3> suspects_{};
  Generations generations_;
  Storage storage_;
  const void* owner_;
  std::uint32_t scope_depth_ = 0;
  std::unique_ptr<Attachment> attachment_;
  std::unique_ptr<WeakTable> weak_table_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<Auditor> auditor_;  // null but in checking builds
};

}  // namespace exuvia::runtime
