#include "cpython/record.hpp"

#include <Python.h>

#include <pthread.h>

#include <algorithm>
#include <cstdlib>

#include "cpython/libc_allocator.hpp"
#include "cpython/object_heap.hpp"
#include "ledger/text.hpp"

namespace exuvia::cpython {
namespace {

constinit ledger::Writer writer;

const char* interpreter_name() noexcept {
  static const auto name = ledger::FixedText<64>()
                               .append("CPython ")
                               .append_number(Py_Version >> 24)
                               .append(".")
                               .append_number(Py_Version >> 16 & 0xFF)
                               .append(".")
                               .append_number(Py_Version >> 8 & 0xFF);
  return name.c_str();
}

void record_entered_heap(std::size_t foreign) noexcept {
  const heap::Statistics heap = object_heap().statistics();
  ledger::HeapFigures figures;
  figures.peak = heap.arenas_peak * heap.arena_size;
  figures.arenas = heap.arenas;
  // What was given back inside arenas is held no more: it is part of what is free.
  figures.held = heap.resident;
  figures.live = std::min(heap.in_use, heap.resident);
  figures.free_blocks = std::min(heap.cached + heap.unused, heap.resident - figures.live);
  figures.empty_pools = heap.resident - figures.live - figures.free_blocks;
  figures.metadata = heap.tables;
  figures.foreign = foreign;
  writer.record_heap(figures);
}

void take_own_slot() noexcept { writer.after_fork_in_child(); }

}  // namespace

ledger::Writer& record() noexcept { return writer; }

void start_recording() noexcept {
  writer = ledger::open_from_environment();
  pthread_atfork(nullptr, nullptr, take_own_slot);
  std::atexit(finish_recording);
}

void record_facts(bool allocator_active, bool collector_active) noexcept {
  writer.begin_process({interpreter_name(), allocator_active, collector_active});
}

void record_heap() noexcept {
  if (!writer.is_recording()) return;
  const std::size_t foreign = libc::bytes_in_use();
  HeapGuard guard;
  record_entered_heap(foreign);
}

void finish_recording() noexcept {
  if (writer.is_recording()) {
    HeapGlance glance;
    if (glance.may_look()) record_entered_heap(0);  // malloc would make us wait
  }
  writer.finish();
}

}  // namespace exuvia::cpython
