#include "scaling_experiment.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"

namespace walkthrough {

using namespace longhand;

ScalingExperiment scaling_experiment(std::size_t d_k, Generator& generator) {
  constexpr std::size_t rounds = 1000;
  constexpr std::size_t num_keys = 10;
  const float bound = std::sqrt(3.0F);

  ScalingExperiment experiment;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Matrix query = generator.uniform(1, d_k, -bound, bound);
    const Matrix keys = generator.uniform(num_keys, d_k, -bound, bound);
    const Matrix attn_scores = matmul(query, transpose(keys));
    const Matrix over_root_of_d_k = scale(attn_scores, d_k);
    const Matrix over_d_k = scale(over_root_of_d_k, d_k);

    double variance = 0;  // the mean score is zero
    for (const float score : attn_scores.values()) {
      variance += static_cast<double>(score) * score / num_keys;
    }
    experiment.variance += variance / rounds;
    const auto largest_weight = [](std::span<const float> scores) {
      return std::ranges::max(softmax(scores)) / double{rounds};
    };
    experiment.largest_weight += largest_weight(attn_scores.row(0));
    experiment.largest_weight_over_root_of_d_k += largest_weight(over_root_of_d_k.row(0));
    experiment.largest_weight_over_d_k += largest_weight(over_d_k.row(0));
  }
  return experiment;
}

}  // namespace walkthrough
