#include "exuvia/types/generator.hpp"

#include <string>

#include "types/allocate.hpp"

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

Result<Value> next_of_generator(Object& object) {
  auto& self = static_cast<Generator&>(object);
  if (self.is_running) return value_error("generator already executing");
  if (!self.coroutine) return Value();
  const Value kept = Value::to(self);  // the coroutine may drop the last other reference
  self.is_running = true;
  self.coroutine.resume();
  self.is_running = false;
  Result<Value> yielded = self.coroutine.promise().take();
  if (!yielded || self.coroutine.done()) end(self);
  return yielded;
}

}  // namespace

constinit const Type Generator::type{
    {.name = "generator",
     .size = sizeof(Generator),
     .destroy = [](void* object) noexcept { end(*static_cast<Generator*>(object)); }},
    {.iterate = [](Object& self) -> Result<Value> { return Value::to(self); },
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
    yielded_ = Error{ErrorKind::kRuntimeError, thrown.what()};
  } catch (...) {
    yielded_ = Error{ErrorKind::kRuntimeError, "an exception ended the generator"};
  }
}

Result<Value> make_generator(Yields&& coroutine) {
  const Yields::Handle handle = coroutine.release();
  if (!handle) return out_of_memory();
  Ref<Generator> generator = try_atom<Generator>(handle, false);
  if (!generator) handle.destroy();
  return made(std::move(generator));
}

}  // namespace exuvia::types
