#include "longhand/dropout.hpp"

#include "require.hpp"

namespace longhand {

Dropout::Dropout(double p, std::optional<Training> training)
    : p_(p), is_training_(training.has_value()) {
  require_probability(p);
  if (is_training_ && p > 0 && p < 1) keep_.emplace(1 - p, training->generator);
}

Matrix Dropout::factors(std::size_t rows, std::size_t cols) {
  if (!is_training_ || p_ == 0) return Matrix(rows, cols, 1);
  const float scale = 1 / static_cast<float>(1 - p_);
  Matrix factors(rows, cols);
  for (std::size_t query = 0; query < rows; ++query) {
    for (std::size_t key = 0; key < cols; ++key) {
      const bool is_kept = keep_ && keep_->next();
      factors(query, key) = is_kept ? scale : 0;
    }
  }
  return factors;
}

}  // namespace longhand
