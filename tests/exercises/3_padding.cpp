// Exercise of chapter 3: padding.
//
// Sentences of a batch differ in length. The shorter ones are filled up on their left with tokens
// that mean nothing, padding, and nobody may attend to them. A query of padding sees no key at all.
//
//   weights = softmax of each row of scaled_scores, over the keys from num_padding to query
//   weights(query, key) = 0 for all other keys, and in the whole row of a query of padding
//
// scaled_scores is tokens x tokens; the first num_padding tokens are padding, from none to all. The
// result is tokens x tokens. What the scores of padding are does not matter: they may be NaN.
//
// Hint: Mask with -inf before softmax, as chapter 3 does. Then one kind of row is -inf throughout:
// look at what softmax makes of it.
//
// Check it with: meson compile -C build exercise_3_padding

#include "exercises.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/softmax.hpp"

longhand::Matrix exercises::padded_weights(const Matrix& scaled_scores, std::size_t num_padding) {
  return longhand::softmax_rows(longhand::mask_scores(scaled_scores));  // without padding, so far
}
