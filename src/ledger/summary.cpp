#include "ledger/summary.hpp"

#include <cstring>

#include "ledger/output.hpp"
#include "ledger/reader.hpp"
#include "ledger/text.hpp"
#include "ledger/units.hpp"

namespace exuvia::ledger {
namespace {

using Line = FixedText<256>;

constexpr std::size_t kHeadingLength = 60;
constexpr std::size_t kLabelColumn = 16;
constexpr std::size_t kColumnWidth = 11;

// Slots are too big for the stack of a signal handler.
Slot root_buffer;
Slot child_buffer;

void print_line(Output& out, std::string_view label, std::string_view text) noexcept {
  Line start;
  start.append("  ").append(label).pad_to(kLabelColumn);
  out.append(start.view()).append(text).append("\n");
}

// A heading names the program; it need not repeat it.
void shorten(char (&program)[sizeof(Slot::program)]) noexcept {
  if (std::strlen(program) > kHeadingLength) std::strcpy(program + kHeadingLength - 2, "..");
}

void print_head(Output& out, const Slot& root) noexcept {
  char program[sizeof root.program];
  char interpreter[sizeof root.interpreter];
  load_text(root.program.words, program);
  load_text(root.interpreter.words, interpreter);
  shorten(program);
  out.append("exuvia: ").append(program).append(" on ").append(interpreter);
  out.append(", ").append(duration_text(duration_ns(root)).view()).append("\n");
}

void print_active(Output& out, const Slot& root) noexcept {
  const bool allocator = (root.active & kAllocatorActive) != 0;
  const bool collector = (root.active & kCollectorActive) != 0;
  const char* text = allocator && collector ? "allocator and collector are Exuvia's"
                     : allocator            ? "allocator is Exuvia's, collector is CPython's"
                     : collector            ? "collector is Exuvia's, allocator is CPython's"
                                            : "allocator and collector are CPython's";
  print_line(out, "active", text);
}

void print_notes(Output& out, const Slot& root) noexcept {
  char notes[sizeof root.notes];
  if (load_text(root.notes.words, notes) != 0) print_line(out, "note", notes);
}

// ", 3.1 MiB LABEL" for an amount that is not zero.
void append_held(Line& line, std::uint64_t bytes, std::string_view label) noexcept {
  if (bytes == 0) return;
  line.append(line.empty() ? "" : ", ").append(bytes_text(bytes).view()).append(" ").append(label);
}

void print_heap(Output& out, const HeapSlot& heap) noexcept {
  if (heap.peak == 0) return;
  Line line;
  line.append("peak ")
      .append(bytes_text(heap.peak).view())
      .append(", now ")
      .append(bytes_text(heap.held).view());
  if (heap.arenas != 0)
    line.append(" in ").append(count_text(heap.arenas).view()).append(" arenas");
  print_line(out, "heap", line.view());
  Line held;
  append_held(held, heap.live, "live");
  append_held(held, heap.free_blocks, "free in used pools");
  append_held(held, heap.empty_pools, "in empty pools");
  append_held(held, heap.metadata, "of tables");
  if (!held.empty()) print_line(out, "", held.view());
}

void print_malloc(Output& out, const HeapSlot& heap) noexcept {
  if (heap.foreign == 0) return;
  Line line;
  line.append(bytes_text(heap.foreign).view())
      .append(" in use: blocks over 512 bytes, and those of native code");
  print_line(out, "malloc", line.view());
}

void print_resident(Output& out, const Slot& root) noexcept {
  Line line;
  line.append("peak ").append(bytes_text(root.resident_peak).view());
  line.append(", now ").append(bytes_text(root.resident).view());
  print_line(out, "resident", line.view());
}

void append_cell(Line& line, std::string_view text) noexcept {
  const std::size_t blanks = text.size() < kColumnWidth ? kColumnWidth - text.size() : 1;
  line.pad_to(line.size() + blanks).append(text);
}

void append_performer(Line& line, const GenerationSlot& generation) noexcept {
  if (generation.ours == 0) return;
  line.append("   ");
  if (generation.ours < generation.collections)
    line.append(count_text(generation.ours).view()).append(" ");
  line.append("by Exuvia");
}

void print_generation(Output& out, std::size_t number, const GenerationSlot& generation) noexcept {
  if (generation.collections == 0) return;
  FixedText<32> label;
  label.append("  generation ").append_number(number);
  Line line;
  append_cell(line, count_text(generation.collections).view());
  append_cell(line, duration_text(generation.pauses.quantile(0.5)).view());
  append_cell(line, duration_text(generation.pauses.quantile(0.99)).view());
  append_cell(line, duration_text(generation.pauses.max_ns).view());
  append_cell(line, duration_text(generation.pauses.total_ns).view());
  append_cell(line, count_text(generation.collected).view());
  append_performer(line, generation);
  print_line(out, label.view(), line.view());
}

void print_collections(Output& out, const Slot& root) noexcept {
  std::uint64_t collections = 0;
  for (const GenerationSlot& generation : root.generations) collections += generation.collections;
  if (collections == 0) {
    print_line(out, "collections", "none");
    return;
  }
  Line head;
  for (const char* title : {"number", "median", "p99", "longest", "total", "garbage"})
    append_cell(head, title);
  print_line(out, "collections", head.view());
  for (std::size_t i = 0; i < kGenerations; ++i) print_generation(out, i, root.generations[i]);
}

void print_uncollectable(Output& out, const Slot& root) noexcept {
  std::uint64_t uncollectable = 0;
  for (const GenerationSlot& generation : root.generations)
    uncollectable += generation.uncollectable;
  if (uncollectable == 0) return;
  Line line;
  line.append(count_text(uncollectable).view()).append(" objects in gc.garbage");
  print_line(out, "uncollectable", line.view());
}

void print_children(Output& out, const LedgerFile& file, pid_t root) noexcept {
  ChildrenFigures children;
  read_children(file, root, child_buffer, children);
  if (children.processes == 0) return;
  Line line;
  line.append(count_text(children.processes).view())
      .append(children.processes == 1 ? " process" : " processes");
  line.append(", ")
      .append(count_text(children.collections).view())
      .append(children.collections == 1 ? " collection" : " collections");
  if (children.pauses.count != 0) {
    line.append(", longest full pause ").append(duration_text(children.pauses.max_ns).view());
  }
  if (children.unshared_known)
    line.append(", unshared ").append(bytes_text(children.unshared).view());
  print_line(out, "children", line.view());
}

void print_unrecorded(Output& out, const LedgerFile& file) noexcept {
  const std::size_t missing = unrecorded_processes(file);
  if (missing == 0) return;
  Line line;
  line.append(count_text(missing).view()).append(" more processes found no room in the ledger");
  print_line(out, "not recorded", line.view());
}

}  // namespace

void print_summary(const LedgerFile& file, pid_t root, int descriptor) noexcept {
  if (!try_read_process(file, root, root_buffer)) return;
  Output out(descriptor);
  print_head(out, root_buffer);
  print_active(out, root_buffer);
  print_notes(out, root_buffer);
  print_heap(out, root_buffer.heap);
  print_malloc(out, root_buffer.heap);
  print_resident(out, root_buffer);
  print_collections(out, root_buffer);
  print_uncollectable(out, root_buffer);
  print_children(out, file, root);
  print_unrecorded(out, file);
}

}  // namespace exuvia::ledger
