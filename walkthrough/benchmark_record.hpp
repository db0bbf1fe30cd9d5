#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace walkthrough {

// What the benchmark (tests/benchmark_faster_loops.cpp) measured on one machine, in one run.
struct BenchmarkRecord {
  // One step of chapter 5, on the same work as all others.
  struct Step {
    std::string name;
    std::size_t num_threads = 1;
    double milliseconds = 0;        // median
    double gflops = 0;              // 10^9 floating-point operations a second
    double share_of_peak = 0;       // of as many cores as threads, measured between the rounds
    double speed_up = 0;            // over the step before, measured in the same rounds
    double largest_difference = 0;  // from the clear code
    double mebibytes = 0;           // beyond inputs, weights and the returned matrix
  };
  // The fast code and its last step with whole matrices of scores, for more and more tokens.
  struct Growth {
    std::size_t num_tokens = 0;
    double milliseconds = 0;
    double mebibytes = 0;
    double milliseconds_with_all_scores = 0;
    double mebibytes_with_all_scores = 0;
  };

  std::string machine;
  std::string compiler;
  std::string instruction_set;
  std::size_t num_tokens = 0;  // of the steps
  double peak_gflops = 0;      // of one core
  std::vector<Step> steps;
  std::vector<Growth> growth;
};

}  // namespace walkthrough
