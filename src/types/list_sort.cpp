#include <algorithm>
#include <utility>
#include <vector>

#include "exuvia/types/list.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"
#include "types/list_storage.hpp"

namespace exuvia::types {

namespace {

struct Sorted {
  Value key;  // what is compared
  Value item;
};

// Merges the sorted ranges [begin, middle) and [middle, end).
Result<void> merge(std::vector<Sorted>& all, std::vector<Sorted>& scratch, std::size_t begin,
                   std::size_t middle, std::size_t end) {
  std::size_t left = begin;
  std::size_t right = middle;
  scratch.clear();
  while (left < middle && right < end) {
    const Result<bool> is_right_first = less(all[right].key, all[left].key);
    if (!is_right_first) return is_right_first.failure();
    scratch.push_back(all[*is_right_first ? right++ : left++]);
  }
  while (left < middle) scratch.push_back(std::move(all[left++]));
  std::move(scratch.begin(), scratch.end(), all.begin() + static_cast<std::ptrdiff_t>(begin));
  return {};
}

// The end of the run at `begin`: items in order already, or in strictly descending order, which are
// then reversed.
Result<std::size_t> end_of_run(std::vector<Sorted>& all, std::size_t begin, std::size_t end) {
  if (end - begin < 2) return end;
  const Result<bool> is_descending = less(all[begin + 1].key, all[begin].key);
  if (!is_descending) return is_descending.failure();
  std::size_t at = begin + 2;
  for (; at < end; ++at) {
    const Result<bool> is_less = less(all[at].key, all[at - 1].key);
    if (!is_less) return is_less.failure();
    if (*is_less != *is_descending) break;
  }
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
  if (*is_descending) std::reverse(first, all.begin() + static_cast<std::ptrdiff_t>(at));
  return at;
}

// Puts each item that follows the first run into its place, found by halving.
Result<void> insertion_sort(std::vector<Sorted>& all, std::size_t begin, std::size_t end) {
  const Result<std::size_t> sorted = end_of_run(all, begin, end);
  if (!sorted) return sorted.failure();
  for (std::size_t at = *sorted; at < end; ++at) {
    std::size_t low = begin;
    for (std::size_t high = at; low < high;) {
      const std::size_t middle = low + (high - low) / 2;
      const Result<bool> is_before = less(all[at].key, all[middle].key);
      if (!is_before) return is_before.failure();
      (*is_before ? high : low) = *is_before ? middle : middle + 1;
    }
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(at);
    std::rotate(all.begin() + static_cast<std::ptrdiff_t>(low), from, from + 1);
  }
  return {};
}

// Sorts [begin, end), whose halves may be in order already; on failure every item is still there.
// As deep as the size has bits. NOLINTNEXTLINE(misc-no-recursion)
Result<void> merge_sort(std::vector<Sorted>& all, std::vector<Sorted>& scratch, std::size_t begin,
                        std::size_t end) {
  constexpr std::size_t kFew = 64;  // as CPython, which compares the same pairs of so few
  if (end - begin < kFew) return insertion_sort(all, begin, end);
  const std::size_t middle = begin + (end - begin) / 2;
  if (Result<void> done = merge_sort(all, scratch, begin, middle); !done) return done;
  if (Result<void> done = merge_sort(all, scratch, middle, end); !done) return done;
  const Result<bool> is_out_of_order = less(all[middle].key, all[middle - 1].key);
  if (!is_out_of_order) return is_out_of_order.failure();
  return *is_out_of_order ? merge(all, scratch, begin, middle, end) : Result<void>();
}

// What is sorted by itself is its own key.
Result<void> set_keys(std::vector<Sorted>& all, const Value& key) {
  const bool has_key = key && !is_none(key);
  for (Sorted& each : all) {
    Result<Value> known = has_key ? answer_of(key, {&each.item, 1}) : each.item;
    if (!known) return known.failure();
    each.key = *std::move(known);
  }
  return {};
}

// Equal items keep their order also when it is descending, as that is the ascending one of the
// reversed items, reversed.
Result<void> sort_by(std::vector<Sorted>& all, const Value& key, SortOrder order) {
  if (Result<void> done = set_keys(all, key); !done) return done;
  std::vector<Sorted> scratch;
  scratch.reserve(all.size());
  if (order == SortOrder::kAscending) return merge_sort(all, scratch, 0, all.size());
  std::reverse(all.begin(), all.end());
  Result<void> done = merge_sort(all, scratch, 0, all.size());
  std::reverse(all.begin(), all.end());
  return done;
}

// The items of a list while they are sorted: the list is empty, and whatever is done to it shows.
class [[nodiscard]] BorrowedItems {
 public:
  explicit BorrowedItems(List& list)
      : list_(ref_to(list)), storage_(list.storage), capacity_(list.capacity) {
    all.reserve(list.size);
    for (std::size_t i = 0; i < list.size; ++i) all.push_back({nullptr, std::move(storage_[i])});
    list.storage = reinterpret_cast<Value*>(&untouched);
    list.size = list.capacity = 0;
  }
  // What was added meanwhile goes last, when the list is whole again.
  ~BorrowedItems() {
    for (std::size_t i = 0; i < all.size(); ++i) storage_[i].swap(all[i].item);
    std::swap(list_->storage, storage_);
    std::swap(list_->capacity, capacity_);
    const std::size_t added = std::exchange(list_->size, all.size());
    free_items(*list_, storage_, added, capacity_);
  }
  BorrowedItems(const BorrowedItems&) = delete;
  BorrowedItems& operator=(const BorrowedItems&) = delete;

  [[nodiscard]] bool was_list_changed() const noexcept {
    return list_->storage != reinterpret_cast<Value*>(&untouched);
  }

  std::vector<Sorted> all;

 private:
  // Where the items of a list lie, none of them, which nobody has changed.
  alignas(Value) static constinit inline std::byte untouched{};

  Ref<List> list_;
  Value* storage_;
  std::size_t capacity_;
};

}  // namespace

Result<void> sort(List& list, const Value& key, SortOrder order) {
  BorrowedItems items(list);
  Result<void> sorted = sort_by(items.all, key, order);
  for (Sorted& each : items.all) each.key.reset();  // as CPython: their end may change the list
  if (sorted && items.was_list_changed()) return value_error("list modified during sort");
  return sorted;
}

}  // namespace exuvia::types
