#include "types/operand_errors.hpp"

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"

namespace exuvia::types {

namespace {

bool is_bytes(const Object& object) noexcept { return is<Bytes>(object) || is<ByteArray>(object); }

bool is_sequence(const Object& object) noexcept {
  return is<Str>(object) || is<List>(object) || is<Tuple>(object) || is_bytes(object);
}

// Whether CPython would ask the object as a sequence, though it may be none: a set, say.
bool has_positions(const Object& object) noexcept { return type_of(object).does.length != nullptr; }

Error cannot_concatenate(const Object& sequence, const Object& other) {
  const std::string name = type_name(sequence);
  if (is_bytes(sequence)) return type_error("can't concat " + type_name(other) + " to " + name);
  return type_error("can only concatenate " + name + " (not \"" + type_name(other) + "\") to " +
                    name);
}

Error cannot_multiply(const Object& times) {
  return type_error("can't multiply sequence by non-int of type '" + type_name(times) + "'");
}

std::string of_types(const Object& left, const Object& right) {
  return "'" + type_name(left) + "' and '" + type_name(right) + "'";
}

}  // namespace

bool holds(Comparison comparison, Ordering ordering) noexcept {
  switch (comparison) {
    case Comparison::kLess:
      return ordering == Ordering::kLess;
    case Comparison::kLessEqual:
      return ordering == Ordering::kLess || ordering == Ordering::kEqual;
    case Comparison::kGreater:
      return ordering == Ordering::kGreater;
    case Comparison::kGreaterEqual:
      return ordering == Ordering::kGreater || ordering == Ordering::kEqual;
    case Comparison::kNotEqual:
      break;
  }
  return ordering != Ordering::kEqual;
}

Error unorderable(Comparison comparison, const Object& left, const Object& right) {
  constexpr const char* kSymbols[] = {"<", "<=", ">", ">=", "!="};
  return type_error(std::string("'") + kSymbols[static_cast<std::size_t>(comparison)] +
                    "' not supported between instances of " + of_types(left, right));
}

Error unsupported_operands(Operator op, Assignment assignment, const Object& left,
                           const Object& right) {
  constexpr const char* kSymbols[] = {"+",  "-",  "*",  "/", "//", "%",
                                      "**", "<<", ">>", "&", "|",  "^"};
  if (op == Operator::kAdd && is_sequence(left)) return cannot_concatenate(left, right);
  if (op == Operator::kMultiply && is_sequence(left)) return cannot_multiply(right);
  const bool asks_right = assignment == Assignment::kNone || !has_positions(left);
  if (op == Operator::kMultiply && asks_right && is_sequence(right)) return cannot_multiply(left);
  std::string symbol = kSymbols[static_cast<std::size_t>(op)];
  if (assignment == Assignment::kInPlace)
    symbol += '=';
  else if (op == Operator::kPower)
    symbol += " or pow()";
  return type_error("unsupported operand type(s) for " + symbol + ": " + of_types(left, right));
}

Error unsupported_deletion(const Object& container, const Value& key) {
  const bool is_position = has_positions(container) && as_integer(key) != nullptr;
  return type_error("'" + type_name(container) + "' object " +
                    (is_position ? "doesn't" : "does not") + " support item deletion");
}

Error unsupported_operand(UnaryOperator op, const Object& value) {
  constexpr const char* kSymbols[] = {"unary -", "unary +", "unary ~", "abs()"};
  return type_error(std::string("bad operand type for ") + kSymbols[static_cast<std::size_t>(op)] +
                    ": '" + type_name(value) + "'");
}

}  // namespace exuvia::types
