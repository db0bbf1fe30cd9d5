#include "longhand/multi_head_attention.hpp"

#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "inputs.hpp"

using namespace longhand;
using walkthrough::inputs;

namespace {

const std::vector<Matrix> batch{inputs, inputs};

const auto attention = drawn<MultiHeadAttention>(
    {.d_in = 3, .d_out = 4, .context_length = 6, .dropout = 0.5, .num_heads = 2}, 8);
const auto two_heads = drawn<MultiHeadAttentionWrapper>(
    {.d_in = 3, .head_dim = 2, .context_length = 6, .dropout = 0.5, .num_heads = 2}, 9);

}  // namespace

// Chapter 4, "Corrections": |v| <= sum |x_j| / sqrt(3), and the published answer shows -1.4744.
BOOST_AUTO_TEST_CASE(
    no_context_vector_can_be_as_large_as_the_published_answer_of_exercise_3_2,
    *boost::unit_test::description(
        "no context vector can be as large as the published answer of exercise 3.2")) {
  float largest_bound = 0;
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    float sum_of_sizes = 0;
    for (const float x : inputs.row(token)) sum_of_sizes += std::abs(x);
    largest_bound = std::max(largest_bound, sum_of_sizes / std::sqrt(3.0F));
  }
  BOOST_TEST(std::abs(largest_bound - 1.2009) < 1e-4);
  BOOST_TEST(largest_bound < 1.4744F);
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const auto wrapper = drawn<MultiHeadAttentionWrapper>(
        {.d_in = 3, .head_dim = 1, .context_length = 6, .num_heads = 2}, seed);
    for (const float value : wrapper.forward(inputs).values()) {
      BOOST_TEST(std::abs(value) <= largest_bound);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_head_takes_its_columns_of_every_token) {
  const Matrix flat_indices{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}};
  const std::vector<Matrix> heads = split_heads(flat_indices, 2);
  BOOST_TEST(heads.size() == 2U);
  BOOST_TEST((heads[0] == Matrix{{0, 1}, {4, 5}, {8, 9}}));
  BOOST_TEST((heads[1] == Matrix{{2, 3}, {6, 7}, {10, 11}}));
}

BOOST_AUTO_TEST_CASE(joining_heads_undoes_splitting_them) {
  RandomNumbers random(1);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const std::size_t num_heads = random.size(1, 5);
    const Matrix joined = random.matrix(random.size(0, 7), num_heads * random.size(1, 4));
    BOOST_TEST((join_heads(split_heads(joined, num_heads)) == joined));
  }
}

BOOST_AUTO_TEST_CASE(heads_of_different_widths_can_be_joined) {
  BOOST_TEST((join_heads({{{1}, {5}}, {{2, 3}, {6, 7}}, {{4}, {8}}}) ==
              Matrix{{1, 2, 3, 4}, {5, 6, 7, 8}}));
  BOOST_TEST((join_heads({}) == Matrix()));
}

// Each head has its rows of the weights. Bit for bit.
BOOST_AUTO_TEST_CASE(splitting_one_projection_is_the_same_as_heads_side_by_side) {
  RandomNumbers random(2);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::size_t d_in = random.size(1, 7), num_heads = random.size(1, 4);
    const auto mha = drawn<MultiHeadAttention>({.d_in = d_in,
                                                .d_out = num_heads * random.size(1, 5),
                                                .context_length = 9,
                                                .num_heads = num_heads,
                                                .qkv_bias = true},
                                               seed);
    MultiHeadAttentionWrapper wrapper;
    wrapper.heads.resize(num_heads, {.context_length = 9});
    const std::size_t head_dim = mha.head_dim();
    const auto share = [&](const Linear& layer, Linear CausalAttention::*layer_of_head) {
      for (std::size_t head = 0; head < num_heads; ++head) {
        const auto bias = std::span(layer.bias).subspan(head * head_dim, head_dim);
        wrapper.heads[head].*layer_of_head = {rows_of(layer.weight, head * head_dim, head_dim),
                                              {bias.begin(), bias.end()}};
      }
    };
    share(mha.W_query, &CausalAttention::W_query);
    share(mha.W_key, &CausalAttention::W_key);
    share(mha.W_value, &CausalAttention::W_value);
    const Matrix tokens = random.matrix(random.size(0, 9), d_in);
    BOOST_TEST((mha.forward(tokens) == mha.out_proj.forward(wrapper.forward(tokens))));
  }
}

// PyTorch drops the weights of all heads and all items in one call: item by item, head by head.
BOOST_AUTO_TEST_CASE(all_heads_and_items_are_one_pass_of_dropout_in_both_streams) {
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    Generator training(1, stream), expected(1, stream);
    Dropout dropout(0.5, Training{expected});
    for (const MultiHeadAttentionSteps& item : attention.steps(batch, Training{training})) {
      for (const CausalAttentionSteps& head : item.heads) {
        BOOST_TEST((head.dropped_weights == dropout.drop(head.attn_weights)));
      }
    }
  }
}

// The wrapper's heads are separate modules: each drops its whole batch before the next head starts.
BOOST_AUTO_TEST_CASE(each_head_of_the_wrapper_is_a_pass_of_its_own) {
  Generator training(2), expected(2);
  const auto steps = two_heads.steps(batch, Training{training});
  for (std::size_t head = 0; head < 2; ++head) {
    Dropout dropout(0.5, Training{expected});
    for (const MultiHeadAttentionWrapperSteps& item : steps) {
      const CausalAttentionSteps& of_head = item.heads[head];
      BOOST_TEST((of_head.dropped_weights == dropout.drop(of_head.attn_weights)));
    }
  }
  Generator again(2);
  const std::vector<Matrix> context_vecs = two_heads.forward(batch, Training{again});
  const List<CausalAttentionSteps>& heads = steps[1].heads;
  BOOST_TEST((context_vecs[1] == join_heads({heads[0].context_vecs, heads[1].context_vecs})));
}

// Members are public, and may be set to what does not fit.
BOOST_AUTO_TEST_CASE(a_number_of_heads_or_an_output_projection_that_does_not_fit_is_refused) {
  MultiHeadAttention odd = attention;
  for (const auto& [num_heads, text] :
       {std::pair{0U, "num_heads is 0: use at least one head"},
        {3U,
         "d_out (4) must be divisible by num_heads (3): use a multiple of 3 for d_out, or a "
         "divisor of 4 for num_heads"}}) {
    odd.num_heads = num_heads;
    BOOST_CHECK_THROW(odd.head_dim(), std::invalid_argument);
    check_refused(odd, {}, says("MultiHeadAttention: " + std::string(text)));
  }
  odd = attention;
  for (const std::size_t cols : {3U, 5U}) {
    odd.out_proj = Linear{Matrix(4, cols)};
    check_refused(odd, batch,
                  says("MultiHeadAttention: out_proj.weight is (4, " + std::to_string(cols) +
                       "), d_out is 4: out_proj's columns must equal d_out"));
  }
  odd.out_proj = Linear{Matrix(4, 4), {1}};
  check_refused(odd, batch, names({"bias has 1 element", "(4, 4)"}));
}

BOOST_AUTO_TEST_CASE(all_heads_of_a_wrapper_are_checked_before_one_draws) {
  MultiHeadAttentionWrapper odd = two_heads;
  odd.heads[1].dropout = 2;
  check_refused(odd, batch, names({"p is 2"}));
  odd = two_heads;
  odd.heads[1].context_length = 3;
  check_refused(odd, batch,
                says("MultiHeadAttentionWrapper: head 1: sequence 0 has 6 tokens, context_length "
                     "is 3: pass fewer tokens, or make context_length larger"));
  odd.heads.clear();
  check_refused(odd, batch,
                says("MultiHeadAttentionWrapper: there are no heads: use at least one head"));
}

BOOST_AUTO_TEST_CASE(heads_that_do_not_fit_are_refused) {
  const std::string text = ": the heads must share the columns evenly";
  for (const std::size_t num_heads : {3U, 8U}) {
    BOOST_CHECK_EXCEPTION(split_heads(Matrix(3, 4), num_heads), std::invalid_argument,
                          says("split_heads: the matrix is (3, 4), num_heads is " +
                               std::to_string(num_heads) + text));
  }
  BOOST_CHECK_THROW(split_heads(Matrix(3, 0), 2), std::invalid_argument);
  for (const int num_heads : {0, -1}) {
    BOOST_CHECK_EXCEPTION(
        split_heads(Matrix(3, 4), static_cast<std::size_t>(num_heads)), std::invalid_argument,
        says("split_heads: num_heads is " + std::to_string(num_heads) + ": use at least one head"));
  }
  for (const std::size_t rows : {2U, 4U}) {
    BOOST_CHECK_EXCEPTION(join_heads({Matrix(3, 2), Matrix(rows, 2)}), std::invalid_argument,
                          says("join_heads: head 0 is (3, 2), head 1 is (" + std::to_string(rows) +
                               ", 2): all heads must have the same number of rows"));
  }
}
