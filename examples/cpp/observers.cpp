// A registry of observers that does not keep them alive, and forgets each as it dies.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"

using exuvia::Ref;
using exuvia::Weak;

struct Observer {
  std::string name;
  int heard = 0;
};

class Registry {
 public:
  void add(const Ref<Observer>& observer) {
    // The callback runs as the observer dies, whether at its last Ref or in a collection.
    observers_.emplace_back(observer, [this, name = observer->name] {
      std::printf("%s has gone\n", name.c_str());
      std::erase_if(observers_, [](const Weak<Observer>& weak) { return weak.expired(); });
    });
  }
  void publish() {
    for (const Weak<Observer>& weak : observers_) {
      if (const Ref<Observer> observer = weak.lock()) ++observer->heard;
    }
  }
  [[nodiscard]] std::size_t size() const { return observers_.size(); }

 private:
  std::vector<Weak<Observer>> observers_;
};

int main() {
  Registry registry;
  const Ref<Observer> first = exuvia::make<Observer>("first");
  registry.add(first);
  {
    const Ref<Observer> second = exuvia::make<Observer>("second");
    registry.add(second);
    registry.publish();
  }
  registry.publish();
  std::printf("%s heard %d, observers left: %zu\n", first->name.c_str(), first->heard,
              registry.size());
}
