#include <cmath>

#include "exercises.hpp"

longhand::Matrix exercises::rotated(const Matrix& head) {
  Matrix result(head.rows(), head.cols());
  for (std::size_t position = 0; position < head.rows(); ++position) {
    for (std::size_t column = 0; column < head.cols(); column += 2) {
      const double exponent = -static_cast<double>(column) / static_cast<double>(head.cols());
      const double angle = static_cast<double>(position) * std::pow(10000, exponent);
      const float cosine = static_cast<float>(std::cos(angle));
      const float sine = static_cast<float>(std::sin(angle));
      const float a = head(position, column);
      const float b = head(position, column + 1);
      result(position, column) = a * cosine - b * sine;
      result(position, column + 1) = a * sine + b * cosine;
    }
  }
  return result;
}
