#include "exuvia/types/error.hpp"

namespace exuvia::types {

std::string_view name_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kAttributeError:
      return "AttributeError";
    case ErrorKind::kGeneratorExit:
      return "GeneratorExit";
    case ErrorKind::kIndexError:
      return "IndexError";
    case ErrorKind::kKeyError:
      return "KeyError";
    case ErrorKind::kMemoryError:
      return "MemoryError";
    case ErrorKind::kOverflowError:
      return "OverflowError";
    case ErrorKind::kRecursionError:
      return "RecursionError";
    case ErrorKind::kReferenceError:
      return "ReferenceError";
    case ErrorKind::kRuntimeError:
      return "RuntimeError";
    case ErrorKind::kTypeError:
      return "TypeError";
    case ErrorKind::kUnicodeError:
      return "UnicodeError";
    case ErrorKind::kValueError:
      return "ValueError";
    case ErrorKind::kZeroDivisionError:
      return "ZeroDivisionError";
  }
  return "Error";
}

}  // namespace exuvia::types
