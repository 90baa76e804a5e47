// What the collector must know of a CPython version beyond its headers, as inline functions of one
// shape: one file a minor version.
#pragma once

// Of the version that is built: collector/versions/v3XX.hpp.
#include EXUVIA_CPYTHON_LAYOUT

namespace exuvia::cpython::version {

// The frames of an executing thread as its evaluation loop sees them; see versions/*.hpp for each:
//   current_frame(thread)      innermost frame, or null
//   is_shim(frame)             not a frame of a program: marks an entry from C
//   code_of(frame), function_of(frame)
//   Slot, object_in(slot)      what locals and values on the stack are held in; null if no object
//   slots_end(frame, callee, finished)  where they end. `callee`: the frame it called or null;
//                                       `finished`: it has finished the instruction it is at
// Roots:
//   for_each_interpreter_root(interpreter, add), for_each_thread_root(thread, add)
//   static_type_dict(interpreter, type), static_type_subclasses(interpreter, type)
// Instances:
//   trace_attributes(object, type, as_cpython, visit)   managed dict and inline values; all of
//   them, or those that
//                                                       tp_traverse visits
//   trace_split_values(dict, visit)
// Callbacks:
//   was_free(interpreter, dict)  whether this one, just made, was a free dict and is not new
//   memory;
//                              asked once
//   report_failed(callback)    as CPython reports an exception from one of gc.callbacks

}  // namespace exuvia::cpython::version
