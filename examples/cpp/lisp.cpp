// A small Lisp whose every value is an object of the runtime: a symbol is a str, a list a list,
// a function a native class, an environment a dict. Cycles, as between a closure and the
// environment that names it, go with a collection.
//
//   example_lisp                 runs the program below
//   example_lisp < program.lisp  (with an argument) runs another
#include <exuvia/runtime.hpp>
#include <exuvia/types/dict.hpp>
#include <exuvia/types/float.hpp>
#include <exuvia/types/function.hpp>
#include <exuvia/types/int.hpp>
#include <exuvia/types/list.hpp>
#include <exuvia/types/none.hpp>
#include <exuvia/types/protocol.hpp>
#include <exuvia/types/slice.hpp>
#include <exuvia/types/tuple.hpp>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using namespace exuvia::types;
using exuvia::Ref;

Error error(std::string message) { return {ErrorKind::kRuntimeError, std::move(message)}; }
// Empty when memory is exhausted.
Value symbol(std::string_view name) { return intern_literal(name); }

// Bounds the recursion of what reads, and of what is not in tail position.
class Depth {
 public:
  Depth() noexcept { ++depth_; }
  ~Depth() { --depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  [[nodiscard]] static bool is_too_deep() noexcept { return depth_ > 2000; }

 private:
  inline static thread_local int depth_ = 0;
};

// Reading. Symbols are interned strs; a text in quotes is read as the list (quote text).

class Reader {
 public:
  explicit Reader(std::string_view source) : rest_(source) {}

  [[nodiscard]] bool is_at_end() {
    while (!rest_.empty() && (std::isspace(rest_[0]) != 0 || rest_[0] == ';')) {
      const std::size_t line = rest_.find('\n');
      rest_.remove_prefix(rest_[0] != ';'                  ? 1
                          : line == std::string_view::npos ? rest_.size()
                                                           : line);
    }
    return rest_.empty();
  }

  Result<Value> read() {
    const Depth depth;
    if (Depth::is_too_deep()) return error("the parentheses are too deep");
    if (is_at_end()) return error("a parenthesis is not closed");
    if (take("(")) return read_list();
    if (take("'")) return quoted(read());
    if (take("\"")) return read_text();
    const std::size_t end = std::min(rest_.find_first_of(" \t\n()"), rest_.size());
    if (end == 0) return error("a parenthesis closes nothing");
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (Result<Value> number = parse_int(word)) return number;
    if (Result<Value> number = parse_float(word)) return number;
    return made(symbol(word));
  }

 private:
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  Result<Value> read_list() {
    const Ref<List> list = make_list();
    if (!list) return out_of_memory();
    while (!is_at_end() && rest_[0] != ')') {
      Result<Value> item = read();
      if (!item) return item;
      if (Result<void> done = append(*list, *std::move(item)); !done) return done.failure();
    }
    if (!take(")")) return error("a parenthesis is not closed");
    return Value(list);
  }
  Result<Value> read_text() {
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return error("a text is not closed");
    const Result<Ref<Str>> text = make_str(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return quoted(text ? Result<Value>(Value(*text)) : text.failure());
  }
  static Result<Value> quoted(Result<Value> value) {
    if (!value) return value;
    const Result<Value> quote = made(symbol("quote"));
    return quote ? made(make_list({*quote, *value})) : quote;
  }

  std::string_view rest_;
};

// A frame of names, inside another one.
struct Environment : Object {
  static const Type type;
  Ref<Dict> names;
  Ref<Environment> outer;

  Environment(Ref<Dict> n, Ref<Environment> o) : names(std::move(n)), outer(std::move(o)) {}
  // Empty when memory is exhausted.
  static Ref<Environment> inside(Ref<Environment> outer) {
    Ref<Dict> names = make_dict();
    return names ? try_make_native<Environment>(std::move(names), std::move(outer)) : nullptr;
  }
  void trace(exuvia::Visitor& v) const { v(names, outer); }
};
constinit const Type Environment::type = native_type<Environment>("environment");

Result<Value> evaluate(Value expression, Ref<Environment> environment);

// (lambda (parameters) body)
struct Lambda : Object {
  static const Type type;
  Ref<List> parameters;
  Value body;
  Ref<Environment> around;

  Lambda(Ref<List> p, Value b, Ref<Environment> e)
      : parameters(std::move(p)), body(std::move(b)), around(std::move(e)) {}
  void trace(exuvia::Visitor& v) const { v(parameters, body, around); }

  [[nodiscard]] Result<Ref<Environment>> bind(std::span<const Value> arguments) const {
    if (arguments.size() != parameters->size)
      return error("a lambda takes " + std::to_string(parameters->size) + " arguments");
    Ref<Environment> frame = Environment::inside(around);
    if (!frame) return out_of_memory();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (Result<void> done = set(*frame->names, parameters->items()[i], arguments[i]); !done)
        return done.failure();
    }
    return frame;
  }
  static Result<Value> call(Object& self, std::span<const Value> arguments) {
    const auto& lambda = static_cast<const Lambda&>(self);
    const Result<Ref<Environment>> frame = lambda.bind(arguments);
    if (!frame) return frame.failure();
    return evaluate(lambda.body, *frame);
  }
};
constinit const Type Lambda::type = native_type<Lambda>("lambda", {.call = &Lambda::call});

// (vector 1 2 3): as many values as it was made with, behind it.
struct Vector : Object, exuvia::Tail<Vector, Value> {
  static const Type type;

  Vector(const exuvia::TailSize& size, std::span<const Value> values) : Tail(size) {
    std::copy(values.begin(), values.end(), tail().begin());
  }
  static Result<Value> getitem(Object& self, const Value& key) {
    const auto values = static_cast<Vector&>(self).tail();
    const Result<std::int64_t> index = to_index(key);
    if (!index) return index.failure();
    if (*index < 0 || static_cast<std::size_t>(*index) >= values.size())
      return error("a vector has no such place");
    return values[static_cast<std::size_t>(*index)];
  }
  static Result<std::size_t> length(const Object& self) {
    return static_cast<const Vector&>(self).tail().size();
  }
};
constinit const Type Vector::type =
    native_type<Vector>("vector", {.length = &Vector::length, .getitem = &Vector::getitem});

Result<Value> look_up(const Value& name, Ref<Environment> environment) {
  for (; environment; environment = environment->outer) {
    if (Value found = get(*environment->names, *as<Str>(name))) return found;
  }
  return error("nothing is called " + as<Str>(name)->to_utf8());
}

Result<Value> define(const List& form, const Ref<Environment>& environment) {
  if (!is<Str>(form.items()[1])) return error("define needs a name");
  Result<Value> value = evaluate(form.items()[2], environment);
  if (!value) return value;
  if (Result<void> done = set(*environment->names, form.items()[1], *value); !done)
    return done.failure();
  return Value(none());
}

Result<std::vector<Value>> evaluate_all(const List& form, const Ref<Environment>& environment) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < form.size; ++i) {
    Result<Value> value = evaluate(form.items()[i], environment);
    if (!value) return value.failure();
    values.push_back(*std::move(value));
  }
  return values;
}

bool starts_with(const List& form, std::string_view word, std::size_t size) {
  const Value name = symbol(word);
  return name && form.size == size && same(form.items()[0], name);
}

// Calls in tail position go round the loop, so that recursion of that kind has no depth.
Result<Value> evaluate(Value expression, Ref<Environment> environment) {
  const Depth depth;
  if (Depth::is_too_deep()) return error("the recursion is too deep");
  for (;;) {
    if (is<Str>(expression)) return look_up(expression, environment);
    const Ref<List> form = cast<List>(expression);
    if (!form || form->size == 0) return expression;
    if (starts_with(*form, "quote", 2)) return Value(form->items()[1]);
    if (starts_with(*form, "define", 3)) return define(*form, environment);
    if (starts_with(*form, "lambda", 3)) {
      const Ref<List> parameters = cast<List>(form->items()[1]);
      if (!parameters) return error("lambda needs a list of parameters");
      return made(try_make_native<Lambda>(parameters, form->items()[2], environment));
    }
    if (starts_with(*form, "if", 4)) {
      const Result<Value> condition = evaluate(form->items()[1], environment);
      if (!condition) return condition;
      const Result<bool> is_true = truth(*condition);
      if (!is_true) return is_true.failure();
      expression = form->items()[*is_true ? 2 : 3];
      continue;
    }
    const Result<std::vector<Value>> values = evaluate_all(*form, environment);
    if (!values) return values.failure();
    const std::span<const Value> arguments(values->data() + 1, values->size() - 1);
    const Lambda* const lambda = as<Lambda>(values->front());
    if (lambda == nullptr) return call(values->front(), arguments);
    const Result<Ref<Environment>> frame = lambda->bind(arguments);
    if (!frame) return frame.failure();
    expression = lambda->body;
    environment = *frame;
  }
}

// What a program finds defined.

template <Operator kOperator>
Result<Value> fold(const Value&, std::span<const Value> arguments) {
  if (Result<void> done = check_arguments("an operator", arguments, 2, SIZE_MAX); !done)
    return done.failure();
  Result<Value> result = arguments[0];
  for (std::size_t i = 1; result && i < arguments.size(); ++i)
    result = binary(kOperator, *result, arguments[i]);
  return result;
}

template <auto kCompare>
Result<Value> compared(const Value&, std::span<const Value> arguments) {
  if (Result<void> done = check_arguments("a comparison", arguments, 2, 2); !done)
    return done.failure();
  const Result<bool> answer = kCompare(arguments[0], arguments[1]);
  if (!answer) return answer.failure();
  return Value(make_bool(*answer));
}

Result<Value> listed(const Value&, std::span<const Value> arguments) {
  return made(make_list(arguments));
}
Result<Value> first(const Value&, std::span<const Value> arguments) {
  if (Result<void> done = check_arguments("first", arguments, 1, 1); !done) return done.failure();
  return getitem(arguments[0], make_int(0));
}
Result<Value> rest(const Value&, std::span<const Value> arguments) {
  if (Result<void> done = check_arguments("rest", arguments, 1, 1); !done) return done.failure();
  return slice(arguments[0], 1, std::nullopt);
}
Result<Value> vector(const Value&, std::span<const Value> arguments) {
  return made(try_make_native_with_tail<Vector>(arguments.size(), arguments));
}
Result<Value> at(const Value&, std::span<const Value> arguments) {
  if (Result<void> done = check_arguments("at", arguments, 2, 2); !done) return done.failure();
  return getitem(arguments[0], arguments[1]);
}
Result<Value> print(const Value&, std::span<const Value> arguments) {
  for (const Value& argument : arguments) {
    const Result<std::string> text = str(argument);
    if (!text) return text.failure();
    std::cout << (&argument == arguments.data() ? "" : " ") << *text;
  }
  std::cout << '\n';
  return Value(none());
}

Result<Ref<Environment>> globals() {
  Ref<Environment> environment = Environment::inside(nullptr);
  if (!environment) return out_of_memory();
  const std::pair<const char*, Code> functions[] = {
      {"+", &fold<Operator::kAdd>},
      {"-", &fold<Operator::kSubtract>},
      {"*", &fold<Operator::kMultiply>},
      {"/", &fold<Operator::kTrueDivide>},
      {"//", &fold<Operator::kFloorDivide>},
      {"%", &fold<Operator::kModulo>},
      {"<", &compared<static_cast<Result<bool> (*)(const Value&, const Value&)>(less)>},
      {"=", &compared<static_cast<Result<bool> (*)(const Value&, const Value&)>(equal)>},
      {"list", &listed},
      {"first", &first},
      {"rest", &rest},
      {"vector", &vector},
      {"at", &at},
      {"print", &print},
  };
  for (const auto& [name, code] : functions) {
    const Result<Value> function = made(make_function(name, code));
    if (!function) return function.failure();
    const Result<Value> key = made(symbol(name));
    if (!key) return key.failure();
    if (Result<void> done = set(*environment->names, *key, *function); !done) return done.failure();
  }
  return environment;
}

int run(std::string_view source) {
  const Result<Ref<Environment>> environment = globals();
  if (!environment) {
    std::cerr << environment.message() << '\n';
    return 1;
  }
  for (Reader reader(source); !reader.is_at_end();) {
    const Result<Value> form = reader.read();
    const Result<Value> value = form ? evaluate(*form, *environment) : form;
    if (value) continue;
    std::cerr << name_of(value.error().kind) << ": " << value.message() << '\n';
    return 1;
  }
  return 0;
}

constexpr std::string_view kProgram = R"(
  (define factorial (lambda (n) (if (< n 2) 1 (* n (factorial (- n 1))))))
  (print "30! is" (factorial 30))
  (define map (lambda (f items) (if items (+ (list (f (first items))) (map f (rest items))) items)))
  (print "squares:" (map (lambda (n) (* n n)) '(1 2.5 3)))
  (define primes (vector 2 3 5 7))
  (print "the third prime:" (at primes 2))
  (define count (lambda (n total) (if (= n 0) total (count (- n 1) (+ total n)))))
  (print "sum to 100000:" (count 100000 0))  ; in tail position: no depth
)";

}  // namespace

int main(int argc, char**) {
  exuvia::Heap heap;
  const exuvia::HeapScope scope(heap);
  std::string source(kProgram);
  if (argc > 1) source.assign(std::istreambuf_iterator<char>(std::cin), {});
  const int status = run(source);
  // The global functions and their environment hold each other.
  const std::size_t kept = heap.object_count();
  heap.collector().collect();
  std::cout << (kept > 0 ? "objects in cycles" : "no cycles")
            << ", left after a collection: " << heap.object_count() << '\n';
  return status;
}
