// The youngest objects, in order of birth.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

// A dense array of objects that know their position in it, so one dies in O(1): its place becomes
// null, a hole. No object is written but its own header.
//
//   0            old_end        young_begin    size      stop        capacity
//   | generation 2 | generation 1 | generation 0 |  room   |           |
//
// Objects grow older as the borders between the generations move: none of them is touched.
//
// The log also counts births, as CPython counts those of generation 0: less the deaths, never below
// none, since restart_count(). They need no counter, as each takes the next position. `stop` is
// where generation 0 reaches its bounds, or before: deaths do not move it.
class ObjectLog {
 public:
  // What is granted to generation 0.
  struct Bounds {
    std::uint32_t births = 0;  // less deaths, since restart_count()
    std::uint32_t places = 0;  // of the dead, too
  };

  ObjectLog() noexcept = default;
  ObjectLog(const ObjectLog&) = delete;
  ObjectLog& operator=(const ObjectLog&) = delete;

  // Whether a birth leaves generation 0 within its bounds, and there is room for it. No may be said
  // too early.
  [[nodiscard]] bool grants_birth() const noexcept { return size_ < stop_; }
  // The untracked object is born and joins generation 0. False, with nothing changed, where more is
  // to be done: a birth is not granted.
  [[nodiscard]] bool try_push_newborn(Header* header) noexcept {
    if (!grants_birth()) [[unlikely]]
      return false;
    push(header);
    return true;
  }
  // The same, whatever the bound, of one that is not to be counted. False when there is no memory,
  // or no position left to name.
  [[nodiscard]] bool try_push(Storage& storage, Header* header) noexcept {
    if (size_ == capacity_ && !try_make_room(storage)) return false;
    push(header);
    ++counted_from_;
    update_stop();
    return true;
  }

  // Births less deaths.
  [[nodiscard]] std::uint32_t births() const noexcept { return size_ - counted_from_; }
  // Of an object that has no position yet.
  void count_birth() noexcept { --counted_from_; }
  void count_deaths(std::uint32_t deaths) noexcept { counted_from_ += std::min(births(), deaths); }
  void restart_count() noexcept { counted_from_ = size_; }
  void set_bounds(const Bounds& bounds) noexcept {
    bounds_ = bounds;
    update_stop();
  }
  // Whether they do not grant the birth that has just been counted.
  [[nodiscard]] bool is_beyond(const Bounds& bounds) const noexcept {
    return births() > bounds.births || young_places() >= bounds.places;
  }

  // The object's header still names its place, which becomes a hole.
  void erase(const Header* header) noexcept { entries_[header->position()] = nullptr; }

  // Makes the log shorter by the holes at its end. Whoever erases calls it when he is through.
  void drop_last_holes() noexcept {
    if (size_ > 0 && entries_[size_ - 1] == nullptr) drop_last_holes_slowly();
  }

  // Objects from the position `begin` on. Cost: a look at each place.
  [[nodiscard]] std::size_t count(std::uint32_t begin = 0) const noexcept;
  // Where generation 2 ends, and where generation 0 begins.
  [[nodiscard]] std::uint32_t old_end() const noexcept { return old_end_; }
  [[nodiscard]] std::uint32_t young_begin() const noexcept { return young_begin_; }
  // Of an object of the log.
  [[nodiscard]] unsigned generation_of(const Header* header) const noexcept {
    const std::uint32_t position = header->position();
    return position >= young_begin_ ? 0 : position >= old_end_ ? 1 : 2;
  }
  // Generation 0 joins generation 1, or generation 1 generation 0.
  void age() noexcept { young_begin_ = size_; }
  void rejuvenate() noexcept { young_begin_ = old_end_; }
  // All of the log joins generation 2, or generation 2 generation 1.
  void age_all() noexcept { old_end_ = young_begin_ = size_; }
  void rejuvenate_old() noexcept { old_end_ = 0; }

  // The places from `begin` on, by position; those of the dead are null.
  [[nodiscard]] std::span<Header* const> entries(std::uint32_t begin = 0) const noexcept {
    return {entries_ + begin, size_ - begin};
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  // Closes the holes: positions change.
  void squeeze() noexcept;

  // Hands the objects of generation 0 before position `end` over to add(Header*); one for which it
  // returns false stays. Generation 0 joins generation 1. prefetch(Header*) is called a while
  // before add().
  template <class Prefetch, class Add>
  void hand_over(std::uint32_t end, Prefetch&& prefetch, Add&& add) noexcept {
    constexpr std::uint32_t kAhead = 12;
    end = std::min(end, size_);
    for (std::uint32_t i = young_begin_; i < end; ++i) {
      if (i + kAhead < end && entries_[i + kAhead] != nullptr) prefetch(entries_[i + kAhead]);
      if (entries_[i] != nullptr && add(entries_[i])) entries_[i] = nullptr;
    }
    drop_last_holes();
    age();
  }

  // Hands the objects over, last first, to add(Header*), until it returns false.
  template <class Add>
  bool drain(Add&& add) noexcept {
    std::uint32_t size = size_;
    for (; size > 0; --size) {
      Header* const header = entries_[size - 1];
      if (header != nullptr && !add(header)) break;
    }
    shrink(size);
    return size == 0;
  }

  void free(Storage& storage) noexcept;

  [[nodiscard]] bool is_consistent() const noexcept;

 private:
  void push(Header* header) noexcept {
    // The header first: what make() has just put there is still in a register, but any other write
    // may have changed it for all that the compiler knows.
    const std::uint32_t position = size_;
    header->enter(object::Place::kLogged, position);
    entries_[position] = header;
    size_ = position + 1;
  }
  // To `size` places. The births are what they were.
  void shrink(std::uint32_t size) noexcept {
    const std::uint32_t dropped = size_ - size;
    size_ = size;
    counted_from_ -= dropped;
    stop_ -= std::min(stop_, dropped);
    young_begin_ = std::min(young_begin_, size);
    old_end_ = std::min(old_end_, size);
  }
  [[nodiscard]] std::uint32_t young_places() const noexcept { return size_ - young_begin_; }
  void update_stop() noexcept {
    const auto left = [](std::uint32_t most, std::uint32_t taken) {
      return most - std::min(most, taken);
    };
    stop_ = size_ + std::min({left(bounds_.births, births()), left(bounds_.places, young_places()),
                              capacity_ - size_});
  }
  void drop_last_holes_slowly() noexcept;
  [[nodiscard]] std::uint32_t move_down(std::uint32_t from, std::uint32_t end,
                                        std::uint32_t to) noexcept;
  [[nodiscard]] bool try_make_room(Storage& storage) noexcept;

  Header** entries_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint32_t old_end_ = 0;
  std::uint32_t young_begin_ = 0;
  std::uint32_t stop_ = 0;
  std::uint32_t counted_from_ = 0;  // modulo 2^32: size_ less births
  Bounds bounds_;
};

}  // namespace exuvia::runtime
