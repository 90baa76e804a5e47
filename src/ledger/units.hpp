// Quantities as people read them, without allocation.
#pragma once

#include <cstdint>

#include "ledger/text.hpp"

namespace exuvia::ledger {

using Quantity = FixedText<32>;

// "0", "512 B", "41.5 MiB".
Quantity bytes_text(std::uint64_t bytes) noexcept;

// "0", "850 ns", "12.3 us", "4.56 ms", "1.23 s", "2 min 5 s".
Quantity duration_text(std::uint64_t ns) noexcept;

// "1,234,567".
Quantity count_text(std::uint64_t count) noexcept;

}  // namespace exuvia::ledger
