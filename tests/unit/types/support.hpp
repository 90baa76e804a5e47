// What the tests of the types share: a heap, short names, and failing allocations one by one.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "exuvia/runtime.hpp"
#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"

namespace exuvia::types {

class TypesTest : public testing::Test {
 protected:
  TypesTest() : scope_(heap) {}
  // Nothing of a test outlives it, and no operation leaks.
  void TearDown() override {
    collect();
    EXPECT_EQ(heap.object_count(), 0U);
    EXPECT_TRUE(heap.is_consistent());
  }

  // Runs `operation` once for each allocation it makes, that one failing, and then without failure.
  // The operation says nothing of its outcome; the heap is audited after each run.
  template <class Operation>
  void with_each_allocation_failing(Operation&& operation) {
    if constexpr (!runtime::kChecks) GTEST_SKIP() << "needs a checking build";
    for (std::size_t n = 1; n < 10'000; ++n) {
      heap.storage().fail_at(n);
      operation();
      const bool is_over = !heap.storage().has_failed();  // it made fewer than n allocations
      heap.storage().fail_at(0);
      EXPECT_TRUE(heap.is_consistent());
      if (is_over) return;
    }
    FAIL() << "the operation does not end";
  }

  Heap heap;

 private:
  HeapScope scope_;
};

// Whether an operation succeeded; it may only have failed for want of memory.
template <class T>
[[nodiscard]] bool had_memory(const Result<T>& result) {
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::kMemoryError);
  }
  return result.has_value();
}

[[nodiscard]] inline Value integer(std::int64_t value) { return make_int(value); }
[[nodiscard]] inline Value real(double value) { return make_float(value); }
[[nodiscard]] inline Ref<Str> text(std::string_view utf8) { return *make_str(utf8); }

[[nodiscard]] inline std::string shown(const Value& value) {
  const Result<std::string> answer = repr(value);
  return answer ? *answer : "<" + answer.message() + ">";
}
// The repr of what an operation gives, or "KindOfError: message".
template <class T>
[[nodiscard]] std::string shown(const Result<T>& result) {
  if (!result) return std::string(name_of(result.error().kind)) + ": " + result.message();
  if constexpr (std::is_same_v<T, std::string>) {
    return *result;
  } else if constexpr (std::is_same_v<T, bool>) {
    return *result ? "True" : "False";
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(*result);
  } else {
    return *result ? shown(Value(*result)) : "nothing";
  }
}
[[nodiscard]] inline std::string shown(const Result<void>& result) {
  return result ? "done" : std::string(name_of(result.error().kind)) + ": " + result.message();
}

}  // namespace exuvia::types
