#include "cpython/collector/trace_check.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/python_model.hpp"

namespace exuvia::cpython {
namespace {

using References = std::vector<Address>;

// What the collector follows, as a sorted list: keys of dicts of strings are atoms that we do not
// visit.
template <class Trace>
References containers(const ExactPythonModel& model, Trace&& trace) {
  References found;
  trace([&](Address child) noexcept {
    if (model.is_container(child)) found.push_back(child);
  });
  std::sort(found.begin(), found.end());
  return found;
}

bool is_traced_alike(const ExactPythonModel& model, Address object) {
  const References ours = containers(model, [&](auto visit) { model.trace(object, visit); });
  const References theirs = containers(model, [&](auto visit) {
    trace::by_type(to_object(object), [&](const void* child) { visit(to_address(child)); });
  });
  const References sliced = containers(model, [&](auto visit) {
    const std::size_t length = model.length(object);
    if (length == 0) return model.trace(object, visit);
    model.trace_range(object, 0, length / 2, visit);
    model.trace_range(object, length / 2, length, visit);
  });
  return ours == theirs && sliced == theirs;
}

}  // namespace

std::size_t count_trace_differences(traverseproc subtype_traverse, char* first_type,
                                    std::size_t capacity) noexcept {
  const TypePlans plans(subtype_traverse);
  const ExactPythonModel model(plans, find_static_objects());
  std::size_t differences = 0;
  for (const auto& generation : PyInterpreterState_Main()->gc.generations) {
    for (const PyGC_Head* head = next_of(&generation.head); head != &generation.head;
         head = next_of(head)) {
      if (is_traced_alike(model, object_of(head))) continue;
      if (differences++ == 0)
        std::snprintf(first_type, capacity, "%s", Py_TYPE(to_object(object_of(head)))->tp_name);
    }
  }
  return differences;
}

}  // namespace exuvia::cpython
