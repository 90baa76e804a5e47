#include "exuvia/types/inspect.hpp"

#include <unordered_set>
#include <vector>

#include "exuvia/runtime/collector.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/function.hpp"
#include "types/allocate.hpp"
#include "types/heap_state.hpp"

namespace exuvia::types {

namespace {

bool is_shared(const Object& object) noexcept {
  return is<Class>(object) || is<Function>(object) ||
         object::Counting::is_immortal(runtime::header_of_payload(&object)->references);
}

std::size_t size_of(const Object& object) noexcept {
  const Type& type = type_of(object);
  return sizeof(runtime::Header) + type.bytes_of(&object) +
         (type.does.extra_bytes != nullptr ? type.does.extra_bytes(object) : 0);
}

}  // namespace

std::size_t getsizeof(const Value& value) noexcept { return size_of(*value); }

std::size_t deep_getsizeof(const Value& value) {
  std::unordered_set<const void*> seen{value.get()};
  std::vector<Value> todo{value};
  std::size_t bytes = 0;
  while (!todo.empty()) {
    const Value object = std::move(todo.back());
    todo.pop_back();
    bytes += size_of(*object);
    for (const Ref<void>& held : Collector::get_referents(object)) {
      auto& referent = *static_cast<Object*>(held.get());
      if (!is_shared(referent) && seen.insert(&referent).second)
        todo.push_back(Value::to(referent));
    }
  }
  return bytes;
}

// The argument counts, as in Python.  NOLINTNEXTLINE(performance-unnecessary-value-param)
std::size_t getrefcount(Value value) noexcept { return value.use_count(); }

void debug_malloc_stats(std::FILE* file) {
  runtime::HeapCore& core = runtime::HeapCore::current();
  core.storage().blocks().print_statistics(file);
  const HeapState* const state = HeapState::find(core);
  std::fprintf(file, "%zu interned strings, %zu bytes in their table\n",
               state == nullptr ? 0 : state->strings.count(),
               state == nullptr ? 0 : state->strings.bytes());
}

}  // namespace exuvia::types
