// The host's exported functions: how it enters a process and how it leaves.
#include <Python.h>

#include <cstdlib>
#include <string_view>

#include "cpython/allocator.hpp"
#include "cpython/collector/collector.hpp"
#include "cpython/collector/unnoticed.hpp"
#include "cpython/end_of_program.hpp"
#include "cpython/image.hpp"
#include "cpython/interpreters.hpp"
#include "cpython/object_heap.hpp"
#include "cpython/package_finder.hpp"
#include "cpython/record.hpp"
#include "cpython/runtime.hpp"
#include "cpython/sys_functions.hpp"
#include "ledger/environment.hpp"
#include "ledger/text.hpp"

namespace exuvia::cpython {
namespace {

bool leaves_to_stock(const char* variable) noexcept {
  const char* choice = std::getenv(variable);
  return choice != nullptr && std::string_view(choice) == "stock";
}

bool wants_our_allocator() noexcept { return !leaves_to_stock(ledger::environment::kAllocator); }

// Whether sys.meta_path has the finder of source files: it comes last of what every interpreter
// needs, and before the first module that a program could notice.
bool interpreter_can_import() noexcept {
  PyObject* meta_path = PySys_GetObject("meta_path");
  return meta_path != nullptr && PyList_Check(meta_path) && PyList_GET_SIZE(meta_path) >= 3;
}

// PYTHONMALLOC and -X dev make the interpreter set its own allocators once more.
void complete_allocator() noexcept {
  interpreters::learn_main();
  if (const char* obstacle = allocator::try_install()) return record().announce(obstacle);
  report_heap_in_sys();
}

void complete_collector() noexcept {
  const char* obstacle = collector::try_install(collector::settings_from_environment());
  if (obstacle == nullptr) return;
  record().announce(
      ledger::FixedText<256>().append("collector not active: ").append(obstacle).c_str());
}

// In the running main interpreter, under its lock, once.
void complete_installation() noexcept {
  const NoCollections meanwhile;
  if (wants_our_allocator()) complete_allocator();
  make_package_importable();
  complete_collector();
  record_facts(allocator::is_installed(), collector::is_performing());
  if (record().is_open()) record_end_of_program();
  let_own_pages_go();
}

int on_audit_event(const char* event, PyObject*, void*) {
  if (std::string_view(event) != "import" || !interpreter_can_import()) return 0;
  static bool is_complete = false;
  if (is_complete) return 0;
  is_complete = true;
  runtime::try_unlink_audit_hook(on_audit_event);
  complete_installation();
  return 0;
}

}  // namespace
}  // namespace exuvia::cpython

#define EXUVIA_EXPORT extern "C" [[gnu::visibility("default")]]

EXUVIA_EXPORT void exuvia_host_install_before_main() {
  using namespace exuvia::cpython;
  start_recording();
  if (wants_our_allocator()) allocator::install_before_main();
  record_facts(allocator::is_installed(), false);
  PySys_AddAuditHook(on_audit_event, nullptr);
}

EXUVIA_EXPORT void exuvia_host_release_addresses() {
  using namespace exuvia::cpython;
  const HeapGlance glance;
  if (glance.may_look()) object_heap().release_spare_addresses();
}

EXUVIA_EXPORT void exuvia_host_finish() { exuvia::cpython::finish_recording(); }
