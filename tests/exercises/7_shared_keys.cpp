// Exercise of chapter 7: keys that two heads share.
//
// In grouped-query attention, several heads of queries score the same keys:
//
//   attn_scores[head] = queries[head] keys^T
//
// Given how the loss moves with each score, return how it moves with each number of the keys.
// queries[head] is tokens x head_dim, attn_scores_grad[head] is tokens x others, of any number of
// heads, at least one. The result has the shape of keys: others x head_dim.
//
// Hint: What does the chain rule say of a number that is used in two places? And inputs_grad of
// chapter 7, which is used in three?
//
// Check it with: meson compile -C build exercise_7_shared_keys

#include "exercises.hpp"
#include "longhand/gradients.hpp"

longhand::Matrix exercises::shared_keys_grad(const std::vector<Matrix>& queries,
                                             const std::vector<Matrix>& attn_scores_grad) {
  return Matrix(attn_scores_grad[0].cols(), queries[0].cols());
}
