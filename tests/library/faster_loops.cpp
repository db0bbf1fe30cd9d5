#include "longhand/faster_loops.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "check.hpp"
#include "exponential.hpp"
#include "faster_steps.hpp"
#include "inputs.hpp"
#include "kernel.hpp"

using namespace longhand;

namespace {

struct Shape {
  std::size_t d_in;
  std::size_t head_dim;
  std::size_t num_heads;
  std::vector<std::size_t> num_tokens;  // of each sequence
};

std::string text(const Shape& shape) {
  std::string result = "d_in " + std::to_string(shape.d_in) + ", head_dim " +
                       std::to_string(shape.head_dim) + ", " + std::to_string(shape.num_heads) +
                       " heads, tokens";
  for (const std::size_t tokens : shape.num_tokens) result += " " + std::to_string(tokens);
  return result;
}

// Weights, some with biases, and a batch, all random.
struct Case {
  explicit Case(const Shape& shape, unsigned seed = 1, float size_of_tokens = 2)
      : generator(seed),
        attention(MultiHeadAttention::draw({.d_in = shape.d_in,
                                            .d_out = shape.head_dim * shape.num_heads,
                                            .context_length = 5000,
                                            .num_heads = shape.num_heads,
                                            .qkv_bias = seed % 2 == 0},
                                           generator)) {
    for (const std::size_t num_tokens : shape.num_tokens) {
      batch.push_back(generator.uniform(num_tokens, shape.d_in, -size_of_tokens, size_of_tokens));
    }
  }
  Generator generator;
  MultiHeadAttention attention;
  std::vector<Matrix> batch;
};

// By one thread.
std::vector<Matrix> forward(const Case& that, InstructionSet instruction_set) {
  return faster_forward(that.attention, that.batch, {1, instruction_set});
}

// NaN where one of them is NaN.
float largest_difference(const Matrix& left, const Matrix& right) {
  float largest = 0;
  for (std::size_t i = 0; i < left.values().size(); ++i) {
    const float difference = std::abs(left.values()[i] - right.values()[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

void check_equal_but_for_rounding(const std::vector<Matrix>& computed,
                                  const std::vector<Matrix>& expected, const std::string& what) {
  BOOST_REQUIRE(computed.size() == expected.size());
  for (std::size_t item = 0; item < expected.size(); ++item) {
    BOOST_REQUIRE(shape_text(computed[item]) == shape_text(expected[item]));
    const float difference = largest_difference(computed[item], expected[item]);
    BOOST_TEST(difference <= 1e-6F, what << ": sequence " << item << " differs by " << difference);
  }
}

void check_equal_to_clear_code(const Shape& shape, std::size_t num_threads = 1, unsigned seed = 1) {
  const Case that(shape, seed);
  const std::vector<Matrix> expected = that.attention.forward(that.batch);
  for (const InstructionSet instruction_set : instruction_sets()) {
    check_equal_but_for_rounding(
        faster_forward(that.attention, that.batch, {num_threads, instruction_set}), expected,
        std::string(instruction_set_name(instruction_set)) + ", " + text(shape));
  }
}

// Pointers: these loops take most of the time, and the tests are compiled without optimisation.
double dot_in_float64(const std::vector<double>& left, const float* right) {
  double total = 0;
  const double* numbers = left.data();
  for (std::size_t i = 0; i < left.size(); ++i) total += numbers[i] * right[i];
  return total;
}

void add_multiple(std::vector<double>& sums, double factor, const float* addends) {
  double* numbers = sums.data();
  for (std::size_t i = 0; i < sums.size(); ++i) numbers[i] += factor * addends[i];
}

const float* weights_of(const Linear& linear, std::size_t out) {
  return linear.weight.values().data() + out * linear.d_in();
}

// One row of context vectors in float64. Associativity spares the keys and values of all tokens:
// score = query (W_key token) = (W_key^T query) token, and context = W_value (sum weight * token).
std::vector<double> context_vec_in_float64(const MultiHeadAttention& attention,
                                           const Matrix& inputs, std::size_t query_token) {
  const std::size_t head_dim = attention.head_dim();
  const std::span<const float> token = inputs.row(query_token);
  const std::vector<double> query_input(token.begin(), token.end());
  std::vector<double> joined(attention.W_query.d_out());
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    std::vector<double> key_side(inputs.cols());
    for (std::size_t out = head * head_dim; out < (head + 1) * head_dim; ++out) {
      const double query = dot_in_float64(query_input, weights_of(attention.W_query, out));
      add_multiple(key_side, query, weights_of(attention.W_key, out));
    }
    std::vector<double> weights(query_token + 1);
    for (std::size_t key = 0; key <= query_token; ++key) {
      weights[key] = dot_in_float64(key_side, inputs.row(key).data()) /
                     std::sqrt(static_cast<double>(head_dim));
    }
    const double max = *std::max_element(weights.begin(), weights.end());
    for (double& value : weights) value = std::exp(value - max);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> mean_token(inputs.cols());
    for (std::size_t key = 0; key <= query_token; ++key) {
      add_multiple(mean_token, weights[key] / sum, inputs.row(key).data());
    }
    for (std::size_t out = head * head_dim; out < (head + 1) * head_dim; ++out) {
      joined[out] = dot_in_float64(mean_token, weights_of(attention.W_value, out));
    }
  }
  std::vector<double> context_vec(joined.size());
  for (std::size_t out = 0; out < joined.size(); ++out) {
    context_vec[out] =
        attention.out_proj.bias[out] + dot_in_float64(joined, weights_of(attention.out_proj, out));
  }
  return context_vec;
}

double largest_error(const Case& that, const Matrix& context_vecs,
                     const std::vector<std::size_t>& queries) {
  double largest = 0;
  for (const std::size_t query : queries) {
    const std::vector<double> exact = context_vec_in_float64(that.attention, that.batch[0], query);
    for (std::size_t out = 0; out < exact.size(); ++out) {
      largest = std::max(largest, std::abs(context_vecs.row(query)[out] - exact[out]));
    }
  }
  return largest;
}

}  // namespace

BOOST_AUTO_TEST_CASE(fast_loops_equal_the_clear_ones_over_random_shapes) {
  RandomNumbers random(1);
  for (unsigned seed = 0; seed < 60; ++seed) {
    check_equal_to_clear_code({random.size(1, 90),
                               random.size(1, seed % 2 == 0 ? 4 : 40),
                               random.size(1, 5),
                               {random.size(0, 130), random.size(0, 130)}},
                              random.size(1, 3), seed);
  }
}

// Heads narrower than a tile, and as wide as one, two or many. A panel of tokens is full, or has one
// more, or one less; and so a block of 6 panels. Sums longer than 192 are split, and output projections
// wider than 192 cut into tasks.
BOOST_AUTO_TEST_CASE(the_edges_of_tiles_panels_blocks_and_parts_equal_the_clear_code) {
  for (const std::size_t head_dim : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 15U, 63U, 64U, 65U, 129U}) {
    check_equal_to_clear_code({7, head_dim, 2, {0, 1, 5, 63, 64, 65}}, 2);
  }
  check_equal_to_clear_code({3, 1, 150, {30}});
  for (const InstructionSet instruction_set : instruction_sets()) {
    const std::size_t lanes = kernel(instruction_set).lanes;
    for (const std::size_t panels : {1U, 2U, 6U, 7U}) {
      const std::size_t tokens = panels * lanes;
      check_equal_to_clear_code({4, 3, 1, {tokens - 1, tokens, tokens + 1}});
    }
  }
  check_equal_to_clear_code({5, 3, 2, {1000}});
  for (const std::size_t d_in : {191U, 192U, 193U, 384U, 385U}) {
    check_equal_to_clear_code({d_in, 16, 1, {1, 60}});
  }
  check_equal_to_clear_code({3, 385, 1, {30}});
}

// A group is full, or has one sequence more: each of them has one panel, and a thread 32.
BOOST_AUTO_TEST_CASE(many_short_sequences_equal_the_clear_code) {
  for (const std::size_t num_sequences : {31U, 32U, 33U, 65U, 200U}) {
    const std::vector<std::size_t> num_tokens(num_sequences, 4);
    for (const std::size_t num_threads : {1U, 2U, 3U}) {
      check_equal_to_clear_code({20, 40, 1, num_tokens}, num_threads);
    }
  }
  check_equal_to_clear_code({3, 2, 2, {700, 20, 800, 5, 900, 20}});
}

BOOST_AUTO_TEST_CASE(an_output_projection_may_have_another_width_than_the_heads) {
  for (const std::size_t d_out : {0U, 3U, 70U, 400U}) {
    Case that({5, 4, 2, {30}});
    that.attention.out_proj = Linear{that.generator.uniform(d_out, 8, -1, 1)};
    check_equal_but_for_rounding(faster_forward(that.attention, that.batch),
                                 that.attention.forward(that.batch), std::to_string(d_out));
  }
}

BOOST_AUTO_TEST_CASE(no_sequences_and_no_tokens_are_fine) {
  const Case that({5, 4, 2, {0}});
  BOOST_TEST(faster_forward(that.attention, std::vector<Matrix>{}).empty());
  BOOST_TEST((faster_forward(that.attention, that.batch)[0] == Matrix(0, 8)));
  BOOST_TEST((faster_forward(that.attention, that.batch, {.num_threads = 3})[0] == Matrix(0, 8)));
}

BOOST_AUTO_TEST_CASE(each_step_of_the_chapter_equals_the_clear_code) {
  for (const walkthrough::FasterStep& step : walkthrough::faster_steps()) {
    for (const Shape& shape : {Shape{7, 5, 3, {0, 1, 24, 25, 193}}, Shape{33, 16, 2, {70}}}) {
      for (const unsigned seed : {1U, 2U}) {
        const Case that(shape, seed);
        const std::vector<Matrix> expected = that.attention.forward(that.batch);
        for (const InstructionSet instruction_set : instruction_sets()) {
          std::vector<Matrix> computed;
          for (const Matrix& inputs : that.batch) {
            computed.push_back(step.forward(that.attention, inputs, instruction_set));
          }
          check_equal_but_for_rounding(computed, expected, step.name + ", " + text(shape));
        }
      }
    }
  }
}

// No sum depends on how many tokens follow, whatever they are: later tokens change no bit.
BOOST_AUTO_TEST_CASE(a_prefix_of_a_sequence_has_the_bits_of_the_same_rows_of_the_whole) {
  RandomNumbers random(7);
  std::vector<Shape> shapes{{400, 8, 1, {40}}, {6, 5, 2, {300}}};
  for (int i = 0; i < 20; ++i) {
    shapes.push_back(
        {random.size(1, 90), random.size(1, 40), random.size(1, 5), {random.size(1, 300)}});
  }
  for (const Shape& shape : shapes) {
    const Case that(shape);
    const std::size_t num_tokens = shape.num_tokens[0];
    for (const InstructionSet instruction_set : instruction_sets()) {
      const std::size_t lanes = kernel(instruction_set).lanes;
      const Matrix whole = forward(that, instruction_set)[0];
      for (const std::size_t length :
           {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{5}, std::size_t{8},
            lanes - 1, lanes, lanes + 1, 8 * lanes - 1, 8 * lanes, 8 * lanes + 1, num_tokens - 1}) {
        if (length >= num_tokens) continue;
        const Matrix prefix =
            faster_forward(that.attention, first_rows(that.batch[0], length), {1, instruction_set});
        BOOST_TEST((prefix == first_rows(whole, length)), instruction_set_name(instruction_set)
                                                              << ", " << text(shape)
                                                              << ": prefix of " << length);
      }
    }
  }
}

// No sum is split between threads.
BOOST_AUTO_TEST_CASE(the_number_of_threads_changes_no_bit) {
  for (const Shape& shape : {Shape{9, 5, 3, {1, 60, 200}}, Shape{100, 64, 2, {300}}}) {
    const Case that(shape);
    for (const InstructionSet instruction_set : instruction_sets()) {
      const std::vector<Matrix> expected = forward(that, instruction_set);
      for (const std::size_t num_threads : {0U, 2U, 3U, 8U, 1000U}) {
        BOOST_TEST((faster_forward(that.attention, that.batch, {num_threads, instruction_set}) ==
                    expected),
                   num_threads << " threads, " << text(shape));
      }
    }
  }
}

// Sequences of equal length too have each its own result. The last case needs two groups of 32 panels.
BOOST_AUTO_TEST_CASE(items_of_a_batch_do_not_mix) {
  for (const std::vector<std::size_t>& num_tokens :
       {std::vector<std::size_t>{30, 1, 47}, {2, 2}, std::vector<std::size_t>(40, 20)}) {
    const Case that({6, 5, 2, num_tokens});
    const std::vector<Matrix> together = faster_forward(that.attention, that.batch);
    BOOST_TEST((together[0] != together[1]));
    for (std::size_t item = 0; item < that.batch.size(); ++item) {
      BOOST_TEST((together[item] == faster_forward(that.attention, that.batch[item])));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_sequence_that_is_not_finite_does_not_reach_the_others) {
  Case that({6, 5, 2, {30, 40, 30}});
  const std::vector<Matrix> expected = faster_forward(that.attention, that.batch);
  that.batch[1](7, 2) = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Matrix> context_vecs = faster_forward(that.attention, that.batch);
  BOOST_TEST((context_vecs[0] == expected[0]));
  BOOST_TEST((context_vecs[1] != expected[1]));
  BOOST_TEST((context_vecs[2] == expected[2]));
}

// Scores of some thousands: all weight is on one key, and all other exponentials are 0.
BOOST_AUTO_TEST_CASE(large_scores_equal_the_clear_code) {
  const Case that({8, 4, 2, {60}}, 1, 100);
  const Matrix expected = that.attention.forward(that.batch)[0];
  for (const InstructionSet instruction_set : instruction_sets()) {
    const Matrix computed = forward(that, instruction_set)[0];
    BOOST_TEST(largest_difference(computed, expected) <= 1e-3F);
  }
}

// A masked score is below every finite one: were it -1e9, later tokens would get all the weight here.
BOOST_AUTO_TEST_CASE(
    finite_scores_below_minus_1e9_equal_the_clear_code,
    *boost::unit_test::description("finite scores below -1e9 equal the clear code")) {
  Case that({1, 1, 1, {}});
  that.attention.W_query = Linear{Matrix{{1}}};
  that.attention.W_key = Linear{Matrix{{-1}}};
  that.attention.W_value = Linear{Matrix{{1}}};
  that.attention.out_proj = Linear{Matrix{{1}}};
  that.batch = {that.generator.uniform(100, 1, 1e5F, 2e5F)};
  const std::vector<Matrix> expected = that.attention.forward(that.batch);
  BOOST_TEST(expected[0](0, 0) == that.batch[0](0, 0));
  for (const InstructionSet instruction_set : instruction_sets()) {
    BOOST_TEST((forward(that, instruction_set) == expected));
  }
}

// 2^24 + 1 is no float32: after 2^24, a sum of ones stands still. The other three quarters of the ones
// are added up apart, and arrive.
BOOST_AUTO_TEST_CASE(a_sum_over_768_is_split_in_four) {
  Case that({768, 1, 1, {}});
  Matrix weight(1, 768, 1);
  weight(0, 0) = 16777216;
  that.attention.W_value = Linear{weight};
  that.attention.out_proj = Linear{Matrix{{1}}};
  that.batch = {Matrix(240, 768, 1)};
  BOOST_TEST(that.attention.forward(that.batch)[0](0, 0) == 16777216.0F);
  for (const InstructionSet instruction_set : instruction_sets()) {
    BOOST_TEST(forward(that, instruction_set)[0](0, 0) == 16777216.0F + 3 * 192);
  }
}

// The first rows err most: later ones are means of many values.
BOOST_AUTO_TEST_CASE(errors_are_at_most_1e_6_and_smaller_than_those_of_the_clear_code,
                     *boost::unit_test::description(
                         "errors are at most 1e-6, and smaller than those of the clear code")) {
  const Case many({768, 64, 12, {1024}}, 123, std::sqrt(3.0F));
  const Case few({768, 64, 12, {30}}, 123, std::sqrt(3.0F));
  const double error_of_clear_code =
      largest_error(few, few.attention.forward(few.batch)[0], {0, 15, 29});
  for (const InstructionSet set : instruction_sets()) {
    const auto context_vecs_of = [&](const Case& that) {
      return faster_forward(that.attention, that.batch, {0, set})[0];
    };
    BOOST_TEST(largest_error(many, context_vecs_of(many), {0, 1, 2, 63, 1023}) <= 1e-6);
    BOOST_TEST(largest_error(few, context_vecs_of(few), {0, 15, 29}) < 0.8 * error_of_clear_code);
  }
}

BOOST_AUTO_TEST_CASE(
    the_exponential_of_the_lanes_is_within_3e_7_of_the_true_one,
    *boost::unit_test::description("the exponential of the lanes is within 3e-7 of the true one")) {
  double largest_error = 0;
  for (float x = 0; x >= -87.68F; x -= 1e-4F) {
    const double exact = std::exp(static_cast<double>(x));
    largest_error = std::max(largest_error, std::abs(exponential(x) - exact) / exact);
  }
  BOOST_TEST(largest_error < 3e-7);
  BOOST_TEST(largest_error > 1e-7);
  BOOST_TEST(exponential(0) == 1.0F);
  BOOST_TEST(exponential(-87.69F) == 0.0F);
  BOOST_TEST(exponential(-88) == 0.0F);
}

BOOST_AUTO_TEST_CASE(the_work_of_the_chapter_is_6_44_gflop,
                     *boost::unit_test::description("the work of the chapter is 6.44 GFLOP")) {
  BOOST_TEST(walkthrough::floating_point_operations(768, 768, 1024) == 6444023808.0);
  BOOST_TEST(walkthrough::floating_point_operations(3, 2, 1) == 2.0 * (2 * 3 * 3 + 2 * 2 + 2 * 2));
}

BOOST_AUTO_TEST_CASE(instruction_sets_have_names_and_begin_with_the_baseline) {
  const std::vector<InstructionSet> sets = instruction_sets();
  BOOST_TEST((sets.front() == InstructionSet::baseline));
  BOOST_TEST(std::is_sorted(sets.begin(), sets.end()));
  BOOST_TEST(instruction_set_name(InstructionSet::baseline) == "baseline");
  BOOST_TEST(instruction_set_name(InstructionSet::x86_64_v3) == "x86-64-v3");
  BOOST_TEST(instruction_set_name(InstructionSet::x86_64_v4) == "x86-64-v4");
}

BOOST_AUTO_TEST_CASE(an_instruction_set_that_the_machine_lacks_is_refused) {
  const Case that({5, 4, 2, {3}});
  const std::vector<InstructionSet> here = instruction_sets();
  for (const InstructionSet set : {InstructionSet::x86_64_v3, InstructionSet::x86_64_v4}) {
    if (std::find(here.begin(), here.end(), set) != here.end()) continue;
    BOOST_CHECK_EXCEPTION(
        faster_forward(that.attention, that.batch, {.num_threads = 1, .instruction_set = set}),
        std::invalid_argument,
        says("faster_forward: this machine has no " + std::string(instruction_set_name(set)) +
             ": choose one of instruction_sets()"));
  }
  BOOST_CHECK_EXCEPTION(
      faster_forward(that.attention, that.batch, {1, static_cast<InstructionSet>(77)}),
      std::invalid_argument,
      says("faster_forward: this machine has no instruction set of that number: choose one of "
           "instruction_sets()"));
}

BOOST_AUTO_TEST_CASE(a_negative_number_of_threads_is_named) {
  const Case that({5, 4, 2, {3}});
  BOOST_CHECK_EXCEPTION(
      faster_forward(that.attention, that.batch, {.num_threads = -std::size_t{2}}),
      std::invalid_argument, says("faster_forward: num_threads is -2: a size is not negative"));
}

BOOST_AUTO_TEST_CASE(what_the_clear_code_refuses_is_refused_with_the_same_sentence) {
  const auto text_of = [](const auto& forward) {
    try {
      forward();
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto check_same_refusal = [&](const MultiHeadAttention& attention,
                                      const std::vector<Matrix>& batch) {
    const std::string expected = text_of([&] { attention.forward(batch); });
    BOOST_TEST(expected != "");
    for (const InstructionSet set : instruction_sets()) {
      BOOST_TEST(text_of([&] { faster_forward(attention, batch, {1, set}); }) == expected);
    }
  };
  const Case that({5, 4, 2, {60}});
  check_same_refusal(that.attention, {Matrix(3, 5), Matrix(3, 6)});
  check_same_refusal(that.attention, {Matrix(5001, 5)});
  const auto check_change = [&](const auto& change) {
    MultiHeadAttention wrong = that.attention;
    change(wrong);
    check_same_refusal(wrong, that.batch);
    check_same_refusal(wrong, {});
  };
  check_change([](auto& wrong) { wrong.num_heads = 3; });
  check_change([](auto& wrong) { wrong.W_key.weight = Matrix(8, 6); });
  check_change([](auto& wrong) { wrong.out_proj.weight = Matrix(8, 7); });
  check_change([](auto& wrong) { wrong.W_query = wrong.W_key = wrong.W_value = {}; });
  check_change([](auto& wrong) { wrong.W_value.bias.assign(7, 0); });
  check_change([](auto& wrong) { wrong.dropout = 2; });
}
