// Exuvia's collector inside a CPython process.
#pragma once

#include "cpython/collector/settings.hpp"

namespace exuvia::cpython {

class FullCollection;

namespace collector {

// Puts the collector between CPython and gc.callbacks. In the running main interpreter, under its
// lock, once. Null when it is in place; else, with nothing changed, why not, in a few words.
const char* try_install(const Settings& settings) noexcept;

// Whether full collections are ours.
bool is_performing() noexcept;

// Whether the last full collection was.
bool is_last_full_ours() noexcept;

// For switches.cpp: what is in force, to be changed between collections; null before installation.
Settings& current_settings() noexcept;
FullCollection* full_collection() noexcept;

}  // namespace collector
}  // namespace exuvia::cpython
