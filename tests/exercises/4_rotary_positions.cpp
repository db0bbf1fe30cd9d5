// Exercise of chapter 4: positions as rotations.
//
// Attention knows of the order of its tokens only what a mask tells. Many models tell it more by
// turning queries and keys before they meet: token number p by an angle that grows with p. A score
// then depends on the distance of query and key alone, as two hands of a clock that are both turned
// keep their angle.
//
//   columns 2 i and 2 i + 1 of row p hold the pair (a, b), and after that
//   (a cos - b sin, a sin + b cos) of the angle p * 10000^(-2 i / head_dim)
//
// Other models pair column i with column i + head_dim / 2: the same idea, for other weights. Weights
// that were trained with one form give wrong numbers with the other.
//
// head is tokens x head_dim, the queries or the keys of one head; head_dim is even. The first row
// is position 0. The result has the same shape. (Su et al., RoFormer, 2021, section 3.2.2.)
//
// Hint: Both new numbers need both old ones.
//
// Check it with: meson compile -C build exercise_4_rotary_positions

#include <cmath>

#include "exercises.hpp"

longhand::Matrix exercises::rotated(const Matrix& head) {
  return head;  // without positions, so far
}
