#include <bit>
#include <cmath>

#include "exercises.hpp"

// Half of the last bit, less one where the number without its lower half is even: so the half way
// carries into an odd number alone, which makes it even. A carry into the exponent is right, too,
// up to infinity; that of a NaN might be lost.
std::uint16_t exercises::to_bfloat16(float number) {
  if (std::isnan(number)) return 0x7FC0;
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const std::uint32_t is_odd = bits >> 16 & 1U;
  return static_cast<std::uint16_t>((bits + 0x7FFF + is_odd) >> 16);
}
