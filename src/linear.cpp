#include "longhand/linear.hpp"

#include <cmath>
#include <utility>

#include "checks.hpp"

namespace longhand {

Linear::Linear(Matrix its_weight, std::vector<float> its_bias)
    : weight(std::move(its_weight)), bias(std::move(its_bias)) {}

Linear::Linear(std::size_t d_in, std::size_t d_out, bool has_bias, Generator& generator) {
  require(d_in > 0 && d_out > 0, "Linear: d_in is ", d_in, ", d_out is ", d_out,
          ": both must be at least 1");
  const float bound = static_cast<float>(1 / std::sqrt(static_cast<double>(d_in)));
  weight = generator.uniform(d_out, d_in, -bound, bound);
  if (has_bias) {
    const Matrix row = generator.uniform(1, d_out, -bound, bound);
    bias.assign(row.values().begin(), row.values().end());
  }
}

Matrix Linear::forward(const Matrix& inputs) const {
  require(inputs.cols() == d_in(), "Linear: inputs are ", shape_text(inputs), ", weight is ",
          shape_text(weight), ": the inputs' columns (", inputs.cols(), ") must equal d_in (",
          d_in(), ")");
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
