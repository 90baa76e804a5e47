#include "exuvia/types/generator.hpp"

#include <exception>
#include <string>

#include "exuvia/runtime/collector.hpp"
#include "exuvia/types/none.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"
#include "types/recursion.hpp"
#include "types/watch.hpp"

namespace exuvia::types {

namespace {

// Before each frame: where it goes back to. Keeps the frame aligned to 16.
struct FrameHead {
  runtime::HeapCore* core;
  std::size_t bytes;
};
static_assert(sizeof(FrameHead) == 16);

const FrameHead& head_of(const void* frame) noexcept {
  return static_cast<const FrameHead*>(frame)[-1];
}

void end(Generator& self) noexcept {
  if (const Yields::Handle coroutine = std::exchange(self.coroutine, nullptr)) coroutine.destroy();
}

Error already_executing() { return value_error("generator already executing"); }

// Lets the coroutine go on until it yields or ends.
Result<Value> resume(Generator& self, Result<Value> sent) {
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("while resuming a generator");
  const Value kept = Value::to(self);  // the coroutine may drop the last other reference
  self.is_running = self.has_started = true;
  self.coroutine.promise().send(std::move(sent));
  self.coroutine.resume();
  self.is_running = false;
  Result<Value> yielded = self.coroutine.promise().take();
  if (!yielded || self.coroutine.done()) end(self);
  return yielded;
}

bool would_catch(const Generator& self) noexcept {
  return self.coroutine && self.has_started && self.coroutine.promise().catches();
}

// Nobody can be told of its failure but the heap's hook.
void close_at_end(Generator& self) noexcept {
  try {
    throw_failure(close(self));
  } catch (...) {
    heap_of(self).collector().report_unraisable("generator", std::current_exception());
  }
}

// As in CPython, weak references to it are cleared before it is closed.
void destroy_generator(void* object) noexcept {
  auto& self = *static_cast<Generator*>(object);
  if (would_catch(self)) close_at_end(self);
  end(self);
}

Result<Value> next_of_generator(Object& object) {
  return send(static_cast<Generator&>(object), none());
}

}  // namespace

constinit const Type Generator::type{
    {.name = "generator", .size = sizeof(Generator), .destroy = &destroy_generator},
    {.iterate = &iterate_itself,
     .next = &next_of_generator,
     .extra_bytes = [](const Object& object) noexcept -> std::size_t {
       const auto& self = static_cast<const Generator&>(object);
       return self.coroutine ? head_of(self.coroutine.address()).bytes : 0;
     },
     .is_weakly_referable = true}};

void* Yields::Promise::operator new(std::size_t bytes) noexcept {
  runtime::HeapCore& core = runtime::HeapCore::current();
  const std::size_t whole = sizeof(FrameHead) + bytes;
  void* const block = core.storage().allocate(whole);
  if (block == nullptr) return nullptr;
  return ::new (block) FrameHead{&core, whole} + 1;
}

void Yields::Promise::operator delete(void* frame) noexcept {
  const FrameHead head = head_of(frame);
  head.core->storage().deallocate(static_cast<FrameHead*>(frame) - 1, head.bytes);
}

void Yields::Promise::unhandled_exception() noexcept {
  try {
    throw;
  } catch (const std::exception& thrown) {
    passed_ = Error{ErrorKind::kRuntimeError, thrown.what()};
  } catch (...) {
    passed_ = Error{ErrorKind::kRuntimeError, "an exception ended the generator"};
  }
}

Result<Value> make_generator(Yields&& coroutine) {
  const Yields::Handle handle = coroutine.release();
  if (!handle) return out_of_memory();
  Ref<Generator> generator = try_atom<Generator>(handle, false, false);
  if (!generator) handle.destroy();
  return made(std::move(generator));
}

Result<Value> send(Generator& generator, Value value) {
  if (generator.is_running) return already_executing();
  if (!generator.coroutine) return Value();
  if (!generator.has_started && !is_none(value))
    return type_error("can't send non-None value to a just-started generator");
  return resume(generator, std::move(value));
}

Result<Value> throw_into(Generator& generator, Error error) {
  if (generator.is_running) return already_executing();
  if (!generator.coroutine) return error;
  if (would_catch(generator)) return resume(generator, std::move(error));
  const Value kept = Value::to(generator);
  generator.is_running = true;
  end(generator);
  generator.is_running = false;
  return error;
}

Result<void> close(Generator& generator) {
  const Result<Value> answer = throw_into(generator, {ErrorKind::kGeneratorExit, ""});
  if (answer && *answer) return Error{ErrorKind::kRuntimeError, "generator ignored GeneratorExit"};
  if (!answer && answer.error().kind != ErrorKind::kGeneratorExit) return answer.failure();
  return {};
}

}  // namespace exuvia::types
