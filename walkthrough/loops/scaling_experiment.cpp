#include "scaling_experiment.hpp"

#include <algorithm>
#include <cmath>
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
  double mean_of_squares = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Matrix query = generator.uniform(1, d_k, -bound, bound);
    const Matrix keys = generator.uniform(num_keys, d_k, -bound, bound);
    const Matrix attn_scores = matmul(query, transpose(keys));
    const Matrix scaled_scores = scale(attn_scores, d_k);

    double variance = 0;  // the mean score is zero
    for (const float score : attn_scores.values()) {
      variance += static_cast<double>(score) * score / num_keys;
    }
    experiment.variance += variance / rounds;
    mean_of_squares += variance * variance / rounds;
    const std::vector<float> attn_weights = softmax(attn_scores.row(0));
    const std::vector<float> scaled_weights = softmax(scaled_scores.row(0));
    experiment.largest_weight += std::ranges::max(attn_weights) / double{rounds};
    experiment.largest_weight_scaled += std::ranges::max(scaled_weights) / double{rounds};
  }
  experiment.standard_error =
      std::sqrt((mean_of_squares - experiment.variance * experiment.variance) / rounds);
  return experiment;
}

}  // namespace walkthrough
