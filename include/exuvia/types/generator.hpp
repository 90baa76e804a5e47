// Generator: an iterator written as a C++20 coroutine.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// What a generator's function returns. It yields values one at a time, and no more than one exists:
//
//     Yields countdown(std::int64_t from) {
//       for (; from > 0; --from) co_yield Value(make_int(from));
//     }
//     Result<Value> numbers = make_generator(countdown(1'000'000));
//
// An Error that is yielded ends the iteration with it, as does an exception (a RuntimeError). What
// the coroutine's variables hold is hidden from the collector, like any C++ variable: a generator
// that holds itself leaks.
class [[nodiscard]] Yields {
 public:
  class Promise {
   public:
    // The frame lies on the current heap. Null: no memory, and make_generator() says so.
    static void* operator new(std::size_t bytes) noexcept;
    static void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
      return operator new(bytes);  // the form the standard asks for; GCC 12 wants the other
    }
    static void operator delete(void* frame) noexcept;
    static Yields get_return_object_on_allocation_failure() noexcept { return Yields(nullptr); }

    Yields get_return_object() noexcept { return Yields(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(Result<Value> result) noexcept {
      yielded_ = std::move(result);
      return {};
    }
    std::suspend_always yield_value(Value value) noexcept {
      return yield_value(Result<Value>(std::move(value)));
    }
    std::suspend_always yield_value(Error error) noexcept {
      return yield_value(Result<Value>(std::move(error)));
    }
    void return_void() noexcept { yielded_ = Value(); }
    void unhandled_exception() noexcept;

    // What was yielded last; an empty Value at the end.
    Result<Value> take() noexcept { return std::exchange(yielded_, Value()); }

   private:
    Result<Value> yielded_ = Value();
  };
  using promise_type = Promise;  // the name the language looks for
  using Handle = std::coroutine_handle<Promise>;

  Yields(Yields&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Yields& operator=(Yields&&) = delete;
  ~Yields() {
    if (handle_) handle_.destroy();
  }

  // For make_generator.
  [[nodiscard]] Handle release() noexcept { return std::exchange(handle_, nullptr); }

 private:
  explicit Yields(Handle handle) noexcept : handle_(handle) {}
  Handle handle_;
};

struct Generator : Object {
  static const Type type;

  Yields::Handle coroutine;  // null once it has ended
  bool is_running;
};

// An iterator over what the coroutine yields.
[[nodiscard]] Result<Value> make_generator(Yields&& coroutine);

}  // namespace exuvia::types
