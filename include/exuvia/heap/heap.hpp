// A heap: Python's small-object allocator. Blocks of up to 512 bytes come from pools inside arenas;
// larger ones from the allocator underneath.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "exuvia/base/address_range.hpp"
#include "exuvia/base/bytes.hpp"
#include "exuvia/heap/arena_store.hpp"
#include "exuvia/heap/checks.hpp"
#include "exuvia/heap/geometry.hpp"
#include "exuvia/heap/list.hpp"
#include "exuvia/heap/magazine.hpp"
#include "exuvia/heap/retention.hpp"
#include "exuvia/heap/statistics.hpp"
#include "exuvia/heap/underlying.hpp"
#include "exuvia/platform/linux_platform.hpp"

namespace exuvia::heap {

// What is decided when a heap is made. Nothing is taken from the system before the first
// allocation.
struct Options {
  // Addresses reserved for arenas (no memory). What exceeds it, or all where the system refuses it,
  // works too: lookups are then a little slower.
  std::size_t reservation = sizeof(void*) == 8 ? std::size_t{64} << 30 : 0;
  // A pool is made resident as a whole once this many bytes are in arenas, where the pools that
  // stay half empty no longer show in the peak.
  std::size_t whole_pools_from = 4 * base::kMiB;
  // Huge pages are advised for arenas beyond this many bytes, likewise.
  std::size_t huge_pages_from = 64 * base::kMiB;
  // Whether unused memory is given back as blocks are freed. trim() works either way.
  bool trims_itself = true;
};

// Who may call: one thread at a time. A heap has no lock, starts no thread and keeps nothing per
// thread, so that calls made under one mutex (CPython's GIL) are safe, and so is a fork between two
// calls. For any thread at any time use SharedHeap, or hold a ForkSafeLock around each call.
//
// Exhaustion is a null return; whatever the system refuses, the heap stays consistent and usable. A
// pointer that does not belong to the heap is the underlying allocator's business: deallocate and
// try_reallocate hand it there, so that a heap can be put in front of an allocator already in use.
//
// Fast path: try_allocate, deallocate and owns are inline. For at most 512 bytes they are a dozen
// instructions without a call while the magazine of the size class is neither empty nor full.
//
// Sources: CPython's Objects/obmalloc.c for classes and contracts; Bonwick, "Magazines and Vmem".
template <class PlatformT, class GeometryT, class ChecksT = FastChecks>
class BasicHeap {
 public:
  using Platform = PlatformT;
  using Geometry = GeometryT;
  using Checks = ChecksT;

  constexpr explicit BasicHeap(const Options& options = {},
                               const Underlying& underlying = kMallocFamily,
                               Platform platform = {}) noexcept;
  // Gives back all arenas, with the blocks still in use. What the underlying allocator gave stays.
  ~BasicHeap();
  BasicHeap(const BasicHeap&) = delete;
  BasicHeap& operator=(const BasicHeap&) = delete;

  // At least `size` bytes, aligned to 16 (to the grain, in narrow geometries); contents undefined.
  // Size 0 is served as 1; null for more than PTRDIFF_MAX, or when out of memory or above the
  // limit.
  void* try_allocate(std::size_t size) noexcept;

  // count * size bytes, all zero. Null also when the product overflows.
  void* try_allocate_zeroed(std::size_t count, std::size_t size) noexcept;

  // Makes the block at `p` at least `size` bytes, keeping the contents; it may move. Null p: as
  // try_allocate. On failure null, and the old block is as it was. A block that shrinks by less
  // than a quarter stays.
  void* try_reallocate(void* p, std::size_t size) noexcept;

  // Null does nothing.
  void deallocate(void* p) noexcept;

  // `size` is what was last asked for this block; checking builds verify that it fits.
  void deallocate(void* p, std::size_t size) noexcept;

  // Many blocks at once, none of them null. Cheaper than one by one where neighbours follow each
  // other: what their magazine has no room for goes straight to their pools.
  void deallocate_all(void* const* blocks, std::size_t count) noexcept;

  // Frees all blocks of the pool that `p` lies on, without a look at any, if that is `count`
  // blocks: for who knows so many that are to go. False, and nothing is freed, where more are out,
  // be it in a magazine, and where `p` lies on no pool.
  bool try_deallocate_pool(const void* p, std::size_t count) noexcept;

  // The fast paths alone, for callers with a slow path of their own: null, or false, when more is
  // to be done than a look at a magazine, and then nothing has changed.
  void* try_allocate_at_once(std::size_t size) noexcept;
  bool try_deallocate_at_once(void* p) noexcept;

  // Where free blocks for requests of `size` bytes wait: try_push() there frees a block that was
  // allocated for such a size, sooner than deallocate() as nothing is to be found out. Null where
  // such blocks do not go through a magazine. Valid as long as the heap.
  Magazine* magazine_for(std::size_t size) noexcept;

  // Whether `p`, any address at all, lies in a pool of this heap that is in use. Never touches `p`.
  bool owns(const void* p) const noexcept;

  // Whether `p`, any address at all, lies in one of this heap's arenas, in use or not. Never
  // touches `p`.
  bool covers(const void* p) const noexcept { return store_.find_pool(p) != nullptr; }

  // Bytes that may be used at `p`, a block of this heap. For a foreign one what the underlying
  // allocator says, or 0 when it cannot tell.
  std::size_t usable_size(const void* p) const noexcept;

  // The sizes of the blocks at addresses, for who asks very often. Valid until the heap next
  // changes.
  using BlockSizes = typename ArenaStore<Platform, Geometry>::BlockSizes;
  BlockSizes block_sizes() const noexcept { return store_.block_sizes(); }

  // Where blocks lie close together; empty when they do nowhere.
  base::AddressRange reservation() const noexcept { return store_.reservation(); }

  // Gives unused memory back to the system, whole pools and slices inside pools, until `budget`
  // bytes are given; then trims the underlying allocator. Returns the bytes given by this heap.
  // Cost: one look at each pool, one system call for each run of memory.
  std::size_t trim(std::size_t budget = SIZE_MAX) noexcept;

  // Gives the blocks that wait in magazines back to their pools. Cost: one look at each of them.
  void empty_magazines() noexcept;

  // Bounds the bytes in arenas; 0: no bound. Blocks already out stay valid when it falls below what
  // is in use. What the underlying allocator serves does not count.
  void set_limit(std::size_t bytes) noexcept { limit_ = bytes; }

  // Gives up the reserved addresses that hold no arena yet, for a process whose address space is
  // about to be limited (RLIMIT_AS): they count as used. Later lookups are a little slower.
  void release_spare_addresses() noexcept;

  // The allocator beneath, as given; it never changes.
  const Underlying& underlying() const noexcept { return underlying_; }

  // Bytes in arenas now, and the most there have been. Cheap.
  std::size_t arena_bytes() const noexcept { return store_.arenas_in_use() * Geometry::kArenaSize; }
  std::size_t peak_arena_bytes() const noexcept { return peak_arenas_ * Geometry::kArenaSize; }

  // Cost: one look at each pool.
  Statistics statistics() const noexcept;
  void print_statistics(std::FILE* file) const;

  // One 32-bit word for the block at `p`, kept outside the block, zero at first; it survives the
  // block, so who uses words clears them. Null for a foreign pointer or when out of memory. Costs
  // memory (a word for every 16 bytes of the arena) only once someone asks.
  std::uint32_t* try_word(const void* p) noexcept;

  // Audits every arena, pool, list and magazine. Cost: one look at each block.
  bool is_consistent() const noexcept;

 private:
  using ArenaType = Arena<Geometry>;
  using PoolType = Pool<Geometry>;
  using PoolList = List<PoolType, &PoolType::links>;
  using FillList = List<ArenaType, &ArenaType::by_fill>;
  using PendingList = List<ArenaType, &ArenaType::pending>;

  // Blocks left in a pool from which on it may have idle slices: one a slice, if they lie evenly.
  static constexpr unsigned kFewBlocks =
      Geometry::kSlicesPerPool > 1 ? Geometry::kSlicesPerPool : 0;

  static constexpr std::size_t bin_of_size(std::size_t size) noexcept {
    return (size + Geometry::kGrain - 1) >> Geometry::kGrainShift;
  }
  static constexpr std::size_t size_of_bin(unsigned bin) noexcept {
    return std::size_t{bin} << Geometry::kGrainShift;
  }
  // The size of the blocks in the pool that holds `p`, 0 if no pool in use does.
  std::size_t size_of_block(const void* p) const noexcept;
  Magazine& magazine_of(std::size_t block_size) noexcept;

  // Enough for the bursts of most programs, few enough that their blocks stay in the cache.
  static constexpr unsigned magazine_capacity(unsigned bin) noexcept {
    if (bin == 0 || Checks::kMagazineBytes == 0) return 0;
    const std::size_t blocks = Checks::kMagazineBytes / size_of_bin(bin);
    return static_cast<unsigned>(std::clamp<std::size_t>(blocks, 32, 256));
  }
  static constexpr std::size_t magazine_slots() noexcept {
    std::size_t total = 0;
    for (unsigned bin = 0; bin < Geometry::kBins; ++bin) total += magazine_capacity(bin) + 1;
    return total;
  }

  void* allocate_slow(std::size_t size) noexcept;
  void deallocate_slow(void* p) noexcept;
  void relieve_magazine(unsigned bin) noexcept;
  bool try_refill(unsigned bin) noexcept;
  void note_touched(PoolType& pool, const void* first, const void* last) noexcept;
  void* take_one(unsigned bin) noexcept;

  PoolType* try_partial_pool(unsigned bin) noexcept;
  PoolType* try_open_pool(unsigned bin) noexcept;
  void populate(PoolType& pool) noexcept;
  ArenaType* try_arena_with_unused_pool() noexcept;
  ArenaType* try_create_arena() noexcept;
  void close_pool(PoolType& pool) noexcept;
  void set_unused_count(ArenaType& arena, unsigned count) noexcept;

  void give_back(PoolType& pool, void* p) noexcept;
  void give_back(void* const* blocks, std::size_t count) noexcept;
  std::size_t push_leading(void* const* blocks, std::size_t count) noexcept;
  void settle(PoolType& pool, bool was_full) noexcept;
  void on_few_blocks(PoolType& pool) noexcept;
  void empty_magazine(unsigned bin) noexcept;
  [[noreturn]] void reject_free(const char* why, const PoolType* pool,
                                const void* p) const noexcept;

  void add_pending(ArenaType& arena) noexcept;
  void drop_pending(ArenaType& arena) noexcept;
  void trim_if_due() noexcept;
  void trim_step() noexcept;
  std::size_t clean(ArenaType& arena) noexcept;
  std::size_t clean_unused_pools(ArenaType& arena) noexcept;
  std::size_t return_pools(ArenaType& arena, unsigned first, unsigned end) noexcept;
  std::size_t clean_sparse_pools(ArenaType& arena) noexcept;
  std::size_t return_idle_slices(PoolType& pool) noexcept;
  std::size_t return_slices(PoolType& pool, SliceMask slices) noexcept;
  void unmark_sparse(ArenaType& arena, unsigned index) noexcept;
  void mark_sparse_for_trim(ArenaType& arena) noexcept;
  bool try_destroy(ArenaType& arena) noexcept;
  void forbid_huge(ArenaType& arena) noexcept;

  bool is_consistent(const ArenaType& arena, unsigned unused) const noexcept;
  bool is_consistent(const PoolType& pool) const noexcept;
  bool partial_lists_are_consistent(std::size_t expected) const noexcept;
  bool magazines_are_consistent() const noexcept;

  template <class Visit>
  void for_each_arena(Visit visit) const noexcept;
  template <class Visit>
  static void for_each_pool(const ArenaType& arena, Visit visit) noexcept;

  static constexpr std::size_t slices_bytes(SliceMask slices) noexcept;

  // First what the fast path reads.
  ArenaStore<Platform, Geometry> store_;
  Magazine magazines_[Geometry::kBins];
  void* slots_[magazine_slots()] = {};

  PoolList partial_[Geometry::kBins];                   // pools with blocks in and blocks out
  FillList by_unused_[Geometry::kPoolsPerArena + 1];    // arenas by number of unused pools
  BitSet<Geometry::kPoolsPerArena + 1> unused_counts_;  // which of those lists are not empty
  PendingList pending_;                                 // arenas a trim may gain from, oldest first
  std::size_t pending_bytes_ = 0;                       // what it may gain, an estimate
  Retention retention_;
  std::size_t whole_pools_from_;
  bool trims_itself_;
  bool is_trimming_ = false;  // until pending_bytes_ is well below the allowance

  Underlying underlying_;
  std::size_t limit_ = 0;
  std::size_t pools_in_use_ = 0;
  std::size_t peak_arenas_ = 0;
  std::uint64_t arenas_allocated_ = 0;
  std::uint64_t arenas_reclaimed_ = 0;
  std::uint64_t returned_bytes_ = 0;
};

// The default: CPython's own geometry on Linux.
using Heap = BasicHeap<platform::LinuxPlatform, DefaultGeometry>;
using HardenedHeap = BasicHeap<platform::LinuxPlatform, DefaultGeometry, HardenedChecks>;

}  // namespace exuvia::heap

#include "exuvia/heap/heap_inl.hpp"
