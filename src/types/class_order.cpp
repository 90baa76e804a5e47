#include "types/class_order.hpp"

#include <algorithm>

namespace exuvia::types {

namespace {

using Line = std::vector<Ref<Class>>;

Line line_of(const Ref<Class>& of) {
  Line line{of};
  for (const Value& base : of->order->items()) line.push_back(cast<Class>(base));
  return line;
}

bool is_in_tail(const std::vector<Line>& lines, const Ref<Class>& candidate) {
  return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
    return !line.empty() && std::find(line.begin() + 1, line.end(), candidate) != line.end();
  });
}

// The first head that stands behind no other; empty if there is none.
Ref<Class> next_in_order(const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    if (!line.empty() && !is_in_tail(lines, line.front())) return line.front();
  }
  return nullptr;
}

// Names the heads, each once.
Error no_order(const std::vector<Line>& lines) {
  std::string names;
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    const auto begins_as = [line](const Line& other) { return other.front() == line->front(); };
    if (std::any_of(lines.begin(), line, begins_as)) continue;
    names += (names.empty() ? "" : ", ") + line->front()->name->to_utf8();
  }
  return type_error("Cannot create a consistent method resolution\norder (MRO) for bases " + names);
}

}  // namespace

Result<std::vector<Value>> linearise(std::span<const Ref<Class>> bases) {
  for (auto base = bases.begin(); base != bases.end(); ++base) {
    if (std::find(bases.begin(), base, *base) != base)
      return type_error("duplicate base class " + (*base)->name->to_utf8());
  }
  std::vector<Line> lines;
  for (const Ref<Class>& base : bases) lines.push_back(line_of(base));
  lines.emplace_back(bases.begin(), bases.end());
  std::vector<Value> order;
  for (;;) {
    std::erase_if(lines, [](const Line& line) { return line.empty(); });
    if (lines.empty()) return order;
    const Ref<Class> next = next_in_order(lines);
    if (!next) return no_order(lines);
    order.push_back(next);
    for (Line& line : lines) {
      if (line.front() == next) line.erase(line.begin());
    }
  }
}

}  // namespace exuvia::types
