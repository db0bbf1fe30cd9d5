#pragma once

#include <cstddef>

#include "longhand/generator.hpp"

namespace walkthrough {

// What the scores of random queries and keys are like, and the softmax over them.
struct ScalingExperiment {
  double variance = 0;                         // of the scores
  double largest_weight = 0;                   // of the ten keys of a query, on average
  double largest_weight_over_root_of_d_k = 0;  // the same with scores over sqrt(d_k)
  double largest_weight_over_d_k = 0;          // the same with scores over d_k
};

// 1000 queries with ten keys each, all of length d_k, with entries uniform in +-sqrt(3):
// their mean is zero and their variance one.
ScalingExperiment scaling_experiment(std::size_t d_k, longhand::Generator& generator);

}  // namespace walkthrough
