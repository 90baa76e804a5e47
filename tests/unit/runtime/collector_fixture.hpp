// What the tests of the collector share: objects with a diary of their ends, and a heap for them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia {

// An object with every kind of end, and a diary of them.
struct Thing {
  std::string name;
  std::vector<std::string>* diary;
  std::vector<Ref<Thing>> holds;
  std::function<void(Thing&)> on_finalize;
  std::vector<Weak<Thing>> watches;

  Thing(std::string n, std::vector<std::string>& d) : name(std::move(n)), diary(&d) {}
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
  ~Thing() { diary->push_back("~" + name); }
  void finalize() {
    diary->push_back("finalize " + name);
    if (on_finalize) on_finalize(*this);
  }
  void trace(Visitor& v) const { v(holds, watches); }
};

class CollectorTest : public testing::Test {
 protected:
  CollectorTest() : scope_(heap) { collector.set_thresholds({0, 0, 0}); }

  Ref<Thing> thing(const std::string& name) { return make<Thing>(name, diary); }
  static void link(const Ref<Thing>& from, const Ref<Thing>& to) { from->holds.push_back(to); }

  std::vector<std::string> diary;
  Heap heap;
  Collector& collector = heap.collector();

 private:
  HeapScope scope_;
};

}  // namespace exuvia
