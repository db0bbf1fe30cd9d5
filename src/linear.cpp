#include "longhand/linear.hpp"

#include <cmath>

#include "checks.hpp"

namespace longhand {

Linear Linear::draw(const Settings& settings, Generator& generator) {
  const auto [d_in, d_out, has_bias] = settings;
  require_widths("Linear", d_in, d_out);
  const float bound = static_cast<float>(1 / std::sqrt(static_cast<double>(d_in)));
  Linear linear{generator.uniform(d_out, d_in, -bound, bound)};
  if (has_bias) linear.bias = generator.uniform(1, d_out, -bound, bound).row(0);
  return linear;
}

Matrix Linear::forward(const Matrix& inputs) const {
  require(inputs.cols() == d_in(), "Linear: inputs are ", inputs, ", weight is ", weight,
          ": the inputs' columns (", inputs.cols(), ") must equal d_in (", d_in(), ")");
  require_bias(*this);
  Matrix outputs = matmul(inputs, transpose(weight));
  if (bias.empty()) return outputs;
  for (std::size_t token = 0; token < outputs.rows(); ++token) {
    for (std::size_t out = 0; out < outputs.cols(); ++out) {
      outputs(token, out) += bias[out];
    }
  }
  return outputs;
}

}  // namespace longhand
