#include "runtime/auditor.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "exuvia/platform/storage_duration.hpp"
#include "runtime/edges.hpp"
#include "runtime/known_objects.hpp"
#include "runtime/left_heaps.hpp"

namespace exuvia::runtime {

namespace {

constexpr int kNewByte = 0xCD;
constexpr int kDeadByte = 0xDD;

std::uintptr_t address_of(const void* place) noexcept {
  return reinterpret_cast<std::uintptr_t>(place);
}
const std::byte* place_in(const Header* object, std::size_t offset) noexcept {
  return static_cast<const std::byte*>(object->payload()) + offset;
}
std::uintptr_t word_at(const Header* object, std::size_t offset) noexcept {
  std::uintptr_t word = 0;
  std::memcpy(&word, place_in(object, offset), sizeof word);
  return word;
}

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
Auditor::Objects Auditor::whole_objects() const {
  std::unordered_set<const Header*> whole = objects_;
  for (auto* passage = Passage::innermost(); passage != nullptr; passage = passage->outer()) {
    if (!passage->is_whole()) whole.erase(passage->object());
  }
  return {whole.begin(), whole.end()};
}

Auditor::Slots Auditor::traced_slots(const Objects& objects) const {
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
  const Objects objects = whole_objects();
  const Slots traced = traced_slots(objects);
  for (const Header* object : objects) verify_members(object, traced);
}

// In order of address.
Auditor::HiddenRefs Auditor::hidden_refs(const Objects& objects, const Slots& traced) const {
  HiddenRefs hidden;
  for (const auto& [slot, held] : refs_) {
    if (!traced.contains(slot) && !platform::is_static(slot) && !platform::is_on_this_stack(slot))
      hidden.push_back({slot, held});
  }
  std::ranges::sort(hidden, {}, [](const HiddenRef& ref) { return address_of(ref.slot); });
  find_holders(hidden, objects, traced);
  return hidden;
}

// The member that points nearest before each; the elements of a vector follow each other.
void Auditor::find_holders(HiddenRefs& hidden, const Objects& objects, const Slots& traced) {
  const auto slot_of = [](const HiddenRef& ref) { return address_of(ref.slot); };
  std::unordered_map<const HiddenRef*, std::uintptr_t> nearest;
  for (const Header* object : objects) {
    const std::size_t bytes = object->binding->type->bytes_of(object->payload());
    for (std::size_t offset = 0; offset + sizeof(void*) <= bytes; offset += sizeof(void*)) {
      const std::uintptr_t word = word_at(object, offset);
      auto ref = std::ranges::lower_bound(hidden, word, {}, slot_of);
      for (; ref != hidden.end() && slot_of(*ref) - word < kNodeBytes; ++ref) {
        const auto [best, is_first] = nearest.try_emplace(&*ref, kNodeBytes);
        if (slot_of(*ref) - word >= best->second || traced.contains(place_in(object, offset)))
          continue;
        best->second = slot_of(*ref) - word;
        ref->holder = object;
        ref->offset = offset;
      }
    }
  }
  for (std::size_t i = 1; i < hidden.size(); ++i) {
    const HiddenRef& before = hidden[i - 1];
    if (hidden[i].holder != nullptr || slot_of(hidden[i]) != slot_of(before) + sizeof(void*))
      continue;
    hidden[i].holder = before.holder;
    hidden[i].offset = before.offset;
  }
}

// The objects that are reached by more than each other and the hidden Refs of their members.
std::unordered_set<const Header*> Auditor::held_otherwise(const HiddenRefs& hidden,
                                                          Slots traced) const {
  std::unordered_multimap<const Header*, const Header*> hidden_edges;
  for (const HiddenRef& ref : hidden) {
    if (ref.holder == nullptr) continue;
    traced.insert(ref.slot);
    hidden_edges.emplace(ref.holder, ref.held);
  }
  std::unordered_set<const Header*> reached;
  Objects waiting;
  const auto reach = [&](const Header* object) {
    if (is_alive(object) && reached.insert(object).second) waiting.push_back(object);
  };
  // What is not whole shows nothing, so that its Refs are not among the traced.
  for (auto* passage = Passage::innermost(); passage != nullptr; passage = passage->outer()) {
    if (passage->is_whole()) {
      reach(passage->object());
    } else {
      reached.insert(passage->object());
    }
  }
  for (const auto& [slot, held] : refs_) {
    if (!traced.contains(slot)) reach(held);
  }
  for (const Header* object : objects_) {
    if (object::Counting::is_immortal(object->references)) reach(object);
  }
  EdgeReader reader([&reach](const Edge& edge) { reach(edge.target); });
  while (!waiting.empty()) {
    const Header* const object = waiting.back();
    waiting.pop_back();
    reader.read(object);
    const auto [first, last] = hidden_edges.equal_range(object);
    for (auto edge = first; edge != last; ++edge) reach(edge->second);
  }
  return reached;
}

// Where the members that lead to hidden Refs are taken for their owners: what the last collection
// would have found, had trace() shown them.
Auditor::HiddenRefs Auditor::refs_that_leak() const {
  const Objects objects = whole_objects();
  const Slots traced = traced_slots(objects);
  HiddenRefs hidden = hidden_refs(objects, traced);
  if (hidden.empty()) return hidden;
  const auto held = held_otherwise(hidden, traced);
  std::erase_if(hidden, [&held](const HiddenRef& ref) {
    return ref.holder == nullptr || held.contains(ref.holder);
  });
  return hidden;
}

// A static variable with the member's value may be the owner, and the member know it only.
bool Auditor::still_leaks(const HiddenRef& hidden) const {
  const auto ref = refs_.find(hidden.slot);
  return ref != refs_.end() && ref->second == hidden.held && is_alive(hidden.holder) &&
         !platform::is_value_of_static(word_at(hidden.holder, hidden.offset));
}

std::optional<Auditor::HiddenRef> Auditor::find_hidden_ref(const Slots& traced) const {
  for (HiddenRef hidden : leaking_) {
    if (traced.contains(hidden.slot) || !still_leaks(hidden)) continue;
    hidden.leaks = true;
    return hidden;
  }
  const HiddenRefs hidden = hidden_refs(whole_objects(), traced);
  if (hidden.empty()) return std::nullopt;
  const auto has_holder = [](const HiddenRef& ref) { return ref.holder != nullptr; };
  const auto found = std::ranges::find_if(hidden, has_holder);
  return found != hidden.end() ? *found : hidden[0];
}

void Auditor::thread_ends() noexcept { ended_with_process_ = ::gettid() == ::getpid(); }

void Auditor::orphaned() {
  leaking_ = refs_that_leak();
  LeftHeaps::instance().add(core_);
}

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
