#pragma once

#include <cstddef>

#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"

// Positions as rotations, in both published forms. Chapter 8 shows them.
namespace rotary {

// Which columns make a pair: 2 i and 2 i + 1, or i and i + head_dim / 2.
enum class Pairs { neighbours, halves };

// Turns each pair (a, b) of a token at position p:
//
//   (a cos - b sin, a sin + b cos) of the angle p * 10000^(-2 i / head_dim)
//
// head is tokens x head_dim, the queries or keys of one head; its first row stands at
// first_position. Throws std::invalid_argument if head_dim is odd or first_position negative.
// Source: Su et al., RoFormer, 2021, section 3.2.2.
longhand::Matrix rotate(const longhand::Matrix& head, std::size_t first_position,
                        Pairs pairs);

// A layer whose outputs, paired in halves, are those of this one, paired as neighbours: of each
// head, the rows of even number first, then those of odd number.
// Throws std::invalid_argument if the heads do not share the rows evenly, head_dim is odd, or the
// bias does not fit the weight.
longhand::Linear neighbours_to_halves(const longhand::Linear& layer,
                                      std::size_t num_heads);

}  // namespace rotary
