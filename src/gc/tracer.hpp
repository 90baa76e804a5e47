// Follows references from roots: explicit stacks, prefetching, several workers.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include "gc/prefetch_queue.hpp"
#include "gc/shared_work.hpp"
#include "gc/work_stack.hpp"
#include "gc/workers.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

// How much a tracing may use.
struct TracerLimits {
  std::size_t stack_bytes = std::size_t{256} << 20;
  bool uses_helpers = true;  // false: the calling thread works alone
};

// What a worker did.
struct TracerCounts {
  std::size_t claimed =
      0;  // objects claimed, each traced by the worker that claimed it (or by worker 0)
  std::size_t dropped = 0;  // references not followed for want of memory
};

// What is traced and how it is remembered. For each reference found, in this order and with some
// work on others between the steps so that memory arrives in the meantime:
//   prefetch_side(a)  hints the side tables that is_wanted reads
//   is_wanted(a)      false drops the reference without touching the object
//   prefetch(a)       hints the object
//   claim(a, w)       worker w: true for the one that shall trace the object (two in a benign race)
template <class P>
concept TracePolicy = requires(P& policy, const P& view, Address a, unsigned w) {
  { view.prefetch_side(a) }
  noexcept;
  { view.is_wanted(a) }
  noexcept->std::same_as<bool>;
  { view.prefetch(a) }
  noexcept;
  { policy.claim(a, w) }
  noexcept->std::same_as<bool>;
};

// One worker's part of a tracing.
//
// A reference travels: stack → side queue → object queue → claimed and traced, which pushes the
// object's references on the stack. The queues are short, so their memory is bounded and a chain of
// objects is not held up by them.
template <object::Traceable Model, TracePolicy Policy>
class TraceWorker {
 public:
  // Objects with more references than this are traced in slices.
  static constexpr std::size_t kSliceSlots = 2048;
  // How often a worker looks whether others are hungry, in objects traced, and the least it gives
  // away.
  static constexpr unsigned kShareInterval = 256;
  static constexpr std::size_t kLeastShare = 16;

  TraceWorker(const Model& model, Policy& policy, ChunkSource& chunks, SharedWork& shared,
              unsigned number) noexcept
      : model_(model),
        policy_(policy),
        chunks_(chunks),
        shared_(shared),
        number_(number),
        stack_(chunks),
        slices_(chunks),
        outbox_(chunks) {}

  void push(Address object) noexcept {
    if (!stack_.try_push(object)) [[unlikely]]
      ++counts_.dropped;
  }

  // Whether there is nothing to trace.
  bool is_idle() const noexcept { return stack_.is_empty() && slices_.is_empty(); }

  // Traces all that is reachable from this worker's stack.
  void drain() noexcept {
    do {
      drain_stack();
    } while (continue_slice());
  }

  // Takes part until no worker has anything left.
  void run() noexcept {
    drain();
    for (;;) {
      flush_outbox();
      SharedWork::Gift gift = shared_.wait_for_work(number_);
      if (gift.addresses != nullptr) {
        stack_.adopt(gift.addresses);
      } else if (gift.slices != nullptr) {
        slices_.adopt(gift.slices);
      } else if (gift.inbox != nullptr) {
        trace_inbox(gift.inbox);
      } else {
        return;
      }
      drain();
    }
  }

  const TracerCounts& counts() const noexcept { return counts_; }

 private:
  // Takes in the references of one object. Inlined into the model's tracing, so that the top of the
  // stack stays in registers there.
  class Intake {
   public:
    explicit Intake(TraceWorker& worker) noexcept : worker_(worker), writer_(worker.stack_) {}

    [[gnu::always_inline]] void take(Address child) noexcept {
      if (!worker_.policy_.is_wanted(child)) return;
      if (!writer_.try_push(child)) [[unlikely]]
        ++worker_.counts_.dropped;
    }

   private:
    TraceWorker& worker_;
    typename WorkStack<Address>::Writer writer_;
  };

  // The visitor that models are given.
  struct Visitor {
    Intake& intake;
    [[gnu::always_inline]] void operator()(Address child) const noexcept { intake.take(child); }
  };

  static constexpr bool kSliceable = object::Sliceable<Model>;
  static constexpr bool kHasBody = object::BodyPrefetchable<Model>;

  // The queues live on the machine's stack, and the functions that work on them are inlined, so
  // that their state stays in registers.
  void drain_stack() noexcept {
    PrefetchQueue<Address> objects;
    PrefetchQueue<Address> bodies;
    for (;;) {
      fill(objects);
      if (!objects.is_empty()) {
        advance(objects.pop(), bodies);
      } else if (!bodies.is_empty()) {
        dispatch(bodies.pop());
      } else {
        return;
      }
    }
  }

  void fill(PrefetchQueue<Address>& objects) noexcept {
    Address object;
    while (!objects.is_full() && stack_.try_pop(object)) {
      policy_.prefetch(object);
      objects.push(object);
    }
  }

  void advance(Address object, PrefetchQueue<Address>& bodies) noexcept {
    if (!policy_.claim(object, number_)) return;
    ++counts_.claimed;
    if constexpr (kHasBody) {
      model_.prefetch_body(object);
      if (bodies.is_full()) dispatch(bodies.pop());
      bodies.push(object);
    } else {
      dispatch(object);
    }
  }

  bool is_shareable(Address object) const noexcept {
    if constexpr (object::Shareable<Model>) return model_.is_shareable(object);
    return false;
  }

  // Traces a claimed object, or leaves it to worker 0.
  void dispatch(Address object) noexcept {
    if (number_ != 0 && !is_shareable(object)) {
      if (!outbox_.try_push(object)) ++counts_.dropped;
      if (outbox_.top_count() == Chunk<Address>::kItems) flush_outbox();
      return;
    }
    trace(object);
    if (--until_share_ == 0) share();
  }

  void trace(Address object) noexcept {
    if constexpr (kSliceable) {
      const std::size_t length = model_.length(object);
      if (length > kSliceSlots) return begin_slices(object, length);
    }
    Intake intake(*this);
    model_.trace(object, Visitor{intake});
  }

  void begin_slices(Address object, std::size_t length) noexcept {
    if (!slices_.try_push({object, 0, length})) counts_.dropped += length;
  }

  // Takes up the next part of an object in slices; false when there is none.
  bool continue_slice() noexcept {
    if constexpr (!kSliceable) return false;
    Slice slice;
    if (!slices_.try_pop(slice)) return false;
    const std::size_t end =
        slice.end - slice.begin > kSliceSlots ? slice.begin + kSliceSlots : slice.end;
    if (end < slice.end) static_cast<void>(slices_.try_push({slice.object, end, slice.end}));
    trace_slice({slice.object, slice.begin, end});
    return true;
  }

  void trace_slice(const Slice& part) noexcept {
    if constexpr (kSliceable) {
      Intake intake(*this);
      model_.trace_range(part.object, part.begin, part.end, Visitor{intake});
    }
  }

  void trace_inbox(Chunk<Address>* inbox) noexcept {
    for (std::size_t i = 0; i < inbox->count; ++i) {
      trace(inbox->items[i]);
      drain();
    }
    chunks_.give_back(inbox);
  }

  void flush_outbox() noexcept {
    while (Chunk<Address>* chunk = outbox_.take_top()) shared_.give_to_first(chunk);
  }

  // Gives work away when others wait for it: half of the rest of a sliced object, or else the
  // oldest of the stack.
  [[gnu::noinline]] void share() noexcept {
    until_share_ = kShareInterval;
    if (!shared_.is_hungry()) return;
    if (share_slice()) return;
    if (Chunk<Address>* chunk = stack_.try_split(kLeastShare)) shared_.give(chunk);
  }

  bool share_slice() noexcept {
    Slice slice;
    if (!slices_.try_pop(slice)) return false;
    const std::size_t half = slice.begin + (slice.end - slice.begin) / 2;
    const bool is_worth_it = slice.end - half >= kLeastShare && is_shareable(slice.object);
    auto* chunk = is_worth_it ? static_cast<Chunk<Slice>*>(chunks_.try_take()) : nullptr;
    if (chunk != nullptr) {
      chunk->items[0] = {slice.object, half, slice.end};
      chunk->count = 1;
      slice.end = half;
      shared_.give(chunk);
    }
    // Cannot fail: the place was freed above.
    static_cast<void>(slices_.try_push(slice));
    return chunk != nullptr;
  }

  const Model& model_;
  Policy& policy_;
  ChunkSource& chunks_;
  SharedWork& shared_;
  const unsigned number_;
  unsigned until_share_ = kShareInterval;
  TracerCounts counts_;
  WorkStack<Address> stack_;
  WorkStack<Slice> slices_;
  WorkStack<Address> outbox_;
};

// A tracing: give it roots, run it, read the counts.
template <object::Traceable Model, TracePolicy Policy>
class Tracer {
 public:
  // All that is passed must outlive the tracer.
  Tracer(const Model& model, Policy& policy, SideMemory& memory, Workers& workers,
         TracerLimits limits = {}) noexcept
      : model_(model),
        policy_(policy),
        limits_(limits),
        workers_(workers),
        chunks_(memory, limits.stack_bytes),
        first_(model, policy, chunks_, shared_, 0) {}

  // Names an object from which to trace. Duplicates do no harm.
  void add_root(Address object) noexcept { first_.push(object); }

  // Traces from the roots added so far; may be called again after more were added.
  void run() noexcept {
    const bool alone = !object::Shareable<Model> || !limits_.uses_helpers || first_.is_idle();
    const unsigned count = alone ? 1 : workers_.prepare();
    if (count == 1) return first_.drain();
    shared_.open(count);
    workers_.run([this](unsigned number) noexcept { take_part(number); });
  }

  // The sum of all workers and runs.
  TracerCounts counts() const noexcept { return sum(first_.counts(), helpers_); }
  // Whether references were dropped for want of memory: what they lead to may be unvisited.
  bool is_incomplete() const noexcept { return counts().dropped != 0; }
  // The most that the stacks ever held mapped.
  std::size_t memory_bytes() const noexcept { return chunks_.memory_bytes(); }

 private:
  using Worker = TraceWorker<Model, Policy>;

  static TracerCounts sum(const TracerCounts& a, const TracerCounts& b) noexcept {
    return {a.claimed + b.claimed, a.dropped + b.dropped};
  }

  void take_part(unsigned number) noexcept {
    if (number == 0) return first_.run();
    Worker helper(model_, policy_, chunks_, shared_, number);
    helper.run();
    const std::lock_guard lock(mutex_);
    helpers_ = sum(helpers_, helper.counts());
  }

  const Model& model_;
  Policy& policy_;
  const TracerLimits limits_;
  Workers& workers_;
  ChunkSource chunks_;
  SharedWork shared_;
  Worker first_;
  std::mutex mutex_;
  TracerCounts helpers_;
};

}  // namespace exuvia::gc
