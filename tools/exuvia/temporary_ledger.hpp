// A ledger for a run that exuvia itself watches.
#pragma once

#include <string>

namespace exuvia::cli {

// What is said when there is no room for a ledger.
inline constexpr const char* kNoLedger =
    "no figures: neither XDG_RUNTIME_DIR, /dev/shm, TMPDIR nor /tmp takes a file of 24 MiB "
    "(sparse)";

// Creates a ledger and removes it at the end. Without room for one, path() is empty.
class TemporaryLedger {
 public:
  TemporaryLedger();
  TemporaryLedger(const TemporaryLedger&) = delete;
  TemporaryLedger& operator=(const TemporaryLedger&) = delete;
  ~TemporaryLedger();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace exuvia::cli
