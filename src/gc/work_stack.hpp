// The tracer's explicit stack, in chunks that can change hands.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include "gc/side_memory.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

using object::Address;

// A part of an object with many references: its slots begin..end.
struct Slice {
  Address object;
  std::size_t begin;
  std::size_t end;
};

// A fixed piece of a stack. `count` is valid only while no stack is working on the chunk.
template <class Item>
struct Chunk {
  static constexpr std::size_t kBytes = 4096;
  static constexpr std::size_t kItems = (kBytes - 2 * sizeof(void*)) / sizeof(Item);

  Chunk* next;
  std::size_t count;
  std::array<Item, kItems> items;
};

// Hands out chunks of memory within a budget and keeps those given back; gives all of it up when
// destroyed. Any thread may call.
class ChunkSource {
 public:
  static constexpr std::size_t kChunkBytes = 4096;

  ChunkSource(SideMemory& memory, std::size_t budget_bytes) noexcept
      : memory_(memory), budget_bytes_(budget_bytes) {}
  ChunkSource(const ChunkSource&) = delete;
  ChunkSource& operator=(const ChunkSource&) = delete;
  ~ChunkSource();

  // A chunk, not initialised, or null: no memory, or the budget is spent.
  void* try_take() noexcept;
  void give_back(void* chunk) noexcept;

  // The most that was ever mapped.
  std::size_t memory_bytes() const noexcept { return mapped_bytes_; }

 private:
  static constexpr std::size_t kSlabBytes = 64 * kChunkBytes;
  struct Free {
    Free* next;
  };
  struct Slab {
    Slab* next;
  };

  bool try_map_slab() noexcept;

  SideMemory& memory_;
  const std::size_t budget_bytes_;
  std::mutex mutex_;
  Free* free_ = nullptr;
  std::byte* fresh_ = nullptr;  // chunks of the newest slab that were never taken: untouched
  std::byte* fresh_end_ = nullptr;
  Slab* slabs_ = nullptr;
  std::size_t mapped_bytes_ = 0;
};

// A stack of items that one worker uses. Its chunks come from a ChunkSource.
template <class Item>
class WorkStack {
 public:
  using ChunkType = Chunk<Item>;
  static_assert(sizeof(ChunkType) <= ChunkSource::kChunkBytes);

  explicit WorkStack(ChunkSource& source) noexcept : source_(source) {}
  WorkStack(const WorkStack&) = delete;
  WorkStack& operator=(const WorkStack&) = delete;
  ~WorkStack() {
    while (chunk_ != nullptr) drop_chunk();
    if (spare_ != nullptr) source_.give_back(spare_);
  }

  bool is_empty() const noexcept { return cursor_ == base_ && below() == nullptr; }

  // How many items the uppermost chunk holds: a lower bound of the depth.
  std::size_t top_count() const noexcept { return static_cast<std::size_t>(cursor_ - base_); }

  // Pushes `item`; false, and nothing is pushed, when there is no memory for it.
  [[nodiscard]] bool try_push(Item item) noexcept {
    if (cursor_ == limit_) [[unlikely]] {
      if (!try_add_chunk()) return false;
    }
    *cursor_++ = item;
    return true;
  }

  // Pushes and pops with the state of the stack's top in registers. Between load() and save()
  // nothing else may use the stack; it is loaded when made and saved when destroyed.
  class Top {
   public:
    explicit Top(WorkStack& stack) noexcept : stack_(stack) { load(); }
    Top(const Top&) = delete;
    Top& operator=(const Top&) = delete;
    ~Top() { save(); }

    void save() noexcept { stack_.cursor_ = cursor_; }
    void load() noexcept {
      cursor_ = stack_.cursor_;
      base_ = stack_.base_;
      limit_ = stack_.limit_;
    }

    [[nodiscard, gnu::always_inline]] bool try_push(Item item) noexcept {
      if (cursor_ == limit_) [[unlikely]] {
        save();
        const bool done = stack_.try_add_chunk();
        load();
        if (!done) return false;
      }
      *cursor_++ = item;
      return true;
    }

    [[nodiscard, gnu::always_inline]] bool try_pop(Item& item) noexcept {
      if (cursor_ == base_) [[unlikely]] {
        if (stack_.below() == nullptr) return false;
        save();
        stack_.uncover();
        load();
      }
      item = *--cursor_;
      return true;
    }

   private:
    WorkStack& stack_;
    Item* cursor_;
    Item* base_;
    Item* limit_;
  };

  // Takes the uppermost item; false when there is none.
  bool try_pop(Item& item) noexcept {
    if (cursor_ == base_) [[unlikely]] {
      if (below() == nullptr) return false;
      uncover();
    }
    item = *--cursor_;
    return true;
  }

  // Cuts a whole chunk of the oldest items of the top off for another worker, leaving the newest;
  // null when there is too little, or no memory.
  ChunkType* try_split(std::size_t least) noexcept {
    if (ChunkType* full = take_below(); full != nullptr) return full;
    const std::size_t half = top_count() / 2;
    if (half < least) return nullptr;
    auto* taken = static_cast<ChunkType*>(source_.try_take());
    if (taken == nullptr) return nullptr;
    for (std::size_t i = 0; i < half; ++i) taken->items[i] = base_[i];
    taken->count = half;
    taken->next = nullptr;
    Item* to = base_;
    for (Item* from = base_ + half; from != cursor_; ++from) *to++ = *from;
    cursor_ = to;
    return taken;
  }

  // Takes the uppermost chunk out, whatever it holds; null when the stack is empty.
  ChunkType* take_top() noexcept {
    if (is_empty()) return nullptr;
    if (cursor_ == base_) uncover();
    ChunkType* top = chunk_;
    top->count = top_count();
    enter(top->next, top->next != nullptr ? top->next->count : 0);
    top->next = nullptr;
    return top;
  }

  // Puts a chunk from another worker on an empty stack.
  void adopt(ChunkType* chunk) noexcept {
    if (chunk_ != nullptr) drop_chunk();
    chunk->next = nullptr;
    enter(chunk, chunk->count);
  }

 private:
  ChunkType* below() const noexcept { return chunk_ == nullptr ? nullptr : chunk_->next; }

  void enter(ChunkType* chunk, std::size_t count) noexcept {
    chunk_ = chunk;
    base_ = chunk == nullptr ? nullptr : chunk->items.data();
    limit_ = chunk == nullptr ? nullptr : base_ + ChunkType::kItems;
    cursor_ = base_ + count;
  }

  [[gnu::noinline]] bool try_add_chunk() noexcept {
    void* memory = spare_ != nullptr ? spare_ : source_.try_take();
    spare_ = nullptr;
    if (memory == nullptr) return false;
    auto* fresh = static_cast<ChunkType*>(memory);
    fresh->next = chunk_;
    fresh->count = 0;
    if (chunk_ != nullptr) chunk_->count = top_count();
    enter(fresh, 0);
    return true;
  }

  // Leaves the empty top for the chunk below; keeps one chunk, so that a stack that swings around a
  // chunk's edge does not ask the source at each swing.
  [[gnu::noinline]] void uncover() noexcept { drop_chunk(); }

  void drop_chunk() noexcept {
    ChunkType* top = chunk_;
    enter(top->next, top->next != nullptr ? top->next->count : 0);
    if (spare_ == nullptr) {
      spare_ = top;
    } else {
      source_.give_back(top);
    }
  }

  ChunkType* take_below() noexcept {
    ChunkType* full = below();
    if (full == nullptr) return nullptr;
    chunk_->next = full->next;
    full->next = nullptr;
    return full;
  }

  ChunkSource& source_;
  ChunkType* chunk_ = nullptr;
  Item* base_ = nullptr;
  Item* cursor_ = nullptr;
  Item* limit_ = nullptr;
  void* spare_ = nullptr;
};

}  // namespace exuvia::gc
