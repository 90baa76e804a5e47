// Which parts of a full collection are worth taking over from CPython.
#pragma once

#include <cstddef>
#include <span>

#include "cpython/collector/aside.hpp"
#include "cpython/collector/plain_garbage.hpp"

namespace exuvia::cpython {

// Live objects below which CPython's own collection is as fast.
inline constexpr std::size_t kDefaultFloor = 45'000;

// False where CPython would be faster: few objects to examine, or few beside those that gc.freeze()
// exempted (CPython does not look at these at all, while marking has to go through them). `floor`
// 0: always true.
bool is_worth_taking(const GcState& gc, std::size_t floor) noexcept;

// Candidates below which CPython finds the unreachable among them as fast.
inline constexpr std::size_t kDefaultSearchFrom = 300'000;

// Whether most of some candidates may be plain garbage, by a sample.
bool are_mostly_plain(std::span<const object::Address> candidates, PlainGarbage& plain) noexcept;

// Whether to search for the unreachable among candidates that are no plain garbage among
// neighbours. False where CPython would be as fast: few of them, or such as it has to dispose of in
// any case. `search_from` 0: always true.
bool is_worth_searching(std::span<const object::Address> candidates, PlainGarbage& plain,
                        std::size_t search_from) noexcept;

// Leaves the next few full collections to CPython after one that was not worth taking over, twice
// as many each time: what a program's garbage is like changes seldom.
class Doubt {
 public:
  // Of a heap of about so many objects. Asked once for each collection.
  bool is_in_the_way(std::size_t objects) noexcept;
  // After one that was ours. It was not worth it if CPython had to examine far more than we did.
  void learn(std::size_t ours, std::size_t left_to_cpython) noexcept;

 private:
  static constexpr unsigned kFewestPassed = 4;
  static constexpr unsigned kMostPassed = 16;

  unsigned to_pass_ = 0;
  unsigned passed_last_ = 0;
  std::size_t objects_ = 0;
};

// About how many objects CPython would examine, by its own counters. Too high after a large part of
// the heap was released or frozen.
std::size_t estimated_objects(const GcState& gc) noexcept;

}  // namespace exuvia::cpython
