// Exercise of chapter 1: scores that do not depend on length.
//
// In chapter 1, a long token scores high with nearly everybody. Divided by both lengths, a dot
// product becomes the cosine of the angle between two tokens, which tells their direction alone.
//
//   attn_scores(query, key) = dot(query, key) / (length(query) * length(key))
//   length(token)           = sqrt(dot(token, token))
//
// inputs is tokens x d_in, the result is tokens x tokens. A token of zeros has no direction: it
// scores 0 with every token.
//
// Hint: Start from the double loop of chapter 1, section "All queries". Which division would give
// NaN?
//
// Check it with: meson compile -C build exercise_1_cosine_similarity

#include "exercises.hpp"
#include "longhand/vector.hpp"

longhand::Matrix exercises::cosine_scores(const Matrix& inputs) {
  return Matrix(inputs.rows(), inputs.rows());
}
