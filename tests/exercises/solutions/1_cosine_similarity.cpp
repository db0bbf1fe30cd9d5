#include <cmath>

#include "exercises.hpp"
#include "longhand/vector.hpp"

longhand::Matrix exercises::cosine_scores(const Matrix& inputs) {
  std::vector<float> lengths(inputs.rows());
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    lengths[token] = std::sqrt(longhand::dot(inputs.row(token), inputs.row(token)));
  }
  Matrix attn_scores(inputs.rows(), inputs.rows());
  for (std::size_t query = 0; query < inputs.rows(); ++query) {
    for (std::size_t key = 0; key < inputs.rows(); ++key) {
      if (lengths[query] == 0 || lengths[key] == 0) continue;
      attn_scores(query, key) =
          longhand::dot(inputs.row(query), inputs.row(key)) / (lengths[query] * lengths[key]);
    }
  }
  return attn_scores;
}
