#include "exuvia/types/iteration.hpp"

#include <string>
#include <vector>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

namespace {

// The first item whose key is beyond those of all before it.
Result<Value> extreme(const char* name, Comparison beyond, const Value& iterable,
                      const Value& key) {
  Value best;
  Value best_key;
  const Result<void> done = for_each(iterable, [&](const Value& item) -> Result<void> {
    const Result<Value> own =
        key && !is_none(key) ? answer_of(key, {&item, 1}) : Result<Value>(item);
    if (!own) return own.failure();
    const Result<bool> is_better = best ? types::compare(beyond, *own, best_key) : true;
    if (!is_better) return is_better.failure();
    if (!*is_better) return {};
    best = item;
    best_key = *own;
    return {};
  });
  if (!done) return done.failure();
  if (!best) return value_error(std::string(name) + "() arg is an empty sequence");
  return best;
}

// Whether all items are as true as `wanted`.
Result<bool> all_are(bool wanted, const Value& iterable) {
  const Result<Value> iterator = iterate(iterable);
  if (!iterator) return iterator.failure();
  for (;;) {
    const Result<Value> item = next(*iterator);
    if (!item) return item.failure();
    if (!*item) return true;
    Result<bool> is_true = truth(*item);
    if (!is_true) return is_true;
    if (*is_true != wanted) return false;
  }
}

Result<void> check_start_of_sum(const Value& start) {
  const auto refuse = [](const char* what, const char* instead) {
    return type_error(std::string("sum() can't sum ") + what + " [use " + instead +
                      ".join(seq) instead]");
  };
  if (is<Str>(start)) return refuse("strings", "''");
  if (is<Bytes>(start)) return refuse("bytes", "b''");
  if (is<ByteArray>(start)) return refuse("bytearray", "b''");
  return {};
}

struct Enumerate : Object {
  static const Type type;

  Value iterator;
  Value number;

  void trace(Visitor& v) const { v(iterator, number); }

  static Result<Value> next(Object& object) {
    auto& self = static_cast<Enumerate&>(object);
    const Value iterator = self.iterator;
    Result<Value> item = types::next(iterator);
    if (!item || !*item) return item;
    Ref<Tuple> pair = types::make_tuple({self.number, *item});
    Result<Value> after = add(self.number, make_int(1));
    if (!after) return after;
    self.number = *std::move(after);
    return made(std::move(pair));
  }
};
constinit const Type Enumerate::type =
    native_type<Enumerate>("enumerate", {.iterate = &iterate_itself, .next = &Enumerate::next});

struct Zip : Object {
  static const Type type;

  Ref<Tuple> iterators;

  void trace(Visitor& v) const { v(iterators); }

  // An item of each; none at all once one has ended.
  static Result<std::vector<Value>> items_of(const Tuple& iterators) {
    std::vector<Value> items;
    for (const Value& iterator : iterators.items()) {
      const Result<Value> item = types::next(iterator);
      if (!item) return item.failure();
      if (!*item) return std::vector<Value>();
      items.push_back(*item);
    }
    return items;
  }

  static Result<Value> next(Object& object) {
    const Ref<Tuple> iterators = static_cast<Zip&>(object).iterators;
    const Result<std::vector<Value>> items = items_of(*iterators);
    if (!items) return items.failure();
    return items->empty() ? Value() : made(types::make_tuple(*items));
  }
};
constinit const Type Zip::type =
    native_type<Zip>("zip", {.iterate = &iterate_itself, .next = &Zip::next});

struct Map : Object {
  static const Type type;

  Value function;
  Ref<Tuple> iterators;

  void trace(Visitor& v) const { v(function, iterators); }

  static Result<Value> next(Object& object) {
    const Value kept = Value::to(object);
    auto& self = static_cast<Map&>(object);
    const Result<std::vector<Value>> items = Zip::items_of(*self.iterators);
    if (!items) return items.failure();
    return items->empty() ? Value() : answer_of(self.function, *items);
  }
};
constinit const Type Map::type =
    native_type<Map>("map", {.iterate = &iterate_itself, .next = &Map::next});

struct Filter : Object {
  static const Type type;

  Value function;
  Value iterator;

  void trace(Visitor& v) const { v(function, iterator); }

  static Result<bool> is_wanted(const Value& function, const Value& item) {
    if (is_none(function)) return truth(item);
    const Result<Value> answer = answer_of(function, {&item, 1});
    if (!answer) return answer.failure();
    return truth(*answer);
  }

  static Result<Value> next(Object& object) {
    const Value kept = Value::to(object);
    auto& self = static_cast<Filter&>(object);
    for (;;) {
      Result<Value> item = types::next(self.iterator);
      if (!item || !*item) return item;
      const Result<bool> wanted = is_wanted(self.function, *item);
      if (!wanted) return wanted.failure();
      if (*wanted) return item;
    }
  }
};
constinit const Type Filter::type =
    native_type<Filter>("filter", {.iterate = &iterate_itself, .next = &Filter::next});

template <class T, class... Args>
Result<Value> made_iterator(Args&&... args) {
  Ref<T> iterator = try_build<T>(T::type, sizeof(T), std::forward<Args>(args)...);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

Result<Ref<Tuple>> iterators_of(std::span<const Value> iterables) {
  std::vector<Value> iterators;
  for (const Value& iterable : iterables) {
    const Result<Value> iterator = iterate(iterable);
    if (!iterator) return iterator.failure();
    iterators.push_back(*iterator);
  }
  Ref<Tuple> all = types::make_tuple(iterators);
  if (!all) return out_of_memory();
  return all;
}

}  // namespace

Result<Value> min(const Value& iterable, const Value& key) {
  return extreme("min", Comparison::kLess, iterable, key);
}

Result<Value> max(const Value& iterable, const Value& key) {
  return extreme("max", Comparison::kGreater, iterable, key);
}

Result<Value> sum(const Value& iterable, const Value& start) {
  Value total = start ? start : Value(make_int(0));
  if (const Result<void> done = check_start_of_sum(total); !done) return done.failure();
  const Result<void> done = for_each(iterable, [&total](const Value& item) -> Result<void> {
    Result<Value> more = add(total, item);
    if (!more) return more.failure();
    total = *std::move(more);
    return {};
  });
  if (!done) return done.failure();
  return total;
}

Result<bool> any(const Value& iterable) {
  const Result<bool> none_is = all_are(false, iterable);
  if (!none_is) return none_is.failure();
  return !*none_is;
}

Result<bool> all(const Value& iterable) { return all_are(true, iterable); }

Result<Ref<List>> sorted(const Value& iterable, const Value& key, SortOrder order) {
  Result<Ref<List>> list = list_of(iterable);
  if (!list) return list;
  if (Result<void> done = sort(**list, key, order); !done) return done.failure();
  return list;
}

Result<Value> enumerate(const Value& iterable, const Value& start) {
  const Result<Value> first = start ? index(start) : made(make_int(0));
  if (!first) return first.failure();
  const Result<Value> iterator = iterate(iterable);
  if (!iterator) return iterator.failure();
  return made_iterator<Enumerate>(*iterator, *first);
}

Result<Value> zip(std::span<const Value> iterables) {
  const Result<Ref<Tuple>> iterators = iterators_of(iterables);
  if (!iterators) return iterators.failure();
  return made_iterator<Zip>(*iterators);
}

Result<Value> map(const Value& function, std::span<const Value> iterables) {
  if (iterables.empty()) return type_error("map() must have at least two arguments.");
  const Result<Ref<Tuple>> iterators = iterators_of(iterables);
  if (!iterators) return iterators.failure();
  return made_iterator<Map>(function, *iterators);
}

Result<Value> filter(const Value& function, const Value& iterable) {
  const Result<Value> iterator = iterate(iterable);
  if (!iterator) return iterator.failure();
  return made_iterator<Filter>(function, *iterator);
}

}  // namespace exuvia::types
