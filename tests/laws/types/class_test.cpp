// Classes made at random, with methods that say that they were called, beside the same in CPython.
#include "exuvia/types/class.hpp"

#include <algorithm>

#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

using Arguments = std::span<const Value>;

class ClassLaws : public DifferentialTest {
 protected:
  ClassLaws() {
    statement(R"(
LOG = []
def method(label, answer):
  def f(*all):
    LOG.append(label + str(len(all)))
    return answer
  return f
def items(label):
  def f(self, index):
    LOG.append(label)
    if index >= 2: raise IndexError(index)
    return index * 10
  return f
def iterates(label):
  return lambda self: (LOG.append(label), iter([1, 2]))[1]
def S(x):
  return x if type(x) in (int, str, bool, list, tuple, type(None)) else type(x).__name__
def take():
  taken = LOG[:]
  LOG.clear()
  return taken

)");
  }
  void TearDown() override {
    classes_.clear();
    values_.clear();
    log_.reset();
    TypesTest::TearDown();
  }

  // What Python's method, items and iterates make.
  static Result<Value> answer(const Value& closure, Arguments arguments) {
    const auto parts = as<Tuple>(closure)->items();
    const std::string label = as<Str>(parts[1])->to_utf8() + std::to_string(arguments.size());
    const Result<void> done = append(*as<List>(parts[0]), text(label));
    if (!done) return done.failure();
    return parts[2];
  }
  static Result<Value> item(const Value& closure, Arguments arguments) {
    const auto parts = as<Tuple>(closure)->items();
    if (Result<void> done = append(*as<List>(parts[0]), parts[1]); !done) return done.failure();
    const Result<bool> is_outside = greater_equal(arguments[1], integer(2));
    if (!is_outside) return is_outside.failure();
    if (*is_outside) return index_error(*repr(arguments[1]));
    return multiply(arguments[1], integer(10));
  }
  static Result<Value> iterator(const Value& closure, Arguments) {
    const auto parts = as<Tuple>(closure)->items();
    if (Result<void> done = append(*as<List>(parts[0]), parts[1]); !done) return done.failure();
    return iterate(make_list({integer(1), integer(2)}));
  }

  struct Attribute {
    std::string python;
    Value ours;
  };
  struct Choice {
    const char* python;
    Value ours;
  };

  Value function(Code code, const std::string& label, const Value& answer = none()) {
    return make_function("f", code, types::make_tuple({log_, text(label), answer}));
  }
  Attribute method(const std::string& label, const Choice& gives) {
    return {"method('" + label + "', " + gives.python + ")", function(&answer, label, gives.ours)};
  }
  Attribute any_answer(const std::string& label) {
    return method(label, any_of<Choice>({{"None", none()},
                                         {"True", make_bool(true)},
                                         {"False", make_bool(false)},
                                         {"3", integer(3)},
                                         {"-1", integer(-1)},
                                         {"'x'", text("x")},
                                         {"NotImplemented", not_implemented()}}));
  }
  // The three functions of a property, of which some are missing.
  Attribute property(const std::string& label) {
    Attribute parts[3];
    for (std::size_t i = 0; i < 3; ++i) {
      parts[i].python = "None";
      if (below(3) > 0) parts[i] = any_answer(label + "gsd"[i]);
    }
    return {"property(" + parts[0].python + ", " + parts[1].python + ", " + parts[2].python + ")",
            make_property(parts[0].ours, parts[1].ours, parts[2].ours)};
  }
  // An instance of a class made earlier, which may have __get__ and __set__.
  Attribute instance() {
    const std::size_t i = below(values_.size());
    return {"V[" + std::to_string(i) + "]", values_[i]};
  }
  Attribute plain(const std::string& label) {
    switch (below(6)) {
      case 0:
        return property(label);
      case 1: {
        const Attribute wrapped = any_answer(label);
        return {"classmethod(" + wrapped.python + ")", make_classmethod(wrapped.ours)};
      }
      case 2: {
        const Attribute wrapped = any_answer(label);
        return {"staticmethod(" + wrapped.python + ")", make_staticmethod(wrapped.ours)};
      }
      case 3:
        return values_.empty() ? Attribute{"7", integer(7)} : instance();
      default:
        return any_answer(label);
    }
  }
  Attribute attribute_named(const std::string& name, const std::string& label) {
    if (name == "__getitem__") return {"items('" + label + "')", function(&item, label)};
    if (name == "__iter__" && below(3) > 0)
      return {"iterates('" + label + "')", function(&iterator, label)};
    if (name == "__hash__") {
      if (below(4) == 0) return {"None", none()};
      return method(label, {"5", integer(5)});
    }
    return name[0] == '_' ? any_answer(label) : plain(label);
  }

  const std::vector<std::string> kNames{
      "p",       "q",           "r",           "__eq__",      "__ne__",      "__lt__",
      "__ge__",  "__hash__",    "__bool__",    "__len__",     "__iter__",    "__contains__",
      "__add__", "__radd__",    "__iadd__",    "__getitem__", "__getattr__", "__setattr__",
      "__get__", "__set__",     "__delete__",  "__call__",    "__index__",   "__init__",
      "__neg__", "__delattr__", "__setitem__", "__str__"};

  std::vector<std::string_view> any_slots() {
    std::vector<std::string_view> slots;
    for (const char* const name : {"p", "q", "s"}) {
      if (below(3) == 0) slots.push_back(name);
    }
    return slots;
  }
  static Value names_of(const std::vector<std::string_view>& names) {
    const Ref<List> list = make_list();
    for (const std::string_view name : names) EXPECT_TRUE(append(*list, text(name)));
    return *tuple_of(list);
  }

  // A class of up to three bases, and an instance of it.
  void make_one_more() {
    const std::string name(1, static_cast<char>('A' + classes_.size()));
    const bool has_slots = below(2) == 0;
    std::vector<std::size_t> above;
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (below(3) == 0 && above.size() < 3) above.insert(above.begin(), i);
    }
    if (!above.empty() && below(8) == 0) std::swap(above.front(), above.back());
    std::string python = "{";
    const Ref<Dict> attributes = make_dict();
    for (const std::string& attribute : kNames) {
      if (below(5) > 0) continue;
      const Attribute chosen = attribute_named(attribute, name + "." + attribute + ".");
      python += "'" + attribute + "': " + chosen.python + ", ";
      ASSERT_TRUE(set(*attributes, intern_literal(attribute), chosen.ours));
    }
    const std::vector<std::string_view> slots = any_slots();
    if (has_slots) python += "'__slots__': " + shown(names_of(slots));
    std::string bases;
    std::vector<Ref<Class>> ours;
    for (const std::size_t i : above) {
      bases += std::string(1, static_cast<char>('A' + i)) + ", ";
      ours.push_back(classes_[i]);
    }
    const Result<Ref<Class>> of = has_slots ? make_slots_class(name, slots, ours, attributes.get())
                                            : make_class(name, ours, attributes.get());
    expect("S(globals().__setitem__('" + name + "', type('" + name + "', (" + bases + "), " +
               python + "})))",
           of ? Result<Value>(none()) : Result<Value>(of.failure()));
    if (!of) return;
    classes_.push_back(*of);
    expect("[c.__name__ for c in " + name + ".__mro__ if c is not object]", names_of_order(**of));
    statement("V.append(object.__new__(" + name + "))");
    values_.push_back(make_instance(*of));
  }
  static Result<Value> names_of_order(const Class& of) {
    const Ref<List> names = make_list({of.name});
    for (const Value& above : of.order->items()) {
      if (Result<void> done = append(*names, as<Class>(above)->name); !done) return done.failure();
    }
    return Value(names);
  }

  // Instances, functions and classes by the names of their types.
  static Result<Value> summary(Result<Value> value) {
    if (!value) return value;
    const Object& object = **value;
    const bool is_shown = is<Int>(object) || is<Str>(object) || is<Bool>(object) ||
                          is<List>(object) || is<Tuple>(object) || is<None>(object);
    if (is_shown) return value;
    return Value(text(type_name(object)));
  }
  static Result<Value> summary(const Result<bool>& claim) {
    if (!claim) return claim.failure();
    return Value(make_bool(*claim));
  }
  static Result<Value> summary(const Result<void>& done) {
    if (!done) return done.failure();
    return Value(none());
  }
  template <class T>
  void check(const std::string& python, const Result<T>& ours) {
    expect("S(" + python + ")", summary(ours));
    expect("(take(), '''" + python + "''')[0]", Result<Value>(Value(copy(*log_))));
    clear(*log_);
  }

  void compare_operands(const std::string& a, const Value& x, const std::string& b,
                        const Value& y) {
    check("bool(" + a + " == " + b + ")", equal(x, y));
    check("bool(" + a + " != " + b + ")", not_equal(x, y));
    check("bool(" + a + " < " + b + ")", less(x, y));
    check("bool(" + a + " >= " + b + ")", greater_equal(x, y));
    check(a + " + " + b, add(x, y));
    check("operator.iadd(" + a + ", " + b + ")", in_place(Operator::kAdd, x, y));
    check(b + " in " + a, contains(x, y));
  }
  void ask_attribute(const std::string& a, const Value& x, const std::string& name) {
    const Result<Value> found = getattr(x, name);
    check(a + "." + name, found);
    if (found && (is<Method>(*found) || is<Function>(*found))) {
      statement("found = " + a + "." + name + "; LOG.clear()");
      check("found()", call(*found, {}));
    }
    check("hasattr(" + a + ", '" + name + "')", hasattr(x, name));
  }
  void change_attribute(const std::string& a, const Value& x, const std::string& name) {
    if (below(2) == 0) {
      check("setattr(" + a + ", '" + name + "', 8)", setattr(x, name, integer(8)));
    } else {
      check("delattr(" + a + ", '" + name + "')", delattr(x, intern_literal(name)));
    }
  }
  void change_class(std::size_t i) {
    const std::string name(1, static_cast<char>('A' + i));
    const std::string attribute = any_of<std::string>({"p", "q", "r", "s"});
    const std::size_t j = below(classes_.size());
    const Value other = class_attribute(*classes_[j], *text(attribute));
    if (is<Member>(other) && below(2) == 0) {
      const std::string member = std::string(1, static_cast<char>('A' + j)) + "." + attribute;
      check("setattr(" + name + ", '" + attribute + "', " + member + ")",
            setattr(classes_[i], attribute, other));
    } else {
      change_attribute(name, classes_[i], attribute);
    }
  }
  void ask_alone(const std::string& a, const Value& x) {
    check("hash(" + a + ") == 5", hash_is_five(x));
    check("bool(" + a + ")", truth(x));
    const Result<std::size_t> size = length(x);
    check("len(" + a + ")", size ? Result<Value>(integer(static_cast<std::int64_t>(*size)))
                                 : Result<Value>(size.failure()));
    const Result<Ref<List>> list = list_of(x);
    check("[item for item in " + a + "]",
          list ? Result<Value>(*list) : Result<Value>(list.failure()));
    check(a + "[1]", getitem(x, integer(1)));
    check("operator.setitem(" + a + ", 1, 2)", setitem(x, integer(1), integer(2)));
    check("-" + a, negative(x));
    check("[5, 6, 7][" + a + "]", getitem(make_list({integer(5), integer(6), integer(7)}), x));
    check(a + "(1, 2)", call(x, {integer(1), integer(2)}));
  }
  static Result<bool> hash_is_five(const Value& value) {
    const Result<Hash> hashed = hash(value);
    if (!hashed) return hashed.failure();
    return *hashed == 5;
  }
  void ask_class(std::size_t i) {
    const std::string name(1, static_cast<char>('A' + i));
    const std::string attribute = any_of<std::string>({"p", "q", "r", "s"});
    check(name + "." + attribute, getattr(classes_[i], attribute));
    check(name + "()", call(classes_[i], {}));
    const std::size_t j = below(classes_.size());
    const std::string other(1, static_cast<char>('A' + j));
    check("issubclass(" + name + ", " + other + ")",
          Result<bool>(is_subclass(*classes_[i], *classes_[j])));
    const Result<Ref<Super>> behind = make_super(classes_[j], values_[i]);
    check("super(" + other + ", V[" + std::to_string(i) + "])." + attribute,
          behind ? getattr(*behind, attribute) : Result<Value>(behind.failure()));
  }

  Ref<List> log_ = make_list();
  std::vector<Ref<Class>> classes_;
  std::vector<Value> values_;
};

TEST_F(ClassLaws, ClassesAndTheirInstancesDoWhatPythonsDo) {
  statement("import operator, warnings; warnings.simplefilter('ignore')");
  for (int world = 0; world < 40; ++world) {
    classes_.clear();
    values_.clear();
    statement("V = []");
    while (classes_.size() < 7) make_one_more();
    for (int step = 0; step < 60; ++step) {
      const std::size_t i = below(values_.size());
      const std::size_t j = below(values_.size() + 1);
      const std::string a = "V[" + std::to_string(i) + "]";
      const bool is_number = j == values_.size();
      const std::string b = is_number ? "6" : "V[" + std::to_string(j) + "]";
      const Value& x = values_[i];
      const Value y = is_number ? integer(6) : values_[j];
      switch (below(6)) {
        case 0:
          compare_operands(a, x, b, y);
          if (is_number) compare_operands(b, y, a, x);
          break;
        case 1:
          ask_alone(a, x);
          break;
        case 2:
          change_attribute(a, x, any_of<std::string>({"p", "q", "r", "s"}));
          break;
        case 3:
          ask_class(i);
          break;
        case 4:
          change_class(i);
          break;
        default:
          ask_attribute(a, x, any_of<std::string>({"p", "q", "r", "s"}));
      }
    }
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
