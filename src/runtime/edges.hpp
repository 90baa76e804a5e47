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

}  // namespace exuvia::runtime
