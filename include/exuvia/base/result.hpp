// The value of a call that may fail, or a message saying what was wrong, where, and what to do.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "exuvia/base/check.hpp"

namespace exuvia::base {

// Why a call failed, in words for the person who reads it.
struct Failure {
  std::string message;
};

// A T, or an F that has a `message` (most often a Failure). For bad input, I/O and configuration;
// exhaustion is a null return instead.
//
//   Result<int> parse(std::string_view text) {
//     if (text.empty()) return Failure{"the number is empty: write a value such as 3"};
//     ...
//   }
template <class T, class F = Failure>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(F failure) : state_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // The value; the process stops when there is none.
  T& value() & noexcept {
    require_value();
    return *std::get_if<0>(&state_);
  }
  const T& value() const& noexcept {
    require_value();
    return *std::get_if<0>(&state_);
  }
  T&& value() && noexcept { return std::move(value()); }

  T& operator*() & noexcept { return value(); }
  const T& operator*() const& noexcept { return value(); }
  T&& operator*() && noexcept { return std::move(value()); }
  T* operator->() noexcept { return &value(); }
  const T* operator->() const noexcept { return &value(); }

  T value_or(T other) && { return has_value() ? std::move(value()) : std::move(other); }

  // Why there is no value; the process stops when there is one.
  const F& error() const noexcept {
    EXUVIA_CHECK(!has_value(), "a Result with a value has no message");
    return *std::get_if<1>(&state_);
  }
  const std::string& message() const noexcept { return error().message; }

  // The failure, to hand on as the Result of another type.
  F failure() const { return error(); }

 private:
  void require_value() const noexcept {
    if (has_value()) [[likely]]
      return;
    check_failed("the value of a failed Result was used", message().c_str(), __FILE__, __LINE__);
  }

  std::variant<T, F> state_;
};

// Success without a value, or an F, which is not there on success: that costs a byte.
template <class F>
class [[nodiscard]] Result<void, F> {
 public:
  // Not defaulted: that would write zeros all over the room of a failure.
  Result() noexcept {}                                 // NOLINT(modernize-use-equals-default)
  Result(F failure) : failure_(std::move(failure)) {}  // NOLINT

  bool has_value() const noexcept { return !failure_; }
  explicit operator bool() const noexcept { return has_value(); }

  const F& error() const noexcept {
    EXUVIA_CHECK(failure_.has_value(), "a Result with a value has no message");
    return *failure_;
  }
  const std::string& message() const noexcept { return error().message; }
  F failure() const { return error(); }

 private:
  std::optional<F> failure_;
};

}  // namespace exuvia::base
