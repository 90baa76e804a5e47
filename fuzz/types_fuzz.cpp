// Fuzzes the types with code of the program's that meddles.
//
// Each input byte triple is an operation on two of a few values: containers of all kinds, weak
// references and containers, generators, and instances whose special methods, called in the midst
// of such an operation, perform the next ones of the input. Collections come often, and allocations
// may fail. What is checked: nothing dead is used (checking builds see it), the heap stays
// consistent, and in the end nothing is left.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "exuvia/base/check.hpp"
#include "exuvia/runtime.hpp"
#include "exuvia/types.hpp"

namespace exuvia::types {
namespace {

class Scenario;
Scenario* current = nullptr;

class Scenario {
 public:
  explicit Scenario(std::span<const std::uint8_t> input) : scope_(heap_), input_(input) {
    current = this;
    heap_.collector().set_thresholds({5, 2, 2});
    heap_.collector().set_unraisable_hook([](const char*, const std::exception_ptr&) {});
    if (byte() % 2 != 0) heap_.collector().set_policy(Policy::kIncremental);
    for (Value& value : values_) value = none();
    make_meddler_classes();
  }
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;
  ~Scenario() { current = nullptr; }

  void run() {
    while (!input_.empty()) {
      step();
      heap_.storage().fail_at(0);
      EXUVIA_CHECK(heap_.is_consistent(), "the heap is inconsistent");
    }
  }

  // Nothing is left when all is dropped.
  void finish() {
    is_over_ = true;
    values_ = {};
    meddlers_ = {};
    EXUVIA_CHECK(heap_.collector().unfreeze(), "objects stay frozen");
    heap_.collector().collect();
    heap_.collector().collect();
    EXUVIA_CHECK(heap_.object_count() == 0, "garbage survives");
  }

 private:
  static constexpr std::size_t kValues = 12;
  static constexpr std::size_t kLongest = 40;
  static constexpr int kDeepest = 3;

  std::uint8_t byte() noexcept {
    if (input_.empty()) return 0;
    const std::uint8_t first = input_.front();
    input_ = input_.subspan(1);
    return first;
  }
  Value& pick() noexcept { return values_[byte() % kValues]; }
  Value integer() noexcept { return made_or_none(make_int(byte() % 8 - 3)); }
  template <class T>
  static Value made_or_none(const Ref<T>& object) noexcept {
    return object ? Value(object) : Value(none());
  }
  template <class T>
  static Value value_or_none(const Result<T>& result) {
    return result && *result ? Value(*result) : Value(none());
  }

  // Special methods of the meddler: each performs an operation and answers as the input says.
  static Result<Value> meddle(const Value&, std::span<const Value> arguments) {
    Scenario& self = *current;
    if (self.is_over_) return Value(none());
    if (self.byte() % 4 == 0 && !arguments.empty()) self.pick() = arguments[0];
    if (self.depth_ < kDeepest) self.step();
    switch (self.byte() % 6) {
      case 0:
        return value_error("meddled");
      case 1:
        return self.integer();
      case 2:
        return Value(make_bool(self.byte() % 2 != 0));
      case 3:
        return Value(none());
      default:
        return self.pick();
    }
  }
  // One whose instances have a __dict__, one with slots, and one with both.
  void make_meddler_classes() {
    static constexpr std::string_view kSlots[] = {"a", "b"};
    const Ref<Dict> methods = meddling_methods();
    meddlers_[0] = *make_class("Meddler", {}, methods.get());
    meddlers_[1] = *make_slots_class("Slotted", kSlots, {}, methods.get());
    meddlers_[2] = *make_class("Both", {&meddlers_[1], 1});
  }
  static Ref<Dict> meddling_methods() {
    Ref<Dict> methods = make_dict();
    for (const char* name :
         {"__eq__",      "__lt__",      "__hash__",    "__repr__", "__bool__",     "__format__",
          "__index__",   "__len__",     "__iter__",    "__next__", "__contains__", "__get__",
          "__getitem__", "__setitem__", "__getattr__", "__call__", "__del__",      "__set__",
          "__add__",     "__radd__",    "__iadd__",    "__neg__",  "__or__",       "__delete__"})
      EXUVIA_CHECK(types::set(*methods, intern_literal(name), make_function(name, &meddle)),
                   "no method");
    // Hashes are alike, and that of an attribute's name, so that keys meet.
    const Code clash = [](const Value&, std::span<const Value> arguments) -> Result<Value> {
      const Result<Value> meddled = meddle(nullptr, arguments);
      if (!meddled) return meddled;
      return made(make_int(*hash(made_name(0))));
    };
    EXUVIA_CHECK(types::set(*methods, intern_literal("__hash__"), make_function("__hash__", clash)),
                 "no hash");
    return methods;
  }
  bool is_meddler(const Value& value) const {
    const Ref<Class> of = class_of(*value);
    return of && std::find(meddlers_.begin(), meddlers_.end(), of) != meddlers_.end();
  }

  // Clang 14 cannot prepare a coroutine for the check of function types.
  [[clang::no_sanitize("function")]] static Yields meddling_generator() {
    for (int i = 0; i < 5; ++i) {
      const Result<Value> sent = co_yield catching(Value(make_int(i)));
      if (!sent) co_yield sent.error();
      static_cast<void>(meddle(nullptr, {}));
    }
  }

  // Whether few paths lead from the value: what compares or shows it takes all of them.
  static bool is_simple(const Value& value) {
    std::size_t budget = 300;
    return pays(value, budget);
  }
  static bool pays(const Value& value, std::size_t& budget) {
    if (budget == 0) return false;
    --budget;
    if (is<Class>(value) || is<Function>(value) || class_of(*value)) return true;
    for (const Ref<void>& held : Collector::get_referents(value)) {
      if (!pays(static_ref_cast<Object>(held), budget)) return false;
    }
    return true;
  }

  void step() {
    ++depth_;
    const unsigned operation = byte() % 16;
    Value& slot = pick();
    const Value a = slot;
    const Value b = pick();
    if (operation < 4) {
      slot = make(operation * 4 + byte() % 4, a, b);
    } else if (operation < 8) {
      change(byte(), a, b);
    } else if (operation < 10) {
      use_weakly(byte(), a, b);
    } else if (operation == 10) {
      tune(byte());
    } else if (is_simple(a) && is_simple(b)) {
      operation < 14 ? compute(byte(), slot, a, b) : ask(byte(), a, b);
    } else {
      slot = none();
    }
    shorten(a);
    --depth_;
  }

  Value make(unsigned what, const Value& a, const Value& b) {
    switch (what) {
      case 0:
        return made_or_none(make_list({a, b}));
      case 1:
        return made_or_none(make_tuple({a, b}));
      case 2:
        return made_or_none(make_dict());
      case 3:
        return made_or_none(make_set());
      case 4:
        return made_or_none(make_bytearray("abc"));
      case 5:
        return value_or_none(make_weakref(a, b));
      case 6:
        return value_or_none(make_proxy(a));
      case 7:
        return made_or_none(make_weak_value_dict());
      case 8:
        return made_or_none(make_weak_key_dict());
      case 9:
        return made_or_none(make_weak_set());
      case 10:
        return value_or_none(make_generator(meddling_generator()));
      case 11:
        return value_or_none(make_str("text"));
      case 12:
        return integer();
      default:
        return made_or_none(make_instance(meddlers_[what % meddlers_.size()]));
    }
  }

  void change(unsigned what, const Value& a, const Value& b) {
    if (List* const list = as<List>(a)) return change(what, *list, b);
    if (Dict* const dict = as<Dict>(a)) return change(what, *dict, b);
    if (Set* const set = as<Set>(a)) return change(what, *set, b);
    if (ByteArray* const array = as<ByteArray>(a)) return change(what, *array, b);
    if (is_meddler(a)) return change_attribute(what, a, b);
    if (Generator* const generator = as<Generator>(a)) {
      switch (what % 4) {
        case 0:
          return static_cast<void>(close(*generator));
        case 1:
          return static_cast<void>(throw_into(*generator, value_error("thrown")));
        case 2:
          return static_cast<void>(send(*generator, b));
        default:
          return static_cast<void>(next(a));
      }
    }
  }
  static Value made_name(unsigned what) {
    static constexpr std::array kNames{"a", "b", "c", "d"};
    return intern_literal(kNames[what % kNames.size()]);
  }

  // Of an instance or of its class.
  void change_attribute(unsigned what, const Value& a, const Value& b) {
    const Value name = made_name(byte());
    switch (what % 10) {
      case 0:
        return static_cast<void>(setattr(class_of(*a), name, b));
      case 1:
        return static_cast<void>(delattr(class_of(*a), name));
      case 2:
        pick() = value_or_none(getattr(class_of(*a), name));
        return;
      case 3:
        return static_cast<void>(
            setattr(a, "__dict__", is<Dict>(b) ? b : value_or_none(dict_of({{b, a}}))));
      case 4:
        pick() = value_or_none(getattr(a, "__dict__"));
        return;
      case 5:
        return static_cast<void>(delattr(a, name));
      case 6:
        pick() = value_or_none(getattr(a, name));
        return;
      default:
        return static_cast<void>(setattr(a, name, b));
    }
  }

  void change(unsigned what, List& list, const Value& b) {
    const Ref<List> keep = Ref<List>::to(list);
    switch (what % 12) {
      case 0:
        return static_cast<void>(insert(list, byte() % 8 - 4, b));
      case 1:
        return static_cast<void>(pop(list, byte() % 8 - 4));
      case 2:
        return static_cast<void>(extend(list, b));
      case 3:
        return static_cast<void>(set_slice(keep, byte() % 4, byte() % 8, b));
      case 4:
        return static_cast<void>(delete_slice(keep, byte() % 4, byte() % 8, 2));
      case 5:
        if (is_simple(keep)) static_cast<void>(sort(list, byte() % 2 != 0 ? Value(b) : Value()));
        return;
      case 6:
        if (is_simple(keep) && is_simple(b)) static_cast<void>(remove(list, b));
        return;
      case 7:
        if (is_simple(keep) && is_simple(b)) static_cast<void>(index_of(list, b));
        return;
      case 8:
        return clear(list);
      case 9:
        return reverse(list);
      case 10:
        return static_cast<void>(setitem(keep, b, integer()));
      default:
        return static_cast<void>(append(list, b));
    }
  }

  void change(unsigned what, Dict& dict, const Value& b) {
    const Ref<Dict> keep = Ref<Dict>::to(dict);
    if (!is_simple(b)) return;
    switch (what % 10) {
      case 0:
        return static_cast<void>(take(dict, b));
      case 1:
        return static_cast<void>(popitem(dict));
      case 2:
        return static_cast<void>(setdefault(dict, b, keep));
      case 3:
        return static_cast<void>(update(dict, b));
      case 4:
        return static_cast<void>(get(dict, b));
      case 5:
        return clear(dict);
      case 6:
        return static_cast<void>(copy(dict));
      case 7:
        return static_cast<void>(delitem(keep, b));
      default:
        return static_cast<void>(types::set(dict, b, pick()));
    }
  }

  void change(unsigned what, Set& set, const Value& b) {
    const Ref<Set> keep = Ref<Set>::to(set);
    if (!is_simple(b)) return;
    switch (what % 8) {
      case 0:
        return static_cast<void>(discard(set, b));
      case 1:
        return static_cast<void>(pop(set));
      case 2:
        return static_cast<void>(update(set, b));
      case 3:
        return static_cast<void>(intersection_update(set, b));
      case 4:
        return static_cast<void>(difference_update(set, b));
      case 5:
        return static_cast<void>(symmetric_difference_update(set, b));
      case 6:
        return static_cast<void>(is_superset(set, b));
      default:
        return static_cast<void>(add(set, b));
    }
  }

  void change(unsigned what, ByteArray& array, const Value& b) {
    const Ref<ByteArray> keep = Ref<ByteArray>::to(array);
    switch (what % 6) {
      case 0:
        return static_cast<void>(pop(array, byte() % 8 - 4));
      case 1:
        return static_cast<void>(extend(array, b));
      case 2:
        return static_cast<void>(set_slice(keep, byte() % 4, byte() % 8, b));
      case 3:
        return static_cast<void>(setitem(keep, b, integer()));
      case 4:
        return static_cast<void>(contains(keep, b));
      default:
        return static_cast<void>(insert(array, byte() % 8 - 4, byte()));
    }
  }

  void use_weakly(unsigned what, const Value& a, const Value& b) {
    if (!is_simple(b)) return;
    if (WeakValueDict* const dict = as<WeakValueDict>(a)) {
      static_cast<void>(what % 3 == 0 ? types::set(*dict, b, pick()) : Result<void>());
      if (what % 3 == 1) static_cast<void>(get(*dict, b));
      if (what % 3 == 2) static_cast<void>(popitem(*dict));
    } else if (WeakKeyDict* const keys = as<WeakKeyDict>(a)) {
      static_cast<void>(what % 3 == 0 ? types::set(*keys, b, pick()) : Result<void>());
      if (what % 3 == 1) static_cast<void>(get(*keys, b));
      if (what % 3 == 2) static_cast<void>(popitem(*keys));
    } else if (WeakSet* const set = as<WeakSet>(a)) {
      static_cast<void>(what % 3 == 0 ? add(*set, b) : Result<void>());
      if (what % 3 == 1) static_cast<void>(discard(*set, b));
      if (what % 3 == 2) static_cast<void>(pop(*set));
    } else if (is<WeakReference>(a)) {
      pick() = value_or_none(call(a, {}));
    } else if (what % 4 == 0) {
      static_cast<void>(getweakrefs(a));
    } else {
      static_cast<void>(getattr(a, made_name(what)));
    }
  }

  void tune(unsigned what) {
    Collector& collector = heap_.collector();
    switch (what % 8) {
      case 0:
        return static_cast<void>(collector.freeze());
      case 1:
        return static_cast<void>(collector.unfreeze());
      case 2:
        return collector.set_weak_order(byte() % 2 != 0 ? WeakOrder::kBeforeFinalizers
                                                        : WeakOrder::kAfterFinalizers);
      case 3:
      case 4:
        if constexpr (runtime::kChecks) heap_.storage().fail_at(1 + byte() % 8);
        return;
      default:
        return static_cast<void>(collector.collect(what % 3));
    }
  }

  void compute(unsigned what, Value& slot, const Value& a, const Value& b) {
    static constexpr std::array kOperators{Operator::kAdd, Operator::kSubtract, Operator::kMultiply,
                                           Operator::kAnd, Operator::kOr,       Operator::kXor};
    const Operator op = kOperators[what % kOperators.size()];
    slot = value_or_none(what % 2 == 0 ? binary(op, a, b) : in_place(op, a, b));
    // Numbers stay small, as they multiply sequences.
    if (as_integer(slot) != nullptr) slot = integer();
  }

  void ask(unsigned what, const Value& a, const Value& b) {
    switch (what % 15) {
      case 0:
        return static_cast<void>(equal(a, b));
      case 1:
        return static_cast<void>(less(a, b));
      case 2:
        return static_cast<void>(hash(a));
      case 3:
        return static_cast<void>(repr(a));
      case 4:
        return static_cast<void>(contains(a, b));
      case 5:
        return static_cast<void>(getitem(a, b));
      case 6:
        return walk(a);
      case 7:
        pick() = value_or_none(tuple_of(a));
        return;
      case 8:
        pick() = value_or_none(frozenset_of(a));
        return;
      case 9:
        pick() = value_or_none(slice(a, byte() % 4, byte() % 8, 1 + byte() % 2));
        return;
      case 10:
        return static_cast<void>(call(a, {b}));
      case 11:
        pick() = value_or_none(modulo(value_or_none(make_str("%(a)s %s %*d")), a));
        return;
      case 12:
        return static_cast<void>(format(a, byte() % 2 != 0 ? ">5" : ""));
      case 13:
        pick() = value_or_none(
            format_text(value_or_none(make_str("{0.a!r:>{1}} {a[b]}")), std::array{a, b}, a));
        return;
      default:
        static_cast<void>(deep_getsizeof(a));
        return static_cast<void>(truth(a));
    }
  }

  // With an operation between each two items.
  void walk(const Value& a) {
    const Result<Value> iterator = iterate(a);
    if (!iterator) return;
    for (std::size_t i = 0; i < kLongest; ++i) {
      const Result<Value> item = next(*iterator);
      if (!item || !*item) return;
      if (depth_ < kDeepest) step();
    }
  }

  static void shorten(const Value& a) {
    if (List* const list = as<List>(a); list != nullptr && list->size > kLongest) clear(*list);
    if (Dict* const dict = as<Dict>(a); dict != nullptr && dict->used > kLongest) clear(*dict);
    if (Set* const set = as<Set>(a); set != nullptr && set->used > kLongest) clear(*set);
    if (ByteArray* const array = as<ByteArray>(a); array != nullptr && array->size > kLongest)
      clear(*array);
  }

  Heap heap_;
  HeapScope scope_;
  std::span<const std::uint8_t> input_;
  std::array<Ref<Class>, 3> meddlers_;
  std::array<Value, kValues> values_;
  int depth_ = 0;
  bool is_over_ = false;
};

}  // namespace
}  // namespace exuvia::types

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  exuvia::types::Scenario scenario({data, size});
  scenario.run();
  scenario.finish();
  return 0;
}
