#include <cmath>

#include "exercises.hpp"
#include "longhand/vector.hpp"

// Tokens of length 1 score the cosine. A token of zeros stays as it is, and scores 0.
longhand::Matrix exercises::cosine_scores(const Matrix& inputs) {
  Matrix directions = inputs;
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    const float length = std::sqrt(longhand::dot(inputs.row(token), inputs.row(token)));
    if (length == 0) continue;
    for (float& value : directions.row(token)) value /= length;
  }
  return matmul(directions, transpose(directions));
}
