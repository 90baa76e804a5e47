// The runtime: objects with Python's lifetimes for C++ programs. See docs/runtime.md.
#pragma once

#include "exuvia/runtime/collector.hpp"
#include "exuvia/runtime/heap.hpp"
#include "exuvia/runtime/interop.hpp"
#include "exuvia/runtime/make.hpp"
#include "exuvia/runtime/ref.hpp"
#include "exuvia/runtime/visitor.hpp"
#include "exuvia/runtime/weak.hpp"
