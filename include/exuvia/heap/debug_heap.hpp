// A heap that watches its blocks: fill patterns, red zones, serial numbers.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "exuvia/heap/heap.hpp"

namespace exuvia::heap {

// What surrounds a block, and the reports about it. The layout is CPython's (Objects/obmalloc.c):
//
//   | size, 8 | state, 1 | 0xFD, 7 | the block, size bytes | 0xFD, 8 | serial number, 8 |
//                                  ^ what the program holds
//
// The block is filled with 0xCD when new. When it is freed, all behind the state is: the seven
// bytes become the low ones of the serial number, the rest 0xDD to the end of its size class. The
// heap keeps nothing in free blocks, so this is still there when the memory is used again, or reads
// as zeros if it had been given back. Whatever had been there from a larger or smaller class is
// overwritten by then.
class DebugBlock {
 public:
  static constexpr std::size_t kBefore = 16;
  static constexpr std::size_t kAfter = 16;
  static constexpr std::size_t kExtra = kBefore + kAfter;
  static constexpr unsigned char kNew = 0xCD;
  static constexpr unsigned char kFreed = 0xDD;
  static constexpr unsigned char kRedZone = 0xFD;

  // `raw`: memory of at least kBefore + size + kAfter bytes. `block_size` as in its size class; 0:
  // not in one.
  explicit DebugBlock(void* raw, std::size_t block_size) noexcept
      : raw_(static_cast<unsigned char*>(raw)), block_size_(block_size) {}

  static DebugBlock holding(void* p, std::size_t block_size) noexcept {
    return DebugBlock(static_cast<unsigned char*>(p) - kBefore, block_size);
  }

  unsigned char* data() const noexcept { return raw_ + kBefore; }
  std::size_t size() const noexcept;
  std::uint64_t serial() const noexcept;

  // Marks the block as the program's. If it is one that was freed before, stops the process when it
  // has been written to since.
  void begin(std::size_t size, std::uint64_t serial) noexcept;

  // Stops the process unless the block is the program's and its red zones are whole.
  void verify() const noexcept;

  // verify(), then marks it as freed.
  void end() noexcept;

 private:
  static constexpr unsigned char kLive = 'L';
  static constexpr unsigned char kDead = 'D';

  unsigned char& state() const noexcept { return raw_[8]; }
  void verify_fill_of_freed() const noexcept;
  void verify_zone(const unsigned char* from, std::size_t size, const char* what) const noexcept;
  [[noreturn]] void report(const char* what) const noexcept;
  [[noreturn]] void report_byte(const char* what, const unsigned char* at) const noexcept;

  unsigned char* raw_;
  std::size_t block_size_;
};

// Who may call: as H; for any thread, DebugHeap<SharedHeap<Heap>>. A double free, a free of an
// address that no call returned, a write past either end of a block and a write to a freed block
// stop the process with a message that names the block, its size, serial number and class. Foreign
// pointers are wrong here: nothing is handed on.
template <class H>
class DebugHeap {
 public:
  using Platform = typename H::Platform;
  using Geometry = typename H::Geometry;

  explicit DebugHeap(const Options& options = {}, const Underlying& underlying = kMallocFamily,
                     typename H::Platform platform = {}) noexcept
      : heap_(options, underlying, platform) {}

  void* try_allocate(std::size_t size) noexcept {
    if (size > PTRDIFF_MAX - DebugBlock::kExtra) return nullptr;
    void* raw = heap_.try_allocate(size + DebugBlock::kExtra);
    if (raw == nullptr) return nullptr;
    DebugBlock block(raw, class_of(raw));
    forget_before_first(raw, class_of(raw));
    block.begin(size, last_serial_.fetch_add(1, std::memory_order_relaxed) + 1);
    return block.data();
  }

  void* try_allocate_zeroed(std::size_t count, std::size_t size) noexcept {
    std::size_t total;
    if (__builtin_mul_overflow(count, size, &total) || total > PTRDIFF_MAX) return nullptr;
    void* p = try_allocate(total);
    return p == nullptr ? nullptr : std::memset(p, 0, total);
  }

  // Always moves, so that a pointer kept to the old place is found out.
  void* try_reallocate(void* p, std::size_t size) noexcept {
    if (p == nullptr) return try_allocate(size);
    const std::size_t old = verified(p).size();
    void* moved = try_allocate(size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, p, std::min(old, size));
    deallocate(p);
    return moved;
  }

  void deallocate(void* p) noexcept {
    if (p == nullptr) return;
    DebugBlock block = verified(p);
    block.end();
    heap_.deallocate(block.data() - DebugBlock::kBefore);
  }

  void deallocate(void* p, std::size_t size) noexcept {
    EXUVIA_CHECK(p == nullptr || verified(p).size() == size,
                 "a block was freed with a size that is not its own");
    deallocate(p);
  }

  bool owns(const void* p) const noexcept { return heap_.owns(p); }
  std::size_t usable_size(const void* p) const noexcept {
    return verified(const_cast<void*>(p)).size();
  }
  std::size_t trim(std::size_t budget = SIZE_MAX) noexcept { return heap_.trim(budget); }
  void set_limit(std::size_t bytes) noexcept { heap_.set_limit(bytes); }
  Statistics statistics() const noexcept { return heap_.statistics(); }
  void print_statistics(std::FILE* file) const { heap_.print_statistics(file); }
  bool is_consistent() const noexcept { return heap_.is_consistent(); }

 private:
  // Classes begin their pools at different offsets. What lies before a pool's first block may be
  // the start of a freed block, of the class that the pool was before, whose rest is overwritten
  // now.
  static void forget_before_first(void* raw, std::size_t block_size) noexcept {
    if (block_size == 0) return;
    const std::size_t before = reinterpret_cast<std::uintptr_t>(raw) % Geometry::kPoolSize;
    if (before != Pool<Geometry>::first_offset_of(block_size)) return;
    std::memset(static_cast<std::byte*>(raw) - before, 0, before);
  }

  std::size_t class_of(const void* raw) const noexcept {
    return heap_.owns(raw) ? heap_.usable_size(raw) : 0;
  }

  DebugBlock verified(void* p) const noexcept {
    EXUVIA_CHECK(heap_.owns(p) || !heap_.covers(p),
                 "free of an address in memory that is not in use");
    const DebugBlock block =
        DebugBlock::holding(p, class_of(static_cast<unsigned char*>(p) - DebugBlock::kBefore));
    block.verify();
    return block;
  }

  H heap_;
  std::atomic<std::uint64_t> last_serial_{0};  // relaxed: only distinct, not ordered
};

}  // namespace exuvia::heap
