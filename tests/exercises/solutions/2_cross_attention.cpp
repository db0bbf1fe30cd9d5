#include "exercises.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"

longhand::Matrix exercises::cross_attention(const Matrix& inputs, const Matrix& context,
                                            const Matrix& W_query, const Matrix& W_key,
                                            const Matrix& W_value) {
  const Matrix queries = matmul(inputs, W_query);               // tokens x d_k
  const Matrix keys = matmul(context, W_key);                   // others x d_k
  const Matrix values = matmul(context, W_value);               // others x d_v
  const Matrix attn_scores = matmul(queries, transpose(keys));  // tokens x others
  const Matrix scaled_scores = longhand::scale(attn_scores, keys.cols());
  return matmul(longhand::softmax_rows(scaled_scores), values);  // tokens x d_v
}
