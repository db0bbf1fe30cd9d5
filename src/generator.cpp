#include "longhand/generator.hpp"

#include <cmath>

#include "require.hpp"

namespace longhand {
namespace {

constexpr std::uint64_t mcg31_multiplier = 1132489760;
constexpr std::uint64_t mcg31_modulus = 2147483647;  // 2^31 - 1

}  // namespace

float Generator::fraction() {
  constexpr std::uint32_t low_24_bits = (1U << 24) - 1;
  return std::ldexp(static_cast<float>(draw() & low_24_bits), -24);
}

Matrix Generator::rand(std::size_t rows, std::size_t cols) {
  Matrix numbers(rows, cols);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) {
      numbers(row, col) = fraction();
    }
  }
  return numbers;
}

Matrix Generator::uniform(std::size_t rows, std::size_t cols, float low, float high) {
  const float width = high - low;
  require(std::isfinite(width) && width >= 0, "Generator: the range is from ", low,
          " to ", high,
          ": low must not be above high, and their difference must be finite");
  Matrix numbers(rows, cols);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) {
      numbers(row, col) = static_cast<float>(double{fraction()} * width + low);
    }
  }
  return numbers;
}

Bernoulli::Bernoulli(double probability, Generator& generator)
    : probability_(probability), generator_(generator) {
  require(probability >= 0 && probability <= 1, "Bernoulli: the probability is ",
          probability, ": it must be from 0 to 1");
}

bool Bernoulli::next() {
  if (generator_.bernoulli_stream() == BernoulliStream::without_mkl) {
    constexpr std::uint64_t low_53_bits = (std::uint64_t{1} << 53) - 1;
    const std::uint64_t high = generator_.draw();
    const std::uint64_t word = high << 32 | generator_.draw();
    return std::ldexp(static_cast<double>(word & low_53_bits), -53) < probability_;
  }
  if (state_ == 0) state_ = generator_.draw() % mcg31_modulus;
  if (state_ == 0) state_ = 1;
  const double u = static_cast<double>(state_) / static_cast<double>(mcg31_modulus);
  state_ = mcg31_multiplier * state_ % mcg31_modulus;
  return static_cast<float>(u) < static_cast<float>(probability_);
}

}  // namespace longhand
