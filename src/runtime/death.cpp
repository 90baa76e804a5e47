// How an object ends: from the release of its last reference until its storage is free.
#include <bit>
#include <cstdint>
#include <cstring>

#include "exuvia/runtime/collector.hpp"
#include "exuvia/runtime/core.hpp"
#include "runtime/auditor.hpp"
#include "runtime/guarded_call.hpp"
#include "runtime/weak_table.hpp"

namespace exuvia::runtime {

namespace {

// Destructors that would need more stack are deferred: enough for the locality of shallow graphs,
// little enough for any thread.
constexpr std::uintptr_t kDestructionStack = 16 * base::kKiB;

void set_link(Header* header, Header* next) noexcept {
  std::memcpy(static_cast<void*>(header), &next, sizeof(void*));
}

Header* link_of(const Header* header) noexcept {
  Header* next = nullptr;
  std::memcpy(&next, static_cast<const void*>(header), sizeof(void*));
  return next;
}

}  // namespace

// What becomes of an object whose references go. Objects end inside each other's end, in bounded
// stack. NOLINTBEGIN(misc-no-recursion)

// An object without an end of its own, of which nothing else knows, goes without a frame.
void HeapCore::release_slowly(Header* header) noexcept {
  if (!object::Counting::is_one(header->references)) {
    const bool was_suspect = object::Counting::is_suspect(header->references);
    if (!object::Counting::release(header->references) && !was_suspect) note_suspect(header);
    return;
  }
  const Binding& binding = *header->binding;
  const bool is_bare = header->state == 0 && binding.ends_with_storage;
  if (is_bare && !kChecks) return binding.core->free_storage(header, 0);
  binding.core->release_last(header);
}

// A reference to `header` has gone for the first time while others stay.
void HeapCore::note_suspect(const Header* header) noexcept {
  if (header->binding->type->trace == nullptr) return;
  HeapCore& core = *header->binding->core;
  unsigned generation = 0;  // of an object that is not tracked yet, too
  if (header->place() == object::Place::kOld) generation = 2;
  if (header->place() == object::Place::kLogged)
    generation = core.generations_.log.generation_of(header);
  core.suspects_[generation] = true;
}

// The count of `header` has reached zero: finalizer, weak references, destructor. What dies with it
// has died before the outermost call returns, in bounded stack.
void HeapCore::release_last(Header* header) noexcept {
  const bool is_simple = header->state == 0 && header->binding->type->ends_at_once && !is_orphan_;
  if (is_simple) return destroy(header);
  if (try_retire(header)) destroy_or_defer(header);
}

// Afterwards nobody can reach the object any more, not even a collection that a callback starts.
// False if its finalizer has made it live on.
inline bool HeapCore::try_retire(Header* header) noexcept {
  if (!try_retire_at_once(header)) return header->state == 0 || try_retire_slowly(header);
  count_death();
  return true;
}

bool HeapCore::try_retire_slowly(Header* header) noexcept {
  if (header->has(Header::kToFinalize) && outlives_finalizer(header)) return false;
  object::Counting::reset(header->references, 1);
  if (header->place() != object::Place::kUntracked) {
    generations_.remove(header);
    count_death();
  }
  if (header->has(Header::kHasWeak)) run_weak_callbacks(header);
  return true;
}

// The count stands at 1 meanwhile, as in a destructor: a callback may know the object's address.
void HeapCore::run_weak_callbacks(Header* header) noexcept {
  const CheckedPassage passage(header);
  weak_table_->clear(header);
  if (!object::Counting::is_one(header->references) || header->has(Header::kHasWeak))
    fail("the callback of a Weak let a reference to its dead object escape", header);
}

bool HeapCore::outlives_finalizer(Header* header) noexcept {
  header->clear(Header::kToFinalize);
  object::Counting::reset(header->references, 1);
  const CheckedPassage passage(header);
  call_guarded(*this, header->binding->type->name,
               [header] { header->binding->type->finalize(header->payload()); });
  if (object::Counting::release(header->references)) return false;
  note_suspect(header);
  return true;
}

// Destruction, in bounded stack.

inline void HeapCore::destroy_or_defer(Header* header) noexcept {
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if (frame >= destruction_floor_) [[likely]]
    return destroy(header);
  defer_or_begin(header, frame);
}

void HeapCore::defer_or_begin(Header* header, std::uintptr_t frame) noexcept {
  if (destruction_floor_ != kNoDestruction) {
    if (header->binding->type->ends_at_once) return destroy(header);
    set_link(header, deferred_);
    deferred_ = header;
    return;
  }
  destruction_floor_ = frame - kDestructionStack;
  destroy(header);
  finish_destruction();
}

void HeapCore::finish_destruction() noexcept {
  while (deferred_ != nullptr) {
    Header* const next = deferred_;
    deferred_ = link_of(next);
    destroy(next);
  }
  destruction_floor_ = kNoDestruction;
  generations_.log.drop_last_holes();
  if (is_orphan_) [[unlikely]]
    delete_if_empty_orphan();
}

// Drops a reference that an object held which has ended plainly. True if it was the last, and
// all that is left to do is to drop what this one held.
bool HeapCore::drop(Header* header) noexcept {
  const Binding& binding = *header->binding;
  const bool ends_here =
      object::Counting::is_one(header->references) && binding.end_by_refs && binding.core == this;
  if (!ends_here) {
    release_slowly(header);
    return false;
  }
  if (!try_retire(header)) return false;
  --object_count_;
  return true;
}

// The end of an object that ends plainly in checking builds, where its Refs are known until they
// go.
void HeapCore::drop_members(const Header* header) noexcept {
  auto* const members = static_cast<void**>(const_cast<void*>(header->payload()));
  for (std::uint64_t words = header->binding->ref_words; words != 0; words &= words - 1) {
    void*& member = members[std::countr_zero(words)];
    if (member == nullptr) continue;
    Header* const held = header_of_payload(member);
    forget_ref(&member, held);
    member = nullptr;
    release_slowly(held);
  }
}

// The count stands at 1 meanwhile, so that a destructor may pass references to its own object
// around; none may stay.
inline void HeapCore::destroy(Header* header) noexcept {
  const EndByRefs& end_by_refs = header->binding->end_by_refs;
  if (end_by_refs && !kChecks) return end_by_refs.destroy(*this, header);
  const Type& type = *header->binding->type;
  // Asked now, as the object will not be there to answer; only checking builds want to know.
  const std::size_t bytes = kChecks ? type.bytes_of(header->payload()) : 0;
  const CheckedPassage passage(header, bytes);
  header->renew();
  if (type.destroy != nullptr) {
    end_by_refs ? drop_members(header) : type.destroy(header->payload());
    if (!header->is_fresh()) [[unlikely]]
      forget_destructors_uses(header);
  }
  free_storage(header, bytes);
}

// NOLINTEND(misc-no-recursion)

void HeapCore::destroy_unreachable(std::span<Header* const> objects) noexcept {
  const bool is_outermost = destruction_floor_ == kNoDestruction;
  if (is_outermost) {
    destruction_floor_ =
        reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - kDestructionStack;
  }
  for (Header* header : objects) {
    if (!object::Counting::is_one(header->references)) [[unlikely]]
      fail("a destructor let a reference to an object of its dead cycle escape", header);
    count_death();
    destroy(header);
  }
  if (is_outermost) finish_destruction();
}

void HeapCore::free_unreachable(std::span<Header* const> objects) noexcept {
  generations_.erase(objects);
  if constexpr (kChecks) {
    for (Header* header : objects) auditor_->died(header, header->binding->type->size);
  }
  generations_.log.drop_last_holes();
  object_count_ -= objects.size();
  if constexpr (!kChecks) {
    static_assert(sizeof(Header*) == sizeof(void*));
    storage_.deallocate_all(reinterpret_cast<void* const*>(objects.data()), objects.size());
  }
}

void HeapCore::free_unreachable(const ObjectSet::PoolObjects& objects) noexcept {
  object_count_ -= objects.count;
  if constexpr (kChecks) {
    objects.for_each(
        [this](Header* header) { auditor_->died(header, header->binding->type->size); });
    return;
  }
  if (storage_.try_deallocate_pool(reinterpret_cast<void*>(objects.address), objects.count)) return;
  void* blocks[ObjectSet::PoolObjects::kMost];
  std::size_t count = 0;
  objects.for_each([&](Header* header) { blocks[count++] = header; });
  storage_.deallocate_all(blocks, count);
}

// A destructor may have passed references to its object around, or made weak ones.
void HeapCore::forget_destructors_uses(Header* header) noexcept {
  if (!object::Counting::is_one(header->references))
    fail("a destructor let a reference to its object escape", header);
  if (header->has(Header::kHasWeak)) weak_table_->clear(header);
}

void HeapCore::abandon(Header* header, std::size_t bytes) noexcept {
  if (!object::Counting::is_one(header->references))
    fail("a constructor threw after it had let a reference to its object escape", header);
  if (header->has(Header::kHasWeak)) weak_table_->clear(header);
  free_storage(header, bytes);
  delete_if_empty_orphan();
}

inline void HeapCore::free_storage(Header* header, std::size_t bytes) noexcept {
  --object_count_;
  if constexpr (kChecks) {
    auditor_->died(header, bytes);
  } else {
    heap::Magazine* const magazine = header->binding->magazine;
    const bool is_free = magazine != nullptr && magazine->try_push(header);
    if (!is_free) storage_.deallocate(header, sizeof(Header) + bytes);
  }
}

}  // namespace exuvia::runtime
