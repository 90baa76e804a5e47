// One worker's part of a marking.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <thread>
#include <tuple>
#include <utility>

#include "gc/card_queue.hpp"
#include "gc/mark_exchange.hpp"
#include "gc/mark_mail.hpp"
#include "gc/mark_table.hpp"
#include "gc/work_stack.hpp"
#include "object/model.hpp"
#include "object/model_view.hpp"

namespace exuvia::gc {

// Marks by cards. An object that is found is marked in the table, and its card queued; when the
// card's turn comes, all that was found in it meanwhile is traced, in address order. So memory is
// read in the order in which it lies, whatever the order of references.
//
// A few objects are ready at once instead: where one leads to just one other there is no card to be
// filled.
//
// Objects are traced in batches, in three rounds (their addresses, their headers, what these point
// to), each of which fetches the memory that the next one reads; a batch's first round goes with
// the last one of the batch before.
template <object::Markable Model>
class MarkWorker {
 public:
  using Table = MarkTable<Model::kGranuleShift>;

  // Objects with more references are traced in slices of this many, between which mail is read; and
  // such an object alone is work for several workers.
  static constexpr std::size_t kSlice = 4096;
  static constexpr std::size_t kNoCrowd = ~std::size_t{0};

  MarkWorker(const Model& model, Table& table, ChunkSource& chunks, MarkExchange& exchange,
             unsigned number) noexcept
      : model_(model),
        view_(model),
        table_(table),
        exchange_(exchange),
        number_(number),
        cards_(table),
        owed_(chunks),
        large_(chunks),
        divided_(chunks),
        mail_(chunks, exchange) {}

  // Marks an object, while this worker is alone. Ignores one that does not start with its granule.
  void mark(Address object) noexcept {
    if (object % kGranule == 0) discover<false>(object);
  }

  // Marks what is reachable from what was found, alone. Stops when `crowd` cards wait, or a large
  // object does: then is_crowded(), and there is work for several.
  void drain(std::size_t crowd) noexcept {
    crowd_ = crowd;
    while (!is_crowded() && trace_some<false>()) {
    }
  }
  bool is_crowded() const noexcept {
    return crowd_ != kNoCrowd && (cards_.size() >= crowd_ || !large_.is_empty());
  }

  // Gives the cards that wait here to their owners, and what is large to every one of them.
  void deal(std::span<MarkWorker* const> owners) noexcept {
    put_card_back();
    const auto workers = static_cast<unsigned>(owners.size());
    for (Address large; large_.try_pop(large);) {
      for (MarkWorker* owner : owners) {
        if (!owner->divided_.try_push(large)) ++dropped_;
      }
    }
    CardQueue<Table> mine(table_);
    mine.append(cards_);
    for (Address card; mine.try_pop(card);) {
      owners[MarkExchange::owner_of(card, workers)]->cards_.push(card);
    }
  }

  // Takes part among `workers` until all is done, or all are to stop.
  void run(unsigned workers) noexcept {
    workers_ = workers;
    do {
      do {
        read_mail<true>(number_);
      } while (!exchange_.is_stopping() && trace_some<true>());
      mail_.post_all(workers_);
    } while (exchange_.wait(number_));
  }

  // Takes back what is left to do at another worker, which does not run any more.
  void take_over(MarkWorker& other) noexcept {
    read_mail<false>(other.number_);
    for (Address large; other.divided_.try_pop(large);) {
      trace_part(large, other.number_, other.workers_);
    }
    if (&other == this) return;
    other.put_card_back();
    cards_.append(other.cards_);
    while (other.ready_count_ != 0) make_wait(other.ready_[--other.ready_count_]);
    while (other.fetched_count_ != 0) make_wait(other.fetched_[--other.fetched_count_]);
  }

  // How many containers were marked.
  std::size_t marked() const noexcept { return marked_; }
  // References that were not followed for want of memory.
  std::size_t dropped() const noexcept { return dropped_; }

 private:
  using Leaf = typename Table::Leaf;
  using View = object::ModelView<Model>;
  struct Known {
    Address object;
    typename View::Class its_class;
  };

  static constexpr Address kGranule = Address{1} << Model::kGranuleShift;
  // A batch is full from kBatch on; the last word may add kBitsPerWord - 1.
  static constexpr std::size_t kBatch = 64;
  using Batch = std::array<Address, kBatch + kBitsPerWord>;

  // What a letter says of an address, in its low bits.
  enum Message : Address { kFound, kFollows, kOwed, kMessages = 3 };
  static_assert(kGranule > kMessages);

  template <bool kShared>
  struct Visitor {
    MarkWorker& worker;
    [[gnu::always_inline]] void operator()(Address child) const noexcept {
      worker.template discover<kShared>(child);
    }
  };

  // Takes what lies in one worker's part of the address space.
  struct PartVisitor {
    MarkWorker& worker;
    const unsigned part;
    const unsigned parts;

    [[gnu::always_inline]] bool wants(Address child) const noexcept {
      return MarkExchange::owner_of(child, parts) == part;
    }
    [[gnu::always_inline]] void operator()(Address child) const noexcept {
      if (wants(child)) worker.template discover<false>(child);
    }
  };

  // Marks an object for the first time, or does nothing.
  template <bool kShared>
  [[gnu::always_inline]] void discover(Address object) noexcept {
    if constexpr (kShared) {
      if (const unsigned owner = owner_of(object); owner != number_) return tell(owner, object);
    }
    Leaf* leaf = table_.leaf_for(object);
    if (leaf == nullptr) [[unlikely]]
      return;
    const auto state = leaf->state[Leaf::card_of(object)];
    if (state == Table::kUntouched) [[unlikely]]
      Table::touch(*leaf, object);
    BitWord& word = leaf->marked[Leaf::word_of(object)];
    const unsigned bit = Table::bit_of(object);
    if (((word >> bit) & 1) != 0) return;
    word |= BitWord{1} << bit;
    if (state != Table::kWaiting) enlist(*leaf, object);
  }

  // Makes the first object found in a card ready, or its card wait.
  [[gnu::noinline]] void enlist(Leaf& leaf, Address object) noexcept {
    if (ready_count_ == ready_.size()) return queue_card(leaf, object);
    leaf.traced[Leaf::word_of(object)] |= Table::mask_of(object);
    ready_[ready_count_++] = object;
  }

  // Takes back that an object is ready: its card waits instead.
  void make_wait(Address object) noexcept {
    Leaf& leaf = *table_.leaf_for(object);
    leaf.traced[Leaf::word_of(object)] &= ~Table::mask_of(object);
    queue_card(leaf, object);
  }

  void queue_card(Leaf& leaf, Address object) noexcept {
    auto& state = leaf.state[Leaf::card_of(object)];
    if (std::exchange(state, Table::kWaiting) == Table::kWaiting) return;
    cards_.push(object >> Table::kCardShift << Table::kCardShift);
  }

  template <bool kShared>
  [[gnu::always_inline]] void note_follower(Address follower) noexcept {
    const Address place = Table::place_of_follower(follower);
    if constexpr (kShared) {
      if (const unsigned owner = owner_of(place); owner != number_) {
        return send(owner, (place & ~(kGranule - 1)) | kFollows);
      }
    }
    table_.follow(place);
  }

  // Traces the batch that is being fetched, and meanwhile has the next one fetched; false when
  // nothing is left.
  template <bool kShared>
  bool trace_some() noexcept {
    if (Address object; owed_.try_pop(object) || large_.try_pop(object)) {
      trace_apart<kShared>({object, view_.classify(object)});
      return true;
    }
    if (Address large; divided_.try_pop(large)) {
      trace_part(large, number_, workers_);
      return true;
    }
    if (is_chain()) return trace_chain<kShared>();
    Batch next;
    if (fetched_count_ == 0) {
      const std::size_t first = take(next);
      for (std::size_t i = 0; i < first; ++i) fetch(next[i]);
    }
    const std::size_t fetched = std::exchange(fetched_count_, 0);
    const std::size_t count = take(next);
    std::array<Known, std::tuple_size_v<Batch>> bodies;
    const std::size_t containers = examine<kShared>({fetched_.data(), fetched}, bodies.data());
    for (std::size_t i = 0; i < containers; ++i) {
      if (i < count) fetch(next[i]);
      trace<kShared>(bodies[i]);
    }
    for (std::size_t i = containers; i < count; ++i) fetch(next[i]);
    return fetched != 0;
  }

  // Whether all there is to trace is one object.
  bool is_chain() const noexcept {
    return ready_count_ == 1 && fetched_count_ == 0 && open_card_ == 0 && cards_.size() == 0;
  }

  // As trace_some where one object leads to just one other, so that nothing can be fetched ahead.
  template <bool kShared>
  [[gnu::noinline]] bool trace_chain() noexcept {
    for (std::size_t i = 0; i < kBatch && is_chain(); ++i) {
      const Address object = ready_[--ready_count_];
      Known body;
      if (examine<kShared>({&object, 1}, &body) != 0) trace<kShared>(body);
    }
    return true;
  }

  void fetch(Address object) noexcept {
    model_.prefetch(object);
    fetched_[fetched_count_++] = object;
  }

  // Takes up to a batch of what was found and not traced yet.
  std::size_t take(Batch& batch) noexcept {
    std::size_t count = take_ready(batch);
    gather(batch, count);
    return count;
  }

  // Fills a batch that holds `count` from the cards that wait.
  [[gnu::always_inline]] void gather(Batch& batch, std::size_t& count) noexcept {
    while (count < kBatch && (open_card_ != 0 || open_next_card())) {
      for (; next_word_ < Table::kCardWords && count < kBatch; ++next_word_) {
        count = gather_word(batch, count);
      }
      is_card_done_ &= count < kBatch;
      if (next_word_ == Table::kCardWords) close_card();
    }
  }

  [[gnu::always_inline]] std::size_t gather_word(Batch& batch, std::size_t count) noexcept {
    const std::size_t at = Leaf::word_of(open_card_) + next_word_;
    const BitWord waiting = leaf_->marked[at] & ~leaf_->traced[at];
    if (waiting == 0) return count;
    leaf_->traced[at] |= waiting;
    const Address base = open_card_ + next_word_ * Table::kWordSpan;
    for_each_bit(waiting, [&](unsigned bit) {
      const Address found = base + (Address{bit} << Model::kGranuleShift);
      batch[count++] = found;
    });
    return count;
  }

  bool open_next_card() noexcept {
    if (!cards_.try_pop(open_card_)) return false;
    leaf_ = table_.leaf_for(open_card_);
    next_word_ = 0;
    is_card_done_ = true;
    return true;
  }

  // Looks through the card again if something was traced meanwhile, while it lies in the cache.
  void close_card() noexcept {
    next_word_ = 0;
    if (std::exchange(is_card_done_, true)) {
      leaf_->state[Leaf::card_of(open_card_)] = Table::kIdle;
      open_card_ = 0;
    }
  }

  void put_card_back() noexcept {
    if (open_card_ != 0) cards_.push(std::exchange(open_card_, 0));
  }

  std::size_t take_ready(Batch& batch) noexcept {
    std::copy_n(ready_.begin(), ready_count_, batch.begin());
    return std::exchange(ready_count_, 0);
  }

  // Keeps the containers of a batch.
  template <bool kShared>
  [[gnu::always_inline]] std::size_t examine(std::span<const Address> batch,
                                             Known* bodies) noexcept {
    std::size_t count = 0;
    for (const Address object : batch) {
      const Known known{object, view_.classify(object)};
      if (!view_.is_container(object, known.its_class)) continue;
      if constexpr (object::Linked<Model>) note_follower<kShared>(model_.follower(object));
      if constexpr (kShared) {
        if (number_ != 0 && !view_.is_shareable(object, known.its_class)) [[unlikely]] {
          send(0, object | kOwed);
          ++marked_;
          continue;
        }
      }
      view_.prefetch_body(object, known.its_class);
      bodies[count++] = known;
    }
    marked_ += count;
    return count;
  }

  template <bool kShared>
  [[gnu::always_inline]] void trace(const Known& known) noexcept {
    if (!view_.is_common(known.its_class) || view_.length(known.object, known.its_class) > kSlice)
        [[unlikely]] {
      return trace_rare<kShared>(known);
    }
    view_.trace_common(known.object, known.its_class, Visitor<kShared>{*this});
  }

  template <bool kShared>
  [[gnu::noinline]] void trace_rare(const Known& known) noexcept {
    const bool is_for_several = !kShared && crowd_ != kNoCrowd &&
                                view_.length(known.object, known.its_class) > kSlice &&
                                view_.is_shareable(known.object, known.its_class);
    if (is_for_several && large_.try_push(known.object)) return;
    trace_apart<kShared>(known);
  }

  template <bool kShared>
  void trace_apart(const Known& known) noexcept {
    if (view_.length(known.object, known.its_class) != 0) {
      trace_slices(known, Visitor<kShared>{*this},
                   [this] { read_mail_while_it_piles_up<kShared>(); });
    } else {
      view_.trace(known.object, known.its_class, Visitor<kShared>{*this});
    }
  }

  // Of a large object, which every worker goes through for his own: that is less work than letters.
  void trace_part(Address large, unsigned part, unsigned parts) noexcept {
    trace_slices({large, view_.classify(large)}, PartVisitor{*this, part, parts},
                 [this, part] { read_mail<false>(part); });
  }

  template <class Visit, class AfterSlice>
  void trace_slices(const Known& known, const Visit& visit, const AfterSlice& after) noexcept {
    if constexpr (View::kHasSlices) {
      const std::size_t length = view_.length(known.object, known.its_class);
      for (std::size_t begin = 0; begin < length; begin += kSlice) {
        model_.trace_range(known.object, begin, std::min(begin + kSlice, length), visit);
        after();
      }
    }
  }

  // All who write much read meanwhile, and what is read here leads to no letter: so piles get less.
  template <bool kShared>
  void read_mail_while_it_piles_up() noexcept {
    read_mail<kShared>(number_);
    while (kShared && exchange_.is_piled_up() && !exchange_.is_stopping()) {
      std::this_thread::yield();
      read_mail<kShared>(number_);
    }
  }

  void owe(Address object) noexcept {
    if (!owed_.try_push(object)) ++dropped_;
  }

  unsigned owner_of(Address address) const noexcept {
    return MarkExchange::owner_of(address, workers_);
  }

  // Tells another worker that an object was found. Neighbours often refer to the same one.
  [[gnu::always_inline]] void tell(unsigned owner, Address object) noexcept {
    Address& lately = told_lately_[object / kGranule % told_lately_.size()];
    if (std::exchange(lately, object) != object) send(owner, object);
  }

  [[gnu::always_inline]] void send(unsigned to, Address message) noexcept {
    if (!mail_.try_send(to, message)) [[unlikely]]
      ++dropped_;
  }

  template <bool kShared>
  void read_mail(unsigned box) noexcept {
    mail_.read(box, [this](Address message) { read<kShared>(message); });
  }

  template <bool kShared>
  [[gnu::always_inline]] void read(Address message) noexcept {
    const Address address = message & ~Address{kMessages};
    switch (message & kMessages) {
      case kFound:
        return discover<kShared>(address);
      case kFollows:
        return table_.follow(address);
      default:
        return owe(address);
    }
  }

  const Model& model_;
  const View view_;
  Table& table_;
  MarkExchange& exchange_;
  const unsigned number_;
  unsigned workers_ = 1;
  std::size_t marked_ = 0;
  std::size_t dropped_ = 0;
  std::size_t crowd_ = kNoCrowd;

  CardQueue<Table> cards_;
  // The card that is being looked through, or 0, and where; `is_card_done_`: nothing was traced
  // since the look began.
  Address open_card_ = 0;
  Leaf* leaf_ = nullptr;
  std::size_t next_word_ = 0;
  bool is_card_done_ = true;

  std::size_t ready_count_ = 0;
  std::array<Address, kBatch> ready_;
  std::size_t fetched_count_ = 0;
  Batch fetched_;
  WorkStack<Address> owed_;     // marked, and for this worker to trace
  WorkStack<Address> large_;    // marked, and work for several
  WorkStack<Address> divided_;  // marked; each worker traces what is his
  MarkMail mail_;
  std::array<Address, 128> told_lately_{};
};

}  // namespace exuvia::gc
