#include <algorithm>

#include "exercises.hpp"

// Each token is changed in turn, and by much, so that its score and its value change. No earlier
// row may change in any bit.
bool exercises::looks_ahead(const Attention& attention) {
  const Matrix inputs{{0.5, 1}, {0.75, 0.5}, {1, 0}, {1.25, -0.5}, {1.5, -1}, {1.75, -1.5}};
  const Matrix before = attention(inputs);
  for (std::size_t changed = 1; changed < inputs.rows(); ++changed) {
    Matrix other = inputs;
    other(changed, 0) += 2;
    other(changed, 1) -= 3;
    const Matrix after = attention(other);
    for (std::size_t token = 0; token < changed; ++token) {
      if (!std::ranges::equal(after.row(token), before.row(token))) return true;
    }
  }
  return false;
}
