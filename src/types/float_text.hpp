// A double's magnitude in decimal digits.
#pragma once

#include <string>

namespace exuvia::types {

struct FloatForm {
  // 'e': with an exponent; 'f': without; 'g': whichever is shorter; 'r': the shortest text that
  // reads back as the same double.
  char type = 'r';
  int precision = 0;         // digits after the point; of 'g', digits in all; none of 'r'
  bool keeps_point = false;  // also where no digit follows it; 'g' keeps zeros at the end
  bool adds_zero = false;    // of 'g' and 'r': a whole number without exponent ends in ".0"
};

// "inf" and "nan" for what has no digits.
[[nodiscard]] std::string float_text(double magnitude, const FloatForm& form);

}  // namespace exuvia::types
