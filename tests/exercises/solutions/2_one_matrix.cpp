#include "exercises.hpp"
#include "longhand/self_attention.hpp"

// queries keys^T = (inputs W_query) (inputs W_key)^T = inputs (W_query W_key^T) inputs^T
//
// Models keep the two matrices all the same: with d_k far below d_in, both together are smaller
// than their product, and a key can be computed before its queries come.
longhand::Matrix exercises::query_key_matrix(const Matrix& W_query, const Matrix& W_key) {
  return longhand::scale(matmul(W_query, transpose(W_key)), W_query.cols());
}
