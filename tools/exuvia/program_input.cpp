#include "program_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exuvia::cli {
namespace {

mode_t kind_of_input() {
  struct stat status;
  return fstat(STDIN_FILENO, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

}  // namespace

ProgramInput::ProgramInput() {
  if (kind_of_input() == S_IFREG) {
    descriptor_ = STDIN_FILENO;
    start_ = lseek(STDIN_FILENO, 0, SEEK_CUR);
  } else {
    descriptor_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
}

ProgramInput::~ProgramInput() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
}

int ProgramInput::rewound() const {
  if (descriptor_ == STDIN_FILENO) lseek(STDIN_FILENO, start_, SEEK_SET);
  return descriptor_;
}

bool ProgramInput::is_ignored() const {
  if (kind_of_input() != S_IFIFO) return false;
  int waiting = 0;
  return ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0;
}

}  // namespace exuvia::cli
