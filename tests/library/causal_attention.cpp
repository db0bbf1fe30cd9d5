#include "longhand/causal_attention.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

using namespace longhand;
using walkthrough::inputs;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

CausalAttention attention_of_seed(unsigned seed, double dropout = 0) {
  Generator generator(seed);
  return CausalAttention::draw({.d_in = 3, .d_out = 2, .context_length = 6, .dropout = dropout},
                               generator);
}

Matrix first_rows(const Matrix& matrix, std::size_t rows) {
  Matrix result(rows, matrix.cols());
  for (std::size_t row = 0; row < rows; ++row) {
    std::ranges::copy(matrix.row(row), result.row(row).begin());
  }
  return result;
}

Matrix renormalised(Matrix weights) {
  for (std::size_t query = 0; query < weights.rows(); ++query) {
    const float total = sum(weights.row(query));
    for (float& weight : weights.row(query)) weight /= total;
  }
  return weights;
}

Matrix element_by_element(const Matrix& left, const Matrix& right) {
  Matrix product(left.rows(), left.cols());
  for (std::size_t row = 0; row < left.rows(); ++row) {
    for (std::size_t col = 0; col < left.cols(); ++col) {
      product(row, col) = left(row, col) * right(row, col);
    }
  }
  return product;
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
        renormalised(element_by_element(softmax_rows(attn_scores), causal_mask(num_tokens)));
    const Matrix second = softmax_rows(mask_scores(attn_scores));
    for (std::size_t i = 0; i < first.values().size(); ++i) {
      BOOST_TEST(std::abs(first.values()[i] - second.values()[i]) <= 1e-6 * second.values()[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(weights_above_the_diagonal_are_zero_and_each_row_sums_to_one) {
  RandomNumbers random(2);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::size_t d_in = random.size(1, 9);
    Generator generator(seed);
    const auto attention = CausalAttention::draw(
        {.d_in = d_in, .d_out = random.size(1, 9), .context_length = 12, .qkv_bias = true},
        generator);
    const Matrix tokens = random.matrix(random.size(1, 12), d_in);
    const Matrix attn_weights = attention.steps(tokens).attn_weights;
    for (std::size_t query = 0; query < tokens.rows(); ++query) {
      BOOST_TEST(std::abs(sum(attn_weights.row(query)) - 1) < 1e-6);
      for (std::size_t key = query + 1; key < tokens.rows(); ++key) {
        BOOST_TEST(attn_weights(query, key) == 0);
      }
    }
  }
}

// A large negative number in place of -inf would be the largest score of its row here.
BOOST_AUTO_TEST_CASE(scores_far_below_zero_are_masked_too) {
  const Matrix attn_weights = softmax_rows(mask_scores(Matrix(4, 4, -3e9F)));
  for (std::size_t query = 0; query < 4; ++query) {
    for (std::size_t key = 0; key < 4; ++key) {
      const float expected = key <= query ? 1 / static_cast<float>(query + 1) : 0;
      BOOST_TEST(attn_weights(query, key) == expected);
    }
  }
}

// Bit for bit, whatever finite numbers come later.
BOOST_AUTO_TEST_CASE(a_later_token_never_changes_an_earlier_row) {
  RandomNumbers random(3);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::size_t d_in = random.size(1, 9);
    Generator generator(seed);
    const auto attention = CausalAttention::draw(
        {.d_in = d_in, .d_out = random.size(1, 9), .context_length = 12, .qkv_bias = true},
        generator);
    const Matrix tokens = random.matrix(random.size(2, 12), d_in);
    const Matrix before = attention.forward(tokens);
    for (std::size_t changed = 1; changed < tokens.rows(); ++changed) {
      Matrix other_tokens = tokens;
      for (float& value : other_tokens.row(changed)) value = 1000 * random.number();
      const Matrix after = attention.forward(other_tokens);
      BOOST_TEST((first_rows(after, changed) == first_rows(before, changed)));
      BOOST_TEST((after != before));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_tokens_alone_get_the_rows_of_the_whole_sequence) {
  const CausalAttention attention = attention_of_seed(123);
  const Matrix whole = attention.forward(inputs);
  for (std::size_t num_tokens = 0; num_tokens <= 6; ++num_tokens) {
    BOOST_TEST(
        (attention.forward(first_rows(inputs, num_tokens)) == first_rows(whole, num_tokens)));
  }
}

BOOST_AUTO_TEST_CASE(the_items_of_a_batch_do_not_mix) {
  RandomNumbers random(4);
  const CausalAttention attention = attention_of_seed(5);
  const Matrix one = random.matrix(6, 3), other = random.matrix(4, 3);
  const std::vector<Matrix> together = attention.forward({one, other, one});
  BOOST_TEST((together[0] == attention.forward(one)));
  BOOST_TEST((together[1] == attention.forward(other)));
  BOOST_TEST((together[2] == together[0]));
}

// What chapter 3 says of the first and the last row.
BOOST_AUTO_TEST_CASE(the_first_token_gets_its_value_and_the_last_sees_everything) {
  const CausalAttentionSteps steps = attention_of_seed(123).steps(inputs);
  BOOST_TEST(steps.context_vecs.row(0) == steps.values.row(0), boost::test_tools::per_element());
  Generator generator(123);
  const Matrix without_mask =
      SelfAttentionV2::draw({.d_in = 3, .d_out = 2}, generator).forward(inputs);
  BOOST_TEST(steps.context_vecs.row(5) == without_mask.row(5), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dropout_works_in_training_alone) {
  const CausalAttention attention = attention_of_seed(123, 0.5);
  const CausalAttention without_dropout = attention_of_seed(123);
  BOOST_TEST((attention.forward(inputs) == without_dropout.forward(inputs)));
  Generator training(1);
  BOOST_TEST((attention.forward(inputs, Training{training}) != without_dropout.forward(inputs)));
}

BOOST_AUTO_TEST_CASE(a_seed_drops_the_same_weights_twice_and_another_seed_others) {
  const CausalAttention attention = attention_of_seed(123, 0.5);
  const auto dropped = [&](unsigned seed) {
    Generator training(seed);
    return attention.steps(inputs, Training{training}).dropped_weights;
  };
  BOOST_TEST((dropped(7) == dropped(7)));
  BOOST_TEST((dropped(7) != dropped(8)));
}

BOOST_AUTO_TEST_CASE(a_dropout_of_zero_draws_nothing_in_training) {
  Generator training(9);
  attention_of_seed(123).forward(inputs, Training{training});
  BOOST_TEST(training.draw() == Generator(9).draw());
}

// PyTorch drops the weights of the whole batch in one call.
BOOST_AUTO_TEST_CASE(the_batch_is_one_pass_of_dropout_in_both_streams) {
  const CausalAttention attention = attention_of_seed(123, 0.5);
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

BOOST_AUTO_TEST_CASE(one_token_attends_to_itself) {
  const CausalAttentionSteps steps = attention_of_seed(1).steps(Matrix{{1, 2, 3}});
  BOOST_TEST((steps.attn_weights == Matrix{{1}}));
  BOOST_TEST((steps.context_vecs == steps.values));
}

BOOST_AUTO_TEST_CASE(no_tokens_and_no_sequences_give_nothing) {
  BOOST_TEST((attention_of_seed(1).forward(Matrix(0, 3)) == Matrix(0, 2)));
  BOOST_TEST(attention_of_seed(1).forward(std::vector<Matrix>{}).empty());
}

BOOST_AUTO_TEST_CASE(a_sequence_of_4096_tokens_is_fine) {
  RandomNumbers random(11);
  Generator generator(11);
  const auto attention =
      CausalAttention::draw({.d_in = 2, .d_out = 1, .context_length = 4096}, generator);
  const Matrix tokens = random.matrix(4096, 2);
  const Matrix context_vecs = attention.forward(tokens);
  BOOST_TEST((first_rows(context_vecs, 100) == attention.forward(first_rows(tokens, 100))));
  for (const float value : context_vecs.values()) BOOST_TEST(std::isfinite(value));
}

// A weight of zero times NaN is NaN. Only the earlier *weights* are safe (chapter 4,
// "Corrections").
BOOST_AUTO_TEST_CASE(a_token_that_is_not_finite_reaches_earlier_rows) {
  for (const float odd : {not_a_number, infinity}) {
    Matrix tokens = inputs;
    tokens(5, 0) = odd;
    const CausalAttentionSteps steps = attention_of_seed(123).steps(tokens);
    const CausalAttentionSteps finite = attention_of_seed(123).steps(inputs);
    BOOST_TEST((first_rows(steps.attn_weights, 5) == first_rows(finite.attn_weights, 5)));
    for (const float value : steps.context_vecs.values()) BOOST_TEST(std::isnan(value));
  }
}

// The scores of a huge token overflow; those of the tokens before it do not.
BOOST_AUTO_TEST_CASE(huge_finite_tokens_give_nan_where_their_scores_overflow) {
  Matrix tokens = inputs;
  for (float& value : tokens.row(5)) value = 1e30F;
  const CausalAttentionSteps steps = attention_of_seed(123).steps(tokens);
  const CausalAttentionSteps small = attention_of_seed(123).steps(inputs);
  BOOST_TEST((first_rows(steps.context_vecs, 5) == first_rows(small.context_vecs, 5)));
  for (const float value : steps.context_vecs.row(5)) BOOST_TEST(std::isnan(value));
}

BOOST_AUTO_TEST_CASE(more_tokens_than_context_length_are_refused) {
  const CausalAttention attention = attention_of_seed(1);
  BOOST_CHECK_EXCEPTION(attention.forward({inputs, Matrix(7, 3)}), std::invalid_argument,
                        says("CausalAttention: sequence 1 has 7 tokens, context_length is 6: pass "
                             "fewer tokens, or make context_length larger"));
  BOOST_CHECK_NO_THROW(attention.forward(inputs));
}

BOOST_AUTO_TEST_CASE(a_negative_context_length_is_refused) {
  const auto minus_one = static_cast<std::size_t>(-1);
  const auto text = says("CausalAttention: context_length is -1: a size is not negative");
  Generator generator(1);
  BOOST_CHECK_EXCEPTION(
      CausalAttention::draw({.d_in = 3, .d_out = 2, .context_length = minus_one}, generator),
      std::invalid_argument, text);
  CausalAttention attention = attention_of_seed(1);
  attention.context_length = minus_one;
  BOOST_CHECK_EXCEPTION(attention.forward(inputs), std::invalid_argument, text);
}

// Everything is checked before anything is drawn.
BOOST_AUTO_TEST_CASE(a_refused_pass_draws_nothing) {
  CausalAttention attention = attention_of_seed(1, 0.5);
  const auto draws_nothing = [&](const std::vector<Matrix>& batch) {
    Generator training(12);
    BOOST_CHECK_THROW(attention.forward(batch, Training{training}), std::invalid_argument);
    return training.draw() == Generator(12).draw();
  };
  BOOST_TEST(draws_nothing({inputs, Matrix(7, 3)}));
  BOOST_TEST(draws_nothing({inputs, Matrix(6, 2)}));
  attention.W_value = Linear{Matrix(2, 4)};
  BOOST_TEST(draws_nothing({inputs}));
}

// PyTorch draws nothing for a tensor without elements.
BOOST_AUTO_TEST_CASE(a_pass_over_no_tokens_draws_nothing_in_both_streams) {
  const CausalAttention attention = attention_of_seed(1, 0.5);
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    Generator training(13, stream);
    attention.forward(Matrix(0, 3), Training{training});
    attention.forward(std::vector<Matrix>{}, Training{training});
    BOOST_TEST(training.draw() == Generator(13).draw());
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

BOOST_AUTO_TEST_CASE(a_sequence_of_another_width_is_refused) {
  BOOST_CHECK_EXCEPTION(
      attention_of_seed(1).forward({inputs, inputs, Matrix(6, 2)}), std::invalid_argument,
      says("CausalAttention: sequence 2 is (6, 2): its columns (2) must equal d_in (3)"));
}

BOOST_AUTO_TEST_CASE(layers_of_different_shapes_are_refused) {
  CausalAttention attention = attention_of_seed(1);
  attention.W_key = Linear{Matrix(5, 3)};
  BOOST_CHECK_EXCEPTION(attention.forward(inputs), std::invalid_argument,
                        says("CausalAttention: W_query is (2, 3), W_key is (5, 3), W_value is (2, "
                             "3): all three must have the same shape"));
}

BOOST_AUTO_TEST_CASE(an_impossible_attention_is_refused_before_anything_is_drawn) {
  Generator generator(13);
  BOOST_CHECK_THROW(CausalAttention::draw({.d_in = 0, .d_out = 2, .context_length = 6}, generator),
                    std::invalid_argument);
  BOOST_CHECK_THROW(CausalAttention::draw({.d_in = 3, .d_out = 0, .context_length = 6}, generator),
                    std::invalid_argument);
  BOOST_CHECK_EXCEPTION(
      CausalAttention::draw({.d_in = 3, .d_out = 2, .context_length = 6, .dropout = 1.5},
                            generator),
      std::invalid_argument, says("Dropout: p is 1.5: a probability is from 0 to 1"));
  BOOST_TEST(generator.draw() == Generator(13).draw());
}
