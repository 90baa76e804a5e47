// Tail: elements that lie behind an object, in its own block, as many as it was made with.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "exuvia/runtime/type.hpp"

namespace exuvia {

namespace runtime {
template <class T>
struct TailOf;
}

// How many elements an object is made with. Only make_with_tail() makes one, and the object's
// constructor hands it to its Tail.
class TailSize {
 public:
  TailSize(const TailSize&) = delete;
  TailSize& operator=(const TailSize&) = delete;

 private:
  template <class T, class Element>
  friend class Tail;
  template <class T>
  friend struct runtime::TailOf;
  explicit TailSize(std::size_t count) noexcept : count_(count) {}

  std::size_t count_;
};

// The base of a class T whose objects differ in length: each ends in elements of its own number.
//
//     struct Closure : exuvia::Tail<Closure, exuvia::Ref<Cell>> {
//       exuvia::Ref<Code> code;
//       void trace(exuvia::Visitor& v) const { v(code); }  // the tail is seen without it
//     };
//     auto closure = exuvia::make_with_tail<Closure>(3, code);
//     closure->tail()[0] = cell;
//
// A class with constructors takes the TailSize first: `Closure(const TailSize& n, …) : Tail(n), …`.
// The elements are there, as Element() makes them, before T's constructor runs, and until T's
// destructor has run. Their number takes 8 bytes of the object; they are aligned to 16 at most. T
// may have other bases, but no class derived from T can be made: its members would lie where the
// tail does.
template <class T, class Element>
class Tail {
 public:
  using TailOwner = T;
  using TailElement = Element;

  // Converts, so that aggregates take it too.
  Tail(const TailSize& size) noexcept
      : size_(size.count_) {}  // NOLINT(google-explicit-constructor)
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;

  // The elements, as many as the object was made with.
  [[nodiscard]] std::span<Element> tail() noexcept {
    return {runtime::TailOf<T>::begin(static_cast<T*>(this)), size_};
  }
  [[nodiscard]] std::span<const Element> tail() const noexcept {
    return {runtime::TailOf<T>::begin(const_cast<T*>(static_cast<const T*>(this))), size_};
  }

 private:
  std::size_t size_;
};

namespace runtime {

template <class T>
concept HasTail = requires {
  typename T::TailOwner;
  typename T::TailElement;
};

// How a class with a tail lies in its block, and comes to be there.
template <class T>
struct TailOf {
  using Element = typename T::TailElement;
  static_assert(std::is_same_v<typename T::TailOwner, T>,
                "a class derived from one with a tail has its members where the tail lies: derive "
                "the last class from exuvia::Tail<itself, Element>");
  static_assert(alignof(Element) <= 16, "objects of the runtime are aligned to 16 bytes at most");
  static_assert(std::default_initializable<Element>,
                "the elements of a tail are made before their object, without arguments");

  static constexpr std::size_t kOffset =
      (sizeof(T) + alignof(Element) - 1) / alignof(Element) * alignof(Element);
  static constexpr std::size_t kMost = (PTRDIFF_MAX - sizeof(Header) - kOffset) / sizeof(Element);

  // Bytes of a T with `count` elements, at most kMost.
  [[nodiscard]] static constexpr std::size_t bytes(std::size_t count) noexcept {
    return kOffset + count * sizeof(Element);
  }
  [[nodiscard]] static Element* begin(void* object) noexcept {
    return reinterpret_cast<Element*>(static_cast<std::byte*>(object) + kOffset);
  }

  // Makes `count` elements, and then their object by construct(TailSize).
  template <class Construct>
  static T* construct(void* where, std::size_t count, Construct&& construct) {
    Element* const elements = begin(where);
    std::uninitialized_value_construct_n(elements, count);
    try {
      return construct(TailSize(count));
    } catch (...) {
      std::destroy_n(elements, count);
      throw;
    }
  }
  static void destroy(T* object) noexcept {
    const std::span<Element> elements = object->tail();
    std::destroy_at(object);
    std::destroy(elements.begin(), elements.end());
  }
};

}  // namespace runtime

}  // namespace exuvia
