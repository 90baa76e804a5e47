#include "ledger/units.hpp"

#include <cstddef>
#include <cstdio>
#include <iterator>

namespace exuvia::ledger {
namespace {

struct Unit {
  double size;
  const char* name;
};

constexpr Unit kByteUnits[] = {{1024.0 * 1024 * 1024 * 1024, "TiB"},
                               {1024.0 * 1024 * 1024, "GiB"},
                               {1024.0 * 1024, "MiB"},
                               {1024.0, "KiB"}};
constexpr Unit kTimeUnits[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

// Three significant digits.
Quantity scaled(double value, const char* unit) noexcept {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %s", decimals, value, unit);
  Quantity quantity;
  quantity.append(text);
  return quantity;
}

template <std::size_t N>
Quantity in_units(std::uint64_t value, const Unit (&units)[N], const char* smallest) noexcept {
  for (const Unit& unit : units) {
    if (static_cast<double>(value) >= unit.size)
      return scaled(static_cast<double>(value) / unit.size, unit.name);
  }
  Quantity quantity;
  quantity.append_number(value);
  if (value != 0) quantity.append(" ").append(smallest);
  return quantity;
}

}  // namespace

Quantity bytes_text(std::uint64_t bytes) noexcept { return in_units(bytes, kByteUnits, "B"); }

Quantity duration_text(std::uint64_t ns) noexcept {
  const std::uint64_t seconds = ns / kNsPerSecond;
  if (seconds < 100) return in_units(ns, kTimeUnits, "ns");
  Quantity quantity;
  quantity.append_number(seconds / 60).append(" min ").append_number(seconds % 60).append(" s");
  return quantity;
}

Quantity count_text(std::uint64_t count) noexcept {
  FixedText<24> digits;
  digits.append_number(count);
  Quantity quantity;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) quantity.append(",");
    quantity.append(digits.view().substr(i, 1));
  }
  return quantity;
}

}  // namespace exuvia::ledger
