#include <cmath>

#include "exercises.hpp"

// Every key moves by the same distance, so all are turned back by the same angle.
longhand::Matrix exercises::renumbered_keys(const Matrix& turned_keys, std::size_t dropped) {
  Matrix keys(turned_keys.rows() - dropped, turned_keys.cols());
  for (std::size_t column = 0; column < keys.cols(); column += 2) {
    const double exponent = -static_cast<double>(column) / static_cast<double>(keys.cols());
    const double angle = -static_cast<double>(dropped) * std::pow(10000, exponent);
    const float cosine = static_cast<float>(std::cos(angle));
    const float sine = static_cast<float>(std::sin(angle));
    for (std::size_t row = 0; row < keys.rows(); ++row) {
      const float a = turned_keys(dropped + row, column);
      const float b = turned_keys(dropped + row, column + 1);
      keys(row, column) = a * cosine - b * sine;
      keys(row, column + 1) = a * sine + b * cosine;
    }
  }
  return keys;
}
