// make: builds an object on the current heap.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "exuvia/base/prefetch.hpp"
#include "exuvia/runtime/plain_death.hpp"
#include "exuvia/runtime/ref.hpp"
#include "exuvia/runtime/tail.hpp"
#include "exuvia/runtime/visitor.hpp"

namespace exuvia {

namespace runtime {

// A static finalize() is not about one object.
template <class T>
concept HasFinalize = requires(T& object) {
  { object.finalize() } -> std::same_as<void>;
}
&&!requires { T::finalize(); };

// Whether the visitor sees a T by its members.
template <class T>
concept SeenByMembers = holds_refs<T> && !HasTrace<T> && !OwningRange<T> && ShowsMembers<T>;

// The objects that a T's own Refs hold: their counts are about to be needed.
template <class T>
void prefetch_held(const T& object) noexcept {
  const auto prefetch = []<class Member>(const Member& member) {
    if constexpr (is_ref<Member>) {
      // An empty Ref has no header, but an address before null does no harm here.
      const auto held = reinterpret_cast<std::uintptr_t>(member.get());
      base::prefetch_to_write(reinterpret_cast<const void*>(held - sizeof(Header)));
    }
  };
  if constexpr (SeenByMembers<T>) {
    with_members(object, [&](const auto&... member) { (prefetch(member), ...); });
  }
}

// Whether a member is a Ref that holds its object's first address, or nothing to the visitor.
template <class T>
inline constexpr bool is_plain_member = !holds_refs<T> || is_weak<T>;
template <class T>
inline constexpr bool is_plain_member<Ref<T>> = !std::is_polymorphic_v<T> || std::is_final_v<T>;

struct OwnEachMember {
  template <class... Member>
  std::bool_constant<(!std::is_same_v<Member, NotOwned> && ...)> operator()(
      const Member&...) const {
    return {};
  }
};
// Whether a T's members lie where they do in any T: not so what its references refer to.
template <class T>
consteval bool has_places_for_all() {
  return decltype(with_members(std::declval<const T&>(), OwnEachMember{}))::value;
}

// Type::ref_words of a class whose members are all plain.
template <class T>
std::uint64_t ref_words_of() noexcept {
  alignas(T) const std::byte nowhere[sizeof(T)]{};
  std::uint64_t words = 0;
  const auto add = [&]<class Member>(const Member& member) {
    const auto* const at = reinterpret_cast<const std::byte*>(std::addressof(member));
    if constexpr (is_ref<Member>)
      words |= std::uint64_t{1} << (static_cast<std::size_t>(at - nowhere) / sizeof(void*));
    return is_plain_member<Member>;
  };
  const bool is_plain = with_members(reinterpret_cast<const T&>(nowhere),
                                     [&](const auto&... member) { return (add(member) && ...); });
  return is_plain ? words : 0;
}

struct NeedNoDestructor {
  template <class... Member>
  std::bool_constant<((is_ref<Member> || std::is_trivially_destructible_v<Member>)&&...)>
  operator()(const Member&...) const {
    return {};
  }
};
// Whether a T's end is no more than that of its Refs. A destructor that its author wrote shows in
// that it cannot run at compile time, as those of members can: of a class of which objects die by
// their Refs alone, the destructor must not be constexpr where it does anything.
template <class T>
consteval bool ends_plainly() {
  if constexpr (SeenByMembers<T>) {
    return __is_literal_type(T) &&
           decltype(with_members(std::declval<const T&>(), NeedNoDestructor{}))::value;
  } else {
    return false;
  }
}

// Whether a class has a member of that name, of whatever kind and however hidden: where it has, the
// name of one that inherits from both is ambiguous.
struct NamesTrace {
  int trace;
};
struct NamesFinalize {
  int finalize;
};
template <class T, class Named>
struct BothOf : T, Named {};
template <class T>
concept CanBeBase = std::is_class_v<T> && !std::is_final_v<T>;
template <class T>
concept NamesATrace = CanBeBase<T> && !requires {
  &BothOf<T, NamesTrace>::trace;
};
template <class T>
concept NamesAFinalize = CanBeBase<T> && !requires {
  &BothOf<T, NamesFinalize>::finalize;
};

template <class Parameter>
inline constexpr bool is_visitor =
    std::is_same_v<std::remove_cv_t<std::remove_pointer_t<std::remove_reference_t<Parameter>>>,
                   Visitor>;

// Whether a function takes a visitor, in whatever form.
template <class Function>
inline constexpr bool has_visitor_parameter = false;
template <class Class, class Function>
inline constexpr bool has_visitor_parameter<Function Class::*> = has_visitor_parameter<Function>;
template <class Result, bool kNoexcept, class... P>
inline constexpr bool has_visitor_parameter<Result(P...) noexcept(kNoexcept)> = (is_visitor<P> ||
                                                                                 ...);
template <class Result, bool kNoexcept, class... P>
inline constexpr bool has_visitor_parameter<Result(P...) const noexcept(kNoexcept)> =
    (is_visitor<P> || ...);
template <class Result, bool kNoexcept, class... P>
inline constexpr bool has_visitor_parameter<Result(P...) & noexcept(kNoexcept)> = (is_visitor<P> ||
                                                                                   ...);
template <class Result, bool kNoexcept, class... P>
inline constexpr bool has_visitor_parameter<Result(P...) const& noexcept(kNoexcept)> =
    (is_visitor<P> || ...);
template <class Result, bool kNoexcept, class... P>
inline constexpr bool has_visitor_parameter<Result(P...) && noexcept(kNoexcept)> = (is_visitor<P> ||
                                                                                    ...);
template <class Result, bool kNoexcept, class... P>
inline constexpr bool has_visitor_parameter<Result(P...) const&& noexcept(kNoexcept)> =
    (is_visitor<P> || ...);

// Whether the class means to be traced, but its trace() cannot be called. One that is public and
// takes no visitor is none of ours.
template <class T>
consteval bool has_unusable_trace() {
  if constexpr (HasTrace<T> || !std::is_class_v<T>) {
    return false;
  } else if constexpr (requires { &T::trace; }) {
    return has_visitor_parameter<std::remove_pointer_t<decltype(&T::trace)>>;
  } else {
    return NamesATrace<T>;
  }
}
// Whether a member function finalize() would never run. A static one, and data of that name, are
// none of ours.
template <class T>
consteval bool has_unusable_finalize() {
  if constexpr (HasFinalize<T>) {
    return false;
  } else if constexpr (requires { &T::finalize; }) {
    return std::is_member_function_pointer_v<decltype(&T::finalize)>;
  } else {
    return NamesAFinalize<T>;
  }
}

// Whether the members of an aggregate cannot be told because it has a base, and may own something.
template <class T>
consteval bool hides_members_behind_base() {
  if constexpr (std::is_aggregate_v<T> && std::is_class_v<T> &&
                !std::is_trivially_destructible_v<T>) {
    return !HasTrace<T> && (HasBase<T> || std::is_polymorphic_v<T>);
  } else {
    return false;
  }
}

// What is asked of a class with a tail is asked of its elements too.
template <class T>
consteval bool tail_holds_refs() {
  if constexpr (HasTail<T>) return holds_refs<typename T::TailElement>;
  return false;
}
template <class T>
consteval bool has_tail_to_destroy() {
  if constexpr (HasTail<T>) return !std::is_trivially_destructible_v<typename T::TailElement>;
  return false;
}

// Whether the collector must see the objects.
template <class T>
inline constexpr bool is_tracked = holds_refs<T> || tail_holds_refs<T>();

template <class T>
struct SlotsOf {
  static void trace(const void* object, Visitor& visitor) {
    const T& self = *static_cast<const T*>(object);
    if constexpr (holds_refs<T>) visitor(self);
    if constexpr (tail_holds_refs<T>()) {
      for (const auto& element : self.tail()) visitor(element);
    }
  }
  static std::size_t size_of(const void* object) noexcept {
    return TailOf<T>::bytes(static_cast<const T*>(object)->tail().size());
  }
  static void finalize(void* object) { static_cast<T*>(object)->finalize(); }
  static void destroy(void* object) noexcept {
    T* const self = static_cast<T*>(object);
    prefetch_held(*self);
    if constexpr (HasTail<T>) {
      TailOf<T>::destroy(self);
    } else {
      std::destroy_at(self);
    }
  }

  static constexpr auto size_of_slot() -> std::size_t (*)(const void*) noexcept {
    if constexpr (HasTail<T>) return &size_of;
    return nullptr;
  }
  static constexpr auto trace_slot() -> void (*)(const void*, Visitor&) {
    if constexpr (is_tracked<T>) return &trace;
    return nullptr;
  }
  static constexpr auto ref_words_slot() -> std::uint64_t (*)() noexcept {
    if constexpr (SeenByMembers<T> && sizeof(T) <= 64 * sizeof(void*)) {
      if constexpr (has_places_for_all<T>()) return &ref_words_of<T>;
    }
    return nullptr;
  }
  static constexpr auto end_by_refs_slot() -> EndByRefs {
    if constexpr (ends_plainly<T>()) return {&push_held<T>, &HeapCore::destroy_plain<T>};
    return {};
  }
  static constexpr auto finalize_slot() -> void (*)(void*) {
    if constexpr (HasFinalize<T>) return &finalize;
    return nullptr;
  }
  static constexpr auto destroy_slot() -> void (*)(void*) noexcept {
    if constexpr (!std::is_trivially_destructible_v<T> || has_tail_to_destroy<T>()) return &destroy;
    return nullptr;
  }
};

template <class T>
inline constinit const Type type_of{.name = kNameStorage<T>.text,
                                    .size = sizeof(T),
                                    .size_of = SlotsOf<T>::size_of_slot(),
                                    .trace = SlotsOf<T>::trace_slot(),
                                    .ref_words = SlotsOf<T>::ref_words_slot(),
                                    .end_by_refs = SlotsOf<T>::end_by_refs_slot(),
                                    .finalize = SlotsOf<T>::finalize_slot(),
                                    .destroy = SlotsOf<T>::destroy_slot()};

// A class that says itself what describes its objects, as those of exuvia::types do.
template <class T>
concept DescribesItself = requires {
  { T::type } -> std::convertible_to<const Type&>;
};

// The descriptor of an object that was made as exactly a T.
template <class T>
[[nodiscard]] const Type& descriptor_of() noexcept {
  if constexpr (DescribesItself<T>) {
    return T::type;
  } else {
    return type_of<T>;
  }
}

// The same, for the functions that build a T of any class.
template <class T>
[[nodiscard]] const Type& plain_descriptor_of() noexcept {
  static_assert(!DescribesItself<T> && !kBelongsToThread<T>,
                "an object of exuvia::types is made by a function of its own, as make_int or "
                "make_list, and one of a class of yours that derives from exuvia::types::Object by "
                "make_native");
  return type_of<T>;
}

// An aggregate's members without an initialiser take their defaults: no mistake, so no warning.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
template <class T, class... Args>
T* construct(void* where, Args&&... args) {
  if constexpr (std::is_constructible_v<T, Args...>) {
    return ::new (where) T(std::forward<Args>(args)...);
  } else {
    return ::new (where) T{std::forward<Args>(args)...};
  }
}
// An aggregate's Tail is its first base, or the second after one that needs nothing. Without braces
// GCC 12 would copy it.
template <class T, class... Args>
T* construct_with_tail(void* where, const TailSize& size, Args&&... args) {
  if constexpr (!std::is_aggregate_v<T>) {
    return ::new (where) T(size, std::forward<Args>(args)...);
  } else if constexpr (requires { T{{size}, std::forward<Args>(args)...}; }) {
    return ::new (where) T{{size}, std::forward<Args>(args)...};
  } else {
    return ::new (where) T{{}, {size}, std::forward<Args>(args)...};
  }
}
#pragma GCC diagnostic pop

// Gives an object's storage back if its constructor throws.
class Unbuilt {
 public:
  Unbuilt(HeapCore& core, Header* header, std::size_t bytes) noexcept
      : core_(core), header_(header), bytes_(bytes) {}
  ~Unbuilt() {
    if (header_ != nullptr) core_.abandon(header_, bytes_);
  }
  Unbuilt(const Unbuilt&) = delete;
  Unbuilt& operator=(const Unbuilt&) = delete;
  void built() noexcept { header_ = nullptr; }

 private:
  HeapCore& core_;
  Header* header_;
  std::size_t bytes_;
};

// As construct(void*) does it in an object's storage.
template <class T, class Construct>
T* build(HeapCore& core, Header* header, std::size_t bytes, Construct&& construct) {
  const CheckedPassage passage(header, bytes);
  Unbuilt guard(core, header, bytes);
  T* const object = construct(header->payload());
  guard.built();
  return object;
}

// A T of `bytes` whose descriptor is `type`, built by construct(void*).
template <class T, class Construct>
[[nodiscard, gnu::always_inline]] inline Ref<T> make_of(const Type& type, HeapCore& core,
                                                        std::size_t bytes, Construct&& construct) {
  static_assert(alignof(T) <= 16, "objects of the runtime are aligned to 16 bytes at most");
  static_assert(!has_unusable_trace<T>(),
                "the class has a trace() that cannot be called: it must be public and const, take "
                "an exuvia::Visitor&, and not come from two bases at once");
  static_assert(!has_unusable_finalize<T>(),
                "the class has a finalize() that cannot be called: it must be public, take and "
                "return nothing, and not come from two bases at once; a function that does "
                "something else needs another name");
  static_assert(!hides_members_behind_base<T>(),
                "an aggregate with a base does not show its members: give it `void "
                "trace(exuvia::Visitor&) const` that visits its Refs, and its base's");
  Header* const header = core.try_allocate(type, bytes);
  if (header == nullptr) [[unlikely]]
    return nullptr;
  Ref<T> ref = Ref<T>::adopt(build<T>(core, header, bytes, construct));
  if (!core.try_publish(header, is_tracked<T>)) [[unlikely]]
    return nullptr;
  return ref;
}

// A T whose descriptor is `type`.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> make_as(const Type& type, HeapCore& core,
                                                        Args&&... args) {
  static_assert(!HasTail<T>, "a class with a tail is made by exuvia::make_with_tail");
  return make_of<T>(type, core, sizeof(T),
                    [&](void* where) { return construct<T>(where, std::forward<Args>(args)...); });
}

// The same with `count` elements behind it.
template <class T, class... Args>
[[nodiscard]] Ref<T> make_with_tail_as(const Type& type, HeapCore& core, std::size_t count,
                                       Args&&... args) {
  static_assert(HasTail<T>, "a class with a tail has the public base exuvia::Tail<T, Element>");
  if (count > TailOf<T>::kMost) return nullptr;
  return make_of<T>(type, core, TailOf<T>::bytes(count), [&](void* where) {
    return TailOf<T>::construct(where, count, [&](const TailSize& size) {
      return construct_with_tail<T>(where, size, std::forward<Args>(args)...);
    });
  });
}

// A const T is made, and known, as the T that it is.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline auto make_on(HeapCore& core, Args&&... args) {
  using Made = std::remove_cv_t<T>;
  return make_as<Made>(plain_descriptor_of<Made>(), core, std::forward<Args>(args)...);
}

}  // namespace runtime

// Builds a T from `args` on the current heap; aggregates are built as T{args...}. Throws
// std::bad_alloc when memory is exhausted, and whatever T's constructor throws (the heap is then as
// before). May run an automatic collection.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> make(Args&&... args) {
  Ref<T> ref = runtime::make_on<T>(runtime::HeapCore::current(), std::forward<Args>(args)...);
  if (!ref) [[unlikely]]
    throw std::bad_alloc();
  return ref;
}

// As make(), but exhaustion gives an empty Ref: for T's own storage; what its constructor throws,
// std::bad_alloc too, is passed on.
template <class T, class... Args>
[[nodiscard]] Ref<T> try_make(Args&&... args) {
  return runtime::make_on<T>(runtime::HeapCore::current(), std::forward<Args>(args)...);
}

// As make(), for a class with a Tail: T's constructor gets the TailSize, and `args`. An object too
// large for any memory is exhaustion.
template <class T, class... Args>
[[nodiscard]] Ref<T> try_make_with_tail(std::size_t count, Args&&... args) {
  using Made = std::remove_cv_t<T>;
  return runtime::make_with_tail_as<Made>(runtime::plain_descriptor_of<Made>(),
                                          runtime::HeapCore::current(), count,
                                          std::forward<Args>(args)...);
}
// The same, and throws std::bad_alloc for exhaustion.
template <class T, class... Args>
[[nodiscard]] Ref<T> make_with_tail(std::size_t count, Args&&... args) {
  Ref<T> ref = try_make_with_tail<T>(count, std::forward<Args>(args)...);
  if (!ref) throw std::bad_alloc();
  return ref;
}

// A Ref<T> to an object that was made as exactly a T; empty for any other.
template <class T, class U>
[[nodiscard]] Ref<T> exact_cast(const Ref<U>& ref) noexcept {
  if (ref.type() != &runtime::descriptor_of<std::remove_cv_t<T>>()) return nullptr;
  return Ref<T>::to(*static_cast<T*>(ref.header()->payload()));
}

}  // namespace exuvia
