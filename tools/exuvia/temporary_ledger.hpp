// A ledger for a run that exuvia itself watches.
#pragma once

#include <string>

namespace exuvia::cli {

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
