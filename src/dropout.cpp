#include "longhand/dropout.hpp"

#include "require.hpp"

namespace longhand {

Dropout::Dropout(double p, std::optional<Training> training)
    : p_(p), is_training_(training.has_value()) {
  require_probability(p);
  if (is_training_ && p > 0 && p < 1) keep_.emplace(1 - p, training->generator);
}

Matrix Dropout::drop(const Matrix& weights) {
  if (!is_training_ || p_ == 0) return weights;
  const float scale = 1 / static_cast<float>(1 - p_);
  Matrix dropped(weights.rows(), weights.cols());
  for (std::size_t query = 0; query < weights.rows(); ++query) {
    for (std::size_t key = 0; key < weights.cols(); ++key) {
      const bool is_kept = keep_ && keep_->next();
      dropped(query, key) = weights(query, key) * (is_kept ? scale : 0);
    }
  }
  return dropped;
}

}  // namespace longhand
