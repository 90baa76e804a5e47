// The standard input of a program that is run several times.
#pragma once

namespace exuvia::cli {

// A regular file is given to each run from where it stands; anything else is replaced by /dev/null,
// since what one run reads from a pipe or a terminal the next would miss.
class ProgramInput {
 public:
  ProgramInput();
  ProgramInput(const ProgramInput&) = delete;
  ProgramInput& operator=(const ProgramInput&) = delete;
  ~ProgramInput();

  // A descriptor at the input's start.
  int rewound() const;

  // Whether something waits in a pipe that no run was given.
  bool is_ignored() const;

 private:
  int descriptor_;
  long start_ = 0;
};

}  // namespace exuvia::cli
