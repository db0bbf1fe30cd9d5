#include <algorithm>

#include "exercises.hpp"
#include "longhand/softmax.hpp"

// Softmax over the visible keys alone needs no -inf, and a row without any stays zero.
longhand::Matrix exercises::padded_weights(const Matrix& scaled_scores, std::size_t num_padding) {
  Matrix weights(scaled_scores.rows(), scaled_scores.cols());
  for (std::size_t query = num_padding; query < scaled_scores.rows(); ++query) {
    const std::size_t num_visible = query + 1 - num_padding;
    const std::vector<float> visible =
        longhand::softmax(scaled_scores.row(query).subspan(num_padding, num_visible));
    std::ranges::copy(visible, weights.row(query).subspan(num_padding).begin());
  }
  return weights;
}
