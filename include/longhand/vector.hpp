#pragma once

#include <span>

namespace longhand {

// dot(left, right) = left[0] * right[0] + left[1] * right[1] + ...; no elements give 0.
//
// Throws std::invalid_argument if the lengths differ.
float dot(std::span<const float> left, std::span<const float> right);

// The sum of all elements, in the order in which PyTorch adds the numbers of a short row.
// Element i goes into running total i mod 4, what is left over after the last whole four into
// total 0, and the totals are added at the end from left to right. A float addition rounds, so
// that another order can end in another last bit (chapter 1, "Two sums").
float sum(std::span<const float> values);

}  // namespace longhand
