#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "longhand/matrix.hpp"

namespace walkthrough {

// What a page can show: a shape and its numbers, the last axis running fastest. A scalar has no
// axes. The matrices of a batch must have the same shape, otherwise std::invalid_argument.
struct Tensor {
  Tensor(float scalar) : values{scalar} {}
  Tensor(const std::vector<float>& vector) : shape{vector.size()}, values(vector) {}
  Tensor(std::span<const float> vector)
      : shape{vector.size()}, values(vector.begin(), vector.end()) {}
  Tensor(const longhand::Matrix& matrix)
      : shape{matrix.rows(), matrix.cols()},
        values(matrix.values().begin(), matrix.values().end()) {}
  Tensor(const std::vector<longhand::Matrix>& batch);
  Tensor(const std::vector<std::vector<longhand::Matrix>>& batch_of_heads);
  Tensor(std::vector<std::size_t> its_shape, std::vector<float> its_values)
      : shape(std::move(its_shape)), values(std::move(its_values)) {}

  std::vector<std::size_t> shape;
  std::vector<float> values;
};

// The same matrix of several steps, such as those of all heads, as one tensor.
template <class Steps>
Tensor stacked(const std::vector<Steps>& steps, longhand::Matrix Steps::*matrix) {
  std::vector<longhand::Matrix> matrices;
  for (const Steps& step : steps) matrices.push_back(step.*matrix);
  return matrices;
}

// A number in a format of printf, or "nan", "inf", "-inf" on every machine.
std::string formatted(const char* format, double value);

// Each number as PyTorch prints it in a tensor of all these numbers: four decimals ("0.9544"), none
// where all are whole ("1."), powers of ten where the sizes differ widely ("1.0000e-05").
// Source: class _Formatter in torch/_tensor_str.py, PyTorch 1.13.
std::vector<std::string> cells(std::span<const float> values);

// The cells of a text that PyTorch printed: "tensor([0.9544, 1.4950])" holds "0.9544" and "1.4950".
std::vector<std::string> cells_of_text(std::string_view text);

// A dot product with its numbers: "0.55·0.57 + 0.87·0.85 + 0.66·0.64 = 1.4754". The factors have as
// few digits as tell them apart from other float32.
std::string written_sum(std::span<const float> left, std::span<const float> right);

// A number with nine significant digits, which tell any two float32 apart.
std::string exact_cell(float value);

// The whole tensor as PyTorch prints it: "tensor([0.9544, 1.4950])". PyTorch breaks lines after
// 80 characters and leaves numbers out above 1000; this does neither.
std::string text(const Tensor& tensor);

// A shape as PyTorch prints it: "torch.Size([6, 3])".
std::string torch_size(const Tensor& tensor);

}  // namespace walkthrough
