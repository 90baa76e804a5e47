#include "runtime/known_objects.hpp"

#include <mutex>

namespace exuvia::runtime {

// Never destroyed: objects may die after the destructors of static objects have run.
KnownObjects& KnownObjects::instance() {
  static auto* const objects = new KnownObjects();
  return *objects;
}

void KnownObjects::add(const Header* object) {
  Part& part = part_of(object);
  const std::lock_guard held(part.lock);
  part.objects.insert(object);
}

void KnownObjects::remove(const Header* object) {
  Part& part = part_of(object);
  const std::lock_guard held(part.lock);
  part.objects.erase(object);
}

bool KnownObjects::contains(const Header* object) {
  Part& part = part_of(object);
  const std::lock_guard held(part.lock);
  return part.objects.contains(object);
}

}  // namespace exuvia::runtime
