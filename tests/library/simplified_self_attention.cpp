#include "longhand/simplified_self_attention.hpp"

#include <algorithm>
#include <cmath>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

using namespace longhand;
using walkthrough::inputs;

namespace {

const std::span<const float> query = inputs.row(1);

std::vector<float> scores_of_query() {
  std::vector<float> attn_scores_2;
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    attn_scores_2.push_back(dot(inputs.row(token), query));
  }
  return attn_scores_2;
}

}  // namespace

// "1." against "1.0000" in the notebook: the order of a sum decides its last bit.
BOOST_AUTO_TEST_CASE(one_running_total_misses_the_documented_sum_by_one_bit) {
  float running_sum = 0;
  for (const float weight : softmax_naive(scores_of_query())) running_sum += weight;
  BOOST_TEST(running_sum == std::nextafter(1.0F, 2.0F));
  BOOST_TEST(sum(softmax_naive(scores_of_query())) == 1.0F);
}

// What chapter 1 says of the picture of the weights.
BOOST_AUTO_TEST_CASE(five_of_six_queries_give_most_to_the_two_longest_tokens) {
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(inputs);
  const auto largest = [](std::span<const float> values) {
    return std::ranges::max_element(values) - values.begin();
  };
  std::vector<float> squared_lengths;
  for (std::size_t token = 0; token < 6; ++token) {
    squared_lengths.push_back(steps.attn_scores(token, token));
  }
  const std::size_t your = 0, journey = 1, starts = 2;
  for (const std::size_t token : {0U, 3U, 4U, 5U}) {
    BOOST_TEST(squared_lengths[token] < squared_lengths[journey]);
    BOOST_TEST(squared_lengths[token] < squared_lengths[starts]);
  }
  BOOST_TEST(largest(steps.attn_weights.row(your)) == 0);
  for (std::size_t query = 1; query < 6; ++query) {
    const auto key = static_cast<std::size_t>(largest(steps.attn_weights.row(query)));
    BOOST_TEST((key == journey || key == starts));
  }
}

BOOST_AUTO_TEST_CASE(journey_gets_more_attention_than_it_gives) {
  const Matrix received = transpose(simplified_self_attention(inputs).attn_weights);
  BOOST_TEST(sum(received.row(1)) > 1.2);
}

BOOST_AUTO_TEST_CASE(journey_scores_highest_with_itself_and_least_with_one) {
  const std::vector<float> attn_scores_2 = scores_of_query();
  BOOST_TEST((std::ranges::max_element(attn_scores_2) == attn_scores_2.begin() + 1));
  BOOST_TEST((std::ranges::min_element(attn_scores_2) == attn_scores_2.begin() + 4));
}

// Both add the same products in the same order, so that not one bit differs.
BOOST_AUTO_TEST_CASE(the_double_loop_of_dot_products_is_the_matrix_product) {
  RandomNumbers random(8);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const Matrix tokens = random.matrix(random.size(0, 12), random.size(0, 9));
    const Matrix attn_scores = simplified_self_attention(tokens).attn_scores;
    for (std::size_t query = 0; query < tokens.rows(); ++query) {
      for (std::size_t key = 0; key < tokens.rows(); ++key) {
        BOOST_TEST(attn_scores(query, key) == dot(tokens.row(query), tokens.row(key)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(scores_are_symmetric) {
  RandomNumbers random(9);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const Matrix tokens = random.matrix(random.size(0, 12), random.size(0, 9));
    const Matrix attn_scores = simplified_self_attention(tokens).attn_scores;
    BOOST_TEST((attn_scores == transpose(attn_scores)));
  }
}

BOOST_AUTO_TEST_CASE(the_weights_of_each_query_sum_to_one) {
  RandomNumbers random(10);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const Matrix tokens = random.matrix(random.size(1, 12), random.size(1, 9));
    const Matrix attn_weights = simplified_self_attention(tokens).attn_weights;
    for (std::size_t query = 0; query < tokens.rows(); ++query) {
      BOOST_TEST(std::abs(sum(attn_weights.row(query)) - 1) < 1e-6);
    }
  }
}

// Self-attention knows no order of its tokens. The sums run over the tokens in another order, so
// that last digits may differ: each is a weighted mean of numbers up to 1, at most 12 of them.
BOOST_AUTO_TEST_CASE(permuting_the_tokens_permutes_the_context_vectors) {
  RandomNumbers random(11);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const Matrix tokens = random.matrix(random.size(1, 12), random.size(1, 9));
    const std::vector<std::size_t> order = random.permutation(tokens.rows());
    const Matrix result = simplified_self_attention(permuted(tokens, order)).context_vecs;
    const Matrix expected = permuted(simplified_self_attention(tokens).context_vecs, order);
    for (std::size_t i = 0; i < result.values().size(); ++i) {
      BOOST_TEST(std::abs(result.values()[i] - expected.values()[i]) < 3e-6);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_single_token_attends_to_itself_alone) {
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(Matrix{{0.5, -2, 3}});
  BOOST_TEST((steps.attn_weights == Matrix{{1}}));
  BOOST_TEST((steps.context_vecs == Matrix{{0.5, -2, 3}}));
}

BOOST_AUTO_TEST_CASE(no_tokens_give_no_context_vectors) {
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(Matrix(0, 3));
  BOOST_TEST((steps.attn_scores == Matrix(0, 0)));
  BOOST_TEST((steps.context_vecs == Matrix(0, 3)));
}

// All scores are sums over nothing, so that all weights are equal.
BOOST_AUTO_TEST_CASE(tokens_without_dimensions_attend_to_all_alike) {
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(Matrix(2, 0));
  BOOST_TEST((steps.attn_weights == Matrix{{0.5, 0.5}, {0.5, 0.5}}));
  BOOST_TEST((steps.context_vecs == Matrix(2, 0)));
}
