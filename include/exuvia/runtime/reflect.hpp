// The members of an aggregate, without a line from its author: counted by how many initialisers it
// takes, reached by a structured binding.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace exuvia::runtime {

inline constexpr std::size_t kMaxReflectedMembers = 20;
// Of an aggregate with a member that {} does not initialise; an array's elements count each.
inline constexpr std::size_t kMaxInitialisers = 64;

template <class Member, class Aggregate>
concept OtherThan = !std::is_same_v<std::remove_cvref_t<Member>, Aggregate>;
template <class Base, class Aggregate>
concept BaseOf = std::is_base_of_v<Base, Aggregate> && OtherThan<Base, Aggregate>;

// Converts to a member of any type, but not to the aggregate itself (that would be a copy). Only
// the type of a conversion is ever asked for; none is made.
template <class Aggregate>
struct AnyValue {
  template <OtherThan<Aggregate> Member>
  operator Member() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};

// The same, and binds to references. They are const so that the first is the better match for all
// else.
template <class Aggregate>
struct AnyReference {
  template <OtherThan<Aggregate> Member>
  operator Member() noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
  template <OtherThan<Aggregate> Member>
  operator Member&() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
  template <OtherThan<Aggregate> Member>
  operator Member&&() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};

// Converts to a base class of the aggregate only.
template <class Aggregate>
struct AnyBase {
  template <BaseOf<Aggregate> Base>
  operator Base() const noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};

// Whether T{{} × Count, last...} is well-formed. Each {} initialises one member, be it an array of
// any length, where any other initialiser is that of the array's first element.
template <class T, std::size_t Count, class... Last>
// NOLINTNEXTLINE(readability-function-size)
consteval bool takes_braces() {
  if constexpr (Count == 0) return requires {
      T{Last{}...};
    };
  if constexpr (Count == 1) return requires {
      T{{}, Last{}...};
    };
  if constexpr (Count == 2) return requires {
      T{{}, {}, Last{}...};
    };
  if constexpr (Count == 3) return requires {
      T{{}, {}, {}, Last{}...};
    };
  if constexpr (Count == 4) return requires {
      T{{}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 5) return requires {
      T{{}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 6) return requires {
      T{{}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 7) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 8) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 9) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 10) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 11) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 12) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 13) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 14) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 15) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 16) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 17) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 18) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 19) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 20) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
  if constexpr (Count == 21) return requires {
      T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
        {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, Last{}...};
    };
}

// The number of leading members that {} initialises, up to a bound.
template <class T, std::size_t Count = 0>
consteval std::size_t count_by_braces() {
  if constexpr (Count > kMaxReflectedMembers) {
    return Count;
  } else if constexpr (takes_braces<T, Count + 1>()) {
    return count_by_braces<T, Count + 1>();
  } else {
    return Count;
  }
}

// Whether {} initialises every member: none of them is, say, a reference.
template <class T>
consteval bool braces_suffice() {
  if constexpr (!takes_braces<T, 0>()) {
    return false;
  } else if constexpr (count_by_braces<T>() > kMaxReflectedMembers) {
    return true;
  } else {
    return !takes_braces<T, count_by_braces<T>(), AnyValue<T>>() &&
           !takes_braces<T, count_by_braces<T>(), AnyReference<T>>();
  }
}

template <class Any, std::size_t>
using Each = Any;

template <class T, class Any, std::size_t... I>
consteval bool takes_initialisers(std::index_sequence<I...>) {
  return requires { T{Each<Any, I>{}...}; };
}

// The number of initialisers of aggregate T, in which an array counts each element, up to a bound.
// Counted downwards: a member without a default constructor makes short lists ill-formed.
template <class T, class Any, std::size_t N = kMaxInitialisers + 1>
consteval std::size_t count_initialisers() {
  if constexpr (N == 0) {
    return 0;
  } else if constexpr (takes_initialisers<T, Any>(std::make_index_sequence<N>{})) {
    return N;
  } else {
    return count_initialisers<T, Any, N - 1>();
  }
}
// References are bound only where that shows more, as some classes find them ambiguous.
template <class T>
using AnyMember = std::conditional_t<(count_initialisers<T, AnyReference<T>>() >
                                      count_initialisers<T, AnyValue<T>>()),
                                     AnyReference<T>, AnyValue<T>>;
template <class T, std::size_t>
using AnyMemberAt = AnyMember<T>;

template <class T>
consteval std::size_t initialiser_count() {
  return count_initialisers<T, AnyMember<T>>();
}

// Whether T{any × Before, {any × Inside}, any × After} is well-formed.
template <class T, std::size_t... Before, std::size_t... Inside, std::size_t... After>
consteval bool takes_braces_between(std::index_sequence<Before...>, std::index_sequence<Inside...>,
                                    std::index_sequence<After...>) {
  return requires {
    T{AnyMemberAt<T, Before>{}..., {AnyMemberAt<T, Inside>{}...}, AnyMemberAt<T, After>{}...};
  };
}
template <class T, std::size_t Before, std::size_t Inside, std::size_t After>
consteval bool takes_braces_between() {
  return takes_braces_between<T>(std::make_index_sequence<Before>{},
                                 std::make_index_sequence<Inside>{},
                                 std::make_index_sequence<After>{});
}

// How many of T's `Count` initialisers the member takes that begins with number `At`: one, or an
// array's length. Braces in its place make an array consume them all at once, so that fewer may
// follow: {}, or one initialiser for each element where they need one.
template <class T, std::size_t Count, std::size_t At, std::size_t Width = 1>
consteval std::size_t member_width() {
  if constexpr (At + Width > Count) {
    return 1;
  } else if constexpr (takes_braces_between<T, At, 0, Count - At - Width>() ||
                       (takes_braces_between<T, At, Width, Count - At - Width>() &&
                        !takes_braces_between<T, At, Width, Count - At - 1>())) {
    return Width;
  } else {
    return member_width<T, Count, At, Width + 1>();
  }
}

template <class T, std::size_t Count = initialiser_count<T>(), std::size_t At = 0>
consteval std::size_t count_by_initialisers() {
  if constexpr (At >= Count || Count > kMaxInitialisers) {
    return 0;
  } else {
    return 1 + count_by_initialisers<T, Count, At + member_width<T, Count, At>()>();
  }
}

// The number of members of aggregate T, up to a bound, and 0 if they cannot be counted.
template <class T>
consteval std::size_t member_count() {
  if constexpr (braces_suffice<T>()) {
    return count_by_braces<T>();
  } else {
    return count_by_initialisers<T>();
  }
}

// Whether a base can stand in place of the first of that many initialisers.
template <class T, std::size_t... After>
consteval bool takes_base_before(std::index_sequence<After...>) {
  return requires { T{AnyBase<T>{}, AnyMemberAt<T, After>{}...}; };
}
// Whether the first initialiser may be anything, so that a base in its place says nothing.
struct Anything {};
template <class T, std::size_t... After>
consteval bool takes_anything_before(std::index_sequence<After...>) {
  return requires { T{Anything{}, AnyMemberAt<T, After>{}...}; };
}
template <class T, std::size_t Count>
consteval bool begins_with_base() {
  if constexpr (Count == 0) {
    return false;
  } else {
    using After = std::make_index_sequence<Count - 1>;
    return takes_base_before<T>(After{}) && !takes_anything_before<T>(After{});
  }
}
template <class T>
consteval bool has_base() {
  if constexpr (braces_suffice<T>()) {
    return begins_with_base<T, 1>();
  } else {
    return begins_with_base<T, initialiser_count<T>()>();
  }
}
template <class T>
concept HasBase = has_base<T>();

// A class whose members can be reached without its help. One with a base class cannot: no
// structured binding reaches the members of both.
template <class T>
concept Reflectable =
    std::is_aggregate_v<T> && std::is_class_v<T> && !std::is_polymorphic_v<T> && !HasBase<T>;

// Stands for a member that is not the object's own (a reference), or that no Ref can be in (a
// volatile one).
struct NotOwned {};
inline constexpr NotOwned kNotOwned;
template <class Declared, class Member>
constexpr const auto& own(const Member& member) noexcept {
  if constexpr (std::is_reference_v<Declared> || std::is_volatile_v<Declared>) {
    return kNotOwned;
  } else {
    return member;
  }
}

// Calls visit(member...) once with every member of `object`, and kNotOwned in place of those that
// own nothing. One line for each number of members.
template <class T, class Visit>
// NOLINTNEXTLINE(readability-function-size)
constexpr decltype(auto) with_members(T& object, Visit&& visit) {
  constexpr std::size_t kCount = member_count<std::remove_cv_t<T>>();
  static_assert(kCount <= kMaxReflectedMembers,
                "too many members to see: give the class `void trace(exuvia::Visitor&) const`");
  static_assert(kCount != 0 || std::is_empty_v<T>,
                "a member cannot be seen: give the class `void trace(exuvia::Visitor&) const`");
  if constexpr (kCount == 0) {
    return visit();
  }
  if constexpr (kCount == 1) {
    auto& [a] = object;
    return visit(own<decltype(a)>(a));
  }
  if constexpr (kCount == 2) {
    auto& [a, b] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b));
  }
  if constexpr (kCount == 3) {
    auto& [a, b, c] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c));
  }
  if constexpr (kCount == 4) {
    auto& [a, b, c, d] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c),
                 own<decltype(d)>(d));
  }
  if constexpr (kCount == 5) {
    auto& [a, b, c, d, e] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e));
  }
  if constexpr (kCount == 6) {
    auto& [a, b, c, d, e, f] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f));
  }
  if constexpr (kCount == 7) {
    auto& [a, b, c, d, e, f, g] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g));
  }
  if constexpr (kCount == 8) {
    auto& [a, b, c, d, e, f, g, h] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g),
                 own<decltype(h)>(h));
  }
  if constexpr (kCount == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i));
  }
  if constexpr (kCount == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j));
  }
  if constexpr (kCount == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k));
  }
  if constexpr (kCount == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k),
                 own<decltype(l)>(l));
  }
  if constexpr (kCount == 13) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m));
  }
  if constexpr (kCount == 14) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n));
  }
  if constexpr (kCount == 15) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n), own<decltype(o)>(o));
  }
  if constexpr (kCount == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n), own<decltype(o)>(o),
                 own<decltype(p)>(p));
  }
  if constexpr (kCount == 17) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n), own<decltype(o)>(o), own<decltype(p)>(p),
                 own<decltype(q)>(q));
  }
  if constexpr (kCount == 18) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n), own<decltype(o)>(o), own<decltype(p)>(p),
                 own<decltype(q)>(q), own<decltype(r)>(r));
  }
  if constexpr (kCount == 19) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n), own<decltype(o)>(o), own<decltype(p)>(p),
                 own<decltype(q)>(q), own<decltype(r)>(r), own<decltype(s)>(s));
  }
  if constexpr (kCount == 20) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = object;
    return visit(own<decltype(a)>(a), own<decltype(b)>(b), own<decltype(c)>(c), own<decltype(d)>(d),
                 own<decltype(e)>(e), own<decltype(f)>(f), own<decltype(g)>(g), own<decltype(h)>(h),
                 own<decltype(i)>(i), own<decltype(j)>(j), own<decltype(k)>(k), own<decltype(l)>(l),
                 own<decltype(m)>(m), own<decltype(n)>(n), own<decltype(o)>(o), own<decltype(p)>(p),
                 own<decltype(q)>(q), own<decltype(r)>(r), own<decltype(s)>(s),
                 own<decltype(t)>(t));
  }
}

}  // namespace exuvia::runtime
