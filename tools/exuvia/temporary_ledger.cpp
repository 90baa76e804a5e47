#include "temporary_ledger.hpp"

#include <climits>

#include <unistd.h>

#include "ledger/file.hpp"

namespace exuvia::cli {

TemporaryLedger::TemporaryLedger() {
  char path[PATH_MAX];
  if (ledger::try_create_ledger(getpid(), path)) path_ = path;
}

TemporaryLedger::~TemporaryLedger() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace exuvia::cli
