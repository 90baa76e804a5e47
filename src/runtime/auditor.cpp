#include "runtime/auditor.hpp"

#include <cstring>

#include "exuvia/platform/storage_duration.hpp"
#include "runtime/edges.hpp"
#include "runtime/known_objects.hpp"
#include "runtime/left_heaps.hpp"

namespace exuvia::runtime {

namespace {

constexpr int kNewByte = 0xCD;
constexpr int kDeadByte = 0xDD;

}  // namespace

Auditor::~Auditor() {
  LeftHeaps::instance().remove(core_);
  for (const Block& block : quarantine_) release(block);
  for (const Header* immortal : objects_) KnownObjects::instance().remove(immortal);
}

void Auditor::release(const Block& block) {
  if (block.header == nullptr) return;
  KnownObjects::instance().remove(block.header);
  core_.storage().deallocate(block.header, sizeof(Header) + block.bytes);
}

void Auditor::born(Header* object, std::size_t bytes) {
  ++changes_;
  objects_.insert(object);
  KnownObjects::instance().add(object);
  std::memset(object->payload(), kNewByte, bytes);
}

void Auditor::died(Header* object, std::size_t bytes) {
  ++changes_;
  objects_.erase(object);
  std::memset(object->payload(), kDeadByte, bytes);
  const Block old = std::exchange(quarantine_[next_], Block{object, bytes});
  next_ = (next_ + 1) % kQuarantined;
  release(old);
}

Auditor::Counts Auditor::count_references() const {
  Counts counted;
  for (const auto& [slot, target] : refs_) ++counted[target];
  for (auto* passage = Passage::innermost(); passage != nullptr; passage = passage->outer()) {
    const auto found = counted.find(passage->object());
    if (found != counted.end()) ++found->second;
  }
  return counted;
}

void Auditor::verify_counts() const {
  for (const auto& [target, refs] : count_references()) {
    if (object::Counting::is_immortal(target->references)) continue;
    if (object::Counting::count(target->references) != refs) {
      fail("the count differs from the number of Refs", target);
    }
  }
}

// Those whose trace() may be called: all but what is being built or destroyed.
std::vector<const Header*> Auditor::whole_objects() const {
  std::unordered_set<const Header*> whole = objects_;
  for (auto* passage = Passage::innermost(); passage != nullptr; passage = passage->outer()) {
    if (!passage->is_whole()) whole.erase(passage->object());
  }
  return {whole.begin(), whole.end()};
}

Auditor::Slots Auditor::traced_slots(const std::vector<const Header*>& objects) const {
  Slots slots;
  EdgeReader reader([&slots](const Edge& edge) {
    if (!slots.insert(edge.slot).second)
      fail("trace() visits a Ref to this object twice", edge.target);
  });
  for (const Header* object : objects) reader.read(object);
  return slots;
}

void Auditor::verify_members(const Header* object, const Slots& traced) const {
  const auto* const begin = static_cast<const std::byte*>(object->payload());
  const std::size_t bytes = object->binding->type->bytes_of(object->payload());
  for (std::size_t offset = 0; offset + sizeof(void*) <= bytes; offset += sizeof(void*)) {
    const auto member = refs_.find(begin + offset);
    if (member == refs_.end() || traced.contains(begin + offset)) continue;
    fail_edge("trace() forgets a Ref member", object, offset, member->second);
  }
}

void Auditor::verify() {
  changes_ = 0;
  verify_counts();
  const std::vector<const Header*> objects = whole_objects();
  const Slots traced = traced_slots(objects);
  for (const Header* object : objects) verify_members(object, traced);
}

void Auditor::find_holder(HiddenRef& hidden) const {
  std::uintptr_t nearest = kNodeBytes;
  for (const Header* object : objects_) {
    const std::size_t words = object->binding->type->bytes_of(object->payload()) / sizeof(void*);
    for (std::size_t i = 0; i < words; ++i) {
      std::uintptr_t word = 0;
      std::memcpy(&word, static_cast<const std::byte*>(object->payload()) + i * sizeof word,
                  sizeof word);
      const std::uintptr_t distance = reinterpret_cast<std::uintptr_t>(hidden.slot) - word;
      if (distance >= nearest) continue;
      nearest = distance;
      hidden.holder = object;
      hidden.offset = i * sizeof word;
    }
  }
}

std::optional<Auditor::HiddenRef> Auditor::find_hidden_ref() const {
  const Slots traced = traced_slots(whole_objects());
  for (const auto& [slot, held] : refs_) {
    if (traced.contains(slot) || platform::is_static(slot) || platform::is_on_this_stack(slot))
      continue;
    HiddenRef hidden{slot, held};
    find_holder(hidden);
    return hidden;
  }
  return std::nullopt;
}

void Auditor::orphaned() { LeftHeaps::instance().add(core_); }

namespace {
// Immortal objects of static storage belong to no heap.
bool is_static(const Header* object) noexcept { return object->binding->core == nullptr; }

void check_owner(const Header* object) noexcept {
  const HeapCore& core = *object->binding->core;
  if (core.is_owned_by_this_thread()) return;
  fail(core.is_orphan() ? "an object whose thread or Heap has gone is used by another thread: make "
                          "it on a Heap that outlives its use"
                        : "a heap is used by a thread that does not own it",
       object);
}
}  // namespace

void note_ref(const void* slot, Header* target) noexcept {
  if (is_static(target)) return KnownObjects::instance().add(target);
  check_owner(target);
  target->binding->core->auditor().ref_appeared(slot, target);
}

void forget_ref(const void* slot, Header* target) noexcept {
  if (is_static(target)) return;
  check_owner(target);
  target->binding->core->auditor().ref_vanished(slot);
}

void check_thread(const Header* object) noexcept {
  if (!object::Counting::is_immortal(object->references)) check_owner(object);
}

void check_usable(const Header* object) noexcept {
  if (is_static(object)) return;
  check_owner(object);
  if (!object->binding->core->auditor().is_alive(object)) fail("a dead object is used", object);
}

void check_whole(const Header* header, const void* place) noexcept {
  for (auto* passage = Passage::innermost(); passage != nullptr; passage = passage->outer()) {
    if (!passage->covers(place) || passage->object() == header) continue;
    fail(
        "a Ref is made to a base that is not the first, in its constructor or destructor, where "
        "the object does not know its whole",
        passage->object());
  }
}

void check_managed(const Header* header, const char* type_name) noexcept {
  if (KnownObjects::instance().contains(header)) return;
  // An object of static storage that nobody has held yet; its binding is read only where it is one.
  if (platform::is_static(header) && platform::is_static(header->binding) && is_static(header))
    return;
  fail_type("a Ref is made to what make() did not build, or to a part of it", type_name);
}

}  // namespace exuvia::runtime
