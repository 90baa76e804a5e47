// How large values are, and who counts them. The rest of Python's sys and gc is exuvia::Collector.
#pragma once

#include <cstddef>
#include <cstdio>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// sys.getsizeof: the object's own bytes with its header and the room it owns, not what it refers
// to.
[[nodiscard]] std::size_t getsizeof(const Value& value) noexcept;

// The same with all it reaches, each object once. What the whole process or a whole class shares is
// left out: immortal objects, classes and functions. Cost: one look at each object.
[[nodiscard]] std::size_t deep_getsizeof(const Value& value);

// sys.getrefcount: counts the argument's own reference, as it is passed by value.
[[nodiscard]] std::size_t getrefcount(Value value) noexcept;

// sys._debugmallocstats: the current heap's blocks, and its table of interned strings.
void debug_malloc_stats(std::FILE* file);

}  // namespace exuvia::types
