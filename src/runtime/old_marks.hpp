// The roots of an old generation, found by counting, and what they reach.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "exuvia/base/prefetch.hpp"
#include "exuvia/runtime/object_set.hpp"
#include "gc/side_memory.hpp"
#include "runtime/edges.hpp"

namespace exuvia::runtime {

// Keeps what was put in for a while, so that the memory it names arrives before it comes out.
template <class T>
class Delay {
 public:
  T exchange(T value) noexcept { return std::exchange(slots_[next_++ % kSlots], value); }
  static constexpr std::size_t kSlots = 16;
  [[nodiscard]] bool is_empty() const noexcept {
    return std::all_of(slots_.begin(), slots_.end(), [](T value) { return value == T{}; });
  }

 private:
  std::array<T, kSlots> slots_{};
  std::size_t next_ = 0;
};

// Marks the objects of a set that certainly live. As the runtime does not know who holds its Refs,
// it finds roots by their counts: one byte for each sixteen of address space takes an object's
// count less the references from the set, modulo 256. Where that is not zero something outside
// holds the object. What it reaches is marked in address order, which is the order in which most
// heaps were built. The bytes of the widest span of addresses, where the pools are, begin the
// table; those of spans far from it, where large objects are, follow.
//
// Counting alone often tells that all live. It goes up through the addresses; say an object is
// first if nothing at a lower address had referred to it when its turn came. If each first object
// is held from outside, then each object is, or is referred to by one before it, which lives, by
// induction. Such is a heap that was built from its roots on; there is no need to mark.
//
// In one go (try_run) the marks are exact, and the unmarked are unreachable, unless an unmarked
// object has more references than a byte can count, or memory ran out: then an unmarked object is a
// candidate for the exact search, and only that.
//
// In steps (try_begin, advance), between which the program runs, an unmarked object is no more than
// a candidate, but what was unreachable at the beginning is always unmarked: nobody changes its
// count or its references, and whoever refers to it is unreachable too, so that its byte comes to
// zero, and nothing that is marked leads to it.
class OldMarks {
 public:
  // Who goes up through the objects asks for those so far ahead: 2 KiB, as they lie side by side.
  static constexpr std::size_t kAhead = 128;  // in headers

  explicit OldMarks(gc::SideMemory& memory) noexcept : balances_(memory) {}

  // False, and nothing is marked, without memory or where the set is spread too thinly for a table.
  // Where most may be garbage its end is found out on the way, which costs the living a sixth.
  [[nodiscard]] bool try_run(const ObjectSet& set, bool is_garbage_likely = true) noexcept {
    if (!try_prepare(set, true)) return false;
    std::size_t work = std::numeric_limits<std::size_t>::max();
    if (far_.empty()) balance_seeking_firsts(set, is_garbage_likely);
    balance(set, work);
    is_all_marked_ =
        seeks_firsts_ && std::all_of(firsts_.begin(), firsts_.end(),
                                     [this](auto* object) { return is_marked(object); });
    is_complete_ = is_all_marked_ || advance(set, work);
    return true;
  }

  // As try_run(), but only makes the table.
  [[nodiscard]] bool try_begin(const ObjectSet& set) noexcept { return try_prepare(set, false); }

  // Does about `work` (at least 1) and takes it off: kTrace for each object that is traced, 1 for
  // each that is only looked at, kTouch for each page of the table that is made resident. True once
  // all is marked. Objects may have left the set or joined it since the last time.
  [[nodiscard]] bool advance(const ObjectSet& set, std::size_t& work) noexcept {
    touch(set, work);
    if (!is_balanced_ && work != 0) balance(set, work);
    return is_balanced_ && work != 0 && mark(set, work) && !is_short_;
  }
  static constexpr std::size_t kTrace = 8;
  static constexpr std::size_t kTouch = 512;
  // Memory has run out: advance() will not succeed.
  [[nodiscard]] bool is_short() const noexcept { return is_short_; }

  // Between two steps an object that lives has joined the set: it is no candidate.
  void note_joined(const Header* object) noexcept {
    const bool is_ahead = reinterpret_cast<std::uintptr_t>(object) >= cursor_;
    if (!is_balanced_ && is_ahead) return;
    balances_[granule(object)] = 1;
    if (is_balanced_) push(object);
  }

  void prefetch(const Header* object) const noexcept {
    base::prefetch_to_write(&balances_[granule(object)]);
  }

  void release() noexcept {
    balances_.release();
    far_ = {};
    todo_ = {};
    wide_ = {};
    firsts_ = {};
  }

  [[nodiscard]] bool is_exact() const noexcept {
    return is_complete_ && std::all_of(wide_.begin(), wide_.end(),
                                       [this](const Header* object) { return is_marked(object); });
  }

  // Whether counting has told that all live. is_marked() then says nothing.
  [[nodiscard]] bool is_all_marked() const noexcept { return is_all_marked_; }
  [[nodiscard]] bool is_marked(const Header* object) const noexcept {
    return balances_[granule(object)] != 0;
  }

  // Which of the objects in `word` are unmarked.
  [[nodiscard]] std::uint64_t unmarked(ObjectSet::Word word) const noexcept {
    const std::size_t at = granule(reinterpret_cast<const Header*>(word.address));
    return at == outside_ ? 0 : word.bits & zero_bytes(&balances_[at]);
  }
  // Cheap: no object is looked at.
  [[nodiscard]] std::size_t count_unmarked(const ObjectSet& set) const noexcept {
    std::size_t count = 0;
    (void)set.visit_words_from(0, [&](ObjectSet::Word word) {
      count += static_cast<std::size_t>(std::popcount(unmarked(word)));
      return ObjectSet::kEnd;
    });
    return count;
  }
  // Calls visit(Header*) in address order.
  template <class Visit>
  void for_each_unmarked(const ObjectSet& set, Visit&& visit) const {
    (void)set.visit_words_from(0, [&](ObjectSet::Word word) {
      word.bits = unmarked(word);
      return word.visit([&visit](Header* object) {
        base::prefetch_to_read(object + kAhead);
        visit(object);
        return true;
      });
    });
  }
  // As PlainEnd tells it of the unmarked. Nobody asks them again where counting has seen that
  // nothing lives.
  [[nodiscard]] bool unmarked_end_plainly(const ObjectSet& set) const noexcept {
    if (end_of_all_ && seeks_firsts_ && !is_any_marked_) return end_of_all_->is_plain();
    PlainEnd end;
    for_each_unmarked(set, [&end](const Header* object) { end.add(object); });
    return end.is_plain();
  }

 private:
  static constexpr unsigned kGranuleShift = 4;
  static constexpr std::size_t kMostGranulesAnObject = 256;
  static constexpr std::size_t kAllowance = 65'536;

  [[nodiscard]] bool try_prepare(const ObjectSet& set, bool in_one_go) noexcept {
    if (set.count() == 0 || !try_lay_out(set)) return false;
    if (outside_ / kMostGranulesAnObject > set.count() + kAllowance) return false;
    if (!balances_.try_allocate(outside_ + 1, in_one_go)) return false;
    cursor_ = 0;
    touched_ = in_one_go ? ObjectSet::kEnd : 0;
    is_balanced_ = is_complete_ = is_short_ = seeks_firsts_ = false;
    is_all_marked_ = is_any_marked_ = false;
    end_of_all_.reset();
    most_firsts_ = set.count() / kObjectsAFirst + kFewFirsts;
    todo_.clear();
    wide_.clear();
    firsts_.clear();
    return true;
  }

  // A span of addresses whose bytes do not begin the table.
  struct FarSpan {
    std::uintptr_t base;
    std::size_t granules;
    std::size_t first;  // its place in the table
  };

  // Gives each span of the set its place in the table.
  [[nodiscard]] bool try_lay_out(const ObjectSet& set) noexcept {
    far_.clear();
    outside_ = 0;
    try {
      set.for_each_span([this](ObjectSet::Span span) {
        far_.push_back({span.begin, (span.end - span.begin) >> kGranuleShift, 0});
      });
    } catch (const std::bad_alloc&) {
      return false;
    }
    const auto near = std::max_element(
        far_.begin(), far_.end(),
        [](const FarSpan& a, const FarSpan& b) { return a.granules < b.granules; });
    base_ = near->base;
    outside_ = near_granules_ = near->granules;
    far_.erase(near);
    for (FarSpan& span : far_) span.first = std::exchange(outside_, outside_ + span.granules);
    return true;
  }

  // Bit n tells whether byte n of the 64 is zero.
  [[nodiscard]] static std::uint64_t zero_bytes(const std::uint8_t* bytes) noexcept {
    constexpr std::uint64_t kLow7 = 0x7F7F'7F7F'7F7F'7F7F;
    constexpr std::uint64_t kGather = 0x0102'0408'1020'4080;
    std::uint64_t zeros = 0;
    for (unsigned i = 0; i < 64; i += 8) {
      std::uint64_t eight;
      std::memcpy(&eight, bytes + i, sizeof eight);
      const std::uint64_t tops = ~(((eight & kLow7) + kLow7) | eight | kLow7);
      zeros |= ((tops >> 7) * kGather >> 56) << i;
    }
    return zeros;
  }

  // The last element of the table stands for all objects outside.
  [[nodiscard]] std::size_t granule(const Header* object) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(object);
    const std::size_t at = (address - base_) >> kGranuleShift;
    return at < near_granules_ ? at : far_granule(address);
  }
  [[nodiscard, gnu::noinline]] std::size_t far_granule(std::uintptr_t address) const noexcept {
    const auto after =
        std::upper_bound(far_.begin(), far_.end(), address,
                         [](std::uintptr_t a, const FarSpan& span) { return a < span.base; });
    if (after == far_.begin()) return outside_;
    const std::size_t at = (address - after[-1].base) >> kGranuleShift;
    return at < after[-1].granules ? after[-1].first + at : outside_;
  }

  // Whether there is work left after this.
  static bool spend(std::size_t& work, std::size_t done) noexcept {
    work -= std::min(work, done);
    return work != 0;
  }

  void push(const Header* object) noexcept {
    try {
      todo_.push_back(object);
    } catch (const std::bad_alloc&) {
      is_short_ = true;
    }
  }

  // References lead all over the table: without this the first step would pay for all page faults.
  // Large objects are far apart in it.
  void touch(const ObjectSet& set, std::size_t& work) noexcept {
    constexpr unsigned kPageShift = kGranuleShift + std::countr_zero(gc::kSideGrain);
    std::uintptr_t page = 0;
    touched_ = set.visit_words_from(touched_, [&](ObjectSet::Word word) {
      if (std::exchange(page, word.address >> kPageShift) == word.address >> kPageShift)
        return ObjectSet::kEnd;
      const auto* const first = reinterpret_cast<const Header*>(page << kPageShift);
      *static_cast<volatile std::uint8_t*>(&balances_[granule(first)]) = 0;
      return spend(work, kTouch) ? ObjectSet::kEnd : word.end();
    });
  }

  // A copy of where the table is, which no write to a byte can change for the compiler.
  class Table {
   public:
    explicit Table(const OldMarks& marks) noexcept
        : marks_(marks),
          balances_(&marks.balances_[0]),
          base_(marks.base_),
          near_granules_(marks.near_granules_) {}

    [[nodiscard]] std::uint8_t& balance_of(const Header* object) const noexcept {
      const auto address = reinterpret_cast<std::uintptr_t>(object);
      const std::size_t at = (address - base_) >> kGranuleShift;
      return balances_[at < near_granules_ ? at : marks_.far_granule(address)];
    }
    // The same where no span is far.
    [[nodiscard]] std::uint8_t& near_balance_of(const Header* object) const noexcept {
      const std::size_t at = (reinterpret_cast<std::uintptr_t>(object) - base_) >> kGranuleShift;
      return balances_[std::min(at, near_granules_)];
    }
    // And of an object that was in the set when the table was made.
    [[nodiscard]] std::uint8_t& own_near_balance_of(const Header* object) const noexcept {
      return balances_[(reinterpret_cast<std::uintptr_t>(object) - base_) >> kGranuleShift];
    }

   private:
    const OldMarks& marks_;
    std::uint8_t* const balances_;
    const std::uintptr_t base_;
    const std::size_t near_granules_;
  };

  // Places in the table that wait to be counted down, so that what was asked for is there then.
  class CountDown {
   public:
    explicit CountDown(const Table& table) noexcept : table_(table) {}

    void add(const Header* target) noexcept {
      std::uint8_t* const balance = &table_.balance_of(target);
      base::prefetch_to_write(balance);
      waiting_[count_] = balance;
      if (++count_ == kWaiting) flush();
    }
    void flush() noexcept {
      for (std::size_t i = 0; i < count_; ++i) --*waiting_[i];
      count_ = 0;
    }

   private:
    static constexpr std::size_t kWaiting = 64;
    const Table table_;
    std::size_t count_ = 0;
    std::array<std::uint8_t*, kWaiting> waiting_;
  };

  // Balances from the cursor on for as long as few objects are first, where no span is far. Such a
  // heap was built in the order of its addresses, so that its references need not wait for their
  // places in the table.
  void balance_seeking_firsts(const ObjectSet& set, bool with_end) noexcept {
    if (!with_end) return balance_seeking_firsts(set, [](const Header*, std::size_t) {});
    PlainEnd end;
    balance_seeking_firsts(
        set, [&end](const Header* object, std::size_t held) { end.add(object, held); });
    end_of_all_ = end;
  }
  // Calls tell(object, number of objects that it holds).
  template <class Tell>
  void balance_seeking_firsts(const ObjectSet& set, Tell&& tell) noexcept {
    const Table table(*this);
    // With a table of its own, as trace() may see it: so the compiler knows that it does not see
    // the other.
    EdgeReader reader(
        [traced = Table(*this)](const Edge& edge) { --traced.near_balance_of(edge.target); });
    seeks_firsts_ = true;
    cursor_ = set.visit_from(cursor_, [&](const Header* object) {
      std::uint8_t& balance = table.own_near_balance_of(object);
      const bool is_first = balance == 0;
      add_count(object, balance);
      std::size_t held = 0;
      read(object, reader, [&](const Edge& edge) {
        --table.near_balance_of(edge.target);
        ++held;
      });
      tell(object, held);
      return !is_first || try_note_first(object);
    });
  }

  void balance(const ObjectSet& set, std::size_t& work) noexcept {
    const Table table(*this);
    CountDown down(table);
    CountDown traced(table);  // of its own, likewise
    EdgeReader reader([&traced](const Edge& edge) { traced.add(edge.target); });
    std::size_t left = work;
    cursor_ = set.visit_from(cursor_, [&](const Header* object) {
      add_count(object, table.balance_of(object));
      read(object, reader, [&down](const Edge& edge) { down.add(edge.target); });
      return spend(left, kTrace);
    });
    work = left;
    down.flush();
    traced.flush();
    balances_[outside_] = 1;
    if (cursor_ != ObjectSet::kEnd) return;
    is_balanced_ = true;
    cursor_ = 0;
  }

  void add_count(const Header* object, std::uint8_t& balance) noexcept {
    base::prefetch_to_read(object + kAhead);
    const std::size_t count = object::Counting::count(object->references);
    balance += static_cast<std::uint8_t>(count);
    if (count > kMostCounted) note_wide(object);
  }

  // Calls on_edge(Edge) where the object's words tell its references; else the reader finds them.
  template <class Reader, class OnEdge>
  [[gnu::always_inline]] static inline void read(const Header* object, Reader& reader,
                                                 OnEdge&& on_edge) {
    const std::uint64_t words = object->binding->ref_words;
    if (words == 0) return reader.read(object);
    read_words_at_once(object, words, on_edge);
  }

  [[gnu::noinline]] bool try_note_first(const Header* object) noexcept {
    try {
      seeks_firsts_ = firsts_.size() < most_firsts_;
      if (seeks_firsts_) firsts_.push_back(object);
    } catch (const std::bad_alloc&) {
      seeks_firsts_ = false;
    }
    return seeks_firsts_;
  }

  // An object whose balance is right only modulo 256.
  [[gnu::noinline]] void note_wide(const Header* object) noexcept {
    try {
      wide_.push_back(object);
    } catch (const std::bad_alloc&) {
      is_short_ = true;
    }
  }

  // The sweep traces an object when it comes to it; one that is reached behind the sweep is traced
  // from the stack. What has been on the stack since an earlier step may have died, and is traced
  // only if the set still has it, or another object in its place.
  bool mark(const ObjectSet& set, std::size_t& work) noexcept {
    const Header* swept = reinterpret_cast<const Header*>(cursor_ - (cursor_ != 0 ? 1 : 0));
    std::size_t doubtful = todo_.size();
    Delay<const Header*> arriving;
    EdgeBatchReader reader([this](const Edge& edge) { prefetch(edge.target); },
                           [&](const Edge& edge) {
                             std::uint8_t& mark = balances_[granule(edge.target)];
                             if (mark != 0) return;
                             mark = 1;
                             if (edge.target <= swept) push(edge.target);
                           });
    const auto trace = [&reader](const Header* object) {
      // Of what is not old only the balance, which is one modulo 256, has said that it is unmarked.
      if (object != nullptr && object->place() == object::Place::kOld) reader.read(object);
    };
    const auto empty_stack = [&] {
      for (; !todo_.empty() && work != 0; spend(work, kTrace)) {
        const Header* const object = todo_.back();
        todo_.pop_back();
        if (todo_.size() < doubtful) {
          doubtful = todo_.size();
          if (!set.contains(object)) continue;
        }
        base::prefetch_to_read(object);
        trace(arriving.exchange(object));
      }
    };
    const auto sweep = [&](const Header* object) {
      swept = object;
      const bool is_live = balances_[granule(object)] != 0;
      if (is_live) reader.read(object);
      empty_stack();
      return spend(work, is_live ? kTrace : 1);
    };
    cursor_ = set.visit_words_from(cursor_, [&](ObjectSet::Word word) {
      if (unmarked(word) != word.bits) {
        is_any_marked_ = true;
        return word.visit(sweep);
      }
      swept = reinterpret_cast<const Header*>(word.end() - 1);
      return spend(work, 1) ? ObjectSet::kEnd : word.end();
    });
    if (cursor_ == ObjectSet::kEnd) swept = reinterpret_cast<const Header*>(cursor_);
    do {
      for (std::size_t i = 0; i < Delay<const Header*>::kSlots; ++i)
        trace(arriving.exchange(nullptr));
      reader.flush();
      empty_stack();
    } while (!arriving.is_empty());
    return cursor_ == ObjectSet::kEnd && todo_.empty();
  }

  static constexpr std::size_t kMostCounted = 255;
  // With more, it is likely that some are not held from outside.
  static constexpr std::size_t kObjectsAFirst = 64;
  static constexpr std::size_t kFewFirsts = 1024;

  gc::SideArray<std::uint8_t> balances_;
  std::uintptr_t base_ = 0;
  std::size_t near_granules_ = 0;
  std::vector<FarSpan> far_;    // in address order
  std::size_t outside_ = 0;     // granules of all spans
  std::uintptr_t touched_ = 0;  // the table is resident for objects up to there
  std::uintptr_t cursor_ = 0;   // of the sweep that balances, then of the one that marks
  bool is_balanced_ = false;
  std::vector<const Header*> todo_;
  std::vector<const Header*> wide_;
  std::vector<const Header*> firsts_;
  std::size_t most_firsts_ = 0;
  bool seeks_firsts_ = false;
  std::optional<PlainEnd> end_of_all_;  // while seeks_firsts_, where it was asked for
  bool is_all_marked_ = false;
  bool is_any_marked_ = false;
  bool is_short_ = false;
  bool is_complete_ = false;
};

}  // namespace exuvia::runtime
