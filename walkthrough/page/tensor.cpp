#include "tensor.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "concat.hpp"
#include "longhand/vector.hpp"
#include "table.hpp"

namespace walkthrough {
namespace {

bool is_finite_and_not_zero(float value) { return std::isfinite(value) && value != 0; }

// The printf format that suits all numbers.
const char* common_format(std::span<const float> values) {
  double smallest = INFINITY;
  double largest = 0;
  bool all_whole = true;
  for (const float value : values) {
    if (!is_finite_and_not_zero(value)) continue;
    smallest = std::min(smallest, std::abs(static_cast<double>(value)));
    largest = std::max(largest, std::abs(static_cast<double>(value)));
    all_whole = all_whole && value == std::ceil(value);
  }
  if (largest > 0) {
    const bool sizes_differ = largest / smallest > 1000 || largest > 1e8;
    if (sizes_differ || (!all_whole && smallest < 1e-4)) return "%.4e";
  }
  return all_whole ? "%.0f." : "%.4f";
}

// PyTorch takes the width from the numbers that are finite and not zero; -inf may stick out.
std::size_t common_width(std::span<const float> values, const std::vector<std::string>& cells) {
  std::size_t width = 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_finite_and_not_zero(values[i])) width = std::max(width, cells[i].size());
  }
  return width;
}

// The numbers of one axis in brackets. Rows stand on lines of their own, with one empty line more
// for each further axis.
std::string bracketed(const std::vector<std::string>& cells, std::size_t width,
                      std::span<const std::size_t> shape, std::size_t first, std::size_t indent) {
  if (shape.empty()) return right_aligned(cells[first], width);
  std::size_t stride = 1;
  for (const std::size_t size : shape.subspan(1)) stride *= size;
  const std::string between =
      shape.size() == 1 ? ", "
                        : "," + std::string(shape.size() - 1, '\n') + std::string(indent + 1, ' ');
  std::string result = "[";
  for (std::size_t i = 0; i < shape[0]; ++i) {
    if (i > 0) result += between;
    result += bracketed(cells, width, shape.subspan(1), first + i * stride, indent + 1);
  }
  return result + "]";
}

// One axis more, over parts of the same shape.
Tensor stacked(const std::vector<Tensor>& parts) {
  Tensor whole({parts.size()}, {});
  if (parts.empty()) return whole;
  whole.shape.insert(whole.shape.end(), parts[0].shape.begin(), parts[0].shape.end());
  for (const Tensor& part : parts) {
    if (part.shape != parts[0].shape) {
      throw std::invalid_argument("Tensor: part 0 is " + torch_size(parts[0]) + ", another is " +
                                  torch_size(part) + ": all parts must have the same shape");
    }
    whole.values.insert(whole.values.end(), part.values.begin(), part.values.end());
  }
  return whole;
}

}  // namespace

Tensor::Tensor(const std::vector<longhand::Matrix>& batch)
    : Tensor(stacked({batch.begin(), batch.end()})) {}

Tensor::Tensor(const std::vector<std::vector<longhand::Matrix>>& batch_of_heads)
    : Tensor(stacked({batch_of_heads.begin(), batch_of_heads.end()})) {}

std::string formatted(const char* format, double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::vector<std::string> cells(std::span<const float> values) {
  const char* format = common_format(values);
  std::vector<std::string> result;
  for (const float value : values) result.push_back(formatted(format, value));
  return result;
}

std::vector<std::string> cells_of_text(std::string_view text) {
  constexpr std::string_view number = "0123456789.+-einfa";
  text.remove_prefix(std::string_view("tensor(").size());
  std::vector<std::string> result;
  while (true) {
    text.remove_prefix(std::min(text.find_first_of(number), text.size()));
    if (text.empty()) return result;
    const std::size_t length = std::min(text.find_first_not_of(number), text.size());
    result.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

std::string written_sum(std::span<const float> left, std::span<const float> right) {
  const auto shortest = [](float value) {
    std::string text;
    for (char digit = '1'; digit <= '9' && std::strtof(text.c_str(), nullptr) != value; ++digit) {
      text = formatted((std::string("%.") + digit + "g").c_str(), value);
    }
    return text;
  };
  std::string result;
  for (std::size_t i = 0; i < left.size(); ++i) {
    result += (i > 0 ? " + " : "") + shortest(left[i]) + "·" + shortest(right[i]);
  }
  return result + " = " + cells(std::vector<float>{longhand::dot(left, right)})[0];
}

std::string exact_cell(float value) { return formatted("%.9g", value); }

std::string text(const Tensor& tensor) {
  const std::vector<std::string> all_cells = cells(tensor.values);
  const std::size_t width = common_width(tensor.values, all_cells);
  const std::string open = "tensor(";
  return open + bracketed(all_cells, width, tensor.shape, 0, open.size()) + ")";
}

std::string torch_size(const Tensor& tensor) {
  std::string sizes;
  for (const std::size_t size : tensor.shape) sizes += concat(sizes.empty() ? "" : ", ", size);
  return "torch.Size([" + sizes + "])";
}

}  // namespace walkthrough
