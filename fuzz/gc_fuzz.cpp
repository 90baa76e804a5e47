// Fuzzes the collector on the tiny host against a graph of plain numbers.
//
// Each input byte pair is an operation: make an object, link or unlink an edge, take or drop a
// root, collect with one or two workers, with roots forgotten, with a starved stack, or with side
// memory that fails. After each collection everything reachable must be there unchanged; after a
// complete one, nothing else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

#include "exuvia/base/check.hpp"
#include "exuvia/platform/fake_platform.hpp"
#include "hosts/tiny/host.hpp"
#include "hosts/tiny/rootless.hpp"

namespace exuvia {
namespace {

using tiny::Object;
using tiny::Rootless;

class Scenario {
 public:
  void apply(unsigned operation, unsigned argument) {
    switch (operation % 12) {
      case 0:
      case 1:
      case 2:
        return make(argument % 8);
      case 3:
      case 4:
      case 5:
      case 6:
        return link(argument);
      case 7:
        return unlink(argument);
      case 8:
        return drop(argument);
      case 9:
        return collect(1 + argument % 2, argument / 2 % 4 == 0);
      case 10:
        return collect_with_failing_memory(argument);
      default:
        return collect_without_roots();
    }
  }

  void finish() {
    collect(1, false);
    while (!held_.empty()) drop(0);
    collect(1, false);
    EXUVIA_CHECK(host_.live() == 0, "garbage survives");
  }

 private:
  static constexpr std::size_t kMost = 300;

  void make(std::size_t edges) {
    if (held_.size() == kMost) return;
    Object* object = host_.try_make(edges);
    host_.add_root(object);
    held_.push_back(object);
    expected_.erase(object);  // of a dead object at the same address
  }

  Object* pick(unsigned argument) const { return held_[argument % held_.size()]; }

  void link(unsigned argument) {
    if (held_.empty()) return;
    Object* from = pick(argument);
    Object* to = pick(argument * 7 + steps_++);
    if (from->length == 0) return;
    host_.link(from, steps_ % from->length, to);
    expected_[from][steps_ % from->length] = to;
  }

  void unlink(unsigned argument) {
    if (held_.empty() || pick(argument)->length == 0) return;
    host_.link(pick(argument), 0, nullptr);
    expected_[pick(argument)].erase(0);
  }

  void drop(unsigned argument) {
    if (held_.empty()) return;
    const std::size_t index = argument % held_.size();
    Object* object = held_[index];
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(index));
    host_.remove_root(object);
    check_reachable();
  }

  void collect(unsigned count, bool starved) {
    gc::Workers workers(count);
    const gc::TracerLimits limits{starved ? 0 : std::size_t{1} << 30};
    const gc::Collection done = host_.collect(workers, gc::system_side_memory(), limits);
    EXUVIA_CHECK(done.completed && done.miscounted == 0, "a collection fails");
    check_nothing_else_lives();
  }

  void collect_with_failing_memory(unsigned call) {
    platform::FakeControl control;
    control.fail_from = call % 32;
    control.fail_count = 1 + call / 32;
    gc::PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
    gc::Workers workers(1);
    host_.collect(workers, memory);
    EXUVIA_CHECK(control.reserved == 0, "side memory is kept");
    check_reachable();
  }

  void collect_without_roots() {
    Rootless rootless{host_};
    gc::Workers workers(1);
    gc::Collector<Rootless>(rootless, workers).collect();
    check_nothing_else_lives();
  }

  void check_nothing_else_lives() {
    EXUVIA_CHECK(host_.live() == check_reachable(), "garbage survives");
  }

  // Checks each edge of all that can be reached; returns how many objects that are.
  std::size_t check_reachable() {
    std::set<Object*> seen(held_.begin(), held_.end());
    std::vector<Object*> pending(seen.begin(), seen.end());
    while (!pending.empty()) {
      Object* object = pending.back();
      pending.pop_back();
      for (std::size_t e = 0; e < object->length; ++e) {
        Object* child = expected_edge(object, e);
        EXUVIA_CHECK(object->edges()[e] == child, "an edge has changed");
        if (child != nullptr && seen.insert(child).second) pending.push_back(child);
      }
    }
    std::erase_if(expected_, [&](const auto& entry) { return !seen.contains(entry.first); });
    return seen.size();
  }

  Object* expected_edge(Object* object, std::size_t edge) const {
    const auto edges = expected_.find(object);
    if (edges == expected_.end()) return nullptr;
    const auto found = edges->second.find(edge);
    return found == edges->second.end() ? nullptr : found->second;
  }

  tiny::Host host_;
  std::vector<Object*> held_;
  std::map<Object*, std::map<std::size_t, Object*>> expected_;
  unsigned steps_ = 0;
};

}  // namespace
}  // namespace exuvia

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  exuvia::Scenario scenario;
  for (std::size_t i = 0; i + 1 < size; i += 2) scenario.apply(data[i], data[i + 1]);
  scenario.finish();
  return 0;
}
