// What becomes of the objects that a collection has found unreachable, in the order of PEP 442.
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "runtime/auditor.hpp"
#include "runtime/exact_search.hpp"
#include "runtime/guarded_call.hpp"
#include "runtime/old_marks.hpp"
#include "runtime/weak_table.hpp"
#include "runtime/workspace.hpp"
#include "runtime/young_search.hpp"

namespace exuvia {

using object::Counting;
using object::Place;
using runtime::Edge;
using runtime::EdgeReader;
using runtime::Header;

namespace {

void print_object(const char* what, const Header* header) noexcept {
  std::fprintf(stderr, "gc: %s <%s %p>\n", what, header->binding->type->name, header->payload());
}

}  // namespace

// What is left in the list of garbage when its heap goes. Under Debug::kSaveAll that is no news.
void Collector::print_garbage() const noexcept {
  if (!has_flag(debug_, Debug::kUncollectable) || has_flag(debug_, Debug::kSaveAll)) return;
  for (const Ref<void>& object : garbage_) print_object("uncollectable", object.header());
}

void Collector::dispose(unsigned generation, Workspace& work) noexcept {
  if (work.trash.empty()) return;
  if (has_flag(debug_, Debug::kCollectable)) {
    for (const Header* header : work.trash) print_object("collectable", header);
  }
  if (work.has_user_code) {
    clear_weak_references(work);
    finalize(work);
  }
  if (work.user_code_ran) spare_resurrected(generation, work);
  if (has_flag(debug_, Debug::kSaveAll)) {
    save_garbage(work);
  } else {
    destroy(work);
  }
}

// Garbage without finalizers, destructors and weak references that holds nothing but itself, as
// most does. No code of the program can tell how it ends.
void Collector::free_plain_trash(Workspace& work) noexcept {
  if (debug_ != Debug::kNone) return;
  if constexpr (runtime::kChecks) {
    EdgeReader forget([](const Edge& edge) { runtime::forget_ref(edge.slot, edge.target); });
    for (const Header* header : work.trash) forget.read(header);
  }
  core_.free_unreachable(work.trash);
  work.collected = work.trash.size();
  work.trash.clear();
}

// The same, of what is old and a full collection has not marked. No object is looked at.
void Collector::free_unmarked(const runtime::OldMarks& marks, Workspace& work) noexcept {
  runtime::ObjectSet& old = core_.generations_.old;
  if constexpr (runtime::kChecks) {
    EdgeReader forget([](const Edge& edge) { runtime::forget_ref(edge.slot, edge.target); });
    marks.for_each_unmarked(old, [&forget](const Header* header) { forget.read(header); });
  }
  old.take([&marks](runtime::ObjectSet::Word word) { return marks.unmarked(word); },
           [&](const runtime::ObjectSet::PoolObjects& objects) {
             core_.free_unreachable(objects);
             work.collected += objects.count;
           });
}

namespace {

// Counts, for each weak cell of a chain that a collection of `core` has detached, how many of its
// uses are the chain's own or Weaks that are members of the objects shown. Not for cells of a chain
// whose callbacks run this collection.
class WeakMemberReader final : public Visitor {
 public:
  WeakMemberReader(const runtime::HeapCore& core, runtime::WeakCell* chain) noexcept
      : Visitor(buffer_, buffer_ + 1, &drop), core_(core) {
    weak_ = &count;
    for (; chain != nullptr; chain = chain->next) chain->in_trash = 1;
  }
  void read(const Header* object) {
    object->binding->type->trace(object->payload(), *this);
    drop(*this);
  }

 private:
  static void drop(Visitor& visitor) {
    auto& self = static_cast<WeakMemberReader&>(visitor);
    self.cursor_ = self.begin_;
  }
  static void count(Visitor& visitor, runtime::WeakCell* cell) {
    const auto& self = static_cast<const WeakMemberReader&>(visitor);
    if (cell->core == &self.core_ && cell->in_trash != 0) ++cell->in_trash;
  }
  const runtime::HeapCore& core_;
  Edge buffer_[1];
};

bool has_callback(const runtime::WeakCell* chain) noexcept {
  for (; chain != nullptr; chain = chain->next) {
    if (chain->callback != nullptr) return true;
  }
  return false;
}

}  // namespace

void Collector::clear_weak_references(Workspace& work) noexcept {
  runtime::WeakCell* chain = nullptr;
  for (Header* header : work.trash) {
    if (!header->has(Header::kHasWeak)) continue;
    chain = weak_order_ == WeakOrder::kBeforeFinalizers
                ? core_.weak_table().detach(header, chain)
                : core_.weak_table().detach_callbacks(header, chain);
  }
  if (has_callback(chain)) {
    WeakMemberReader reader(core_, chain);
    for (const Header* header : work.trash) reader.read(header);
  }
  if (core_.weak_table().run_callbacks(chain)) work.user_code_ran = true;
}

void Collector::finalize(Workspace& work) noexcept {
  for (Header* header : work.trash) {
    if (!header->has(Header::kToFinalize)) continue;
    const runtime::Type& type = *header->binding->type;
    header->clear(Header::kToFinalize);
    runtime::call_guarded(core_, type.name, [&] { type.finalize(header->payload()); });
    work.user_code_ran = true;
  }
}

void Collector::track_in(unsigned generation, Header* header) noexcept {
  header->clear(Header::kCondemned);
  runtime::Generations& all = core_.generations_;
  const bool tracked = generation == 0 ? all.try_add(core_.storage_, header)
                                       : all.try_add_old(core_.storage_, header) ||
                                             all.log.try_push(core_.storage_, header);
  // Without memory to remember it, the object is not examined again: it dies at count zero or not
  // at all.
  if (!tracked) header->move_to(Place::kUntracked);
  runtime::release(header);
}

// What user code has made reachable lives on, with all it reaches. Without memory to tell,
// everything does: finalizers have run, the next collection disposes of it.
void Collector::spare_resurrected(unsigned generation, Workspace& work) noexcept {
  std::vector<Header*> unreachable;
  try {
    std::vector<object::Address> set;
    set.reserve(work.trash.size());
    for (const Header* header : work.trash) set.push_back(runtime::ObjectModel::address(header));
    runtime::find_unreachable(set, 1, *workers_, unreachable);
  } catch (const std::bad_alloc&) {
    unreachable.clear();
  }
  if (unreachable.size() == work.trash.size()) return;
  for (Header* header : unreachable) header->clear(Header::kCondemned);
  for (Header* header : work.trash) {
    if (header->has(Header::kCondemned)) track_in(generation, header);
  }
  for (Header* header : unreachable) header->set(Header::kCondemned);
  work.trash.swap(unreachable);
}

void Collector::save_garbage(Workspace& work) noexcept {
  for (Header* header : work.trash) {
    try {
      garbage_.push_back(runtime::ref_to_header(header));
    } catch (const std::bad_alloc&) {
      // It stays an unreachable object of the oldest generation.
    }
    track_in(kOldestGeneration, header);
  }
  work.collected = work.trash.size();
}

// No destructor meets an object that is destroyed already: the references among the trash are
// emptied first.
void Collector::destroy(Workspace& work) noexcept {
  runtime::WeakCell* chain = nullptr;
  EdgeReader sever([this](const Edge& edge) {
    const bool is_trash =
        edge.target->has(Header::kCondemned) && edge.target->binding->core == &core_;
    if (!is_trash) return;
    if constexpr (runtime::kChecks) runtime::forget_ref(edge.slot, edge.target);
    std::memset(edge.slot, 0, sizeof(void*));
  });
  for (Header* header : work.trash) {
    if (header->has(Header::kHasWeak)) chain = core_.weak_table().detach(header, chain);
    sever.read(header);
    Counting::reset(header->references, 1);
  }
  core_.destroy_unreachable(work.trash);
  core_.weak_table().run_callbacks(chain);
  work.collected = work.trash.size();
}

}  // namespace exuvia
