// What goes wrong with values, by the names of Python's exceptions.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "exuvia/base/result.hpp"

namespace exuvia::types {

enum class ErrorKind {
  kAttributeError,
  kGeneratorExit,
  kIndexError,
  kKeyError,
  kMemoryError,
  kOverflowError,
  kRecursionError,
  kReferenceError,
  kRuntimeError,
  kTypeError,
  kUnicodeError,
  kValueError,
  kZeroDivisionError,
};

// "TypeError" and so on.
[[nodiscard]] std::string_view name_of(ErrorKind kind) noexcept;

// Why an operation failed, in the words of CPython where it has some.
struct Error {
  // No aggregate, as GCC 12 copies the bytes of one that is made to be yielded, its string's too.
  Error(ErrorKind its_kind, std::string text) noexcept : kind(its_kind), message(std::move(text)) {}

  ErrorKind kind;
  std::string message;
};

template <class T>
using Result = base::Result<T, Error>;

[[nodiscard]] inline Error type_error(std::string message) {
  return {ErrorKind::kTypeError, std::move(message)};
}
[[nodiscard]] inline Error value_error(std::string message) {
  return {ErrorKind::kValueError, std::move(message)};
}
[[nodiscard]] inline Error index_error(std::string message) {
  return {ErrorKind::kIndexError, std::move(message)};
}
// Short enough to need no memory of its own.
[[nodiscard]] inline Error out_of_memory() { return {ErrorKind::kMemoryError, "out of memory"}; }

}  // namespace exuvia::types
