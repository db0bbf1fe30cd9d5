// Chapter 6 by its sections: what notices each mistake, and where it hides. That it moves documented
// values is seen whenever the chapter runs. Each law is also held against the right code.

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/dropout.hpp"
#include "longhand/gradients.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/optimizers.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"
#include "mistakes.hpp"
#include "recall.hpp"

using namespace longhand;
using namespace walkthrough::mistakes;
using walkthrough::inputs;

namespace {

float largest_difference(std::span<const float> left, std::span<const float> right) {
  BOOST_REQUIRE(left.size() == right.size());
  float largest = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    largest = std::max(largest, std::abs(left[i] - right[i]));
  }
  return largest;
}

bool is_one(float total) { return std::abs(total - 1) < 1e-6; }

bool all_rows_sum_to_one(const Matrix& weights) {
  for (std::size_t query = 0; query < weights.rows(); ++query) {
    if (!is_one(sum(weights.row(query)))) return false;
  }
  return true;
}

// From tokens to context vectors.
using Attention = std::function<Matrix(const Matrix&)>;

// Whether an earlier row changes, be it by a bit, where another token comes later.
bool looks_ahead(const Attention& attention, const Matrix& tokens) {
  const Matrix before = attention(tokens);
  for (std::size_t changed = 1; changed < tokens.rows(); ++changed) {
    Matrix other_tokens = tokens;
    for (float& value : other_tokens.row(changed)) value = 1 - value;
    if (first_rows(attention(other_tokens), changed) != first_rows(before, changed)) return true;
  }
  return false;
}

// How far the logarithm of two weights' quotient, times the root of d_k, is from the difference of
// their scores, at most.
float distance_from_scores(const Matrix& weights, const Matrix& scores, std::size_t d_k) {
  const float root = std::sqrt(static_cast<float>(d_k));
  float largest = 0;
  for (std::size_t query = 0; query < weights.rows(); ++query) {
    for (std::size_t key = 1; key < weights.cols() && weights(query, key) > 0; ++key) {
      const float from_weights = std::log(weights(query, key) / weights(query, 0)) * root;
      const float from_scores = scores(query, key) - scores(query, 0);
      largest = std::max(largest, std::abs(from_weights - from_scores));
    }
  }
  return largest;
}

SelfAttentionV2 sa_v2() {
  Generator generator(789);
  return SelfAttentionV2::draw({.d_in = 3, .d_out = 2}, generator);
}

CausalAttention causal(double dropout, std::size_t context_length = 6) {
  Generator generator(123);
  return CausalAttention::draw(
      {.d_in = 3, .d_out = 2, .context_length = context_length, .dropout = dropout}, generator);
}

// No two sizes are equal: d_in is 5, d_out 8, and two heads are 4 wide.
MultiHeadAttention random_multi_head(std::size_t num_heads = 2) {
  Generator generator(5);
  return MultiHeadAttention::draw(
      {.d_in = 5, .d_out = 8, .context_length = 9, .num_heads = num_heads, .qkv_bias = true},
      generator);
}

// Causal self-attention whose scores are masked, scaled and turned into weights by a mistake.
Attention attention_with(const std::function<Matrix(const SelfAttentionSteps&)>& weights) {
  return [=](const Matrix& tokens) {
    const SelfAttentionSteps steps = sa_v2().steps(tokens);
    return matmul(weights(steps), steps.values);
  };
}

Matrix scaled_softmax(const Matrix& scores) { return softmax_rows(scale(scores, 2)); }

Matrix forward_scaled_by_d_out(const MultiHeadAttention& mha, const Matrix& tokens) {
  const MultiHeadAttentionSteps steps = mha.steps(tokens);
  std::vector<Matrix> heads;
  for (const CausalAttentionSteps& head : steps.heads) {
    heads.push_back(
        head_scaled_by_d_out(head.queries, head.keys, head.values, mha.W_query.d_out()));
  }
  return mha.out_proj.forward(join_heads(heads));
}

}  // namespace

// Where the wrong code gives what the right code gives.
BOOST_AUTO_TEST_CASE(each_mistake_on_the_way_forward_hides_where_the_chapter_says) {
  RandomNumbers random(3);
  const Matrix scores = random.matrix(7, 7), tokens = random.matrix(6, 5);
  // Softmax over the wrong axis: all weights sum to the number of rows, columns to one, and where
  // scores are symmetric, the wrong weights are the right ones, mirrored.
  const Matrix symmetric_scores = matmul(scores, transpose(scores));
  BOOST_TEST((softmax_columns(symmetric_scores) == transpose(softmax_rows(symmetric_scores))));
  BOOST_TEST(std::abs(sum(softmax_columns(scores).values()) - 7) < 1e-5);
  BOOST_TEST(all_rows_sum_to_one(transpose(softmax_columns(scores))));
  // Both errors of scaling: a key is one number.
  const Matrix queries = random.matrix(7, 1), keys = random.matrix(7, 1);
  const SelfAttentionSteps right = self_attention(queries, keys, keys);
  BOOST_TEST((attn_weights_unscaled(queries, keys) == right.attn_weights));
  BOOST_TEST((scale_without_root(right.attn_scores, 1) == right.scaled_scores));
  // A missing transpose: the weight is symmetric.
  const Linear symmetric{Matrix{{0.3, -0.7}, {-0.7, 0.9}}, {0.1F, 0.2F}};
  const Matrix pairs = random.matrix(7, 2);
  BOOST_TEST((forward_untransposed(symmetric, pairs) == symmetric.forward(pairs)));
  // Not renormalised, or one diagonal too late: the last row sees everything.
  const Matrix masked_weights = softmax_rows(mask_scores(scores));
  BOOST_TEST((rows_of(mask_weights(softmax_rows(scores)), 6, 1) == rows_of(masked_weights, 6, 1)));
  const Matrix too_late = softmax_rows(mask_scores_from_diagonal(scores, 2));
  BOOST_TEST((rows_of(too_late, 6, 1) == rows_of(masked_weights, 6, 1)));
  BOOST_TEST(all_rows_sum_to_one(too_late));
  BOOST_TEST((mask_scores_from_diagonal(scores, 1) == mask_scores(scores)));  // which is right
  // A large number in place of minus infinity: scores are small.
  BOOST_TEST((softmax_rows(mask_scores_with_large_number(scores)) == masked_weights));
  // Dropout without its factor: p is 0.
  Generator generator(1);
  BOOST_TEST((drop_without_scaling(scores, 0, generator) == scores));
  // Dropout left on: p is 0, or a seed is set before each call.
  Generator first_call(2), second_call(2);
  BOOST_TEST((causal(0).forward(inputs, Training{generator}) == causal(0).forward(inputs)));
  BOOST_TEST((causal(0.5).forward(inputs, Training{first_call}) ==
              causal(0.5).forward(inputs, Training{second_call})));
  // A batch that mixes: it has one sequence.
  BOOST_TEST((one_sequence({tokens}) == tokens));
  // Reshaped heads: there is one head, or one token.
  const Matrix joined = random.matrix(6, 8), token = random.matrix(1, 8);
  BOOST_TEST((split_heads_by_reshaping(joined, 1) == split_heads(joined, 1)));
  BOOST_TEST((split_heads_by_reshaping(token, 2) == split_heads(token, 2)));
  // Scaling by d_out: there is one head, or one weight, as in the first row.
  const MultiHeadAttention one_head = random_multi_head(1);
  BOOST_TEST((forward_scaled_by_d_out(one_head, tokens) == one_head.forward(tokens)));
  const MultiHeadAttention two_heads = random_multi_head(2);
  BOOST_TEST((first_rows(forward_scaled_by_d_out(two_heads, tokens), 1) ==
              first_rows(two_heads.forward(tokens), 1)));
}

BOOST_AUTO_TEST_CASE(a_weight_that_is_not_transposed_is_refused_if_it_is_not_square) {
  BOOST_TEST(sa_v2().W_query.forward(inputs).cols() == 2U);
  BOOST_CHECK_EXCEPTION(forward_untransposed(sa_v2().W_query, inputs), std::invalid_argument,
                        says("matmul: left is (6, 3), right is (2, 3): left's columns (3) must "
                             "equal right's rows (2)"));
}

BOOST_AUTO_TEST_CASE(unit_vectors_come_out_as_the_columns_of_a_weight_plus_the_bias) {
  RandomNumbers random(4);
  const Linear layer{random.matrix(3, 3), random.vector(3)};
  const Matrix unit_vectors{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  Matrix columns = transpose(layer.weight);
  for (std::size_t in = 0; in < 3; ++in) {
    for (std::size_t out = 0; out < 3; ++out) columns(in, out) += layer.bias[out];
  }
  BOOST_TEST((layer.forward(unit_vectors) == columns));
  BOOST_TEST((forward_untransposed(layer, unit_vectors) != columns));
}

BOOST_AUTO_TEST_CASE(a_large_number_hides_nothing_where_scores_are_lower) {
  const auto large_scores = [](const SelfAttentionSteps& steps) {
    return elementwise_product(steps.attn_scores, Matrix(6, 6, -1e10F));
  };
  const auto wrong_weights = [&](const SelfAttentionSteps& steps) {
    return scaled_softmax(mask_scores_with_large_number(large_scores(steps)));
  };
  const auto right_weights = [&](const SelfAttentionSteps& steps) {
    return scaled_softmax(mask_scores(large_scores(steps)));
  };
  const Matrix wrong = wrong_weights(sa_v2().steps(inputs));
  BOOST_TEST(all_rows_sum_to_one(wrong));
  for (std::size_t query = 0; query < 3; ++query) {
    BOOST_TEST(sum(wrong.row(query).first(query + 1)) == 0);
    BOOST_TEST(is_one(sum(wrong.row(query).subspan(query + 1))));
  }
  BOOST_TEST(wrong(0, 0) != 1);
  BOOST_TEST(right_weights(sa_v2().steps(inputs))(0, 0) == 1);
  BOOST_TEST(looks_ahead(attention_with(wrong_weights), inputs));
  BOOST_TEST(!looks_ahead(attention_with(right_weights), inputs));
}

BOOST_AUTO_TEST_CASE(dropout_keeps_the_mean_only_with_its_factor) {
  const std::size_t passes = 10000;
  const Matrix weights{{0.25, 0.75}}, passed = matmul(Matrix(passes, 1, 1), weights);
  Generator of_right(1), of_wrong(1);
  const Matrix mean(1, passes, 1.0F / passes);
  const Matrix right = matmul(mean, Dropout(0.2, Training{of_right}).drop(passed));
  const Matrix wrong = matmul(mean, drop_without_scaling(passed, 0.2, of_wrong));
  // Five standard errors: the square root of p / (1 - p) / passes is 0.005.
  BOOST_TEST(largest_difference(right.values(), weights.values()) < 0.75 * 5 * 0.005);
  BOOST_TEST(largest_difference(wrong.values(), weights.values()) > 0.2 * 0.75 - 0.75 * 5 * 0.005);
}

BOOST_AUTO_TEST_CASE(two_calls_and_two_equal_sequences_give_the_same_unless_dropout_is_left_on) {
  const std::vector<Matrix> batch{inputs, inputs};
  const CausalAttention attention = causal(0.5);
  const std::vector<Matrix> right = attention.forward(batch);
  BOOST_TEST((right[0] == right[1]));
  BOOST_TEST((attention.forward(batch) == right));
  Generator training(123);
  const std::vector<Matrix> wrong = attention.forward(batch, Training{training});
  BOOST_TEST((wrong[0] != wrong[1]));
  BOOST_TEST((attention.forward(batch, Training{training}) != wrong));
}

BOOST_AUTO_TEST_CASE(a_sequence_gets_the_same_rows_alone_and_in_a_batch_unless_it_is_mixed) {
  RandomNumbers random(8);
  const Matrix first = random.matrix(6, 3), second = random.matrix(6, 3);
  const CausalAttention attention = causal(0, 12);
  const std::vector<Matrix> right = attention.forward({first, second});
  BOOST_TEST((right[0] == attention.forward(first)));
  BOOST_TEST((right[1] == attention.forward(second)));
  const Matrix mixed = attention.forward(one_sequence({first, second}));
  BOOST_TEST((first_rows(mixed, 6) == right[0]));
  BOOST_TEST((split_heads(transpose(mixed), 2)[1] != transpose(right[1])));
}

BOOST_AUTO_TEST_CASE(reshaped_heads_break_three_laws) {
  RandomNumbers random(9);
  const MultiHeadAttention mha = random_multi_head();
  const Matrix tokens = random.matrix(6, 5), joined = random.matrix(6, 8);
  BOOST_TEST((join_heads(split_heads(joined, 2)) == joined));
  BOOST_TEST((join_heads(split_heads_by_reshaping(joined, 2)) != joined));
  const Attention right = [&](const Matrix& x) { return mha.forward(x); };
  const Attention wrong = [&](const Matrix& x) {
    return mha.out_proj.forward(join_heads(context_of_reshaped_heads(mha, x)));
  };
  BOOST_TEST(!looks_ahead(right, tokens));
  BOOST_TEST(looks_ahead(wrong, tokens));
  BOOST_TEST((wrong(tokens) != right(tokens)));  // which heads side by side give, too
}

// The rows of the chapter's table that need nothing but attention weights, against the mistakes that
// make wrong ones from ordinary scores, in evaluation and in a single head.
BOOST_AUTO_TEST_CASE(each_law_of_weights_is_broken_by_the_mistakes_beside_it_and_by_no_other) {
  RandomNumbers random(14);
  const Matrix tokens = random.matrix(7, 3);
  struct Row {
    std::string mistake;
    std::function<Matrix(const SelfAttentionSteps&)> weights;
    std::string broken;  // s: sums of rows, l: later tokens, f: first row, d: differences
  };
  const auto masked = [](const SelfAttentionSteps& steps) {
    return mask_scores(steps.attn_scores);
  };
  const auto off = [](std::size_t diagonal) {
    return [=](const SelfAttentionSteps& steps) {
      return scaled_softmax(mask_scores_from_diagonal(steps.attn_scores, diagonal));
    };
  };
  const std::vector<Row> rows{
      {"none", [&](auto& steps) { return scaled_softmax(masked(steps)); }, ""},
      {"axis", [&](auto& steps) { return softmax_columns(scale(masked(steps), 2)); }, "slfd"},
      {"no scaling", [&](auto& steps) { return softmax_rows(masked(steps)); }, "d"},
      {"no root", [&](auto& steps) { return softmax_rows(scale_without_root(masked(steps), 2)); },
       "d"},
      {"not renormalised", [](auto& steps) { return mask_weights(steps.attn_weights); }, "slf"},
      {"too late", off(2), "lf"},
      {"too early", off(0), "slf"},  // the first row is NaN, which equals nothing
      {"dropout left on",
       [&](auto& steps) {
         Generator training(1);
         return Dropout(0.5, Training{training}).drop(scaled_softmax(masked(steps)));
       },
       "sfd"},
  };
  const SelfAttentionSteps steps = sa_v2().steps(tokens);
  for (const Row& row : rows) {
    const Matrix weights = row.weights(steps);
    std::string broken;
    if (!all_rows_sum_to_one(weights)) broken += 's';
    if (looks_ahead(attention_with(row.weights), tokens)) broken += 'l';
    if (weights(0, 0) != 1 || sum(weights.row(0).subspan(1)) != 0) broken += 'f';
    if (distance_from_scores(weights, steps.attn_scores, 2) > 1e-3) broken += 'd';
    BOOST_TEST(broken == row.broken, row.mistake << " breaks " << broken);
  }
}

BOOST_AUTO_TEST_CASE(scaling_by_d_out_shows_in_the_differences_of_scores_and_beside_other_heads) {
  RandomNumbers random(12);
  const MultiHeadAttention mha = random_multi_head();
  const Matrix tokens = random.matrix(6, 5);
  const MultiHeadAttentionSteps steps = mha.steps(tokens);
  for (const CausalAttentionSteps& head : steps.heads) {
    BOOST_TEST(distance_from_scores(head.attn_weights, head.attn_scores, 4) < 1e-5);
    const Matrix wrong_weights = softmax_rows(scale(head.masked_scores, 8));
    BOOST_TEST(distance_from_scores(wrong_weights, head.attn_scores, 4) > 0.05);
    BOOST_TEST((head_scaled_by_d_out(head.queries, head.keys, head.values, 8) ==
                matmul(wrong_weights, head.values)));
  }
  BOOST_TEST((forward_scaled_by_d_out(mha, tokens) != mha.forward(tokens)));
}

// The rows of the chapter's table that are about one head's gradients.
BOOST_AUTO_TEST_CASE(each_law_of_gradients_is_broken_by_the_mistakes_beside_it_and_by_no_other) {
  RandomNumbers random(15);
  const Matrix queries = random.matrix(6, 4), keys = random.matrix(6, 4);
  Generator of_pass(1), anew(2);
  Dropout dropout(0.5, Training{of_pass});
  const CausalAttentionSteps steps = causal_attention(queries, keys, random.matrix(6, 4), dropout);
  const Matrix& factors = steps.dropout_factors;
  const auto right_weights_grad = [&](const Matrix& dropped_grad) {
    return elementwise_product(dropped_grad, factors);
  };
  const auto right_scores_grad = [&](const Matrix& weights_grad) {
    return mask_scores_grad(scale(softmax_rows_grad(steps.attn_weights, weights_grad), 4));
  };
  std::vector<float> not_zeroed;
  struct Row {
    std::string mistake;
    std::function<Matrix(const Matrix&)> weights_grad, scores_grad;
    // l: later tokens, t: twice, d: dropped, z: sums to zero, f: finite difference
    std::string broken;
  };
  const std::vector<Row> rows{
      {"none", right_weights_grad, right_scores_grad, ""},
      {"not zeroed", right_weights_grad,
       [&](const Matrix& weights_grad) {
         recall::add(not_zeroed, right_scores_grad(weights_grad).values());
         return Matrix(6, 6, not_zeroed);
       },
       "tf"},
      {"mask forgotten", right_weights_grad,
       [&](const Matrix& weights_grad) { return attn_scores_grad_unmasked(steps, weights_grad); },
       "lzf"},
      {"drawn anew",
       [&](const Matrix& grad) { return attn_weights_grad_drawn_anew(grad, 0.5, anew); },
       right_scores_grad, "tdf"},
      {"by element", right_weights_grad,
       [&](const Matrix& grad) {
         return scale(softmax_grad_by_element(steps.attn_weights, grad), 4);
       },
       "zf"},
  };
  const Matrix grad = random.matrix(6, 4);
  const auto loss = [&](const Matrix& scores) {
    const Matrix weights = softmax_rows(scale(mask_scores(scores), 4));
    const Matrix context_vecs = matmul(elementwise_product(weights, factors), steps.values);
    return sum(elementwise_product(context_vecs, grad).values());
  };
  Matrix grad_of_first_row(6, 4);
  std::ranges::copy(grad.row(0), grad_of_first_row.row(0).begin());
  for (const Row& row : rows) {
    const auto weights_grad = [&](const Matrix& context_grad) {
      return row.weights_grad(matmul_left_grad(context_grad, steps.values));
    };
    std::string broken;
    const Matrix early = row.scores_grad(weights_grad(grad_of_first_row));
    if (sum(early.row(0).subspan(1)) != 0) broken += 'l';
    const Matrix first = row.scores_grad(weights_grad(grad));
    const Matrix second_weights_grad = weights_grad(grad);
    const Matrix second = row.scores_grad(second_weights_grad);
    if (first != second) broken += 't';
    bool dropped_pass = false, sum_to_zero = true, as_finite_difference = true;
    for (std::size_t query = 0; query < 6; ++query) {
      if (std::abs(sum(second.row(query).first(query + 1))) > 1e-5) sum_to_zero = false;
      for (std::size_t key = 0; key < 6; ++key) {
        if (factors(query, key) == 0 && second_weights_grad(query, key) != 0) dropped_pass = true;
        Matrix up = steps.attn_scores, down = up;
        up(query, key) += 0.03F;
        down(query, key) -= 0.03F;
        const float slope = (loss(up) - loss(down)) / 0.06F;
        if (std::abs(slope - second(query, key)) > 1e-3) as_finite_difference = false;
      }
    }
    if (dropped_pass) broken += 'd';
    if (!sum_to_zero) broken += 'z';
    if (!as_finite_difference) broken += 'f';
    BOOST_TEST(broken == row.broken, row.mistake << " breaks " << broken);
  }
}

BOOST_AUTO_TEST_CASE(gradients_not_set_to_zero_hide_in_the_first_step) {
  Generator generator(16);
  auto right = recall::draw_model(2, generator);
  MultiHeadAttention wrong = right;
  const auto examples = recall::draw_examples(3, generator);
  const auto right_losses = recall::train_with_descent(right, examples, 2, 0.5F);
  const auto wrong_losses = train_without_zeroing(wrong, examples, 2, 0.5F);
  BOOST_TEST(right_losses[1] == wrong_losses[1]);
  BOOST_TEST(right_losses[2] != wrong_losses[2]);
}

BOOST_AUTO_TEST_CASE(a_loss_averaged_twice_shows_in_rows_given_twice_and_hides_behind_adam) {
  RandomNumbers random(17);
  const Matrix logits = random.matrix(4, 3);
  const Matrix twice = one_sequence({logits, logits});
  const std::vector<std::size_t> targets{0, 2, 1, 1}, targets_twice{0, 2, 1, 1, 0, 2, 1, 1};
  const float right = cross_entropy(logits, targets).loss;
  BOOST_TEST(std::abs(cross_entropy(twice, targets_twice).loss - right) < 1e-6);
  const float wrong = cross_entropy_averaged_twice(logits, targets).loss;
  BOOST_TEST(std::abs(wrong - right / 4) < 1e-6);
  BOOST_TEST(std::abs(cross_entropy_averaged_twice(twice, targets_twice).loss - wrong / 2) < 1e-6);
  std::vector<float> of_right(12, 1), of_wrong(12, 1);
  Adam adam_of_right(12, 0.1F), adam_of_wrong(12, 0.1F);
  adam_of_right.step(of_right, cross_entropy(logits, targets).logits_grad.values());
  adam_of_wrong.step(of_wrong, cross_entropy_averaged_twice(logits, targets).logits_grad.values());
  BOOST_TEST(largest_difference(of_right, of_wrong) < 1e-6);
}
