// Exercise of chapter 2: two matrices in one.
//
// W_query and W_key never meet a token apart from each other: a score needs only their product. So
// one matrix gives the same scaled scores, straight from the inputs.
//
//   inputs W_query_key inputs^T = queries keys^T / sqrt(d_k)
//
// W_query and W_key are d_in x d_k. Return W_query_key, d_in x d_in.
//
// Hint: Write queries and keys as products, and transpose a product: (A B)^T = B^T A^T. What then
// stands between inputs and inputs^T?
//
// Check it with: meson compile -C build exercise_2_one_matrix

#include "exercises.hpp"
#include "longhand/self_attention.hpp"

longhand::Matrix exercises::query_key_matrix(const Matrix& W_query, const Matrix& W_key) {
  return Matrix(W_query.rows(), W_key.rows());
}
