// Functions that stand before those of the interpreter and of libc.
//
// A server may load its interpreter long after it started (uWSGI's plugin brings libpython): there
// is none yet when our constructor runs. So the functions by which a program starts an interpreter
// are ours first; each loads the host and passes on. A program that exports its own interpreter
// never reaches them: its symbols come before ours.
#include "preload/interpreter.hpp"
#include "preload/libc.hpp"
#include "preload/loader.hpp"

namespace exuvia::preload {
namespace {

void load_host() noexcept {
  if (Interpreter interpreter; try_find_any_interpreter(interpreter)) load_host_for(interpreter);
}

// The interpreter's own function. It exists: the caller was linked against it.
template <class Function>
Function* real(const char* name) noexcept {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) __builtin_trap();
  return reinterpret_cast<Function*>(found);
}

[[noreturn]] void leave(int status) noexcept {
  finish_host();
  report_absence();
  for (;;) syscall(SYS_exit_group, status);
}

// Whether the signal is one that asks a program to end, and the program has left it to end it.
bool is_deadly(int signal) noexcept {
  if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP) return false;
  struct sigaction action;
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_DFL;
}

// Sets a limit as the kernel's prlimit64 does. What we have reserved would count against one of the
// address space, as if the program had used it.
int set_limit(pid_t process, int resource, const void* limit, void* old) noexcept {
  if (resource == RLIMIT_AS && limit != nullptr && (process == 0 || process == getpid()))
    release_addresses();
  return static_cast<int>(syscall(SYS_prlimit64, process, resource, limit, old));
}

// The layout of CPython's PyStatus, which is returned by value.
struct Status {
  int type;
  const char* function;
  const char* message;
  int exit_code;
};

}  // namespace
}  // namespace exuvia::preload

#define EXUVIA_INTERPOSE extern "C" [[gnu::visibility("default")]]
#define EXUVIA_PASS_ON(name, ...) \
  exuvia::preload::load_host();   \
  return exuvia::preload::real<decltype(name)>(#name)(__VA_ARGS__)

using exuvia::preload::Status;

EXUVIA_INTERPOSE void Py_Initialize() { EXUVIA_PASS_ON(Py_Initialize); }
EXUVIA_INTERPOSE void Py_InitializeEx(int signals) { EXUVIA_PASS_ON(Py_InitializeEx, signals); }
EXUVIA_INTERPOSE Status Py_InitializeFromConfig(const void* config) {
  EXUVIA_PASS_ON(Py_InitializeFromConfig, config);
}
EXUVIA_INTERPOSE Status Py_PreInitialize(const void* config) {
  EXUVIA_PASS_ON(Py_PreInitialize, config);
}
EXUVIA_INTERPOSE Status Py_PreInitializeFromArgs(const void* config, ssize_t count,
                                                 wchar_t** arguments) {
  EXUVIA_PASS_ON(Py_PreInitializeFromArgs, config, count, arguments);
}
EXUVIA_INTERPOSE Status Py_PreInitializeFromBytesArgs(const void* config, ssize_t count,
                                                      char** arguments) {
  EXUVIA_PASS_ON(Py_PreInitializeFromBytesArgs, config, count, arguments);
}
EXUVIA_INTERPOSE int Py_Main(int count, wchar_t** arguments) {
  EXUVIA_PASS_ON(Py_Main, count, arguments);
}
EXUVIA_INTERPOSE int Py_BytesMain(int count, char** arguments) {
  EXUVIA_PASS_ON(Py_BytesMain, count, arguments);
}
EXUVIA_INTERPOSE int Py_RunMain() { EXUVIA_PASS_ON(Py_RunMain); }

// os._exit and the children of multiprocessing leave without running exit handlers.
EXUVIA_INTERPOSE void _exit(int status) { exuvia::preload::leave(status); }
EXUVIA_INTERPOSE void _Exit(int status) noexcept { exuvia::preload::leave(status); }

// Nor does a program that ends itself by a signal: Python does, after a KeyboardInterrupt.
EXUVIA_INTERPOSE int kill(pid_t process, int signal) noexcept {
  if (process == getpid() && exuvia::preload::is_deadly(signal)) exuvia::preload::finish_host();
  return static_cast<int>(syscall(SYS_kill, process, signal));
}

// The kernel's limits have the layout of rlimit64, as rlimit has on 64-bit systems.
static_assert(sizeof(rlimit) == sizeof(rlimit64));

EXUVIA_INTERPOSE int setrlimit(int resource, const rlimit* limit) noexcept {
  return exuvia::preload::set_limit(0, resource, limit, nullptr);
}
EXUVIA_INTERPOSE int setrlimit64(int resource, const rlimit64* limit) noexcept {
  return exuvia::preload::set_limit(0, resource, limit, nullptr);
}
EXUVIA_INTERPOSE int prlimit(pid_t process, __rlimit_resource resource, const rlimit* limit,
                             rlimit* old) noexcept {
  return exuvia::preload::set_limit(process, resource, limit, old);
}
EXUVIA_INTERPOSE int prlimit64(pid_t process, __rlimit_resource resource, const rlimit64* limit,
                               rlimit64* old) noexcept {
  return exuvia::preload::set_limit(process, resource, limit, old);
}
