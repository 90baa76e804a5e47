// Runs a heap and a plain record of what it should hold side by side, as a string of bytes says,
// and compares them after each step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "exuvia/base/check.hpp"
#include "exuvia/heap/heap.hpp"
#include "exuvia/platform/fake_platform.hpp"
#include "heap/heap_impl.hpp"

namespace exuvia::heap {

// The bytes that decide what happens. Past the end it reads zeros.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool is_over() const { return at_ >= size_; }
  std::size_t next() { return is_over() ? 0 : data_[at_++]; }
  std::size_t next_wide() { return next() << 8 | next(); }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

// G and C are the heap's policies.
template <class G, class C = FastChecks>
class HeapModel {
 public:
  using ModelHeap = BasicHeap<platform::FakePlatform, G, C>;

  // Both ways of finding an address are met: a small reservation, then arenas mapped alone.
  HeapModel() : heap_(options(), kMallocFamily, platform::FakePlatform(control_)) {}

  ~HeapModel() {
    control_.fail_from = platform::FakeControl::kNever;
    while (!blocks_.empty()) remove(blocks_.size() - 1);
    heap_.trim();
    audit();
    EXUVIA_CHECK(heap_.statistics().blocks_in_use() == 0, "a block is still in use at the end");
  }

  void run(Script script) {
    while (!script.is_over()) {
      step(script);
      audit();
    }
  }

 private:
  struct Block {
    std::uint8_t* p;
    std::size_t size;
    std::uint8_t fill;
  };

  static Options options() {
    Options options;
    options.reservation = 2 * G::kArenaSize;
    return options;
  }

  void step(Script& script) {
    switch (script.next() % 16) {
      case 0:
      case 1:
      case 2:
        return add(script.next_wide() % 600);
      case 3:
        return add_many(script.next_wide() % 600, script.next());
      case 4:
        return add_zeroed(script.next() % 40, script.next() % 40);
      case 5:
      case 6:
        return resize(script.next_wide(), script.next_wide() % 700);
      case 7:
      case 8:
      case 9:
        return remove_any(script.next_wide());
      case 10:
        return remove_many(script.next_wide(), script.next());
      case 11:
        heap_.trim(script.next_wide() << 8);
        return;
      case 12:
        heap_.set_limit(script.next() % 4 == 0 ? G::kArenaSize * 2 : 0);
        return;
      case 13:
        control_.fail_from = control_.calls + script.next() % 8;
        return;
      case 14:
        control_.now_ns += script.next_wide() << 20;
        return;
      default:
        return probe(script.next_wide());
    }
  }

  void write(const Block& block) { std::memset(block.p, block.fill, block.size); }

  void verify(const Block& block) {
    for (std::size_t i = 0; i < block.size; ++i) {
      EXUVIA_CHECK(block.p[i] == block.fill, "a block lost its contents");
    }
  }

  // A null return is right only when something failed or the limit is in force.
  void keep(void* p, std::size_t size) {
    if (p == nullptr) return;
    EXUVIA_CHECK(reinterpret_cast<std::uintptr_t>(p) % G::kGrain == 0, "a block is not aligned");
    EXUVIA_CHECK(heap_.usable_size(p) >= size, "a block is too small");
    EXUVIA_CHECK(heap_.owns(p) == (size <= G::kLargestBlock), "a block is in the wrong place");
    blocks_.push_back({static_cast<std::uint8_t*>(p), size, ++fill_});
    write(blocks_.back());
  }

  void add(std::size_t size) { keep(heap_.try_allocate(size), size); }

  void add_many(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count * 4; ++i) add(size);
  }

  void add_zeroed(std::size_t count, std::size_t size) {
    auto* p = static_cast<std::uint8_t*>(heap_.try_allocate_zeroed(count, size));
    for (std::size_t i = 0; p != nullptr && i < count * size; ++i) {
      EXUVIA_CHECK(p[i] == 0, "a zeroed block is not zero");
    }
    keep(p, count * size);
  }

  void resize(std::size_t which, std::size_t size) {
    if (blocks_.empty()) return;
    Block& block = blocks_[which % blocks_.size()];
    void* p = heap_.try_reallocate(block.p, size);
    if (p == nullptr) return verify(block);
    const std::size_t kept = std::min(block.size, size);
    block.p = static_cast<std::uint8_t*>(p);
    block.size = kept;
    verify(block);
    block.size = size;
    EXUVIA_CHECK(heap_.usable_size(p) >= size, "a resized block is too small");
    write(block);
  }

  void remove(std::size_t i) {
    verify(blocks_[i]);
    i % 2 == 0 ? heap_.deallocate(blocks_[i].p) : heap_.deallocate(blocks_[i].p, blocks_[i].size);
    blocks_[i] = blocks_.back();
    blocks_.pop_back();
  }

  void remove_any(std::size_t which) {
    if (!blocks_.empty()) remove(which % blocks_.size());
  }

  void remove_many(std::size_t which, std::size_t count) {
    for (std::size_t i = 0; i < count * 8; ++i) remove_any(which * (i + 1));
  }

  // Addresses of all kinds may be asked about.
  void probe(std::size_t random) {
    int local = 0;
    EXUVIA_CHECK(!heap_.owns(nullptr) && !heap_.owns(&local), "a foreign pointer is owned");
    EXUVIA_CHECK(!heap_.owns(reinterpret_cast<void*>(~std::uintptr_t{0})),
                 "the last address is owned");
    (void)heap_.owns(reinterpret_cast<void*>(random << 40 | random));
    if (blocks_.empty()) return;
    const Block& block = blocks_[random % blocks_.size()];
    std::uint32_t* word = heap_.owns(block.p) ? heap_.try_word(block.p) : nullptr;
    if (word != nullptr) *word = block.fill;
  }

  void audit() {
    EXUVIA_CHECK(heap_.is_consistent(), "the heap is not consistent");
    if (!blocks_.empty()) verify(blocks_[++audited_ % blocks_.size()]);
  }

  platform::FakeControl control_;
  ModelHeap heap_;
  std::vector<Block> blocks_;
  std::uint8_t fill_ = 0;
  std::size_t audited_ = 0;
};

}  // namespace exuvia::heap
