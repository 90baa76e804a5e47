// Which types own what they lead to: the collector looks through no other.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <queue>
#include <ranges>
#include <stack>
#include <tuple>
#include <type_traits>
#include <utility>
#include <valarray>

namespace exuvia {

// Whether a container of the program's own, or a unique_ptr with a deleter of its own, owns its
// elements: it alone destroys them. The visitor follows standard containers and those of which a
// program says `template <class T> inline constexpr bool exuvia::owns_elements<Vector<T>> = true;`.
// What such a container gives when it is walked through as a constant are the elements themselves.
template <class T>
inline constexpr bool owns_elements = false;

namespace runtime {

template <class T>
inline constexpr bool is_owning_pointer = false;
template <class T, class D>
inline constexpr bool is_owning_pointer<std::unique_ptr<T, D>> =
    !std::is_array_v<T> && owns_elements<std::unique_ptr<T, D>>;
template <class T>
inline constexpr bool is_owning_pointer<std::unique_ptr<T>> = !std::is_array_v<T>;

template <class T>
inline constexpr bool is_owned_array = false;
template <class T>
inline constexpr bool is_owned_array<std::unique_ptr<T>> = std::is_array_v<T>;

template <class T>
inline constexpr bool is_adaptor = false;
template <class T, class C>
inline constexpr bool is_adaptor<std::stack<T, C>> = true;
template <class T, class C>
inline constexpr bool is_adaptor<std::queue<T, C>> = true;
template <class T, class C, class L>
inline constexpr bool is_adaptor<std::priority_queue<T, C, L>> = true;

template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <class T, class U>
inline constexpr bool is_tuple<std::pair<T, U>> = true;

template <class T>
inline constexpr bool is_fixed_array = false;
template <class T, std::size_t N>
inline constexpr bool is_fixed_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_fixed_array<std::valarray<T>> = true;

template <class T>
concept Range = std::ranges::input_range<const T&>;
template <class T>
concept HasAllocator = requires {
  typename T::allocator_type;
};
template <class T>
concept OwningRange = Range<T> &&
    (owns_elements<T> || is_fixed_array<T> || (HasAllocator<T> && !std::ranges::view<T>));

// Whether a range gives its elements themselves, and no copies of them.
template <class T>
concept GivesElements = std::is_lvalue_reference_v<std::ranges::range_reference_t<const T&>>;

// Whether a T is a pointer to objects that a Ref may be in, and not their owner.
template <class T>
inline constexpr bool only_points = false;
template <class T>
inline constexpr bool only_points<T*> = std::is_class_v<T> || only_points<T>;
template <class T>
inline constexpr bool only_points<std::shared_ptr<T>> = std::is_class_v<std::remove_extent_t<T>>;
template <class T>
inline constexpr bool only_points<std::reference_wrapper<T>> = std::is_class_v<T>;
template <class T, class D>
inline constexpr bool only_points<std::unique_ptr<T, D>> =
    std::is_class_v<T> && !is_owning_pointer<std::unique_ptr<T, D>>;

// What splits like a tuple in ways of its own.
template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};

}  // namespace runtime

}  // namespace exuvia
