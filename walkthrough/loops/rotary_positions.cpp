#include "rotary_positions.hpp"

#include <cmath>

#include "require.hpp"

namespace rotary {
namespace {

using longhand::Linear;
using longhand::Matrix;
using longhand::require;

void require_even(std::size_t head_dim) {
  require(head_dim % 2 == 0, "rotary positions: head_dim is ", head_dim,
          ": columns are turned in pairs, so it must be even");
}

}  // namespace

Matrix rotate(const Matrix& head, std::size_t first_position, Pairs pairs) {
  const std::size_t head_dim = head.cols();
  require_even(head_dim);
  longhand::require_not_negative("rotary positions", "first_position", first_position);
  Matrix rotated = head;
  for (std::size_t token = 0; token < head.rows(); ++token) {
    for (std::size_t i = 0; i < head_dim / 2; ++i) {
      const std::size_t first = pairs == Pairs::neighbours ? 2 * i : i;
      const std::size_t second =
          pairs == Pairs::neighbours ? 2 * i + 1 : i + head_dim / 2;
      const double frequency = std::pow(10000.0, -2.0 * double(i) / double(head_dim));
      const double angle = double(first_position + token) * frequency;
      const float cosine = float(std::cos(angle)), sine = float(std::sin(angle));
      const float a = head(token, first), b = head(token, second);
      rotated(token, first) = a * cosine - b * sine;
      rotated(token, second) = a * sine + b * cosine;
    }
  }
  return rotated;
}

Linear neighbours_to_halves(const Linear& layer, std::size_t num_heads) {
  require(num_heads > 0 && layer.d_out() % num_heads == 0, "rotary positions: d_out is ",
          layer.d_out(), ", num_heads is ", num_heads,
          ": the heads must share the rows evenly");
  const std::size_t head_dim = layer.d_out() / num_heads;
  require_even(head_dim);
  layer.forward(Matrix(0, layer.d_in()));  // throws if the bias does not fit the weight
  Linear halves = layer;
  for (std::size_t out = 0; out < layer.d_out(); ++out) {
    const std::size_t head = out / head_dim, i = out % head_dim;
    const std::size_t neighbour = i < head_dim / 2 ? 2 * i : 2 * i - head_dim + 1;
    const std::size_t from = head * head_dim + neighbour;
    for (std::size_t in = 0; in < layer.d_in(); ++in) {
      halves.weight(out, in) = layer.weight(from, in);
    }
    if (!layer.bias.empty()) halves.bias[out] = layer.bias[from];
  }
  return halves;
}

}  // namespace rotary
