// Helpers of the ledger's tests: a run of one's own, and processes in it.
#pragma once

#include <climits>
#include <cstdlib>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "ledger/environment.hpp"
#include "ledger/file.hpp"
#include "ledger/reader.hpp"
#include "ledger/writer.hpp"

namespace exuvia::ledger::testing {

// A fresh ledger, announced in the environment as `exuvia run` does, removed at the end.
class TestRun {
 public:
  TestRun() {
    created_ = try_create_ledger(getpid(), path_);
    setenv(environment::kLedger, path_, 1);
  }
  TestRun(const TestRun&) = delete;
  TestRun& operator=(const TestRun&) = delete;
  ~TestRun() {
    unmap_ledger(file_);
    unlink(path_);
    for (const char* variable : {environment::kLedger, environment::kRootPid, environment::kJson,
                                 environment::kSummary, environment::kMeasureUnshared}) {
      unsetenv(variable);
    }
  }

  bool is_created() const { return created_; }
  const char* path() const { return path_; }

  // The reader's view.
  const LedgerFile& file() {
    if (file_ == nullptr) file_ = map_ledger(path_, Access::kReadOnly).file;
    return *file_;
  }

 private:
  char path_[PATH_MAX] = "";
  bool created_ = false;
  LedgerFile* file_ = nullptr;
};

// Runs `body` in a forked child, which then ends at once; returns its pid without waiting.
template <class Body>
pid_t start_child(Body body) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  body();
  _exit(0);
}

inline int wait_for(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

// What `body` writes to the descriptor it is given.
template <class Body>
std::string captured(Body body) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t writer = start_child([&] {
    close(ends[0]);
    body(ends[1]);
  });
  close(ends[1]);
  std::string text;
  char part[4096];
  for (ssize_t got; (got = read(ends[0], part, sizeof part)) > 0;)
    text.append(part, static_cast<std::size_t>(got));
  close(ends[0]);
  wait_for(writer);
  return text;
}

}  // namespace exuvia::ledger::testing
