// Counts less internal references, for a set of ranked objects.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>

#include "exuvia/base/prefetch.hpp"
#include "gc/prefetch_queue.hpp"
#include "gc/rank_table.hpp"
#include "gc/side_memory.hpp"
#include "gc/workers.hpp"
#include "object/model.hpp"
#include "object/model_view.hpp"

namespace exuvia::gc {

// What the outside holds of an object: its count less the references from the set. Below zero: the
// count is wrong. On the way counts and references are added in any order, so a balance may pass
// through negative values.
using Balance = std::int32_t;

// From how many objects on the search for cycles uses helpers.
inline constexpr std::size_t kWorthSharing = 50'000;

// Fills in the balance of each object of a set.
//
// A count of kHeldForever or more is not added up but noted apart, so neither immortal objects nor
// 2^31 references can make a balance wrap to zero by chance.
template <object::CycleCountable Model>
class ReferenceSubtractor {
 public:
  ReferenceSubtractor(const Model& model, const RankTable<Model::kGranuleShift>& ranks,
                      const SideArray<Address>& objects, const SideArray<Balance>& balances,
                      SideMemory& memory, Workers& workers) noexcept
      : model_(model),
        ranks_(ranks),
        objects_(objects),
        balances_(balances),
        held_forever_(memory),
        deferred_(memory),
        workers_(workers) {}

  // False, and the balances are meaningless, when there is no memory.
  [[nodiscard]] bool try_run() noexcept {
    const std::size_t words = (objects_.size() + kBitsPerWord - 1) / kBitsPerWord;
    if (!held_forever_.try_allocate(words)) return false;
    if (!is_worth_sharing()) {
      Pass<false>(*this, 0).run(0, objects_.size());
    } else {
      if (!deferred_.try_allocate(words)) return false;
      run_in_parallel();
    }
    raise_held_forever();
    return true;
  }

 private:
  // Shared balances need locked additions, which cost more than a second worker brings.
  static constexpr unsigned kFewestWorkers = 3;
  static constexpr std::size_t kHeldForever = std::size_t{1} << 30;
  static constexpr std::size_t kBlock = 8192;
  static_assert(kBlock % kBitsPerWord == 0, "two workers must not note into one word");
  static constexpr std::size_t kPrefetchDistance = 12;

  using View = object::ModelView<Model>;

  // One worker's way through some of the objects.
  template <bool Shared>
  class Pass {
   public:
    Pass(ReferenceSubtractor& whole, unsigned number) noexcept : whole_(whole), number_(number) {}

    void run(std::size_t begin, std::size_t end) noexcept {
      const Model& model = whole_.model_;
      const SideArray<Address>& objects = whole_.objects_;
      for (std::size_t i = begin; i < end; ++i) {
        if (i + kPrefetchDistance < end) model.prefetch(objects[i + kPrefetchDistance]);
        if (i + kPrefetchDistance / 2 < end) prefetch_body(objects[i + kPrefetchDistance / 2]);
        add_count(i);
        if (Shared && number_ != 0 && !is_shareable(objects[i])) {
          note(whole_.deferred_, i);
        } else {
          subtract_referents(i);
        }
      }
      finish();
    }

    void subtract_referents(std::size_t i) noexcept {
      whole_.model_.trace(whole_.objects_[i], [this](Address child) noexcept { enqueue(child); });
    }

    void finish() noexcept {
      while (!children_.is_empty()) advance_child();
      while (!members_.is_empty()) advance_member();
    }

   private:
    static void note(const SideArray<BitWord>& bits, std::size_t i) noexcept {
      bits[i / kBitsPerWord] |= BitWord{1} << (i % kBitsPerWord);
    }

    bool is_shareable(Address object) const noexcept {
      const View view(whole_.model_);
      return view.is_shareable(object, view.classify(object));
    }

    void prefetch_body(Address object) const noexcept {
      const View view(whole_.model_);
      static_cast<void>(view.prefetch_body(object, view.classify(object)));
    }

    void add_count(std::size_t i) noexcept {
      const std::size_t count = whole_.model_.count(whole_.objects_[i]);
      if (count >= kHeldForever) {
        note(whole_.held_forever_, i);
      } else {
        add(static_cast<Rank>(i), static_cast<Balance>(count));
      }
    }

    void enqueue(Address child) noexcept {
      if (children_.is_full()) advance_child();
      whole_.ranks_.prefetch(child);
      children_.push(child);
    }

    void advance_child() noexcept {
      const Rank rank = whole_.ranks_.rank(children_.pop());
      if (rank == kNoRank) return;
      if (members_.is_full()) advance_member();
      base::prefetch_to_write(whole_.balances_.data() + rank);
      members_.push(rank);
    }

    void advance_member() noexcept { add(members_.pop(), -1); }

    void add(Rank rank, Balance amount) noexcept {
      if constexpr (Shared) {
        // Relaxed: the sums are read after the workers have been joined.
        std::atomic_ref<Balance>(whole_.balances_[rank])
            .fetch_add(amount, std::memory_order_relaxed);
      } else {
        whole_.balances_[rank] += amount;
      }
    }

    ReferenceSubtractor& whole_;
    const unsigned number_;
    PrefetchQueue<Address> children_;
    PrefetchQueue<Rank> members_;
  };

  bool is_worth_sharing() const noexcept {
    return object::Shareable<Model> && objects_.size() >= kWorthSharing &&
           workers_.prepare() >= kFewestWorkers;
  }

  void run_in_parallel() noexcept {
    std::atomic<std::size_t> next{0};
    workers_.run([this, &next](unsigned number) noexcept {
      Pass<true> pass(*this, number);
      for (;;) {
        const std::size_t begin = next.fetch_add(kBlock, std::memory_order_relaxed);
        if (begin >= objects_.size()) return;
        pass.run(begin, std::min(begin + kBlock, objects_.size()));
      }
    });
    subtract_deferred();
  }

  // What the helpers left to the thread that owns the interpreter.
  void subtract_deferred() noexcept {
    Pass<false> pass(*this, 0);
    for_each_noted(deferred_, [&](std::size_t i) { pass.subtract_referents(i); });
    pass.finish();
  }

  void raise_held_forever() noexcept {
    for_each_noted(held_forever_,
                   [&](std::size_t i) { balances_[i] = std::numeric_limits<Balance>::max(); });
  }

  template <class Visit>
  static void for_each_noted(const SideArray<BitWord>& bits, Visit&& visit) noexcept {
    for (std::size_t w = 0; w < bits.size(); ++w) {
      for_each_bit(bits[w], [&](unsigned bit) { visit(w * kBitsPerWord + bit); });
    }
  }

  const Model& model_;
  const RankTable<Model::kGranuleShift>& ranks_;
  const SideArray<Address>& objects_;
  const SideArray<Balance>& balances_;
  SideArray<BitWord> held_forever_;
  SideArray<BitWord> deferred_;
  Workers& workers_;
};

}  // namespace exuvia::gc
