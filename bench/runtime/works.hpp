// The works that are measured, a file for each. `quick` makes them small.
#pragma once

#include <vector>

#include "harness.hpp"

namespace exuvia::bench {

Work tree(bool quick);
Work gcbench(bool quick);
Work cycles(bool quick);
// Of so many live objects, in the order in which they were made or shuffled.
Work full(bool quick, bool shuffled);
// Three times as many objects.
Work full_large(bool quick, bool shuffled);
Work pause(bool quick);
Work handle();

}  // namespace exuvia::bench
