// Reading an object's references through its type's trace slot.
#pragma once

#include <cstddef>
#include <utility>

#include "exuvia/runtime/visitor.hpp"

namespace exuvia::runtime {

// Calls on_edge(Edge) for each reference of the objects it is shown. Edges are buffered, so that a
// class's trace() makes no call for each.
template <class OnEdge>
class EdgeReader final : public Visitor {
 public:
  explicit EdgeReader(OnEdge on_edge) noexcept
      : Visitor(buffer_, buffer_ + kBuffered, &drain), on_edge_(std::move(on_edge)) {}

  void read(const Header* object) {
    const auto trace = object->binding->type->trace;
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

// As EdgeReader, for many objects at a time: edges wait until there is a batch of them, and
// `prefetch(Edge)` is called for all of a batch before `on_edge(Edge)` is for any. flush() hands
// over what waits.
template <class Prefetch, class OnEdge>
class EdgeBatchReader final : public Visitor {
 public:
  EdgeBatchReader(Prefetch prefetch, OnEdge on_edge) noexcept
      : Visitor(buffer_, buffer_ + kBuffered, &drain),
        prefetch_(std::move(prefetch)),
        on_edge_(std::move(on_edge)) {}

  void read(const Header* object) { object->binding->type->trace(object->payload(), *this); }
  void flush() { drain(*this); }

 private:
  static constexpr std::size_t kBuffered = 64;

  static void drain(Visitor& visitor) {
    auto& self = static_cast<EdgeBatchReader&>(visitor);
    for (const Edge* edge = self.begin_; edge != self.cursor_; ++edge) self.prefetch_(*edge);
    for (const Edge* edge = self.begin_; edge != self.cursor_; ++edge) self.on_edge_(*edge);
    self.cursor_ = self.begin_;
  }

  Prefetch prefetch_;
  OnEdge on_edge_;
  Edge buffer_[kBuffered];
};

}  // namespace exuvia::runtime
