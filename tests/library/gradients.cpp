#include "longhand/gradients.hpp"

#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "check.hpp"
#include "longhand/key_value_cache.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

using namespace longhand;

namespace {

// Each shape that hides a fault if it is left out.
struct Shape : MultiHeadAttention::Settings {
  std::size_t tokens;
};
const std::vector<Shape> shapes{
    {{5, 3, 4, 0, 1, false}, 4},    {{3, 6, 7, 0, 3, true}, 5}, {{7, 8, 6, 0.5, 4, false}, 6},
    {{4, 12, 5, 0.25, 4, true}, 3}, {{2, 6, 3, 0, 2, true}, 1}, {{1, 1, 2, 0, 1, false}, 2},
};

struct Model {
  explicit Model(const Shape& shape, unsigned seed) : random(seed) {
    attention = drawn<MultiHeadAttention>(shape, seed);
    for (const std::size_t tokens : {shape.tokens, 1 + shape.tokens / 2}) {
      batch.push_back(random.matrix(tokens, shape.d_in));
      context_vecs_grad.push_back(random.matrix(tokens, shape.d_out));
    }
  }

  // From the same draws of dropout each time.
  List<MultiHeadAttentionSteps> steps() const {
    Generator training(1);
    return attention.steps(batch, Training{training});
  }
  List<MultiHeadAttentionGrads> grads() const {
    List<MultiHeadAttentionGrads> grads;
    for (std::size_t item = 0; item < batch.size(); ++item) {
      grads.push_back(multi_head_attention_grads(attention, batch[item], steps()[item],
                                                 context_vecs_grad[item]));
    }
    return grads;
  }

  RandomNumbers random;
  MultiHeadAttention attention;
  std::vector<Matrix> batch;
  std::vector<Matrix> context_vecs_grad;
};

// Multi-head attention once more, in double, with the cells dropped that a pass dropped.
using Table = std::vector<std::vector<double>>;

Table project(const Linear& layer, const Table& inputs) {
  Table outputs;
  for (const std::vector<double>& input : inputs) {
    std::vector<double>& output = outputs.emplace_back(layer.bias.begin(), layer.bias.end());
    output.resize(layer.d_out());
    for (std::size_t out = 0; out < layer.d_out(); ++out) {
      const auto weights = layer.weight.row(out);
      output[out] = std::inner_product(input.begin(), input.end(), weights.begin(), output[out]);
    }
  }
  return outputs;
}

Table context_vecs_in_double(const MultiHeadAttention& attention, const Matrix& inputs,
                             const std::vector<CausalAttentionSteps>& heads) {
  Table x;
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    x.emplace_back(inputs.row(token).begin(), inputs.row(token).end());
  }
  const Table queries = project(attention.W_query, x), keys = project(attention.W_key, x);
  const Table values = project(attention.W_value, x);
  const std::size_t head_dim = attention.head_dim();
  Table joined(x.size(), std::vector<double>(attention.W_value.d_out()));
  for (std::size_t column = 0; column < attention.W_value.d_out(); ++column) {
    const Matrix& dropout_factors = heads[column / head_dim].dropout_factors;
    const std::size_t first = column / head_dim * head_dim;
    for (std::size_t query = 0; query < x.size(); ++query) {
      double sum = 0, total = 0;
      for (std::size_t key = 0; key <= query; ++key) {
        double score = 0;
        for (std::size_t i = first; i < first + head_dim; ++i) {
          score += queries[query][i] * keys[key][i];
        }
        const double weight = std::exp(score / std::sqrt(static_cast<double>(head_dim)));
        total += weight;
        sum += weight * dropout_factors(query, key) * values[key][column];
      }
      joined[query][column] = sum / total;
    }
  }
  return project(attention.out_proj, joined);
}

// The loss whose gradient by the context vectors is context_vecs_grad, summed over the batch.
double loss_in_double(const Model& model, const std::vector<MultiHeadAttentionSteps>& steps) {
  double loss = 0;
  for (std::size_t item = 0; item < steps.size(); ++item) {
    const Table context_vecs =
        context_vecs_in_double(model.attention, model.batch[item], steps[item].heads);
    for (std::size_t token = 0; token < context_vecs.size(); ++token) {
      loss = std::inner_product(context_vecs[token].begin(), context_vecs[token].end(),
                                model.context_vecs_grad[item].row(token).begin(), loss);
    }
  }
  return loss;
}

// How far the loss moves with a number: it is moved to either side by 2^-14.
double finite_difference(float& number, const std::function<double()>& loss) {
  const float before = number, step = std::ldexp(1.0F, -14);
  number = before + step;
  const double above = number, loss_above = loss();
  number = before - step;
  const double below = number, loss_below = loss();
  number = before;
  return (loss_above - loss_below) / (above - below);
}

// With each of these numbers the loss moves as its gradient says: a sum, over the items of a batch.
void check_gradients(std::span<float> numbers, const std::vector<std::span<const float>>& grads,
                     double bound, const std::function<double()>& loss) {
  for (const auto& grad : grads) BOOST_REQUIRE(grad.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    double gradient = 0;
    for (const auto& grad : grads) gradient += grad[i];
    const double difference = finite_difference(numbers[i], loss);
    BOOST_TEST(std::abs(difference - gradient) <= bound, difference << ", not " << gradient);
  }
}

std::span<float> numbers_of(Matrix& matrix) { return {&matrix(0, 0), matrix.values().size()}; }

const std::vector<Linear MultiHeadAttention::*> layers{
    &MultiHeadAttention::W_query, &MultiHeadAttention::W_key, &MultiHeadAttention::W_value,
    &MultiHeadAttention::out_proj};
const std::vector<LinearGrads MultiHeadAttentionGrads::*> layers_grads{
    &MultiHeadAttentionGrads::W_query, &MultiHeadAttentionGrads::W_key,
    &MultiHeadAttentionGrads::W_value, &MultiHeadAttentionGrads::out_proj};

bool all_zero(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return value == 0; });
}

}  // namespace

// Of a batch, in which the gradients of weights and biases are the sums over its items.
BOOST_AUTO_TEST_CASE(the_loss_moves_with_every_number_as_its_gradient_says) {
  for (const Shape& shape : shapes) {
    Model model(shape, 1);
    const auto steps = model.steps();
    const auto grads = model.grads();
    const auto check = [&](std::span<float> numbers,
                           const std::vector<std::span<const float>>& grads_of_items) {
      check_gradients(numbers, grads_of_items, 4e-6, [&] { return loss_in_double(model, steps); });
    };
    for (std::size_t item = 0; item < model.batch.size(); ++item) {
      check(numbers_of(model.batch[item]), {grads[item].inputs_grad.values()});
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      Linear& layer = model.attention.*layers[i];
      const LinearGrads &one = grads[0].*layers_grads[i], &other = grads[1].*layers_grads[i];
      check(numbers_of(layer.weight), {one.weight_grad.values(), other.weight_grad.values()});
      check(layer.bias, {one.bias_grad, other.bias_grad});
    }
  }
}

// A loss that looks at the rows up to `last` alone: what comes later has no gradient, and leaves
// every other one as it is, bit for bit.
BOOST_AUTO_TEST_CASE(later_tokens_get_no_gradient_and_change_none) {
  for (const Shape& shape : shapes) {
    Model model(shape, 3);
    const std::size_t last = (shape.tokens - 1) / 2;
    for (std::size_t token = last + 1; token < shape.tokens; ++token) {
      std::ranges::fill(model.context_vecs_grad[0].row(token), 0);
    }
    const MultiHeadAttentionGrads before = model.grads()[0];
    for (std::size_t token = last + 1; token < shape.tokens; ++token) {
      BOOST_TEST(all_zero(before.inputs_grad.row(token)));
      for (float& value : model.batch[0].row(token)) value = 100 * model.random.number();
    }
    const MultiHeadAttentionGrads after = model.grads()[0];
    BOOST_TEST((before.inputs_grad == after.inputs_grad));
    for (const auto layer : layers_grads) {
      BOOST_TEST(((before.*layer).weight_grad == (after.*layer).weight_grad));
      BOOST_TEST((before.*layer).bias_grad == (after.*layer).bias_grad,
                 boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_mask_hides_passes_nothing) {
  BOOST_TEST((mask_scores_grad({{1, 2}, {3, 4}}) == Matrix{{1, 0}, {3, 4}}));
}

// The mean gradient of the first row is 4, of the second 7.
BOOST_AUTO_TEST_CASE(a_score_gains_where_its_weight_gains_more_than_the_mean_of_its_row) {
  const Matrix attn_weights{{0.5F, 0.25F, 0.25F}, {0.25F, 0.75F, 0}};
  const Matrix attn_weights_grad{{4, 0, 8}, {4, 8, 100}};
  const Matrix scores_grad{{0, -1, 1}, {-0.75F, 0.75F, 0}};
  BOOST_TEST((softmax_rows_grad(attn_weights, attn_weights_grad) == scores_grad));
}

// A masked cell has a weight of 0, which says nothing of whether it was dropped.
BOOST_AUTO_TEST_CASE(masked_and_dropped_cells_pass_nothing_and_rows_of_scores_sum_to_zero) {
  std::ptrdiff_t dropped = 0;
  for (const Shape& shape : shapes) {
    const Model model(shape, 4);
    const List<MultiHeadAttentionSteps> steps = model.steps();
    const List<MultiHeadAttentionGrads> grads = model.grads();
    for (std::size_t item = 0; item < steps.size(); ++item) {
      for (std::size_t head = 0; head < shape.num_heads; ++head) {
        const Matrix& factors = steps[item].heads[head].dropout_factors;
        const CausalAttentionGrads& of_head = grads[item].heads[head];
        BOOST_TEST((of_head.attn_weights_grad ==
                    elementwise_product(factors, of_head.dropped_weights_grad)));
        dropped += std::ranges::count(factors.values(), 0);
        for (std::size_t query = 0; query < factors.rows(); ++query) {
          BOOST_TEST(std::abs(sum(of_head.masked_scores_grad.row(query))) <= 1e-6);
          BOOST_TEST(all_zero(of_head.attn_scores_grad.row(query).subspan(query + 1)));
        }
      }
    }
  }
  BOOST_TEST(dropped > 0);
}

// Heads that are projected apart have the gradients of one projection that is split.
BOOST_AUTO_TEST_CASE(each_head_has_the_gradients_of_its_rows_of_the_weights) {
  for (const Shape& shape : shapes) {
    const Model model(shape, 6);
    const MultiHeadAttentionSteps steps = model.steps()[0];
    const MultiHeadAttentionGrads grads = model.grads()[0];
    const std::size_t head_dim = model.attention.head_dim();
    const std::vector<Matrix> context_grad =
        split_heads(grads.out_proj.inputs_grad, shape.num_heads);
    const std::vector<float> bias(shape.qkv_bias ? head_dim : 0);
    for (std::size_t head = 0; head < shape.num_heads; ++head) {
      const auto apart = causal_attention_grads(steps.heads[head], context_grad[head]);
      const std::vector<Matrix> grads_apart{apart.queries_grad, apart.keys_grad, apart.values_grad};
      for (std::size_t i = 0; i < grads_apart.size(); ++i) {
        const LinearGrads of_head =
            linear_grads({Matrix(head_dim, shape.d_in), bias}, model.batch[0], grads_apart[i]);
        const LinearGrads& of_all = grads.*layers_grads[i];
        BOOST_TEST((of_head.weight_grad == rows_of(of_all.weight_grad, head * head_dim, head_dim)));
        BOOST_TEST(std::ranges::equal(
            of_head.bias_grad,
            std::span(of_all.bias_grad).subspan(head * bias.size(), bias.size())));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_tokens_give_gradients_of_zero) {
  Model model({{3, 4, 6, 0.5, 2, true}, 0}, 7);
  const MultiHeadAttentionGrads grads = model.grads()[0];
  BOOST_TEST((grads.inputs_grad == Matrix(0, 3)));
  BOOST_TEST((grads.W_query.weight_grad == Matrix(4, 3)));
}

BOOST_AUTO_TEST_CASE(cross_entropy_moves_with_every_logit_as_its_gradient_says) {
  RandomNumbers random(8);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const std::size_t rows = random.size(1, 5), classes = random.size(1, 6);
    Matrix logits = random.matrix(rows, classes);
    std::vector<std::size_t> targets(rows);
    for (std::size_t& target : targets) target = random.size(0, classes - 1);
    const auto loss = [&] {
      double sum = 0;
      for (std::size_t row = 0; row < rows; ++row) {
        double total = 0;
        for (const float logit : logits.row(row)) total += std::exp(static_cast<double>(logit));
        sum += std::log(total) - logits(row, targets[row]);
      }
      return sum / static_cast<double>(rows);
    };
    const CrossEntropy computed = cross_entropy(logits, targets);
    BOOST_TEST(std::abs(computed.loss - loss()) <= 1e-6);
    check_gradients(numbers_of(logits), {computed.logits_grad.values()}, 1e-6, loss);
  }
}

BOOST_AUTO_TEST_CASE(the_loss_of_equal_logits_is_the_logarithm_of_their_number_whatever_the_rows) {
  for (const std::size_t rows : {1U, 2U, 8U}) {
    const float loss = cross_entropy(Matrix(rows, 4), std::vector<std::size_t>(rows, 3)).loss;
    BOOST_TEST(std::abs(loss - std::log(4.0F)) < 1e-6F);
  }
}

BOOST_AUTO_TEST_CASE(large_logits_overflow_nothing) {
  const CrossEntropy computed = cross_entropy({{1000, 0}, {-1000, 0}}, {1, 1});
  BOOST_TEST(computed.loss == 500);
  BOOST_TEST((computed.logits_grad == Matrix{{0.5F, -0.5F}, {0, 0}}));
}

BOOST_AUTO_TEST_CASE(a_pass_that_met_nan_has_gradients_of_nan) {
  Model model({{3, 4, 6, 0, 2, true}, 6}, 11);
  model.batch[0](5, 0) = NAN;
  BOOST_TEST(std::isnan(model.grads()[0].inputs_grad(0, 0)));
}

void check_refused(const std::function<void()>& call, const std::vector<std::string>& named) {
  BOOST_CHECK_EXCEPTION(call(), std::invalid_argument, names(named));
}

// One too few, and one too many.
BOOST_AUTO_TEST_CASE(incompatible_shapes_are_refused) {
  for (const Matrix& grad : {Matrix(1, 3), Matrix(3, 3), Matrix(2, 2), Matrix(2, 4)}) {
    check_refused([&] { softmax_rows_grad(Matrix(2, 3), grad); },
                  {"softmax_rows_grad: attn_weights are (2, 3)", shape_text(grad)});
  }
  for (const Matrix& grad : {Matrix(2, 3), Matrix(3, 2)}) {
    check_refused([&] { mask_scores_grad(grad); }, {shape_text(grad)});
  }
  const std::vector<std::pair<Matrix, Matrix>> inputs_and_grads{
      {Matrix(4, 2), Matrix(4, 2)}, {Matrix(4, 4), Matrix(4, 2)}, {Matrix(4, 3), Matrix(3, 2)},
      {Matrix(4, 3), Matrix(5, 2)}, {Matrix(4, 3), Matrix(4, 1)}, {Matrix(4, 3), Matrix(4, 3)}};
  for (const auto& pair : inputs_and_grads) {
    check_refused(
        [&] { linear_grads(Linear{Matrix(2, 3)}, pair.first, pair.second); },
        {"linear_grads: inputs are " + shape_text(pair.first), "(2, 3)", shape_text(pair.second)});
  }
  const Linear with_odd_bias{Matrix(2, 3), {1}};
  check_refused([&] { linear_grads(with_odd_bias, Matrix(4, 3), Matrix(4, 2)); },
                {"1 element", "(2, 3)"});
  const std::vector<std::pair<std::vector<std::size_t>, std::string>> targets{
      {{1}, "1 target:"},
      {{0, 1, 2}, "3 targets"},
      {{0, 3},
       "target 1 is 3, logits are (2, 3): a target must be at least 0 and less than the columns "
       "(3)"},
      {{static_cast<std::size_t>(-1), 0}, "target 0 is -1"}};
  for (const auto& pair : targets) {
    check_refused([&] { cross_entropy(Matrix(2, 3), pair.first); }, {"(2, 3)", pair.second});
  }
  check_refused([] { cross_entropy(Matrix(0, 3), {}); }, {"(0, 3)"});
}

// Steps are those of another pass, too, if a weight was changed after it.
BOOST_AUTO_TEST_CASE(steps_of_another_pass_are_refused) {
  const Model model({{3, 4, 6, 0.5, 2, true}, 6}, 9);
  const Matrix &inputs = model.batch[0], &grad = model.context_vecs_grad[0];
  const MultiHeadAttentionSteps steps = model.steps()[0];
  MultiHeadAttentionSteps without_joined = steps, without_weights = steps;
  without_joined.joined = {};
  without_weights.heads[1].attn_weights = {};
  MultiHeadAttention one_head = model.attention, above = model.attention, below = model.attention;
  one_head.num_heads = 1;
  above.W_query.bias[0] += 1;
  below.W_query.bias[0] -= 1;
  Matrix with_nan = inputs;
  with_nan(0, 0) = NAN;
  const auto refused = [](const MultiHeadAttention& attention, const Matrix& inputs,
                          const MultiHeadAttentionSteps& steps, const Matrix& grad,
                          const std::vector<std::string>& named) {
    check_refused([&] { multi_head_attention_grads(attention, inputs, steps, grad); }, named);
  };
  const std::string other_pass =
      "(6, 4), are not W_query applied to inputs, (6, 3): take the steps";
  refused(model.attention, inputs, {}, grad, {"0 heads", "num_heads is 2"});
  refused(one_head, inputs, steps, grad, {"2 heads", "num_heads is 1"});
  refused(model.attention, model.batch[1], steps, grad, {"(6, 4), are not W_query", "(4, 3)"});
  refused(model.attention, Matrix(6, 3), steps, grad, {other_pass});
  refused(above, inputs, steps, grad, {other_pass});
  refused(below, inputs, steps, grad, {other_pass});
  refused(model.attention, with_nan, steps, grad, {other_pass});
  refused(model.attention, Matrix(6, 5), steps, grad, {"the sequence is (6, 5)", "d_in (3)"});
  refused(model.attention, inputs, steps, Matrix(6, 3),
          {"multi_head_attention_grads: context_vecs are (6, 4)", "(6, 3)"});
  refused(model.attention, inputs, without_joined, grad, {"inputs are (0, 0)", "(4, 4)", "(6, 4)"});
  refused(model.attention, inputs, without_weights, grad, {"attn_weights are (0, 0)", "(6, 6)"});
  check_refused([&] { causal_attention_grads({}, grad); },
                {"causal_attention_grads: context_vecs are (0, 0)", "(6, 4)"});
  for (const auto& [member, other] : {std::pair{&CausalAttentionSteps::keys, Matrix(6, 3)},
                                      {&CausalAttentionSteps::keys, Matrix(6, 1)},
                                      {&CausalAttentionSteps::dropped_weights, Matrix(6, 5)},
                                      {&CausalAttentionSteps::dropped_weights, Matrix(6, 7)},
                                      {&CausalAttentionSteps::dropped_weights, Matrix(5, 6)},
                                      {&CausalAttentionSteps::dropped_weights, Matrix(7, 6)}}) {
    CausalAttentionSteps edited = steps.heads[0];
    edited.*member = other;
    check_refused([&] { causal_attention_grads(edited, Matrix(6, 2)); },
                  {"keys are " + shape_text(edited.keys), "(6, 6)",
                   "dropped_weights are " + shape_text(edited.dropped_weights)});
  }
}

// Their queries see keys of earlier passes, too, whose inputs are not at hand.
BOOST_AUTO_TEST_CASE(steps_with_a_cache_have_no_gradients) {
  const Model model({{3, 4, 6, 0, 2, true}, 6}, 10);
  KeyValueCache cache;
  steps_with_cache(model.attention, rows_of(model.batch[0], 0, 4), cache);
  const MultiHeadAttentionSteps steps =
      steps_with_cache(model.attention, rows_of(model.batch[0], 4, 2), cache);
  BOOST_CHECK_EXCEPTION(
      causal_attention_grads(steps.heads[0], Matrix(2, 2)), std::invalid_argument,
      says("mask_scores_grad: masked_scores_grad is (2, 6): a row and a column for each token are "
           "needed"));
}
