#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "longhand/matrix.hpp"

namespace longhand {

// PyTorch has two streams of Bernoulli draws on a CPU, and the installed version decides which.
enum class BernoulliStream {
  // Does not draw with MKL: builds for ARM, and every build from PyTorch 2.7 on. The notebook
  // prints this one.
  without_mkl,
  // Draws with MKL: before PyTorch 2.7, the packages for Linux, Windows and Macs with Intel.
  with_mkl,
};

// The numbers that PyTorch draws on a CPU after torch.manual_seed(seed).
//
// The engine is the Mersenne Twister of the standard library, std::mt19937, which is the same
// everywhere. What the standard's distributions make of it is not fixed, and differs between
// libraries; so none is used here.
// Source: ATen/core/DistributionsHelper.h and MT19937RNGEngine.h of PyTorch.
class Generator {
 public:
  // As in PyTorch, the low 32 bits of the seed count.
  explicit Generator(std::uint64_t seed, BernoulliStream stream = BernoulliStream::without_mkl)
      : engine_(static_cast<std::uint32_t>(seed)), bernoulli_stream_(stream) {}

  // 32 random bits.
  std::uint32_t draw() { return static_cast<std::uint32_t>(engine_()); }

  // From 0 up to, but not including, 1: the low 24 bits of one draw, times 2^-24.
  float fraction();

  // rows x cols fractions, drawn row by row: torch.rand(rows, cols).
  Matrix rand(std::size_t rows, std::size_t cols);

  // rows x cols numbers from low to high, drawn row by row: fraction * (high - low) + low, where
  // high - low is rounded to float32, and all else evaluated in double and rounded once.
  // Throws std::invalid_argument if low is above high, or their difference is not finite.
  Matrix uniform(std::size_t rows, std::size_t cols, float low, float high);

  // How Bernoulli draws from this generator.
  BernoulliStream bernoulli_stream() const { return bernoulli_stream_; }

 private:
  std::mt19937 engine_;
  BernoulliStream bernoulli_stream_;
};

// A stream of Bernoulli draws: next() is true with the given probability.
//
// without_mkl: two draws make a word of 64 bits, the first draw high; its low 53 bits times
// 2^-53 are u. with_mkl: one draw before the first answer seeds MCG31, s -> 1132489760 s mod
// (2^31 - 1), whose states divided by 2^31 - 1 are u; the seed modulo 2^31 - 1, or 1 for 0, is
// the first state. In both, the answer is yes if u < probability; with_mkl, both are rounded to
// float32 first, as MKL does. Source: aten/src/ATen/native/cpu/UnaryOpsKernel.cpp of PyTorch;
// MCG31m1 in Intel's Notes for oneMKL Vector Statistics.
class Bernoulli {
 public:
  // Draws nothing yet. Throws std::invalid_argument if the probability is not from 0 to 1.
  Bernoulli(double probability, Generator& generator);

  bool next();

 private:
  double probability_;
  Generator& generator_;
  std::uint64_t state_ = 0;  // of MCG31; 0 before the first answer
};

}  // namespace longhand
