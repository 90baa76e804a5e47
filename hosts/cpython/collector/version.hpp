// What the collector must know of a CPython version beyond its headers, as inline functions of one
// shape: one file a minor version.
#pragma once

#if EXUVIA_CPYTHON_MINOR == 311
#include "cpython/collector/versions/v311.hpp"
#elif EXUVIA_CPYTHON_MINOR == 312
#include "cpython/collector/versions/v312.hpp"
#elif EXUVIA_CPYTHON_MINOR == 313
#include "cpython/collector/versions/v313.hpp"
#else
#error "no hosts/cpython/collector/versions file for this CPython"
#endif

namespace exuvia::cpython::version {

// The frames of an executing thread as its evaluation loop sees them; see versions/*.hpp for each:
//   current_frame(thread)      innermost frame, or null
//   is_shim(frame)             not a frame of a program: marks an entry from C
//   awaits(frame, callee)      `callee` was called by `frame` within one evaluation loop, so that
//   frame's
//                              stack pointer is stored
//   code_of(frame), function_of(frame), offset_of(frame, code)
// Roots:
//   for_each_interpreter_root(interpreter, add), for_each_thread_root(thread, add)
//   static_type_dict(interpreter, type), static_type_subclasses(interpreter, type)
// Instances:
//   trace_attributes(object, type, as_cpython, visit)   managed dict and inline values; all of
//   them, or those that
//                                                       tp_traverse visits
//   trace_split_values(dict, visit)
// Bytecode (versions/v3XX.cpp):

// How control leaves an instruction.
struct Flow {
  bool falls_through;
  int jump;  // code units from the next instruction, caches skipped; 0: does not jump
};
Flow flow_of(int opcode, int argument) noexcept;

// Whether the instruction returns a generator whose code then goes on with one value on the stack.
bool starts_generator(int opcode) noexcept;
// How many operands the instruction finds on the stack beyond what the effects of those before it
// say: in 3.11 the effect of taking a call's arguments is ascribed to PRECALL, but CALL takes them.
int uncounted_operands(int opcode, int argument) noexcept;
// Whether the instruction holds higher bits of the next one's argument.
bool extends_argument(int opcode) noexcept;

}  // namespace exuvia::cpython::version
