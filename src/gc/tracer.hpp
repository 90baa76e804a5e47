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
#include "object/model_view.hpp"

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

// What is traced and how it is remembered.
//   admit(a, w)             of each reference found, without touching the object: true for the one
//                           worker w that shall look at the object (two in a benign race)
//   prefetch(a)             hints the object
//   accept(a, class, w)     some time later, when the object has arrived: whether it is to be
//   traced
template <class P, class Model>
concept TracePolicy = requires(P& policy, const P& view, Address a, unsigned w,
                               typename object::ModelView<Model>::Class known) {
  { policy.admit(a, w) }
  noexcept->std::same_as<bool>;
  { view.prefetch(a) }
  noexcept;
  { policy.accept(a, known, w) }
  noexcept->std::same_as<bool>;
};

// One worker's part of a tracing.
//
// A reference travels: admitted → stack → queue of objects → accepted → queue of bodies → traced,
// which admits the object's references. The queues are short, so their memory is bounded and a
// chain of objects is not held up by them. When the stack runs out before they are full, the next
// slice fills them: a chain that hangs from a large list is followed beside the list, not before
// its rest.
template <object::Traceable Model, TracePolicy<Model> Policy>
class TraceWorker {
 public:
  // Objects with more references than this are traced in slices of this many.
  static constexpr std::size_t kSliceSlots = 256;
  // How often a worker looks whether others are hungry, in objects traced, and the least it gives
  // away.
  static constexpr unsigned kShareInterval = 256;
  static constexpr std::size_t kLeastShare = 16;

  TraceWorker(const Model& model, Policy& policy, ChunkSource& chunks, SharedWork& shared,
              unsigned number) noexcept
      : model_(model),
        view_(model),
        policy_(policy),
        chunks_(chunks),
        shared_(shared),
        number_(number),
        stack_(chunks),
        slices_(chunks),
        outbox_(chunks) {}

  void push(Address object) noexcept {
    if (!policy_.admit(object, number_)) return;
    if (!stack_.try_push(object)) [[unlikely]]
      ++counts_.dropped;
  }

  // Whether there is nothing to trace.
  bool is_idle() const noexcept { return stack_.is_empty() && slices_.is_empty(); }

  // Traces all that is reachable from this worker's stack and slices. The queues and the stack's
  // top live on the machine's stack, and the functions that work on them are inlined, so that their
  // state stays in registers.
  void drain() noexcept {
    PrefetchQueue<Address> objects;
    PrefetchQueue<Known> bodies;
    Top top(stack_);
    for (;;) {
      fill(objects, top);
      if (!objects.is_empty()) {
        advance(objects.pop(), bodies, top);
      } else if (!bodies.is_empty()) {
        trace(bodies.pop(), top);
      } else {
        return;
      }
    }
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
  using Top = typename WorkStack<Address>::Top;

  // Takes in the references of objects. Inlined into the model's tracing.
  class Intake {
   public:
    Intake(TraceWorker& worker, Top& top) noexcept
        : worker_(worker), policy_(worker.policy_), number_(worker.number_), top_(top) {}

    [[gnu::always_inline]] void take(Address child) noexcept {
      if (!policy_.admit(child, number_)) return;
      if (!top_.try_push(child)) [[unlikely]]
        ++worker_.counts_.dropped;
    }

   private:
    TraceWorker& worker_;
    Policy policy_;  // a copy, one step nearer to what it refers to
    const unsigned number_;
    Top& top_;
  };

  // The visitor that models are given.
  struct Visitor {
    Intake& intake;
    [[gnu::always_inline]] void operator()(Address child) const noexcept { intake.take(child); }
  };

  using View = object::ModelView<Model>;
  struct Known {
    Address object;
    typename View::Class its_class;
  };

  [[gnu::always_inline]] void fill(PrefetchQueue<Address>& objects, Top& top) noexcept {
    while (!objects.is_full()) {
      Address object;
      if (top.try_pop(object)) [[likely]] {
        policy_.prefetch(object);
        objects.push(object);
      } else if (slices_.is_empty() || !apart_from(top, [this] { return continue_slice(); })) {
        return;
      }
    }
  }

  [[gnu::always_inline]] void advance(Address object, PrefetchQueue<Known>& bodies,
                                      Top& top) noexcept {
    const Known known{object, view_.classify(object)};
    if (!policy_.accept(object, known.its_class, number_)) return;
    ++counts_.claimed;
    if (number_ != 0 && !view_.is_shareable(object, known.its_class)) [[unlikely]] {
      return leave_to_first(object);
    }
    if (!view_.prefetch_body(object, known.its_class)) return trace(known, top);
    if (bodies.is_full()) trace(bodies.pop(), top);
    bodies.push(known);
  }

  // Calls what uses the stack itself.
  template <class Call>
  static auto apart_from(Top& top, Call call) noexcept {
    top.save();
    const auto result = call();
    top.load();
    return result;
  }

  // For objects that only the interpreter's owner may trace.
  [[gnu::noinline]] void leave_to_first(Address object) noexcept {
    if (!outbox_.try_push(object)) ++counts_.dropped;
    if (outbox_.top_count() == Chunk<Address>::kItems) flush_outbox();
  }

  [[gnu::always_inline]] void trace(const Known known, Top& top) noexcept {
    const bool is_due = --until_share_ == 0;
    const std::size_t length = view_.length(known.object, known.its_class);
    if (is_due || length > kSliceSlots || !view_.is_common(known.its_class)) [[unlikely]] {
      apart_from(top, [&] { return trace_apart(known, length); });
    } else {
      Intake intake(*this, top);
      view_.trace_common(known.object, known.its_class, Visitor{intake});
    }
  }

  // What rarely happens, out of the way of what often does.
  [[gnu::noinline]] bool trace_apart(const Known known, std::size_t length) noexcept {
    if (until_share_ == 0) share();
    if (length > kSliceSlots) {
      begin_slices(known.object, length);
    } else {
      Top top(stack_);
      Intake intake(*this, top);
      view_.trace(known.object, known.its_class, Visitor{intake});
    }
    return true;
  }

  void begin_slices(Address object, std::size_t length) noexcept {
    if (!slices_.try_push({object, 0, length})) counts_.dropped += length;
  }

  // Takes up the next part of an object in slices; false when there is none.
  [[gnu::noinline]] bool continue_slice() noexcept {
    Slice slice;
    if (!slices_.try_pop(slice)) return false;
    const std::size_t end =
        slice.end - slice.begin > kSliceSlots ? slice.begin + kSliceSlots : slice.end;
    if (end < slice.end) static_cast<void>(slices_.try_push({slice.object, end, slice.end}));
    trace_slice({slice.object, slice.begin, end});
    return true;
  }

  void trace_slice(const Slice& part) noexcept {
    if constexpr (View::kHasSlices) {
      Top top(stack_);
      Intake intake(*this, top);
      model_.trace_range(part.object, part.begin, part.end, Visitor{intake});
    }
  }

  void trace_inbox(Chunk<Address>* inbox) noexcept {
    for (std::size_t i = 0; i < inbox->count; ++i) {
      const Known known{inbox->items[i], view_.classify(inbox->items[i])};
      trace_apart(known, view_.length(known.object, known.its_class));
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
    const bool is_worth_it = slice.end - half >= kLeastShare &&
                             view_.is_shareable(slice.object, view_.classify(slice.object));
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
  const View view_;
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
template <object::Traceable Model, TracePolicy<Model> Policy>
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
