// Exercise of chapter 2: cross-attention.
//
// A translator looks at another sentence than the one it writes: the queries come from its own
// tokens, the keys and values from the other's. All else is self-attention.
//
//   queries      = inputs W_query
//   keys, values = context W_key, context W_value
//   context_vecs = softmax of each row of (queries keys^T / sqrt(d_k)), times values
//
// inputs is tokens x d_in, context is others x d_context: as many tokens, and as wide, as they
// like. W_query is d_in x d_k, W_key is d_context x d_k, W_value is d_context x d_v. The result is
// tokens x d_v.
//
// Hint: Write the shape of each matrix beside it. The scores are tokens x others: over which axis
// must the weights sum to one, and what is d_k in code?
//
// Check it with: meson compile -C build exercise_2_cross_attention

#include "exercises.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"

longhand::Matrix exercises::cross_attention(const Matrix& inputs, const Matrix& context,
                                            const Matrix& W_query, const Matrix& W_key,
                                            const Matrix& W_value) {
  return Matrix(inputs.rows(), W_value.cols());
}
