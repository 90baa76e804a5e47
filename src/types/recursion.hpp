// Bounds the depth of operations that recurse through containers.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// CPython's default recursion limit.
inline constexpr int kMostDepth = 1000;

inline constinit thread_local int recursion_depth = 0;

// One level deeper while it lives, if there is room.
class [[nodiscard]] Deeper {
 public:
  Deeper() noexcept { ++recursion_depth; }
  ~Deeper() { --recursion_depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

  [[nodiscard]] bool is_too_deep() const noexcept { return recursion_depth > kMostDepth; }
  [[nodiscard]] static Error error(const char* where) {
    return {ErrorKind::kRecursionError, std::string("maximum recursion depth exceeded ") + where};
  }
};

// The containers whose repr is being made on this thread: one that contains itself shows dots.
class [[nodiscard]] ReprScope {
 public:
  explicit ReprScope(const Object& object)
      : is_first_(std::find(open().begin(), open().end(), &object) == open().end()) {
    if (is_first_) open().push_back(&object);
  }
  ~ReprScope() {
    if (is_first_) open().pop_back();
  }
  ReprScope(const ReprScope&) = delete;
  ReprScope& operator=(const ReprScope&) = delete;

  [[nodiscard]] bool is_first() const noexcept { return is_first_; }

 private:
  static std::vector<const Object*>& open() {
    thread_local std::vector<const Object*> objects;
    return objects;
  }
  bool is_first_;
};

}  // namespace exuvia::types
