#pragma once

#include <bit>
#include <cstdint>

#include "compiler.hpp"

namespace longhand {

// exp(x) for -87.68 <= x <= 0, with a relative error below 3e-7, and 0 from -87.69 down
// to -88.
//
// exp(x) = 2^n * exp(r), n = x / ln 2 rounded to an integer, r = x - n * ln 2,
// |r| <= ln 2 / 2
// exp(r) = 1 + r + r^2 / 2! + ... + r^6 / 6!, up to |r|^7 / 7! * e^|r| <= 1.7e-7
LONGHAND_ALWAYS_INLINE inline float exponential(float x) {
  // Floats from 2^23 to 2^24 are the integers: adding 1.5 * 2^23 rounds to one, and
  // leaves it in the low bits. With 127 more, these are the exponent of 2^n as a float
  // stores it.
  constexpr float shift = 12582912 + 127;
  const float shifted = x * 1.44269504f + shift;
  const float two_to_n =
      std::bit_cast<float>(std::bit_cast<std::uint32_t>(shifted) << 23);
  // ln 2 in two parts: the first has so few bits that n times it is exact.
  const float n = shifted - shift;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float exp_r = 1.0f / 720;
  exp_r = exp_r * r + 1.0f / 120;
  exp_r = exp_r * r + 1.0f / 24;
  exp_r = exp_r * r + 1.0f / 6;
  exp_r = exp_r * r + 1.0f / 2;
  exp_r = exp_r * r + 1;
  exp_r = exp_r * r + 1;
  return exp_r * two_to_n;
}

}  // namespace longhand
