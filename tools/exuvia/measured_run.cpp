#include "measured_run.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interrupt.hpp"
#include "ledger/environment.hpp"
#include "ledger/file.hpp"
#include "ledger/process.hpp"
#include "ledger/reader.hpp"

namespace exuvia::cli {
namespace {

// An open file descriptor, or -1.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { reset(); }

  int number() const noexcept { return number_; }
  bool is_open() const noexcept { return number_ >= 0; }
  void reset() noexcept {
    if (is_open()) close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

bool try_open(Pipe& pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pipe.reader = Descriptor(ends[0]);
  pipe.writer = Descriptor(ends[1]);
  return true;
}

struct Pipes {
  Pipe output;
  Pipe errors;
  Pipe failure;  // carries errno when the program cannot be executed
};

// What becomes the program: never returns.
[[noreturn]] void become(Target& target, EnvironmentBlock& environment, const Pipes& pipes,
                         RunMode mode) {
  if (mode.is_root) environment.set(ledger::environment::kRootPid, std::to_string(getpid()));
  dup2(mode.input, STDIN_FILENO);
  dup2(pipes.output.writer.number(), STDOUT_FILENO);
  dup2(pipes.errors.writer.number(), STDERR_FILENO);
  execve(target.path.c_str(), pointers_to(target.arguments).data(), environment.pointers().data());
  const int error = errno;
  [[maybe_unused]] const ssize_t told = write(pipes.failure.writer.number(), &error, sizeof error);
  _exit(kCannotRun);
}

int read_failure(const Pipe& failure) {
  int error = 0;
  return read(failure.reader.number(), &error, sizeof error) == static_cast<ssize_t>(sizeof error)
             ? error
             : 0;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t part = write(descriptor, text.data(), text.size());
    if (part < 0 && errno != EINTR) return;  // nobody reads any more; the measurement goes on
    if (part > 0) text.remove_prefix(static_cast<std::size_t>(part));
  }
}

// A stream of the program, on its way to `copy` and, when shown, to `destination`.
struct Stream {
  Descriptor source;
  CapturedOutput& copy;
  int destination;  // -1: not shown

  void pump() {
    std::array<char, 65536> part;
    const ssize_t got = read(source.number(), part.data(), part.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) return source.reset();
    const std::string_view text(part.data(), static_cast<std::size_t>(got));
    copy.append(text);
    if (destination >= 0) write_all(destination, text);
  }

  // Takes what is in the pipe without waiting for those of the program's children that still hold
  // it.
  void drain() {
    fcntl(source.number(), F_SETFL, O_NONBLOCK);
    for (std::uint64_t before = ~std::uint64_t{0}; source.is_open() && before != copy.size();) {
      before = copy.size();
      pump();
    }
  }
};

Descriptor open_process(pid_t pid) {
  return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

// Passes the streams on until the process has ended.
void pump_until_end(pid_t pid, Stream& output, Stream& errors) {
  const Descriptor process = open_process(pid);
  for (;;) {
    std::array<pollfd, 3> events = {pollfd{output.source.number(), POLLIN, 0},
                                    pollfd{errors.source.number(), POLLIN, 0},
                                    pollfd{process.number(), POLLIN, 0}};
    if (poll(events.data(), events.size(), process.is_open() ? -1 : 10) < 0) continue;  // a signal
    if (events[0].revents != 0) output.pump();
    if (events[1].revents != 0) errors.pump();
    siginfo_t ended = {};
    waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == pid) return;
  }
}

std::uint64_t to_ns(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

void reap(pid_t pid, MeasuredRun& run) {
  rusage usage = {};
  while (wait4(pid, &run.wait_status, 0, &usage) < 0 && errno == EINTR) {
  }
  run.cpu_ns = to_ns(usage.ru_utime) + to_ns(usage.ru_stime);
  run.resident_peak = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

template <std::size_t Bytes>
std::string text_of(const ledger::StoredText<Bytes>& stored) {
  std::array<char, Bytes> text;
  return {text.data(), ledger::load_text(stored.words, text.data())};
}

void add_pauses(const ledger::Slot& slot, RecordedFigures& figures) {
  figures.young_pauses.add(slot.generations[0].pauses);
  figures.young_pauses.add(slot.generations[1].pauses);
  figures.full_pauses.add(slot.generations[2].pauses);
}

void take_root(const ledger::Slot& slot, RecordedFigures& figures) {
  figures.is_present = true;
  figures.interpreter = text_of(slot.interpreter);
  figures.note = text_of(slot.notes);
  figures.allocator_active = (slot.active & ledger::kAllocatorActive) != 0;
  figures.collector_active = (slot.active & ledger::kCollectorActive) != 0;
  figures.resident_peak = slot.resident_peak;
  figures.resident_final = slot.resident;
}

// A ledger mapped for reading, from before the run: its root process removes the file.
class MappedLedger {
 public:
  explicit MappedLedger(const std::string& path)
      : file_(ledger::map_ledger(path.c_str(), ledger::Access::kReadOnly).file) {}
  MappedLedger(const MappedLedger&) = delete;
  MappedLedger& operator=(const MappedLedger&) = delete;
  ~MappedLedger() { ledger::unmap_ledger(file_); }

  const ledger::LedgerFile* file() const { return file_; }

 private:
  ledger::LedgerFile* file_;
};

RecordedFigures read_figures(const ledger::LedgerFile* file, pid_t root) {
  RecordedFigures figures;
  if (file == nullptr) return figures;
  const auto slot = std::make_unique<ledger::Slot>();
  for (std::size_t index = 0; index < ledger::claimed_slots(*file); ++index) {
    if (!ledger::try_read_slot(*file, index, *slot)) continue;
    add_pauses(*slot, figures);
    if (slot->pid == static_cast<ledger::Word>(root)) {
      take_root(*slot, figures);
    } else {
      ++figures.children;
      figures.unshared += slot->unshared;
    }
  }
  return figures;
}

Refusal cannot_execute(const std::string& path, int error) {
  return {error == ENOENT ? kNotFound : kCannotRun,
          fmt::format("{}: {}", path, std::strerror(error))};
}

Refusal out_of_resources(const char* call) {
  return {kFailed, fmt::format("cannot start the program: {}: {}", call, std::strerror(errno))};
}

}  // namespace

Outcome<MeasuredRun> measure_run(Target target, EnvironmentBlock environment,
                                 const std::string& ledger, RunMode mode) {
  Pipes pipes;
  if (!try_open(pipes.output) || !try_open(pipes.errors) || !try_open(pipes.failure))
    return out_of_resources("pipe");
  const MappedLedger mapped(ledger);
  const std::uint64_t start = ledger::monotonic_ns();
  const pid_t pid = fork();
  if (pid < 0) return out_of_resources("fork");
  if (pid == 0) become(target, environment, pipes, mode);
  pass_signals_to(pid);
  for (Pipe* pipe : {&pipes.output, &pipes.errors, &pipes.failure}) pipe->writer.reset();

  MeasuredRun run;
  Stream output{std::move(pipes.output.reader), run.output, mode.shows ? STDOUT_FILENO : -1};
  Stream errors{std::move(pipes.errors.reader), run.errors, mode.shows ? STDERR_FILENO : -1};
  pump_until_end(pid, output, errors);
  run.wall_ns = ledger::monotonic_ns() - start;
  output.drain();
  errors.drain();
  pass_signals_to(0);
  reap(pid, run);
  if (const int error = read_failure(pipes.failure)) return cannot_execute(target.path, error);
  run.recorded = read_figures(mapped.file(), pid);
  return run;
}

}  // namespace exuvia::cli
