// Exercise of chapter 8: a cache of half the bytes.
//
// A float32 is a sign, 8 bits of exponent, and 23 bits of fraction. A bfloat16 is its upper half:
// the sign, the same exponent, and 7 bits of fraction. A cache of these takes half the memory. The
// way back is the 16 bits with 16 zeros after them. The way there has to round:
//
//   to_bfloat16(number) = the 16 bits of the bfloat16 that is nearest to number;
//                         of two that are equally near, the one whose last bit is 0
//
// Infinity counts as the neighbour of the largest bfloat16. NaN stays NaN.
//
// What it costs: each number is off by at most its 2^-8. If each scaled score is then off by at
// most d, each weight is off by a factor from e^(-2 d) to e^(2 d), and a context vector by at most
//
//   (e^(2 d) - 1 + 2^-8) * the largest size of a value
//
// The check holds the context vectors of chapter 3 to it. The bound is 0.0042 there, and the
// largest error is 0.0008.
//
// Hint: Take the bits of a float as an integer (std::bit_cast), and add half of the last bit that
// stays before you cut the lower half off. What must be added half way between two?
//
// Check it with: meson compile -C build exercise_8_bfloat16_cache

#include <bit>
#include <cmath>

#include "exercises.hpp"

std::uint16_t exercises::to_bfloat16(float number) { return 0; }
