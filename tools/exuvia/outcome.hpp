// What a step of a command yields: a value, or the reason why exuvia stops there.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace exuvia::cli {

// Exit statuses of exuvia itself, as env(1) has them; a program's own status is passed on
// unchanged.
enum ExitStatus : int {
  kSuccess = 0,
  kDiffers = 1,      // compare: the program behaved differently on Exuvia
  kUsage = 2,        // the command line is wrong
  kFailed = 125,     // exuvia itself cannot do its work
  kCannotRun = 126,  // the program was found and cannot be executed
  kNotFound = 127,   // there is no such program
};

struct Refusal {
  ExitStatus status;
  std::string message;  // what is wrong, where, and what to do; one line without "exuvia: "
};

template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}            // NOLINT
  Outcome(Refusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}  // NOLINT

  explicit operator bool() const noexcept { return state_.index() == 0; }

  // Precondition: there is a value.
  T& operator*() noexcept { return *std::get_if<0>(&state_); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }

  // Precondition: there is none.
  const Refusal& refusal() const noexcept { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Refusal> state_;
};

// An outcome without a value.
struct Done {};

}  // namespace exuvia::cli
