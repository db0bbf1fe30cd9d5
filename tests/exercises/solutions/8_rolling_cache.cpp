#include <algorithm>
#include <cmath>

#include "exercises.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

std::vector<float> exercises::next_context_vec(RollingCache& cache, const std::vector<float>& query,
                                               const std::vector<float>& key,
                                               const std::vector<float>& value) {
  const std::size_t window = cache.keys.rows();
  std::ranges::copy(key, cache.keys.row(cache.num_tokens % window).begin());
  std::ranges::copy(value, cache.values.row(cache.num_tokens % window).begin());
  ++cache.num_tokens;

  const float root = std::sqrt(static_cast<float>(key.size()));
  std::vector<float> scaled_scores;
  for (std::size_t row = 0; row < std::min(cache.num_tokens, window); ++row) {
    scaled_scores.push_back(longhand::dot(query, cache.keys.row(row)) / root);
  }
  std::vector<float> weights = longhand::softmax(scaled_scores);
  weights.resize(window);  // 0 for a row that holds no token
  return matmul(Matrix(1, window, weights), cache.values).row(0);
}
