// Checks a collection's result by another way.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <unordered_map>

#include "gc/side_memory.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

using object::Address;

// Stops the process with the message
//   exuvia: the collector found OBJECT unreachable, but PARENT, which is reachable, refers to it
// or, when the object is held from outside of the heap,
//   exuvia: the collector found OBJECT unreachable, but COUNT of its references come from outside
[[noreturn]] void report_reachable(Address object, Address parent) noexcept;
[[noreturn]] void report_held(Address object, std::size_t count) noexcept;

// Re-derives what is reachable from the counts alone, over all objects, with plain hash tables: no
// roots, no marks, no side tables, nothing shared with the algorithms it checks. For checking
// builds: slow, and it allocates.
template <object::CycleCountable Model>
class Verifier {
 public:
  explicit Verifier(const Model& model) : model_(model) {}

  // `objects`: all tracked ones, before anything is disposed of; `unreachable`: what the collector
  // found among them. Stops the process when one of those is reachable. An object whose count is
  // lower than its references is taken to be held, as the collector does.
  void verify(std::span<const Address> objects, std::span<const Address> unreachable) {
    for (const Address object : objects)
      nodes_[object].held = static_cast<long long>(model_.count(object));
    for (const Address object : unreachable) nodes_.at(object).is_condemned = true;
    for (const Address object : objects) discount_referents(object);
    for (const Address object : objects) admit_held(object);
    while (!pending_.empty()) follow_next();
  }

 private:
  struct Node {
    long long held = 0;
    bool is_condemned = false;
    bool is_reached = false;
  };

  void discount_referents(Address object) {
    model_.trace(object, [this](Address child) noexcept {
      if (const auto found = nodes_.find(child); found != nodes_.end()) --found->second.held;
    });
  }

  void admit_held(Address object) {
    Node& node = nodes_.at(object);
    if (node.held == 0) return;
    if (node.is_condemned) report_held(object, static_cast<std::size_t>(node.held));
    admit(object, node);
  }

  void admit(Address object, Node& node) {
    if (node.is_reached) return;
    node.is_reached = true;
    pending_.push_back(object);
  }

  void follow_next() {
    const Address parent = pending_.front();
    pending_.pop_front();
    model_.trace(parent, [&](Address child) noexcept {
      const auto found = nodes_.find(child);
      if (found == nodes_.end()) return;
      if (found->second.is_condemned) report_reachable(child, parent);
      admit(child, found->second);
    });
  }

  const Model& model_;
  std::unordered_map<Address, Node> nodes_;
  std::deque<Address> pending_;
};

}  // namespace exuvia::gc
