// What the runtime knows about a class of objects.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exuvia/object/header.hpp"

namespace exuvia {
class Visitor;
}
namespace exuvia::heap {
class Magazine;
}

namespace exuvia::runtime {

class HeapCore;
struct Binding;
using Header = object::BasicHeader<const Binding>;
static_assert(sizeof(Header) == 16 && alignof(Header) == 8);

// How an object ends whose end is that of its Refs and no more.
struct EndByRefs {
  // Puts what they hold before `waiting`, the first at last. Returns where that begins. Null where
  // the end is not such.
  void** (*push_held)(const void* object, void** waiting) noexcept = nullptr;
  // Ends an object that nobody can reach any more, and what dies with it.
  void (*destroy)(HeapCore& core, Header* header) noexcept = nullptr;

  [[nodiscard]] explicit operator bool() const noexcept { return push_held != nullptr; }
};

// The slots of a type. An absent slot is null and costs nothing.
//
// Descriptors live as long as the process, are shared by all heaps and threads, and are constants
// but for `index`.
struct Type {
  const char* name;
  std::size_t
      size;  // bytes of an object without its header; of the fixed part where size_of is set
  // Bytes of this object without its header, for types whose objects differ in length.
  std::size_t (*size_of)(const void* object) noexcept = nullptr;
  // Reports every reference the object owns. Without it the object holds none and is never tracked.
  void (*trace)(const void* object, Visitor& visitor) = nullptr;
  // A quicker answer, where an object's first words are all it may hold references in: bit n tells
  // whether word n is a Ref. Asked once; 0 says nothing.
  std::uint64_t (*ref_words)() noexcept = nullptr;
  // Where that is all there is to an object's end, so that `destroy` need not be called.
  EndByRefs end_by_refs = {};
  // Runs once in an object's life, before its destruction; may make the object live on (PEP 442).
  void (*finalize)(void* object) = nullptr;
  // Ends the object's life; its storage is the runtime's business.
  void (*destroy)(void* object) noexcept = nullptr;
  // Whether `destroy` drops no reference and runs no code of the program, so that it is never put
  // off: what knows the object by its address may rely on `destroy` to be told.
  bool ends_at_once = false;
  // Position in each heap's table of bindings, from 1; 0 until the type is first used.
  mutable std::atomic<std::uint32_t> index{0};

  [[nodiscard]] std::size_t bytes_of(const void* object) const noexcept {
    return size_of != nullptr ? size_of(object) : size;
  }
};

// A type in one heap: what an object's header points to. Immortal objects of static storage belong
// to no heap: their `core` is null, and all heaps and threads may share them.
struct Binding {
  const Type* type;
  HeapCore* core;
  std::uint32_t first_state = 0;  // of a new object's header
  // Whether an object of which nothing else is known is gone when its storage is free: it has no
  // destructor, and the heap does not wait for its last object.
  bool ends_with_storage = false;
  std::uint64_t ref_words = 0;         // what the type's slot of that name says
  EndByRefs end_by_refs = {};          // the type's, where there are such words
  heap::Magazine* magazine = nullptr;  // where its blocks go, if its objects are of one size
};

[[nodiscard]] inline Header* header_of_payload(const void* payload) noexcept {
  return static_cast<Header*>(const_cast<void*>(payload)) - 1;
}

// The name of T as the compiler spells it.
template <class T>
consteval std::string_view spelled_name() {
  // "... [with T = NAME; std::string_view = ...]" (GCC) or "... [T = NAME]" (Clang).
  const std::string_view whole = __PRETTY_FUNCTION__;
  const std::size_t start = whole.find("T = ") + 4;
  const std::size_t rest = whole.rfind("; std::string_view = ");
  const std::size_t end = rest == std::string_view::npos ? whole.rfind(']') : rest;
  return whole.substr(start, end - start);
}

template <class T>
struct NameStorage {
  static constexpr std::string_view kName = spelled_name<T>();
  char text[kName.size() + 1] = {};
  consteval NameStorage() { std::copy(kName.begin(), kName.end(), text); }
};

template <class T>
inline constexpr NameStorage<T> kNameStorage{};

}  // namespace exuvia::runtime
