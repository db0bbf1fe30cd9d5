#include "exercises.hpp"

// Each token is changed in turn, and by much, so that its score and its value change. No earlier
// row may change in any bit.
bool exercises::looks_ahead(const Attention& attention) {
  constexpr std::size_t num_tokens = 6;
  Matrix inputs(num_tokens, 2);
  for (std::size_t token = 0; token < num_tokens; ++token) {
    inputs(token, 0) = 0.5F + 0.25F * static_cast<float>(token);
    inputs(token, 1) = 1.0F - 0.5F * static_cast<float>(token);
  }
  const Matrix before = attention(inputs);
  for (std::size_t changed = 1; changed < num_tokens; ++changed) {
    Matrix other = inputs;
    other(changed, 0) += 2;
    other(changed, 1) -= 3;
    const Matrix after = attention(other);
    for (std::size_t token = 0; token < changed; ++token) {
      for (std::size_t feature = 0; feature < 2; ++feature) {
        if (after(token, feature) != before(token, feature)) return true;
      }
    }
  }
  return false;
}
