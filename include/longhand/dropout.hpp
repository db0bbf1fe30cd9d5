#pragma once

#include <optional>

#include "longhand/generator.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// Says that a pass is part of a training, and where its dropout draws from.
struct Training {
  Generator& generator;
};

// One pass of dropout over a tensor, matrix by matrix:
//
//   dropped = weight * (1 / (1 - p))   with probability 1 - p
//   dropped = weight * 0               otherwise
//
// The factor, for which 1 - p is rounded to float32 first, keeps the mean of each weight.
// Outside training, which is how a model is evaluated, nothing is dropped and nothing scaled. If
// p is 0 or 1, nothing is drawn. Source: Srivastava et al., Dropout, 2014, section 10; the draws
// are those of torch.nn.Dropout.
class Dropout {
 public:
  // Drops with probability p in training, otherwise nothing.
  // Throws std::invalid_argument if p is not from 0 to 1.
  explicit Dropout(double p, std::optional<Training> training = {});

  // A copy would draw the same numbers twice in one stream, and go on in the other.
  Dropout(const Dropout&) = delete;
  Dropout& operator=(const Dropout&) = delete;

  // What the weights of the next matrix of the tensor are multiplied by: 1 / (1 - p) or 0, and 1
  // outside training. Draws go on where the last matrix ended.
  Matrix factors(std::size_t rows, std::size_t cols);

  // The next matrix of the tensor, after dropout.
  Matrix drop(const Matrix& weights) {
    return elementwise_product(weights, factors(weights.rows(), weights.cols()));
  }

 private:
  double p_;
  bool is_training_;
  std::optional<Bernoulli> keep_;
};

}  // namespace longhand
