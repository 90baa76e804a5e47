#include "exuvia/runtime/core.hpp"

#include <pthread.h>

#include <algorithm>
#include <mutex>
#include <new>

#include "exuvia/runtime/collector.hpp"
#include "runtime/auditor.hpp"
#include "runtime/weak_table.hpp"

namespace exuvia::runtime {

namespace {

std::uint32_t index_of(const Type& type) noexcept {
  static constinit std::atomic<std::uint32_t> next{1};
  std::uint32_t index = type.index.load(std::memory_order_relaxed);
  if (index != 0) return index;
  const std::uint32_t mine = next.fetch_add(1, std::memory_order_relaxed);
  // Whoever comes first names the type; the loser's number stays unused. No data is published with
  // it.
  return type.index.compare_exchange_strong(index, mine, std::memory_order_relaxed) ? mine : index;
}

// The heap of this thread's own; null before it is used and after it has ended.
constinit thread_local HeapCore* own_heap = nullptr;

// Hands it over to its last object. Where a scope is still open, as of one that is static or calls
// exit(), the heap stays as it is.
void end_own_heap() noexcept {
  if (own_heap == nullptr) return;
  if (&HeapCore::current() == own_heap) HeapCore::exchange_current(nullptr);
  HeapCore* const heap = std::exchange(own_heap, nullptr);
  if constexpr (kChecks) heap->auditor().thread_ends();
  if (!heap->is_in_scope()) heap->orphan();
}

// Ends the heap when the thread's last thread_local variable has gone.
void end_own_heap_at_last() noexcept {
  static pthread_key_t key;
  static const bool has_key = pthread_key_create(&key, [](void*) { end_own_heap(); }) == 0;
  if (has_key) pthread_setspecific(key, own_heap);
}

// Ends the heap together with the thread's thread_local variables. Those that go later may still
// make objects, and thereby another heap.
void end_own_heap_with_thread() noexcept {
  static constinit thread_local bool has_ended = false;
  struct End {
    ~End() {
      has_ended = true;
      end_own_heap();
    }
  };
  [[maybe_unused]] static thread_local const End end;
  if (has_ended) end_own_heap_at_last();
}

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
    if (bindings_[i] != nullptr) storage_.deallocate(bindings_[i], sizeof(Binding));
  }
  if (bindings_ != nullptr) storage_.deallocate(bindings_, binding_count_ * sizeof(bindings_[0]));
}

HeapCore& HeapCore::thread_default() {
  if (own_heap == nullptr) {
    own_heap = new HeapCore();
    end_own_heap_with_thread();
  }
  current_ = own_heap;
  return *own_heap;
}

bool HeapCore::try_grow_bindings(std::uint32_t count) noexcept {
  void* const memory = storage_.allocate(count * sizeof(bindings_[0]));
  if (memory == nullptr) return false;
  auto** const grown = static_cast<Binding**>(memory);
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
  const bool ends_with_storage = type.destroy == nullptr && !is_orphan_;
  const std::uint64_t ref_words = type.ref_words != nullptr ? type.ref_words() : 0;
  const EndByRefs end_by_refs = ref_words != 0 ? type.end_by_refs : EndByRefs{};
  heap::Magazine* const magazine =
      type.size_of == nullptr ? storage_.magazine_for(sizeof(Header) + type.size) : nullptr;
  return bindings_[index] = ::new (memory)
             Binding{&type, this, first_state, ends_with_storage, ref_words, end_by_refs, magazine};
}

// CPython counts an object before it collects, and knows it after that.
bool HeapCore::try_publish_slowly(Header* header) noexcept {
  if (makes_immortals()) {
    make_immortal(header);
    return true;
  }
  generations_.log.count_birth();
  collect_if_due_slowly();
  return try_add_counted(header);
}

bool HeapCore::try_start_tracking_slowly(Header* header) noexcept {
  generations_.log.count_birth();
  return try_add_counted(header);
}

bool HeapCore::try_add_counted(Header* header) noexcept {
  const bool is_added = generations_.try_add(storage_, header);
  if (!is_added) generations_.log.count_deaths(1);
  return is_added;
}

void HeapCore::collect_if_due_slowly() noexcept {
  if (generations_.log.is_beyond(young_bounds_)) collector_->collect_automatically();
}

void HeapCore::check_owner(const Type& type) const noexcept {
  if (is_owned_by_this_thread()) return;
  const Binding binding{&type, nullptr};
  const Header unborn{0, 0, &binding};
  fail("a heap is used by a thread that does not own it", &unborn);
}

void HeapCore::note_birth(Header* header, std::size_t bytes) noexcept {
  const Type& type = *header->binding->type;
  if (type.size_of == nullptr && bytes != type.size)
    fail("an object is made with another size than its type's", header);
  auditor_->born(header, bytes);
}

void HeapCore::make_immortal(Header* header) noexcept {
  if (object::Counting::is_immortal(header->references)) return;
  if (header->place() != object::Place::kUntracked) generations_.remove(header);
  object::Counting::make_immortal(header->references);
  --object_count_;
}

bool HeapCore::is_consistent() const noexcept {
  check_thread();
  return generations_.is_consistent() && weak_table_->is_consistent();
}

void HeapCore::end_attachment() noexcept {
  if (attachment_ == nullptr) return;
  HeapCore* const outer = exchange_current(this);
  attachment_->heap_ends();
  exchange_current(outer);
}

void HeapCore::become_orphan() noexcept {
  is_orphan_ = true;
  for (std::uint32_t i = 0; i < binding_count_; ++i) {
    if (bindings_[i] != nullptr) bindings_[i]->ends_with_storage = false;
  }
}

void HeapCore::orphan() noexcept {
  if (is_in_scope()) fail("a Heap is destroyed inside a scope of its own");
  check_thread();
  if (collector_->puts_off_end()) return;
  end_attachment();
  collector_->collect_for_the_last_time();
  become_orphan();
  if constexpr (kChecks) auditor_->orphaned();
  delete_if_empty_orphan();
}

void HeapCore::delete_if_empty_orphan() noexcept {
  if (is_orphan_ && object_count_ == 0 && destruction_floor_ == kNoDestruction &&
      weak_table_->cell_count() == 0)
    delete this;
}

}  // namespace exuvia::runtime
