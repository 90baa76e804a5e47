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
// An Error that is yielded ends the iteration with it, as does an exception (a RuntimeError).
//
// `co_yield value` is what the generator is sent: None by next(). An Error that is thrown into the
// generator, and its end by close(), destroy the coroutine there, as an exception that nothing
// handles does in Python: destructors are its finally. To handle them, as try and except do, it
// says
//
//     const Result<Value> sent = co_yield catching(value);
//
// and gets the Error, which ends it only if it is yielded; one that is dropped there is closed. A
// coroutine returns nothing: there is no value of StopIteration. What its variables hold is hidden
// from the collector, like any C++ variable: a generator that holds itself leaks.
struct Catching {
  Value value;
};
[[nodiscard]] inline Catching catching(Value value) noexcept { return {std::move(value)}; }

class [[nodiscard]] Yields {
 public:
  class Promise;
  using Handle = std::coroutine_handle<Promise>;

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
    // What co_yield waits for: what the generator is sent.
    struct Sent {
      Promise& promise;

      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(Handle) const noexcept {}
      Value await_resume() const noexcept { return *std::exchange(promise.passed_, Value()); }
    };
    // The same, or the Error that is thrown into it.
    struct Caught {
      Promise& promise;

      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(Handle) const noexcept {}
      Result<Value> await_resume() const noexcept {
        return std::exchange(promise.passed_, Value());
      }
    };
    Sent yield_value(Result<Value> result) noexcept {
      passed_ = std::move(result);
      catches_ = false;
      return {*this};
    }
    Sent yield_value(Value value) noexcept { return yield_value(Result<Value>(std::move(value))); }
    Sent yield_value(Error error) noexcept { return yield_value(Result<Value>(std::move(error))); }
    Caught yield_value(Catching catching) noexcept {
      passed_ = std::move(catching.value);
      catches_ = true;
      return {*this};
    }
    void return_void() noexcept { passed_ = Value(); }
    void unhandled_exception() noexcept;

    // What was yielded last; an empty Value at the end.
    Result<Value> take() noexcept { return std::exchange(passed_, Value()); }

    // What co_yield gives the coroutine when it goes on.
    void send(Result<Value> value) noexcept { passed_ = std::move(value); }
    // It waits in a `co_yield catching(…)`.
    [[nodiscard]] bool catches() const noexcept { return catches_; }

   private:
    Result<Value> passed_ = Value();  // what is yielded, on its way out, or sent, on its way in
    bool catches_ = false;
  };
  using promise_type = Promise;  // the name the language looks for

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
  bool has_started;
};

// An iterator over what the coroutine yields.
[[nodiscard]] Result<Value> make_generator(Yields&& coroutine);

// generator.send(value): goes on, and gives what is yielded next; empty at the end. TypeError for
// anything but None before the first value.
[[nodiscard]] Result<Value> send(Generator& generator, Value value);
// generator.throw(error): the error, unless the generator handles it and yields something else.
[[nodiscard]] Result<Value> throw_into(Generator& generator, Error error);
// generator.close(): throws a GeneratorExit; RuntimeError if the generator yields nevertheless.
[[nodiscard]] Result<void> close(Generator& generator);

}  // namespace exuvia::types
