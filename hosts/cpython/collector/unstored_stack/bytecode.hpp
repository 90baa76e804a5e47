// Where control goes after each instruction.
#pragma once

namespace exuvia::cpython::bytecode {

// How control leaves an instruction.
struct Flow {
  bool falls_through;
  int jump;  // code units from the next instruction, caches skipped; 0: does not jump
};

// `argument`: with the higher bits that extending instructions before it hold.
Flow flow_of(int opcode, int argument) noexcept;

// Whether the instruction returns a generator whose code then goes on with one value on the stack.
bool starts_generator(int opcode) noexcept;
// Whether the instruction holds higher bits of the next one's argument.
bool extends_argument(int opcode) noexcept;

// What differs between versions (versions/v3XX.cpp).
namespace own {

// As above, for the instructions that not every version has.
Flow flow_of(int opcode, int argument) noexcept;
// How many operands the instruction finds on the stack beyond what the effects of those before it
// say.
int uncounted_operands(int opcode, int argument) noexcept;

}  // namespace own
}  // namespace exuvia::cpython::bytecode
