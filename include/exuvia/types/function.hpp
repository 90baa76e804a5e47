// Function: code of the program's own as a value; Method: one bound to an object.
#pragma once

#include <span>
#include <string_view>

#include "exuvia/types/object.hpp"
#include "exuvia/types/str.hpp"

namespace exuvia::types {

// What a Function does. What it needs besides its arguments it keeps in `closure`, where the
// collector sees it: any value, or empty.
using Code = Result<Value> (*)(const Value& closure, std::span<const Value> arguments);

struct Function : Object {
  static const Type type;

  Code code;
  Ref<Str> name;
  Value closure;

  void trace(Visitor& v) const { v(name, closure); }
};

// A call passes `self` before the arguments.
struct Method : Object {
  static const Type type;

  Value self;
  Value function;

  void trace(Visitor& v) const { v(self, function); }
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<Function> make_function(std::string_view name, Code code,
                                          Value closure = nullptr);
[[nodiscard]] Ref<Method> make_method(Value self, Value function) noexcept;

// TypeError unless there are `least` to `most` arguments.
[[nodiscard]] Result<void> check_arguments(std::string_view name, std::span<const Value> arguments,
                                           std::size_t least, std::size_t most);

}  // namespace exuvia::types
