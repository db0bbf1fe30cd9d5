#include "longhand/causal_attention.hpp"

#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

using namespace longhand;
using walkthrough::inputs;

namespace {

CausalAttention attention_of_chapter_3(double dropout = 0) {
  return drawn<CausalAttention>({.d_in = 3, .d_out = 2, .context_length = 6, .dropout = dropout},
                                123);
}

Matrix renormalised(Matrix weights) {
  for (std::size_t query = 0; query < weights.rows(); ++query) {
    const float total = sum(weights.row(query));
    for (float& weight : weights.row(query)) weight /= total;
  }
  return weights;
}

}  // namespace

// The sum over all keys cancels. A weight is a quotient of sums of up to 12 exponentials, so that a
// few roundings of 2^-24 are all that can differ.
BOOST_AUTO_TEST_CASE(renormalising_masked_weights_is_softmax_of_masked_scores) {
  RandomNumbers random(1);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const std::size_t num_tokens = random.size(1, 12);
    const Matrix attn_scores = random.matrix(num_tokens, num_tokens);
    const Matrix first =
        renormalised(elementwise_product(softmax_rows(attn_scores), causal_mask(num_tokens)));
    const Matrix second = softmax_rows(mask_scores(attn_scores));
    for (std::size_t i = 0; i < first.values().size(); ++i) {
      BOOST_TEST(std::abs(first.values()[i] - second.values()[i]) <= 1e-6 * second.values()[i]);
    }
  }
}

// What chapter 3 says of the first and the last row.
BOOST_AUTO_TEST_CASE(the_first_token_gets_its_value_and_the_last_sees_everything) {
  const CausalAttentionSteps steps = attention_of_chapter_3().steps(inputs);
  BOOST_TEST(steps.context_vecs.row(0) == steps.values.row(0), boost::test_tools::per_element());
  const Matrix without_mask = drawn<SelfAttentionV2>({.d_in = 3, .d_out = 2}, 123).forward(inputs);
  BOOST_TEST(steps.context_vecs.row(5) == without_mask.row(5), boost::test_tools::per_element());
}

// PyTorch drops the weights of the whole batch in one call.
BOOST_AUTO_TEST_CASE(the_batch_is_one_pass_of_dropout_in_both_streams) {
  const CausalAttention attention = attention_of_chapter_3(0.5);
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    Generator training(10, stream), expected(10, stream);
    const std::vector<CausalAttentionSteps> steps =
        attention.steps({inputs, inputs}, Training{training});
    Dropout dropout(0.5, Training{expected});
    BOOST_TEST((steps[0].dropped_weights == dropout.drop(steps[0].attn_weights)));
    BOOST_TEST((steps[1].dropped_weights == dropout.drop(steps[1].attn_weights)));
    BOOST_TEST((steps[0].dropped_weights != steps[1].dropped_weights));
  }
}

// The later scores are masked; the values are not (chapter 4, "Corrections").
BOOST_AUTO_TEST_CASE(a_token_that_is_not_finite_leaves_earlier_weights_as_they_are) {
  for (const float odd : {NAN, INFINITY}) {
    Matrix tokens = inputs;
    tokens(5, 0) = odd;
    BOOST_TEST((first_rows(attention_of_chapter_3().steps(tokens).attn_weights, 5) ==
                first_rows(attention_of_chapter_3().steps(inputs).attn_weights, 5)));
  }
}

// d_k is the length of a key, whatever the length of a value.
BOOST_AUTO_TEST_CASE(values_may_be_of_another_length_than_keys) {
  RandomNumbers random(14);
  Dropout dropout(0);
  const CausalAttentionSteps steps =
      causal_attention(random.matrix(4, 3), random.matrix(4, 3), random.matrix(4, 2), dropout);
  BOOST_TEST((steps.scaled_scores == scale(steps.masked_scores, 3)));
  BOOST_TEST(steps.context_vecs.cols() == 2U);
}

BOOST_AUTO_TEST_CASE(incompatible_shapes_are_refused) {
  Generator training(15);
  Dropout dropout(0.5, Training{training});
  const Matrix queries(4, 3), keys(4, 3), values(4, 2);
  const auto check = [&](const Matrix& q, const Matrix& k, const Matrix& v,
                         const std::string& text) {
    BOOST_CHECK_EXCEPTION(causal_attention(q, k, v, dropout), std::invalid_argument,
                          says("causal_attention: " + text));
  };
  check(queries, Matrix(5, 3), Matrix(5, 2),
        "queries are (4, 3), keys are (5, 3): both must have a row for each token");
  check(Matrix(5, 3), keys, values,
        "queries are (5, 3), keys are (4, 3): both must have a row for each token");
  check(queries, Matrix(4, 2), values,
        "queries are (4, 3), keys are (4, 2): both must have the same number of columns");
  check(queries, keys, Matrix(3, 2),
        "keys are (4, 3), values are (3, 2): both must have the same number of rows");
  BOOST_TEST(training.draw() == Generator(15).draw());
}

BOOST_AUTO_TEST_CASE(scores_that_are_not_square_cannot_be_masked) {
  for (const Matrix& scores : {Matrix(2, 4), Matrix(4, 2)}) {
    BOOST_CHECK_EXCEPTION(mask_scores(scores), std::invalid_argument,
                          says("mask_scores: attn_scores are " + shape_text(scores) +
                               ": a row and a column for each token are needed"));
  }
}
