// `left op= right` of values of every type, beside CPython: what it gives, what becomes of `left`,
// and whether the two are one.
#include "exuvia/types/bytes.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/set.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

struct Made {
  const char* python;
  Value (*ours)();
};

const std::vector<Made> kValues{
    {"3", [] { return integer(3); }},
    {"-2", [] { return integer(-2); }},
    {"2.5", [] { return real(2.5); }},
    {"True", [] { return Value(make_bool(true)); }},
    {"None", [] { return Value(none()); }},
    {"'ab'", [] { return Value(text("ab")); }},
    {"b'ab'", [] { return Value(make_bytes("ab")); }},
    {"bytearray(b'xyz')", [] { return Value(make_bytearray("xyz")); }},
    {"(1, 2)",
     [] {
       return Value(types::make_tuple({integer(1), integer(2)}));
     }},
    {"[1, 2]",
     [] {
       return Value(make_list({integer(1), integer(2)}));
     }},
    {"[]", [] { return Value(make_list()); }},
    {"[('a', 1)]",
     [] {
       return Value(make_list({types::make_tuple({text("a"), integer(1)})}));
     }},
    {"{'a': 1, 2: 3}",
     [] {
       return Value(*dict_of({{text("a"), integer(1)}, {integer(2), integer(3)}}));
     }},
    {"{1, 2, 3}",
     [] {
       return Value(*set_of(make_list({integer(1), integer(2), integer(3)})));
     }},
    {"{2, 5}",
     [] {
       return Value(*set_of(make_list({integer(2), integer(5)})));
     }},
    {"set()", [] { return Value(make_set()); }},
    {"frozenset({3, 4})",
     [] {
       return Value(*frozenset_of(make_list({integer(3), integer(4)})));
     }},
};

// Sets as sorted lists: their order is an implementation's own.
Result<Value> ordered(const Result<Value>& value) {
  if (!value || as_set(**value) == nullptr) return value;
  const Result<Ref<List>> list = list_of(*value);
  if (!list) return list.failure();
  const Result<void> done = sort(**list);
  return done ? Result<Value>(*list) : done.failure();
}

// Formatting, complex numbers, and the words for what cannot be multiplied.
bool is_beyond_us(Operator op, const Value& left, std::string_view right) {
  if (op == Operator::kMultiply) return is<Dict>(left) || as_set(*left) != nullptr;
  if (op == Operator::kModulo) return is<Str>(left) || is<Bytes>(left) || is<ByteArray>(left);
  return op == Operator::kPower && shown(left) == "-2" && right == "2.5";
}

TEST_F(DifferentialTest, AssignmentsInPlaceChangeWhatPythonsDo) {
  constexpr const char* kNames[] = {"iadd", "isub",    "imul",    "itruediv", "ifloordiv", "imod",
                                    "ipow", "ilshift", "irshift", "iand",     "ior",       "ixor"};
  statement(R"(
import operator
def S(x): return sorted(x) if type(x) in (set, frozenset) else x)");
  for (const Made& a : kValues) {
    for (const Made& b : kValues) {
      for (std::size_t op = 0; op < std::size(kNames); ++op) {
        const Value left = a.ours();
        if (is_beyond_us(static_cast<Operator>(op), left, b.python)) continue;
        // A bytearray extended by itself is a BufferError there.
        const Value right = below(8) == 0 && !is<ByteArray>(left) ? left : b.ours();
        statement(std::string("a = ") + a.python + "; b = " + (right == left ? "a" : b.python));
        const std::string operation = std::string("operator.") + kNames[op] + "(a, b)";
        const Result<Value> result = in_place(static_cast<Operator>(op), left, right);
        statement("c = None\ntry: c = " + operation + "\nexcept Exception as e: failure = e");
        if (result) {
          expect("S(c)", ordered(result));
          if (!hash(left)) expect("c is a", Result<bool>(same(*result, left)));
        } else {
          expect("exec('raise failure')", result);
        }
        expect("S(a)", ordered(Result<Value>(left)));
      }
    }
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
