#include "exuvia/runtime/collector.hpp"
#include "exuvia/types/none.hpp"
#include "types/allocate.hpp"
#include "types/heap_state.hpp"
#include "types/watch.hpp"

namespace exuvia::types {

namespace {

Result<Value> run(Finalizer& finalizer) {
  const std::optional<PendingCall> pending = detach(finalizer);
  if (!pending) return Value(none());
  return call(pending->function, pending->arguments->items());
}

Result<Value> call_finalizer(Object& self, std::span<const Value>) {
  const Value kept = Value::to(self);
  return run(static_cast<Finalizer&>(self));
}

Result<void> repr_finalizer(const Object& object, std::string& out) {
  const std::optional<PendingCall> pending = peek(static_cast<const Finalizer&>(object));
  out.append("<finalize object at ").append(address_of(object));
  append_watched(out, "for", pending ? pending->object : Value());
  return {};
}

}  // namespace

constinit const Type Finalizer::type = native_type<Finalizer>(
    "finalize", {.repr = &repr_finalizer, .call = &call_finalizer, .is_weakly_referable = true});

Result<Ref<Finalizer>> make_finalizer(const Value& value, Value function,
                                      std::span<const Value> arguments) {
  Ref<Tuple> kept = types::make_tuple(arguments);
  HeapState* const state = HeapState::of(runtime::HeapCore::current());
  if (!kept || state == nullptr) return out_of_memory();
  Ref<Finalizer> finalizer = try_build<Finalizer>(Finalizer::type, sizeof(Finalizer));
  if (!finalizer) return out_of_memory();
  finalizer->function = std::move(function);
  finalizer->arguments = std::move(kept);
  finalizer = publish(std::move(finalizer), true);
  if (!finalizer) return out_of_memory();
  // The callback holds the finalizer, and the finalizer the callback, until it has run: it may be
  // later than the end of the heap.
  Result<Weak<Object>> watch =
      try_watch(value, [kept_alive = finalizer] { throw_failure(run(*Ref(kept_alive))); });
  if (!watch) return watch.failure();
  finalizer->target = *std::move(watch);
  if (state->finalizers.try_add(finalizer)) return finalizer;
  finalizer->target.reset();
  return out_of_memory();
}

bool is_alive(const Finalizer& finalizer) noexcept { return static_cast<bool>(finalizer.function); }

std::optional<PendingCall> peek(const Finalizer& finalizer) noexcept {
  if (!is_alive(finalizer)) return std::nullopt;
  return PendingCall{finalizer.target.lock(), finalizer.function, finalizer.arguments};
}

// The callback, which holds the finalizer, may go with the Weak: that goes last.
std::optional<PendingCall> detach(Finalizer& finalizer) noexcept {
  if (!is_alive(finalizer)) return std::nullopt;
  const Ref<Finalizer> kept = ref_to(finalizer);
  HeapState::find(heap_of(finalizer))->finalizers.remove(finalizer);
  PendingCall pending{finalizer.target.lock(), std::move(finalizer.function),
                      std::move(finalizer.arguments)};
  const Weak<Object> watch = std::exchange(finalizer.target, Weak<Object>());
  return pending;
}

bool FinalizerList::try_add(const Ref<Finalizer>& finalizer) noexcept {
  try {
    finalizer->place = by_age_.insert(by_age_.end(), finalizer);
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

void FinalizerList::remove(Finalizer& finalizer) noexcept {
  if (const auto place = std::exchange(finalizer.place, std::nullopt)) by_age_.erase(*place);
}

namespace {
// An immortal does not die, and nothing runs when its heap ends.
bool will_never_run(const Finalizer& finalizer) noexcept {
  const Value target = finalizer.target.lock();
  return target && object::Counting::is_immortal(target.header()->references);
}
}  // namespace

// One may make another, which is then the newest.
void FinalizerList::run_at_exit() noexcept {
  while (!by_age_.empty()) {
    const Ref<Finalizer> next = by_age_.back();
    remove(*next);
    if (!next->runs_at_exit) {
      if (will_never_run(*next)) (void)detach(*next);
      continue;
    }
    try {
      throw_failure(run(*next));
    } catch (...) {
      heap_of(*next).collector().report_unraisable("a finalizer at the end of its heap",
                                                   std::current_exception());
    }
  }
}

}  // namespace exuvia::types
