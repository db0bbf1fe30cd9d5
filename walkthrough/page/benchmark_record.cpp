#include "benchmark_record.hpp"

#include <cmath>
#include <cstdio>

namespace walkthrough {
namespace {

std::string formatted(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

}  // namespace

std::string one_decimal(double value) { return formatted("%.1f", value); }

std::vector<std::string> columns_of_steps() {
  return {"ms", "GFLOP/s", "of peak", "gain", "differs", "MiB"};
}

std::vector<std::string> cells(const BenchmarkRecord::Step& step) {
  return {one_decimal(step.milliseconds),
          one_decimal(step.gflops),
          formatted("%.1f %%", 100 * step.share_of_peak),
          step.speed_up > 0 ? formatted("%.2fx", step.speed_up) : "",
          formatted("%.0e", step.largest_difference),
          one_decimal(step.mebibytes)};
}

std::vector<std::string> columns_of_growth() {
  return {"fast, ms", "MiB", "all scores, ms", "MiB"};
}

std::vector<std::string> cells(const BenchmarkRecord::Growth& row) {
  return {one_decimal(row.milliseconds), one_decimal(row.mebibytes),
          one_decimal(row.milliseconds_of_all_scores), one_decimal(row.mebibytes_of_all_scores)};
}

std::vector<std::string> exponents(const BenchmarkRecord::Growth& row,
                                   const BenchmarkRecord::Growth& row_of_twice_the_tokens) {
  const BenchmarkRecord::Growth& twice = row_of_twice_the_tokens;
  const auto exponent = [](double value, double value_of_twice) {
    return formatted("%.2f", std::log2(value_of_twice / value));
  };
  return {exponent(row.milliseconds, twice.milliseconds), exponent(row.mebibytes, twice.mebibytes),
          exponent(row.milliseconds_of_all_scores, twice.milliseconds_of_all_scores),
          exponent(row.mebibytes_of_all_scores, twice.mebibytes_of_all_scores)};
}

}  // namespace walkthrough
