// A program that knows only the installed tree: a value of every type, and what Python prints of
// it.
#include <exuvia/runtime.hpp>
#include <exuvia/types.hpp>
#include <iostream>
#include <string>

namespace {

using namespace exuvia::types;
using exuvia::Ref;

int failures = 0;

void expect(const Result<Value>& value, const std::string& wanted) {
  const Result<std::string> shown = value ? repr(*value) : Result<std::string>(value.failure());
  const std::string text = shown ? *shown : shown.message();
  if (text == wanted) return;
  std::cerr << "not " << wanted << " but " << text << '\n';
  ++failures;
}

Yields squares(std::int64_t below) {
  for (std::int64_t i = 0; i < below; ++i) co_yield Value(make_int(i * i));
}

struct Vector : Object, exuvia::Tail<Vector, Value> {
  static const Type type;
  explicit Vector(const exuvia::TailSize& size) : Tail(size) {}
};
constinit const Type Vector::type = native_type<Vector>("vector");

void show_numbers_and_texts() {
  expect(Value(none()), "None");
  expect(Value(make_bool(true)), "True");
  expect(power(make_int(2), make_int(100)), "1267650600228229401496703205376");
  expect(true_divide(make_int(1), make_int(3)), "0.3333333333333333");
  expect(round(make_float(2.5)), "2");
  expect(upper(*make_str("h\u00e9llo")), "'H\u00c9LLO'");
  expect(add(make_bytes("ab"), make_bytes("c")), "b'abc'");
  expect(Value(make_bytearray("ab")), "bytearray(b'ab')");
}

void show_containers() {
  const Ref<List> list = make_list({make_int(3), make_int(1)});
  expect(Value(make_tuple({make_int(1)})), "(1,)");
  expect(slice(list, std::nullopt, std::nullopt, -1), "[1, 3]");
  expect(Value(*dict_of({{intern_literal("a"), list}})), "{'a': [3, 1]}");
  expect(Value(*set_of(list)), "{3, 1}");
  expect(Value(*frozenset_of(make_tuple({none()}))), "frozenset({None})");
  const Result<Ref<List>> yielded = list_of(*make_generator(squares(4)));
  expect(Value(*yielded), "[0, 1, 4, 9]");
}

Result<Value> note(const Value& diary, std::span<const Value> arguments) {
  if (!append(*as<List>(diary), arguments[0])) ++failures;
  return Value(none());
}

void show_what_happens_at_an_end() {
  const Ref<List> diary = make_list();
  const Value function = make_function("note", &note, diary);
  const Value words[] = {intern_literal("gone")};
  Value object = make_instance(*make_class("Watched"));
  if (!make_finalizer(object, function, words)) ++failures;
  const Value proxy = *make_proxy(object);
  if (!setattr(proxy, "x", make_int(1))) ++failures;
  expect(getattr(object, "x"), "1");
  const Ref<WeakSet> set = make_weak_set();
  const Ref<WeakKeyDict> notes = make_weak_key_dict();
  if (!add(*set, object) || !setitem(notes, object, none())) ++failures;
  const Ref<WeakMethod> method = *make_weak_method(make_method(object, make_function("f", &note)));
  object.reset();
  expect(call(method, {}), "None");
  expect(Value(diary), "['gone']");
  expect(getattr(proxy, "x"), "weakly-referenced object no longer exists");
  if (*length(set) != 0 || *length(notes) != 0) ++failures;
}

void show_objects_and_weak_references() {
  const Ref<Class> point = *make_class("Point");
  Value instance = make_instance(point);
  if (!setattr(instance, "x", make_int(1))) ++failures;
  expect(getattr(instance, "x"), "1");
  const std::string_view names[] = {"y"};
  expect(setattr(make_instance(*make_slots_class("Slots", names)), "z", none()).failure(),
         "'Slots' object has no attribute 'z'");
  const Ref<WeakReference> weak = *make_weakref(instance);
  const Ref<WeakValueDict> cache = make_weak_value_dict();
  if (!set(*cache, make_int(1), instance)) ++failures;
  const Ref<Vector> vector = make_native_with_tail<Vector>(2);
  vector->tail()[0] = vector->tail()[1] = vector;  // a cycle
  vector->tail()[1] = std::exchange(instance, nullptr);
  if (getsizeof(vector) != 40) ++failures;
  expect(call(weak, {}), *repr(vector->tail()[1]));
}

}  // namespace

int main() {
  exuvia::Heap heap;
  const exuvia::HeapScope scope(heap);
  show_numbers_and_texts();
  show_containers();
  show_objects_and_weak_references();
  show_what_happens_at_an_end();
  exuvia::collect();
  if (heap.object_count() != 0) ++failures;
  return failures == 0 ? 0 : 1;
}
