#include "exuvia/runtime/core.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>

#include "exuvia/runtime/collector.hpp"
#include "runtime/auditor.hpp"
#include "runtime/guarded_call.hpp"
#include "runtime/weak_table.hpp"

namespace exuvia::runtime {

namespace {

// Destructors that would need more stack are deferred: enough for the locality of shallow graphs,
// little enough for any thread.
constexpr std::uintptr_t kDestructionStack = 16 * base::kKiB;

std::uint32_t index_of(const Type& type) noexcept {
  static constinit std::atomic<std::uint32_t> next{1};
  std::uint32_t index = type.index.load(std::memory_order_relaxed);
  if (index != 0) return index;
  const std::uint32_t mine = next.fetch_add(1, std::memory_order_relaxed);
  // Whoever comes first names the type; the loser's number stays unused. No data is published with
  // it.
  return type.index.compare_exchange_strong(index, mine, std::memory_order_relaxed) ? mine : index;
}

void set_link(Header* header, Header* next) noexcept {
  std::memcpy(static_cast<void*>(header), &next, sizeof(void*));
}

Header* link_of(const Header* header) noexcept {
  Header* next = nullptr;
  std::memcpy(&next, static_cast<const void*>(header), sizeof(void*));
  return next;
}

// Hands a thread's own heap over to its last object when the thread ends.
struct ThreadHeap {
  HeapCore* core = nullptr;
  ~ThreadHeap() {
    if (core == nullptr) return;
    if (&HeapCore::current() == core) HeapCore::exchange_current(nullptr);
    std::exchange(core, nullptr)->orphan();
  }
};

}  // namespace

HeapCore::HeapCore()
    : owner_(this_thread()),
      weak_table_(std::make_unique<WeakTable>(storage_)),
      collector_(std::make_unique<Collector>(*this)),
      auditor_(kChecks ? std::make_unique<Auditor>(*this) : nullptr) {}

HeapCore::~HeapCore() {
  attachment_.reset();
  auditor_.reset();
  generations_.free(storage_);
  weak_table_.reset();
  for (std::uint32_t i = 0; i < binding_count_; ++i) {
    if (bindings_[i] != nullptr)
      storage_.deallocate(const_cast<Binding*>(bindings_[i]), sizeof(Binding));
  }
  if (bindings_ != nullptr) storage_.deallocate(bindings_, binding_count_ * sizeof(bindings_[0]));
}

HeapCore& HeapCore::thread_default() {
  thread_local ThreadHeap own;
  if (own.core == nullptr) own.core = new HeapCore();
  current_ = own.core;
  return *own.core;
}

bool HeapCore::try_grow_bindings(std::uint32_t count) noexcept {
  void* const memory = storage_.allocate(count * sizeof(bindings_[0]));
  if (memory == nullptr) return false;
  auto** const grown = static_cast<const Binding**>(memory);
  std::fill(std::copy_n(bindings_, binding_count_, grown), grown + count, nullptr);
  if (bindings_ != nullptr) storage_.deallocate(bindings_, binding_count_ * sizeof(bindings_[0]));
  bindings_ = grown;
  binding_count_ = count;
  return true;
}

const Binding* HeapCore::add_binding(const Type& type) noexcept {
  const std::uint32_t index = index_of(type);
  if (index >= binding_count_ && !try_grow_bindings(std::max(index + 1, binding_count_ * 2))) {
    return nullptr;
  }
  void* const memory = storage_.allocate(sizeof(Binding));
  if (memory == nullptr) return nullptr;
  const std::uint32_t first_state = type.finalize != nullptr ? Header::kToFinalize : 0;
  const std::uint64_t ref_words = type.ref_words != nullptr ? type.ref_words() : 0;
  bindings_[index] = ::new (memory) Binding{&type, this, first_state, ref_words};
  return bindings_[index];
}

bool HeapCore::try_track_slowly(Header* header) noexcept {
  return generations_.try_add(storage_, header);
}

void HeapCore::collect_on_allocation() noexcept { collector_->collect_automatically(); }

void HeapCore::check_owner(const Type& type) const noexcept {
  if (is_owned_by_this_thread()) return;
  const Binding binding{&type, nullptr};
  const Header unborn{0, 0, &binding};
  fail("a heap is used by a thread that does not own it", &unborn);
}

void HeapCore::note_birth(Header* header, std::size_t bytes) noexcept {
  auditor_->born(header, bytes);
}

void HeapCore::abandon(Header* header, std::size_t bytes, bool tracked) noexcept {
  if (!object::Counting::is_one(header->references))
    fail("a constructor threw after it had let a reference to its object escape", header);
  if (header->has(Header::kHasWeak)) weak_table_->clear(header);
  if (tracked) count_death();
  free_storage(header, bytes);
}

bool HeapCore::outlives_finalizer(Header* header) noexcept {
  header->clear(Header::kToFinalize);
  object::Counting::reset(header->references, 1);
  const CheckedPassage passage(header);
  call_guarded(*this, header->binding->type->name,
               [header] { header->binding->type->finalize(header->payload()); });
  return !object::Counting::release(header->references);
}

void HeapCore::note_suspect(const Header* header) noexcept {
  if (header->binding->type->trace == nullptr) return;
  HeapCore& core = *header->binding->core;
  unsigned generation = 0;  // of an object that is not tracked yet, too
  if (header->place() == object::Place::kOld) generation = 2;
  if (header->place() == object::Place::kLogged)
    generation = header->position() < core.generations_.log.young_begin() ? 1 : 0;
  core.suspects_[generation] = true;
}

void HeapCore::release_last(Header* header) noexcept {
  HeapCore& core = *header->binding->core;
  if (header->is_only(object::Place::kLogged)) [[likely]] {
    core.generations_.log.erase(header);
    core.count_death();
  } else if (header->is_only(object::Place::kOld) && core.generations_.old.erase(header)) {
    core.count_death();
  } else if (header->state != 0 && !core.try_retire(header)) {
    return;
  }
  core.destroy_or_defer(header);
}

// Afterwards nobody can reach the object any more, not even a collection that a callback starts.
// False if its finalizer has made it live on.
bool HeapCore::try_retire(Header* header) noexcept {
  if (header->has(Header::kToFinalize) && outlives_finalizer(header)) return false;
  object::Counting::reset(header->references, 0);
  if (header->place() != object::Place::kUntracked) {
    generations_.remove(header);
    count_death();
  }
  if (header->has(Header::kHasWeak)) weak_table_->clear(header);
  return true;
}

inline void HeapCore::destroy_or_defer(Header* header) noexcept {
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if (frame >= destruction_floor_) [[likely]]
    return destroy(header);
  defer_or_begin(header, frame);
}

void HeapCore::defer_or_begin(Header* header, std::uintptr_t frame) noexcept {
  if (destruction_floor_ != kNoDestruction) {
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
  if (is_orphan_) [[unlikely]]
    delete_if_empty_orphan();
}

// The count stands at 1 meanwhile, so that a destructor may pass references to its own object
// around; none may stay.
inline void HeapCore::destroy(Header* header) noexcept {
  const Type& type = *header->binding->type;
  // Asked now, as the object will not be there to answer; only checking builds want to know.
  const std::size_t bytes = kChecks ? type.bytes_of(header->payload()) : 0;
  const CheckedPassage passage(header, bytes);
  header->renew();
  if (type.destroy != nullptr) {
    type.destroy(header->payload());
    if (!header->is_fresh()) [[unlikely]]
      forget_destructors_uses(header);
  }
  free_storage(header, bytes);
}

// A destructor may have passed references to its object around, or made weak ones.
void HeapCore::forget_destructors_uses(Header* header) noexcept {
  if (!object::Counting::is_one(header->references))
    fail("a destructor let a reference to its object escape", header);
  if (header->has(Header::kHasWeak)) weak_table_->clear(header);
}

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

inline void HeapCore::free_storage(Header* header, std::size_t bytes) noexcept {
  --object_count_;
  if constexpr (kChecks) {
    auditor_->died(header, bytes);
  } else {
    storage_.deallocate(header, sizeof(Header) + bytes);
  }
}

void HeapCore::make_immortal(Header* header) noexcept {
  if (object::Counting::is_immortal(header->references)) return;
  if (header->place() != object::Place::kUntracked) generations_.remove(header);
  object::Counting::make_immortal(header->references);
  --object_count_;
}

bool HeapCore::is_consistent() const noexcept {
  return generations_.is_consistent() && weak_table_->is_consistent();
}

void HeapCore::orphan() noexcept {
  if (scope_depth_ != 0) fail("a Heap is destroyed inside a HeapScope of its own");
  check_thread();
  collector_->collect_for_the_last_time();
  is_orphan_ = true;
  if constexpr (kChecks) auditor_->orphaned();
  delete_if_empty_orphan();
}

void HeapCore::delete_if_empty_orphan() noexcept {
  if (is_orphan_ && object_count_ == 0 && destruction_floor_ == kNoDestruction &&
      weak_table_->cell_count() == 0)
    delete this;
}

}  // namespace exuvia::runtime
