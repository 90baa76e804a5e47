// How the collector sees an object's references.
#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "exuvia/runtime/ownership.hpp"
#include "exuvia/runtime/reflect.hpp"
#include "exuvia/runtime/traced.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia {

template <class T>
class Ref;
template <class T>
class Weak;

namespace runtime {

struct WeakCell;

// One reference: whom it holds, and the pointer inside the Ref that holds it.
struct Edge {
  Header* target;
  void* slot;
};

template <class T>
inline constexpr bool is_ref = false;
template <class T>
inline constexpr bool is_ref<Ref<T>> = true;
template <class T>
inline constexpr bool is_weak = false;
template <class T>
inline constexpr bool is_weak<Weak<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;
// A class that is none of the standard library's, but open.
template <class T>
concept ShowsMembers = Reflectable<T> && !TupleLike<T> && !std::ranges::view<T>;

// How a member's type is seen. `Seen` are the types whose answer is being worked out (a type may
// contain itself).
template <class T, class... Seen>
struct Sight;

template <class T, class... Seen>
consteval bool sees_refs() {
  if constexpr ((std::is_same_v<T, Seen> || ...)) {
    return false;
  } else {
    return Sight<T, Seen...>::holds_refs();
  }
}

template <class T, class... Seen>
struct Sight {
  template <class Part>
  static consteval bool part() {
    return sees_refs<std::remove_cvref_t<Part>, T, Seen...>();
  }
  template <class Element>
  static consteval bool element() {
    if constexpr (std::is_reference_v<Element>) return false;
    return part<Element>();
  }
  template <class Tuple, std::size_t... I>
  static consteval bool any_element(std::index_sequence<I...>) {
    return (element<std::tuple_element_t<I, Tuple>>() || ...);
  }
  template <class... Alternatives>
  static consteval bool any_alternative(std::type_identity<std::variant<Alternatives...>>) {
    return (part<Alternatives>() || ...);
  }

  static consteval bool any_in_range() {
    constexpr bool kHolds = part<std::ranges::range_value_t<const T&>>();
    static_assert(!kHolds || GivesElements<T>,
                  "the iterators of a range that owns Refs give copies, where the visitor must see "
                  "the Refs themselves: give the class `void trace(exuvia::Visitor&) const`");
    static_assert(!kHolds || !adds_members_to_container<T>(),
                  "the class is derived from a container of Refs, which cannot show the members it "
                  "adds: give it `void trace(exuvia::Visitor&) const` that visits them, and its "
                  "base");
    return kHolds;
  }

  static consteval bool holds_refs() {
    if constexpr (std::is_array_v<T>) {
      return part<std::remove_extent_t<T>>();
    } else if constexpr (!std::is_class_v<T>) {
      return false;
    } else if constexpr (is_ref<T> || is_weak<T> || HasTrace<T>) {
      static_assert(
          !adds_members_to_traced_base<T>(),
          "the class inherits its base's trace(), which cannot see the members and bases it adds: "
          "give it a trace() that calls Base::trace(v) and visits them");
      return true;
    } else if constexpr (is_optional<T>) {
      return part<typename T::value_type>();
    } else if constexpr (is_owned_array<T>) {
      static_assert(!part<typename T::element_type>(),
                    "nobody knows how many Refs a unique_ptr to an array owns: use a std::vector");
      return false;
    } else if constexpr (is_owning_pointer<T>) {
      return part<typename T::element_type>();
    } else if constexpr (is_variant<T>) {
      return any_alternative(std::type_identity<T>{});
    } else if constexpr (is_adaptor<T>) {
      return part<typename T::container_type>();
    } else if constexpr (is_tuple<T>) {
      return any_element<T>(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (OwningRange<T>) {
      return any_in_range();
    } else if constexpr (ShowsMembers<T>) {
      return any_member();
    } else {
      static_assert(!owns_elements<T>,
                    "exuvia::owns_elements is for ranges that can be walked through as constants");
      return false;
    }
  }

  static consteval bool any_member() {
    using Parts = decltype(with_members(std::declval<const T&>(), TypesOf{}));
    return any_of_types(std::type_identity<Parts>{});
  }
  struct TypesOf {
    template <class... Member>
    std::tuple<std::type_identity<Member>...> operator()(const Member&...) const {
      return {};
    }
  };
  template <class... Member>
  static consteval bool any_of_types(
      std::type_identity<std::tuple<std::type_identity<Member>...>>) {
    return (part<Member>() || ...);
  }
};

// Whether a T can hold references that the visitor finds.
template <class T>
inline constexpr bool holds_refs = sees_refs<std::remove_cv_t<T>>();

// Whether a T is a range that leads to Refs which the visitor does not take for the range's own.
template <class T>
consteval bool lends_refs() {
  if constexpr (Range<T> && !holds_refs<T>) {
    return holds_refs<std::ranges::range_value_t<const T&>>;
  } else {
    return false;
  }
}

template <class Adaptor>
const typename Adaptor::container_type& container_of(const Adaptor& adaptor) {
  struct Opened : Adaptor {
    static const typename Adaptor::container_type& of(const Adaptor& closed) {
      return closed.*&Opened::c;
    }
  };
  return Opened::of(adaptor);
}

}  // namespace runtime

// Passed to a class's `void trace(Visitor& v) const`, which calls it with every member that holds
// references:
//
//     void trace(exuvia::Visitor& v) const { v(next, children); }
//
// A member may be a Ref, a Weak, a class with trace() of its own, an aggregate of members, a
// unique_ptr, and any standard container, optional, variant, pair, tuple or adaptor of those;
// `owns_elements` says which others are followed. Each reference must be seen exactly once. trace()
// must not create, copy or drop a reference, nor change the object.
class Visitor {
 public:
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  // Shows the collector what each member holds; members that hold no reference are passed over.
  template <class... Members>
  void operator()(const Members&... members) {
    static_assert(!(runtime::lends_refs<Members>() || ...),
                  "the visitor does not take this range for the owner of its elements: visit their "
                  "owner instead, or, if it is the range and no view, declare `template <> inline "
                  "constexpr bool exuvia::owns_elements<Range> = true`");
    static_assert(!(runtime::only_points<Members> || ...),
                  "the visitor does not take a raw pointer, a shared_ptr, a reference_wrapper or a "
                  "unique_ptr with a deleter of its own for the owner of what it points to: do not "
                  "visit it; a unique_ptr may be declared one by exuvia::owns_elements");
    (see(members), ...);
  }

 protected:
  using Edge = runtime::Edge;
  Visitor(Edge* begin, Edge* end, void (*flush)(Visitor&)) noexcept
      : cursor_(begin), begin_(begin), end_(end), flush_(flush) {}
  ~Visitor() = default;

  Edge* cursor_;
  Edge* begin_;
  Edge* end_;                                             // one past the last free place
  void (*flush_)(Visitor&);                               // called when the buffer is full
  void (*weak_)(Visitor&, runtime::WeakCell*) = nullptr;  // called with weak members, where wanted

 private:
  template <class T>
  void see(const T& member);
  template <class T>
  void see_ref(const Ref<T>& ref);
  template <class T>
  void see_weak(const Weak<T>& weak) {
    if (weak_ != nullptr && weak.cell_ != nullptr) weak_(*this, weak.cell_);
  }
  template <class Element>
  void see_element(const Element& element) {
    if constexpr (!std::is_reference_v<Element>) see(element);
  }
  template <class Tuple, std::size_t... I>
  void see_elements(const Tuple& tuple, std::index_sequence<I...>) {
    (see_element<std::tuple_element_t<I, Tuple>>(std::get<I>(tuple)), ...);
  }
};

template <class T>
void Visitor::see_ref(const Ref<T>& ref) {
  if (ref.pointer_ == nullptr) return;
  *cursor_++ = {ref.header(), const_cast<void*>(static_cast<const void*>(&ref.pointer_))};
  if (cursor_ == end_) flush_(*this);
}

template <class T>
void Visitor::see(const T& member) {
  if constexpr (!runtime::holds_refs<T>) {
    return;
  } else if constexpr (runtime::is_ref<T>) {
    see_ref(member);
  } else if constexpr (runtime::is_weak<T>) {
    see_weak(member);
  } else if constexpr (runtime::HasTrace<T>) {
    member.trace(*this);
  } else if constexpr (runtime::is_optional<T> || runtime::is_owning_pointer<T>) {
    if (member) see(*member);
  } else if constexpr (runtime::is_variant<T>) {
    if (!member.valueless_by_exception())
      std::visit([this](const auto& held) { this->see(held); }, member);
  } else if constexpr (runtime::is_adaptor<T>) {
    see(runtime::container_of(member));
  } else if constexpr (runtime::is_tuple<T>) {
    see_elements(member, std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (std::is_array_v<T> || runtime::OwningRange<T>) {
    for (const auto& element : member) see(element);
  } else {
    runtime::with_members(member, [this](const auto&... part) { (this->see(part), ...); });
  }
}

}  // namespace exuvia
