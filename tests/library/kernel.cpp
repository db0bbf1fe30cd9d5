#include "kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <list>
#include <string>
#include <vector>

#include "check.hpp"
#include "panels.hpp"

using namespace longhand;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

// Numbers between NaNs: a loop that reads beside them spoils its result, and one that writes beside
// them is seen.
class Guarded {
 public:
  explicit Guarded(const std::vector<float>& numbers) : all_(numbers.size() + 2 * margin) {
    std::fill(all_.begin(), all_.end(), not_a_number);
    std::copy(numbers.begin(), numbers.end(), all_.begin() + margin);
  }
  float* data() { return all_.data() + margin; }
  std::vector<float> numbers() const { return {all_.begin() + margin, all_.end() - margin}; }
  bool is_whole() const {
    const auto is_nan = [](float number) { return std::isnan(number); };
    return std::all_of(all_.begin(), all_.begin() + margin, is_nan) &&
           std::all_of(all_.end() - margin, all_.end(), is_nan);
  }

 private:
  static constexpr std::ptrdiff_t margin = 64;
  std::vector<float> all_;
};

// Small whole numbers: their products and sums are exact.
std::vector<float> whole_numbers(RandomNumbers& random, std::size_t size) {
  std::vector<float> numbers = random.vector(size);
  for (float& number : numbers) number = std::round(8 * number);
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_product_has_its_rows_and_lanes_and_touches_nothing_beside_it) {
  RandomNumbers random(1);
  for (const InstructionSet instruction_set : instruction_sets()) {
    const Kernel& loops = kernel(instruction_set);
    const std::size_t lanes = loops.lanes, c_stride = lanes + 3;
    for (const std::size_t depth : {1U, 2U, 5U, 192U, 400U}) {
      for (const std::size_t rows : {1U, 2U, 4U, 7U, 8U, 19U}) {
        for (const bool add : {false, true}) {
          const std::size_t row_stride = 2 * depth + 1, k_stride = 2;
          const std::vector<float> a = whole_numbers(random, rows * row_stride);
          const std::vector<float> b = whole_numbers(random, depth * lanes);
          const std::vector<float> c = whole_numbers(random, rows * c_stride);
          std::vector<float> expected = c;
          for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
              float total = add ? c[row * c_stride + lane] : 0;
              for (std::size_t k = 0; k < depth; ++k) {
                total += a[row * row_stride + k * k_stride] * b[k * lanes + lane];
              }
              expected[row * c_stride + lane] = total;
            }
          }
          Guarded left(a), right(b), product(c);
          loops.multiply({left.data(), rows, depth, row_stride, k_stride},
                         {right.data(), depth, lanes, lanes},
                         {product.data(), rows, lanes, c_stride}, add);
          BOOST_TEST(product.numbers() == expected, boost::test_tools::per_element());
          BOOST_TEST((left.is_whole() && right.is_whole() && product.is_whole()));
        }
      }
    }
  }
}

// Each lane has scores of its own; the second block holds the larger ones in half of the lanes.
BOOST_AUTO_TEST_CASE(the_online_softmax_equals_its_formula_in_every_lane) {
  RandomNumbers random(2);
  const std::size_t num_keys = 3, num_features = 2;
  for (const InstructionSet instruction_set : instruction_sets()) {
    const Kernel& loops = kernel(instruction_set);
    const std::size_t lanes = loops.lanes;
    RunningSoftmax running;
    Guarded context(std::vector<float>(num_features * lanes, 0));
    std::vector<double> all_scores;  // of both blocks, (key, lane)
    for (int block = 0; block < 2; ++block) {
      std::vector<float> scores = random.vector(num_keys * lanes);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        scores[i] = 5 * scores[i] + static_cast<float>(block == 1 && i % lanes % 2 == 0 ? 7 : 0);
      }
      all_scores.insert(all_scores.end(), scores.begin(), scores.end());
      const std::vector<float> context_before = context.numbers();
      const RunningSoftmax before = running;
      Guarded weights(scores);
      loops.online_softmax({weights.data(), num_keys, lanes, lanes}, running,
                           {context.data(), num_features, lanes, lanes});
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        double largest = -infinity, total = 0;
        for (std::size_t i = lane; i < all_scores.size(); i += lanes) {
          largest = std::max(largest, all_scores[i]);
        }
        for (std::size_t i = lane; i < all_scores.size(); i += lanes) {
          total += std::exp(all_scores[i] - largest);
        }
        BOOST_TEST(running.max[lane] == static_cast<float>(largest));
        BOOST_TEST(std::abs(running.sum[lane] / total - 1) < 1e-6);
        for (std::size_t i = lane; i < scores.size(); i += lanes) {
          const double weight = std::exp(scores[i] - largest);
          BOOST_TEST(std::abs(weights.numbers()[i] / weight - 1) < 2e-6);
        }
        const double correction = std::exp(before.max[lane] - largest);
        for (std::size_t i = lane; i < num_features * lanes; i += lanes) {
          const double expected = context_before[i] * correction;
          BOOST_TEST(std::abs(context.numbers()[i] - expected) <= 2e-6 * expected);
        }
      }
      BOOST_TEST((weights.is_whole() && context.is_whole()));
      std::fill_n(context.data(), num_features * lanes, static_cast<float>(block + 3));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_score_of_minus_infinity_gets_no_weight_in_any_lane) {
  for (const InstructionSet instruction_set : instruction_sets()) {
    const std::size_t lanes = kernel(instruction_set).lanes;
    std::vector<float> scores(2 * lanes, 1);
    std::fill_n(scores.begin() + static_cast<std::ptrdiff_t>(lanes), lanes, -infinity);
    RunningSoftmax running;
    kernel(instruction_set).online_softmax({scores.data(), 2, lanes, lanes}, running, {});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      BOOST_TEST(scores[lane] == 1);
      BOOST_TEST(scores[lanes + lane] == 0);
      BOOST_TEST(running.sum[lane] == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_score_that_is_not_a_number_spoils_its_own_lane_alone) {
  for (const InstructionSet instruction_set : instruction_sets()) {
    const std::size_t lanes = kernel(instruction_set).lanes;
    for (const std::size_t spoilt : {std::size_t{0}, lanes - 1}) {
      std::vector<float> scores(lanes, 1);
      scores[spoilt] = not_a_number;
      RunningSoftmax running;
      kernel(instruction_set).online_softmax({scores.data(), 1, lanes, lanes}, running, {});
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        BOOST_TEST(std::isnan(running.sum[lane]) == (lane == spoilt));
      }
    }
  }
}

// Linux lists what the processor can do.
BOOST_AUTO_TEST_CASE(wide_registers_are_used_if_the_processor_has_them) {
  std::ifstream file("/proc/cpuinfo");
  std::string flags;
  while (std::getline(file, flags) && !flags.starts_with("flags")) continue;
  if (!file) {
    BOOST_TEST_MESSAGE("needs the flags in /proc/cpuinfo");
    return;
  }
  flags += ' ';
  const auto has = [&](const std::string& flag) {
    return flags.find(' ' + flag + ' ') != std::string::npos;
  };
  const std::vector<InstructionSet> sets = instruction_sets();
  const auto is_offered = [&](InstructionSet set) {
    return std::find(sets.begin(), sets.end(), set) != sets.end();
  };
  const bool has_v3 = has("avx2") && has("fma");
  BOOST_TEST(is_offered(InstructionSet::x86_64_v3) == has_v3);
  BOOST_TEST(is_offered(InstructionSet::x86_64_v4) ==
             (has_v3 && has("avx512f") && has("avx512bw") && has("avx512dq") && has("avx512vl")));
}

BOOST_AUTO_TEST_CASE(wider_registers_come_with_loops_of_more_lanes) {
  std::size_t lanes = 0;
  for (const InstructionSet instruction_set : instruction_sets()) {
    BOOST_TEST(kernel(instruction_set).lanes > lanes);
    lanes = kernel(instruction_set).lanes;
  }
}

BOOST_AUTO_TEST_CASE(memory_begins_at_a_cache_line_and_is_handed_out_without_gaps) {
  std::list<Memory> memories;
  for (std::size_t size = 1; size < 20; ++size) {
    Memory& memory = memories.emplace_back(size + 5);
    float* first = memory.take(size);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(first) % 64 == 0);
    BOOST_TEST(memory.take(5) == first + size);
  }
}
