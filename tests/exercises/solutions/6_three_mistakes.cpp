#include <cmath>

#include "exercises.hpp"
#include "longhand/softmax.hpp"

longhand::Matrix exercises::mended_attention(const Matrix& queries, const Matrix& keys,
                                             const Matrix& values, std::size_t num_heads) {
  const std::size_t tokens = queries.rows();
  const std::size_t d_out = queries.cols();
  const std::size_t head_dim = d_out / num_heads;
  const float root = std::sqrt(static_cast<float>(head_dim));
  Matrix context_vecs(tokens, d_out);
  for (std::size_t head = 0; head < num_heads; ++head) {
    const std::size_t first = head * head_dim;
    for (std::size_t query = 0; query < tokens; ++query) {
      const std::size_t num_visible = query + 1;
      std::vector<float> scaled_scores(num_visible);
      for (std::size_t key = 0; key < num_visible; ++key) {
        for (std::size_t feature = 0; feature < head_dim; ++feature) {
          scaled_scores[key] += queries(query, first + feature) * keys(key, first + feature) / root;
        }
      }
      const std::vector<float> attn_weights = longhand::softmax(scaled_scores);
      for (std::size_t key = 0; key < num_visible; ++key) {
        for (std::size_t feature = 0; feature < head_dim; ++feature) {
          context_vecs(query, first + feature) += attn_weights[key] * values(key, first + feature);
        }
      }
    }
  }
  return context_vecs;
}
