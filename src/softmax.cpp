#include "longhand/softmax.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "longhand/vector.hpp"

namespace longhand {

std::vector<float> softmax_naive(std::span<const float> scores) {
  std::vector<float> weights(scores.size());
  for (std::size_t key = 0; key < scores.size(); ++key) {
    weights[key] = std::exp(scores[key]);
  }
  const float total = sum(weights);
  for (float& weight : weights) {
    weight /= total;
  }
  return weights;
}

std::vector<float> softmax(std::span<const float> scores) {
  float max = -std::numeric_limits<float>::infinity();
  for (const float score : scores) {
    max = std::max(max, score);
  }
  std::vector<float> weights(scores.size());
  float total = 0;
  for (std::size_t key = 0; key < scores.size(); ++key) {
    weights[key] = std::exp(scores[key] - max);
    total += weights[key];
  }
  for (float& weight : weights) {
    weight /= total;
  }
  return weights;
}

Matrix softmax_rows(const Matrix& scores) {
  Matrix weights(scores.rows(), scores.cols());
  for (std::size_t query = 0; query < scores.rows(); ++query) {
    const std::vector<float> row = softmax(scores.row(query));
    std::copy(row.begin(), row.end(), weights.row(query).begin());
  }
  return weights;
}

}  // namespace longhand
