// Int's digits as a number of the GMP library.
#pragma once

#include <gmp.h>

#include "exuvia/types/int.hpp"

namespace exuvia::types {

// Owns an mpz_t.
class Big {
 public:
  Big() noexcept { mpz_init(value_); }
  explicit Big(const Int& value) {
    const auto digits = value.digits();
    mpz_init2(value_, digits.size() * 32 + 1);
    mpz_import(value_, digits.size(), -1, sizeof(digits[0]), 0, 0, digits.data());
    if (value.size < 0) mpz_neg(value_, value_);
  }
  ~Big() { mpz_clear(value_); }
  Big(const Big&) = delete;
  Big& operator=(const Big&) = delete;

  [[nodiscard]] mpz_ptr get() noexcept { return value_; }
  [[nodiscard]] mpz_srcptr get() const noexcept { return value_; }

  // The Int, or MemoryError.
  [[nodiscard]] Result<Value> to_value() const;

 private:
  mpz_t value_;
};

// a / b to the nearest double, ties to even; infinite where it is out of range.
[[nodiscard]] double nearest_quotient(const Big& a, const Big& b);

}  // namespace exuvia::types
