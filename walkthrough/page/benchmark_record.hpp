#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace walkthrough {

// What the benchmark (tests/speed/benchmark_faster_loops.cpp) measured on one machine, in one run.
struct BenchmarkRecord {
  // One step of chapter 5, on the same work as all others.
  struct Step {
    std::string name;
    std::size_t num_threads = 1;
    double milliseconds = 0;        // median
    double gflops = 0;              // 10^9 floating-point operations a second
    double share_of_peak = 0;       // of as many cores as threads, measured between the rounds
    double speed_up = 0;            // over the step before, in the same rounds; 0: none before
    double largest_difference = 0;  // from the clear code
    double mebibytes = 0;           // beyond inputs, weights and the returned matrix
  };
  // For more and more tokens, each a time and a memory: the library with one thread, and the step
  // "softmax in lanes", which holds all scores of a head.
  struct Growth {
    std::size_t num_tokens = 0;
    double milliseconds = 0;
    double mebibytes = 0;
    double milliseconds_of_all_scores = 0;
    double mebibytes_of_all_scores = 0;
  };

  std::string machine;
  std::string compiler;
  std::string instruction_set;
  std::size_t num_tokens = 0;  // of the steps
  double gflop = 0;            // 10^9 floating-point operations of each step
  double peak_gflops = 0;      // of one core
  std::vector<Step> steps;
  std::vector<Growth> growth;
};

// As texts: a number, the columns of a table, and one row of it.
std::string one_decimal(double value);
std::vector<std::string> columns_of_steps();
std::vector<std::string> cells(const BenchmarkRecord::Step& step);
std::vector<std::string> columns_of_growth();
std::vector<std::string> cells(const BenchmarkRecord::Growth& row);

// The exponent with which each quantity grows, from one row to one with twice the tokens: log2 of the
// ratio, 1 where a quantity doubles, 2 where it grows fourfold.
std::vector<std::string> exponents(const BenchmarkRecord::Growth& row,
                                   const BenchmarkRecord::Growth& row_of_twice_the_tokens);

}  // namespace walkthrough
