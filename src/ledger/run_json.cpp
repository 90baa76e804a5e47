#include "ledger/run_json.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "ledger/output.hpp"
#include "ledger/reader.hpp"

namespace exuvia::ledger {
namespace {

Slot buffer;  // too big for the stack of a signal handler

// Writes members of one object, with commas where they belong.
class Members {
 public:
  explicit Members(Output& out) noexcept : out_(out) { out_.append("{"); }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;
  ~Members() { out_.append("}"); }

  Output& name(std::string_view name) noexcept {
    out_.append(is_first_ ? "\"" : ", \"").append(name).append("\": ");
    is_first_ = false;
    return out_;
  }
  void number(std::string_view member, std::uint64_t value) noexcept {
    name(member).append_number(value);
  }
  void boolean(std::string_view member, bool value) noexcept {
    name(member).append(value ? "true" : "false");
  }
  void text(std::string_view member, const char* value) noexcept;

 private:
  Output& out_;
  bool is_first_ = true;
};

bool is_continuation(char character) noexcept {
  return (static_cast<unsigned char>(character) & 0xc0) == 0x80;
}

// The length of the UTF-8 sequence at `text`, or 0 when it is not one.
std::size_t sequence_length(const char* text) noexcept {
  const auto lead = static_cast<unsigned char>(*text);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return length;
}

// Stored texts hold no control characters; bytes that are not UTF-8, a character cut at the end for
// one, become the replacement character.
void Members::text(std::string_view member, const char* value) noexcept {
  name(member).append("\"");
  while (*value != '\0') {
    const std::size_t length = sequence_length(value);
    if (*value == '"' || *value == '\\') out_.append("\\");
    out_.append(length == 0 ? "\\ufffd" : std::string_view(value, length));
    value += length == 0 ? 1 : length;
  }
  out_.append("\"");
}

template <std::size_t Bytes>
void write_stored(Members& members, std::string_view name,
                  const StoredText<Bytes>& stored) noexcept {
  char text[Bytes];
  load_text(stored.words, text);
  members.text(name, text);
}

void write_heap(Output& out, const HeapSlot& heap) noexcept {
  Members members(out);
  members.number("peak_bytes", heap.peak);
  members.number("held_bytes", heap.held);
  members.number("arenas", heap.arenas);
  members.number("live_bytes", heap.live);
  members.number("free_block_bytes", heap.free_blocks);
  members.number("empty_pool_bytes", heap.empty_pools);
  members.number("metadata_bytes", heap.metadata);
  members.number("foreign_bytes", heap.foreign);
}

void write_resident(Output& out, const Slot& slot) noexcept {
  Members members(out);
  members.number("peak_bytes", slot.resident_peak);
  members.number("final_bytes", slot.resident);
}

void write_pauses(Output& out, const PauseHistogram& pauses) noexcept {
  Members members(out);
  members.number("count", pauses.count);
  members.number("total_ns", pauses.total_ns);
  members.number("median_ns", pauses.quantile(0.5));
  members.number("p99_ns", pauses.quantile(0.99));
  members.number("max_ns", pauses.max_ns);
}

void write_generation(Output& out, std::size_t number, const GenerationSlot& generation) noexcept {
  Members members(out);
  members.number("generation", number);
  members.number("collections", generation.collections);
  members.number("by_exuvia", generation.ours);
  members.number("collected", generation.collected);
  members.number("uncollectable", generation.uncollectable);
  members.number("candidates", generation.candidates);
  write_pauses(members.name("pauses"), generation.pauses);
}

void write_generations(Output& out, const Slot& slot) noexcept {
  out.append("[");
  for (std::size_t i = 0; i < kGenerations; ++i) {
    if (i != 0) out.append(",");
    out.append("\n      ");
    write_generation(out, i, slot.generations[i]);
  }
  out.append("]");
}

const char* owner(const Slot& slot, Word bit) noexcept {
  return (slot.active & bit) != 0 ? "exuvia" : "stock";
}

void write_process(Output& out, const Slot& slot, pid_t root) noexcept {
  Members members(out);
  members.number("pid", slot.pid);
  members.number("parent_pid", slot.parent_pid);
  members.boolean("root", slot.pid == static_cast<Word>(root));
  write_stored(members, "program", slot.program);
  write_stored(members, "interpreter", slot.interpreter);
  members.text("allocator", owner(slot, kAllocatorActive));
  members.text("collector", owner(slot, kCollectorActive));
  write_stored(members, "note", slot.notes);
  members.boolean("finished", slot.state == static_cast<Word>(SlotState::kFinished));
  members.number("wall_ns", duration_ns(slot));
  members.number("cpu_ns", slot.cpu_ns);
  write_heap(members.name("heap"), slot.heap);
  write_resident(members.name("resident"), slot);
  if (slot.unshared_known != 0) members.number("unshared_bytes", slot.unshared);
  write_generations(members.name("collections"), slot);
}

void write_processes(Output& out, const LedgerFile& file, pid_t root) noexcept {
  out.append("[");
  bool is_first = true;
  for (std::size_t index = 0; index < claimed_slots(file); ++index) {
    if (!try_read_slot(file, index, buffer)) continue;
    out.append(is_first ? "\n    " : ",\n    ");
    write_process(out, buffer, root);
    is_first = false;
  }
  out.append("]");
}

}  // namespace

int write_run_json(const LedgerFile& file, pid_t root, int descriptor) noexcept {
  Output out(descriptor);
  {
    Members members(out);
    members.text("format", "exuvia-run");
    members.number("version", kFormatVersion);
    write_processes(members.name("processes"), file, root);
    members.number("unrecorded_processes", unrecorded_processes(file));
  }
  out.append("\n").flush();
  return out.error();
}

void write_run_json_file(const LedgerFile& file, pid_t root, const char* path) noexcept {
  const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int error = descriptor < 0 ? errno : write_run_json(file, root, descriptor);
  if (descriptor >= 0 && close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0) return;
  Output complaint(STDERR_FILENO);
  complaint.append("exuvia: ")
      .append(path)
      .append(": cannot write the figures: ")
      .append(strerrordesc_np(error));
  complaint.append("\n");
}

}  // namespace exuvia::ledger
