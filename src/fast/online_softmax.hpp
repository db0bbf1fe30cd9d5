#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace longhand {

// exp(x) for -87.68 <= x <= 0, with a relative error below 3e-7, and 0 from -87.69 down to -88.
//
// exp(x) = 2^n * exp(r), n = x / ln 2 rounded to an integer, r = x - n * ln 2, |r| <= ln 2 / 2
// exp(r) = 1 + r + r^2 / 2! + ... + r^6 / 6!, up to |r|^7 / 7! * e^|r| <= 1.7e-7
[[gnu::always_inline]] inline float exponential(float x) {
  // Floats from 2^23 to 2^24 are the integers: adding 1.5 * 2^23 rounds to one, and leaves it in the
  // low bits. With 127 more, these are the exponent of 2^n as a float stores it.
  constexpr float shift = 12582912 + 127;
  const float shifted = x * 1.44269504f + shift;
  const float two_to_n = std::bit_cast<float>(std::bit_cast<std::uint32_t>(shifted) << 23);
  // ln 2 in two parts: the first has so few bits that n times it is exact.
  const float n = shifted - shift;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float exp_r = 1.0f / 720;
  exp_r = exp_r * r + 1.0f / 120;
  exp_r = exp_r * r + 1.0f / 24;
  exp_r = exp_r * r + 1.0f / 6;
  exp_r = exp_r * r + 1.0f / 2;
  exp_r = exp_r * r + 1;
  exp_r = exp_r * r + 1;
  return exp_r * two_to_n;
}

// scores(key, query) where queries and keys are the same tokens: a key after its query becomes -inf.
inline void mask_diagonal(float* scores, std::size_t lanes) {
  for (std::size_t key = 0; key < lanes; ++key) {
    std::fill_n(scores + key * lanes, key, -std::numeric_limits<float>::infinity());
  }
}

// One block of keys of the online softmax, for as many queries as lanes, each in a lane of its own.
//
// new_max    = max(max, scores(key) of all keys)
// correction = exp(max - new_max)
// weight     = exp(scores(key) - new_max), written over scores(key); to be divided by the last sum
// sum        = sum * correction + sum over keys of weight
// context    = context * correction, to which the caller adds weight * value of all keys
//
// scores is keys x lanes, context features x lanes. Before the first block, max is -inf, and sum and
// context are 0. A score of -inf gets a weight of 0; the first block holds a finite one.
// Source: Milakov and Gimelshein, Online normalizer calculation for softmax, 2018, algorithm 3; Dao
// et al., FlashAttention, 2022, algorithm 1; Dao, FlashAttention-2, 2023, for the division at the end.
template <std::size_t lanes>
[[gnu::always_inline]] inline void online_softmax(float* __restrict scores, std::size_t num_keys,
                                                  float* __restrict max, float* __restrict sum,
                                                  float* __restrict context,
                                                  std::size_t num_features) {
  // Below -88, exponential() would leave its range; there the weight is 0 all the same.
  const auto clamped = [](float x) { return std::max(x, -88.0f); };
  float new_max[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) new_max[lane] = max[lane];
  for (std::size_t key = 0; key < num_keys; ++key) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const float score = scores[key * lanes + lane];
      new_max[lane] = score > new_max[lane] ? score : new_max[lane];
    }
  }
  float correction[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    correction[lane] = clamped(max[lane] - new_max[lane]);
  }
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    correction[lane] = exponential(correction[lane]);
    sum[lane] *= correction[lane];
    max[lane] = new_max[lane];
  }
  for (std::size_t feature = 0; feature < num_features; ++feature) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      context[feature * lanes + lane] *= correction[lane];
    }
  }
  // Two loops: GCC makes no vectors of a maximum in front of the longer computation.
  for (std::size_t key = 0; key < num_keys; ++key) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      scores[key * lanes + lane] = clamped(scores[key * lanes + lane] - max[lane]);
    }
  }
  for (std::size_t key = 0; key < num_keys; ++key) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      scores[key * lanes + lane] = exponential(scores[key * lanes + lane]);
      sum[lane] += scores[key * lanes + lane];
    }
  }
}

}  // namespace longhand
