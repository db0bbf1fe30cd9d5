#include "exercises.hpp"
#include "longhand/gradients.hpp"

// A key moves the scores of every head, and all of these move the loss.
longhand::Matrix exercises::shared_keys_grad(const std::vector<Matrix>& queries,
                                             const std::vector<Matrix>& attn_scores_grad) {
  Matrix keys_grad(attn_scores_grad[0].cols(), queries[0].cols());
  for (std::size_t head = 0; head < queries.size(); ++head) {
    const Matrix of_head = longhand::matmul_right_grad(attn_scores_grad[head], queries[head]);
    for (std::size_t key = 0; key < keys_grad.rows(); ++key) {
      for (std::size_t feature = 0; feature < keys_grad.cols(); ++feature) {
        keys_grad(key, feature) += of_head(key, feature);
      }
    }
  }
  return keys_grad;
}
