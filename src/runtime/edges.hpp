// Reading an object's references through its type's trace slot.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "exuvia/runtime/visitor.hpp"

namespace exuvia::runtime {

// Calls on_edge(Edge) for each reference of an object whose `ref_words` say where they are.
template <class OnEdge>
void read_words(const Header* object, std::uint64_t ref_words, OnEdge&& on_edge) {
  const auto* const words = static_cast<void* const*>(object->payload());
  for (; ref_words != 0; ref_words &= ref_words - 1) {
    void* const* const word = words + std::countr_zero(ref_words);
    if (*word != nullptr) on_edge(Edge{header_of_payload(*word), const_cast<void**>(word)});
  }
}

// The same of an object whose first words are its references, one for each kWord; false, and
// nothing is done, if it is another. All words are read before on_edge() writes anything, so that
// none waits to know where a write goes.
template <class OnEdge, std::size_t... kWord>
[[gnu::always_inline]] inline bool try_read_leading(const Header* object, std::uint64_t ref_words,
                                                    OnEdge& on_edge,
                                                    std::index_sequence<kWord...>) {
  if (ref_words != (std::uint64_t{1} << sizeof...(kWord)) - 1) return false;
  const auto* const words = static_cast<void* const*>(object->payload());
  void* const targets[] = {words[kWord]...};
  const auto tell = [&](std::size_t i) {
    if (targets[i] != nullptr)
      on_edge(Edge{header_of_payload(targets[i]), const_cast<void**>(words + i)});
  };
  (tell(kWord), ...);
  return true;
}

// As read_words(), with code of its own for the commonest places, where every nanosecond counts.
template <class OnEdge>
[[gnu::always_inline]] inline void read_words_at_once(const Header* object, std::uint64_t ref_words,
                                                      OnEdge&& on_edge) {
  const auto try_read = [&]<std::size_t kCount>(std::integral_constant<std::size_t, kCount>) {
    return try_read_leading(object, ref_words, on_edge, std::make_index_sequence<kCount>());
  };
  const bool is_read = try_read(std::integral_constant<std::size_t, 1>()) ||
                       try_read(std::integral_constant<std::size_t, 2>()) ||
                       try_read(std::integral_constant<std::size_t, 3>()) ||
                       try_read(std::integral_constant<std::size_t, 4>());
  if (!is_read) read_words(object, ref_words, on_edge);
}

// Tells of garbage, shown object by object, whether its end is that of its memory and no more: that
// is so if each object's is that of its Refs, and they hold nothing but garbage. As only garbage
// holds garbage, the garbage then counts as many references as it holds.
class PlainEnd {
 public:
  void add(const Header* object) noexcept {
    std::size_t held = 0;
    read_words(object, object->binding->ref_words, [&held](const Edge&) { ++held; });
    add(object, held);
  }
  // An object that is known to hold so many.
  void add(const Header* object, std::size_t held) noexcept {
    needing_code_ += object->binding->end_by_refs ? 0U : 1U;
    states_ |= object->state;
    excess_ += object::Counting::count(object->references) - held;
  }

  [[nodiscard]] bool is_plain() const noexcept {
    constexpr std::uint32_t kFlags = Header::kFlagsAndPlace & ~Header::kPlaceMask;
    return needing_code_ == 0 && (states_ & kFlags) == 0 && excess_ == 0;
  }

 private:
  std::size_t needing_code_ = 0;
  std::uint32_t states_ = 0;
  std::size_t excess_ = 0;  // of counted references over those held
};

// Calls on_edge(Edge) for each reference of the objects it is shown. Edges are buffered, so that a
// class's trace() makes no call for each.
template <class OnEdge>
class EdgeReader final : public Visitor {
 public:
  explicit EdgeReader(OnEdge on_edge) noexcept
      : Visitor(buffer_, buffer_ + kBuffered, &drain), on_edge_(std::move(on_edge)) {}

  void read(const Header* object) {
    const Binding& binding = *object->binding;
    if (binding.ref_words != 0) return read_words(object, binding.ref_words, on_edge_);
    const auto trace = binding.type->trace;
    if (trace == nullptr) return;
    trace(object->payload(), *this);
    drain(*this);
  }

 private:
  static constexpr std::size_t kBuffered = 32;

  static void drain(Visitor& visitor) {
    auto& self = static_cast<EdgeReader&>(visitor);
    for (const Edge* edge = self.begin_; edge != self.cursor_; ++edge) self.on_edge_(*edge);
    self.cursor_ = self.begin_;
  }

  OnEdge on_edge_;
  Edge buffer_[kBuffered];
};

// As EdgeReader, for many objects at a time: edges wait until there is a batch of them, so that
// what prefetch(Edge) has asked for is there when on_edge(Edge) is called. flush() hands over what
// waits.
template <class Prefetch, class OnEdge>
class EdgeBatchReader final : public Visitor {
 public:
  EdgeBatchReader(Prefetch prefetch, OnEdge on_edge) noexcept
      : Visitor(buffer_, buffer_ + kBuffered, &drain),
        prefetch_(std::move(prefetch)),
        on_edge_(std::move(on_edge)) {}

  void read(const Header* object) {
    const Binding& binding = *object->binding;
    if (binding.ref_words == 0) return trace(object, binding);
    read_words(object, binding.ref_words, [this](const Edge& edge) {
      prefetch_(edge);
      *cursor_++ = edge;
      if (cursor_ == end_) drain(*this);
    });
  }
  void flush() { drain(*this); }

 private:
  static constexpr std::size_t kBuffered = 64;

  // What it drains on the way is not prefetched.
  void trace(const Header* object, const Binding& binding) {
    const Edge* const before = cursor_;
    binding.type->trace(object->payload(), *this);
    for (const Edge* edge = std::min<const Edge*>(before, cursor_); edge != cursor_; ++edge)
      prefetch_(*edge);
  }

  static void drain(Visitor& visitor) {
    auto& self = static_cast<EdgeBatchReader&>(visitor);
    for (const Edge* edge = self.begin_; edge != self.cursor_; ++edge) self.on_edge_(*edge);
    self.cursor_ = self.begin_;
  }

  Prefetch prefetch_;
  OnEdge on_edge_;
  Edge buffer_[kBuffered];
};

}  // namespace exuvia::runtime
