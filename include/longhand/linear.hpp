#pragma once

#include <cstddef>
#include <vector>

#include "longhand/generator.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// A linear layer, as torch.nn.Linear: outputs = inputs weight^T + bias
//
// inputs is tokens x d_in, outputs is tokens x d_out. The weight is stored d_out x d_in, a row
// for each output; a layer without bias has an empty one.
struct Linear {
  struct Settings {
    std::size_t d_in = 0;
    std::size_t d_out = 0;
    bool bias = true;
  };

  // Draws the weight, then the bias if requested, all uniform in +-1 / sqrt(d_in), PyTorch's
  // default. Throws std::invalid_argument if d_in or d_out is 0.
  static Linear draw(const Settings& settings, Generator& generator);

  std::size_t d_in() const { return weight.cols(); }
  std::size_t d_out() const { return weight.rows(); }

  // outputs(token, out) = sum over in of inputs(token, in) * weight(out, in) + bias[out]
  //
  // Throws std::invalid_argument if the inputs' columns are not d_in, or the bias is neither
  // empty nor of length d_out.
  Matrix forward(const Matrix& inputs) const;

  // Number of trainable parameters.
  std::size_t num_parameters() const { return weight.values().size() + bias.size(); }

  Matrix weight = {};            // d_out x d_in
  std::vector<float> bias = {};  // d_out, or empty
};

}  // namespace longhand
