#include "cpython/collector/unstored_stack/stack_depth.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <vector>

#include "cpython/collector/unstored_stack/bytecode.hpp"

namespace exuvia::cpython {
namespace {

constexpr int kCache = 0;  // the opcode of an inline cache entry
constexpr int kUnknown = -1;

struct Instruction {
  int opcode;
  int argument;
  int next;  // code unit of the next instruction, this one's caches skipped
};

// One row of the exception table: code units [start, end) are handled at `target` with `depth`
// values on the stack.
struct Handler {
  int target;
  int depth;
};

// Numbers of six bits a byte, most significant first; bit 6 continues, bit 7 starts a row.
class HandlerReader {
 public:
  HandlerReader(const unsigned char* at, const unsigned char* end) noexcept : at_(at), end_(end) {}

  std::optional<Handler> next() noexcept {
    if (at_ == end_) return std::nullopt;
    number();  // start
    number();  // length
    const int target = number();
    const int depth_and_flag = number();
    // The handler starts with the exception, and under it the faulting instruction's offset if the
    // flag asks for it.
    return Handler{target, (depth_and_flag >> 1) + (depth_and_flag & 1) + 1};
  }

 private:
  int number() noexcept {
    int value = 0;
    while (at_ != end_) {
      const unsigned char byte = *at_++;
      value = (value << 6) | (byte & 63);
      if ((byte & 64) == 0) break;
    }
    return value;
  }

  const unsigned char* at_;
  const unsigned char* end_;
};

class DepthSearch {
 public:
  DepthSearch(const unsigned char* code, int units)
      : code_(code), units_(units), depth_(units, kUnknown) {}

  void start_at(int unit, int depth) {
    if (unit < 0 || unit >= units_ || depth < 0 || depth_[unit] != kUnknown) return;
    depth_[unit] = depth;
    pending_.push_back(unit);
  }

  void run() {
    while (!pending_.empty()) {
      const int unit = pending_.back();
      pending_.pop_back();
      follow(unit);
    }
  }

  StackDepth at(int offset) {
    offset = std::clamp(offset, 0, units_ - 1);
    while (offset > 0 && opcode(offset) == kCache) --offset;
    if (depth_[offset] == kUnknown) return {};
    const Instruction instruction = decode(offset);
    const int effect =
        PyCompile_OpcodeStackEffectWithJump(instruction.opcode, instruction.argument, 0);
    const int uncounted =
        bytecode::own::uncounted_operands(instruction.opcode, instruction.argument);
    return {depth_[offset] + uncounted, std::max(0, depth_[offset] + effect)};
  }

 private:
  // The prefixes that extend the argument are instructions of their own; look back for them.
  Instruction decode(int unit) const noexcept {
    int argument = operand(unit);
    for (int i = unit - 1, shift = 8; i >= 0 && shift < 32 && is_extension(i); --i, shift += 8) {
      argument |= operand(i) << shift;
    }
    int next = unit + 1;
    while (next < units_ && opcode(next) == kCache) ++next;
    return {opcode(unit), argument, next};
  }

  // A unit is two bytes.
  int opcode(std::ptrdiff_t unit) const noexcept { return code_[2 * unit]; }
  int operand(std::ptrdiff_t unit) const noexcept { return code_[2 * unit + 1]; }
  bool is_extension(int unit) const noexcept { return bytecode::extends_argument(opcode(unit)); }

  void follow(int unit) {
    const Instruction instruction = decode(unit);
    const bytecode::Flow flow = bytecode::flow_of(instruction.opcode, instruction.argument);
    if (flow.falls_through) start_at(instruction.next, depth_after(unit, instruction, 0));
    if (flow.jump != 0) start_at(instruction.next + flow.jump, depth_after(unit, instruction, 1));
  }

  // A generator is resumed with a value that its first instruction's effect does not show in every
  // version.
  int depth_after(int unit, const Instruction& instruction, int jump) const noexcept {
    if (bytecode::starts_generator(instruction.opcode)) return 1;
    const int effect =
        PyCompile_OpcodeStackEffectWithJump(instruction.opcode, instruction.argument, jump);
    return effect == PY_INVALID_STACK_EFFECT ? kUnknown : depth_[unit] + effect;
  }

  const unsigned char* code_;
  int units_;
  std::vector<int> depth_;
  std::vector<int> pending_;
};

void start_at_handlers(DepthSearch& search, PyObject* table) {
  const auto* at = reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(table));
  HandlerReader reader(at, at + PyBytes_GET_SIZE(table));
  while (const auto handler = reader.next()) search.start_at(handler->target, handler->depth);
}

StackDepth search_depth(PyObject* bytes, PyObject* handlers, int offset) noexcept try {
  DepthSearch search(reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(bytes)),
                     static_cast<int>(PyBytes_GET_SIZE(bytes) / 2));
  search.start_at(0, 0);
  start_at_handlers(search, handlers);
  search.run();
  return search.at(offset);
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace

StackDepth stack_depth_at(PyCodeObject* code, int offset) noexcept {
  // The executing code is specialised in place; this is the code as compiled.
  PyObject* bytes = PyCode_GetCode(code);
  if (bytes == nullptr) {
    PyErr_Clear();
    return {};
  }
  StackDepth depth = PyBytes_GET_SIZE(bytes) == 0
                         ? StackDepth{}
                         : search_depth(bytes, code->co_exceptiontable, offset);
  Py_DECREF(bytes);
  return depth;
}

}  // namespace exuvia::cpython
