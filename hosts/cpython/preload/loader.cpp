#include "preload/loader.hpp"

#include <limits.h>

#include "cpython/host.hpp"
#include "ledger/environment.hpp"
#include "ledger/text.hpp"
#include "preload/libc.hpp"

namespace exuvia::preload {
namespace {

using Path = ledger::FixedText<PATH_MAX>;
using Line = ledger::FixedText<1024>;

constinit bool host_was_sought = false;
constinit cpython::Finish finish = nullptr;
constinit cpython::ReleaseAddresses release = nullptr;

bool is_first_process_of_run() noexcept {
  const char* root = getenv(ledger::environment::kRootPid);
  return root != nullptr &&
         std::string_view(root) == Line().append_number(static_cast<unsigned>(getpid())).view();
}

bool wants_messages() noexcept {
  const char* summary = getenv(ledger::environment::kSummary);
  return is_first_process_of_run() && !(summary != nullptr && std::string_view(summary) == "none");
}

void say(std::string_view reason) noexcept {
  if (!wants_messages()) return;
  const Line line = Line().append("exuvia: not active: ").append(reason).append("\n");
  // A closed stderr is no reason to disturb the program.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.c_str(), line.size());
}

Line name_of(const Interpreter& interpreter) noexcept {
  Line name;
  name.append("CPython ");
  if (interpreter.version == 0) return name.append("before 3.11");
  name.append_number(interpreter.major()).append(".").append_number(interpreter.minor());
  return name.append(".").append_number(interpreter.micro());
}

// Why no host can serve this interpreter, whatever was built; empty if one may.
std::string_view obstacle(const Interpreter& interpreter) noexcept {
  if (interpreter.is_debug_build) return " is a debug build, which is not supported";
  if (interpreter.is_free_threaded) return " is a free-threaded build, which is not supported";
  if (interpreter.version == 0 || interpreter.major() != 3) return " is not supported";
  if (interpreter.is_prerelease()) return " is a pre-release, which is not supported";
  return "";
}

Path host_path(const Interpreter& interpreter) noexcept {
  Dl_info self{};
  dladdr(reinterpret_cast<const void*>(&host_was_sought), &self);
  const std::string_view own = self.dli_fname == nullptr ? "" : self.dli_fname;
  Path path;
  path.append({own.data(), own.rfind('/') + 1}).append("libexuvia-cpython-3");
  return path.append_number(interpreter.minor()).append(".so");
}

bool exists(const Path& path) noexcept {
  return syscall(SYS_faccessat, AT_FDCWD, path.c_str(), R_OK) == 0;
}

void load(const Interpreter& interpreter) noexcept {
  const Path path = host_path(interpreter);
  if (!exists(path))
    return say(name_of(interpreter).append(" is not supported by this build").view());
  void* host = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (host == nullptr) return say(dlerror());
  finish = reinterpret_cast<cpython::Finish>(dlsym(host, cpython::kFinish));
  release = reinterpret_cast<cpython::ReleaseAddresses>(dlsym(host, cpython::kReleaseAddresses));
  reinterpret_cast<cpython::InstallBeforeMain>(dlsym(host, cpython::kInstallBeforeMain))();
}

}  // namespace

void load_host_for(const Interpreter& interpreter) noexcept {
  if (host_was_sought) return;
  host_was_sought = true;
  const std::string_view reason = obstacle(interpreter);
  if (!reason.empty()) return say(name_of(interpreter).append(reason).view());
  load(interpreter);
}

void report_absence() noexcept {
  if (!host_was_sought)
    say("no CPython ran in this process, so there are no figures; for those of a program that it "
        "starts, put 'exuvia run' before that one");
}

void finish_host() noexcept {
  if (finish != nullptr) finish();
}

void release_addresses() noexcept {
  if (release != nullptr) release();
}

}  // namespace exuvia::preload
