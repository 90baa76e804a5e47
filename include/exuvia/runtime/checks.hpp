// What a checking build (EXUVIA_CHECKS) verifies, and how a broken rule ends.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

#if defined(EXUVIA_CHECKS) && EXUVIA_CHECKS
inline constexpr bool kChecks = true;
// Only a library that is built alike has it, so that a program that is not does not link.
extern const char the_library_is_a_checking_build;
[[gnu::used]] inline constexpr const char* kLibrary = &the_library_is_a_checking_build;
#else
inline constexpr bool kChecks = false;
extern const char the_library_is_no_checking_build;
[[gnu::used]] inline constexpr const char* kLibrary = &the_library_is_no_checking_build;
#endif

// Stops the process with "exuvia: <broken_rule>: <type> at <address>, <count> references".
// Allocates nothing.
[[noreturn]] void fail(const char* broken_rule, const Header* object) noexcept;

// Stops the process with "exuvia: <broken_rule>", where no object is at hand. Allocates nothing.
[[noreturn]] void fail(const char* broken_rule) noexcept;
// Stops the process with "exuvia: <broken_rule>: <type name>".
[[noreturn]] void fail_type(const char* broken_rule, const char* type_name) noexcept;

// The same about two objects, or an object and a place in it: "...: <type> at <address>, offset
// <n>, holds <type> ...".
[[noreturn]] void fail_edge(const char* broken_rule, const Header* holder, std::size_t offset,
                            const Header* held) noexcept;

// In checking builds each Ref is known by its address.
void note_ref(const void* slot, Header* target) noexcept;
void forget_ref(const void* slot, Header* target) noexcept;

// In checking builds: an object whose life begins or ends further up this thread's stack. One of
// its references is then the runtime's own, and no Ref's.
class Passage {
 public:
  // While it is built or destroyed some of its `bytes` are no members yet, or no longer.
  Passage(const Header* object, std::size_t bytes) noexcept
      : object_(object), bytes_(bytes), outer_(std::exchange(innermost_, this)) {}
  // While it is finalized it is whole.
  explicit Passage(const Header* object) noexcept : Passage(object, 0) {}
  ~Passage() { innermost_ = outer_; }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  [[nodiscard]] static const Passage* innermost() noexcept { return innermost_; }
  [[nodiscard]] const Passage* outer() const noexcept { return outer_; }
  [[nodiscard]] const Header* object() const noexcept { return object_; }
  [[nodiscard]] bool is_whole() const noexcept { return bytes_ == 0; }
  // Whether `place` is in the object, and no longer or not yet a part of a whole one.
  [[nodiscard]] bool covers(const void* place) const noexcept {
    const auto* const begin = reinterpret_cast<const std::byte*>(object_ + 1);
    return place >= begin && place < begin + bytes_;
  }

 private:
  inline static constinit thread_local const Passage* innermost_ = nullptr;
  const Header* object_;
  std::size_t bytes_;
  const Passage* outer_;
};

struct NoPassage {
  explicit NoPassage(const Header*, std::size_t = 0) noexcept {}
};
using CheckedPassage = std::conditional_t<kChecks, Passage, NoPassage>;

// Stops the process unless this thread owns the object's heap, or the object is immortal.
void check_thread(const Header* object) noexcept;
// Stops the process unless this thread owns the object's heap and the object is alive.
void check_usable(const Header* object) noexcept;
// Stops the process if `header` was computed from `place` inside an object that is being built or
// destroyed, and is not that object's.
void check_whole(const Header* header, const void* place) noexcept;
// Stops the process unless `header` is that of a managed object, alive or dead. Looks at no memory
// that may be another's.
void check_managed(const Header* header, const char* type_name) noexcept;

}  // namespace exuvia::runtime
