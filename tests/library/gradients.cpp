#include "longhand/gradients.hpp"

#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <stdexcept>

#include "check.hpp"
#include "longhand/softmax.hpp"

using namespace longhand;

namespace {

// Each shape that hides a fault if it is left out.
struct Shape {
  std::size_t d_in, d_out, num_heads, tokens, context_length;
  bool qkv_bias;
  double dropout;
};
const std::vector<Shape> shapes{
    {5, 3, 1, 4, 4, false, 0},    {3, 6, 3, 5, 7, true, 0}, {7, 8, 4, 6, 6, false, 0.5},
    {4, 12, 4, 3, 5, true, 0.25}, {2, 6, 2, 1, 3, true, 0}, {1, 1, 1, 2, 2, false, 0},
};

struct Model {
  explicit Model(const Shape& shape, unsigned seed) : random(seed), generator(seed) {
    attention = MultiHeadAttention::draw({.d_in = shape.d_in,
                                          .d_out = shape.d_out,
                                          .context_length = shape.context_length,
                                          .dropout = shape.dropout,
                                          .num_heads = shape.num_heads,
                                          .qkv_bias = shape.qkv_bias},
                                         generator);
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
  Generator generator;
  MultiHeadAttention attention;
  std::vector<Matrix> batch;
  std::vector<Matrix> context_vecs_grad;
};

// Multi-head attention once more, in double, with the cells dropped that a pass dropped.
using Table = std::vector<std::vector<double>>;

Table project(const Linear& layer, const Table& inputs) {
  Table outputs(inputs.size(), std::vector<double>(layer.d_out()));
  for (std::size_t token = 0; token < inputs.size(); ++token) {
    for (std::size_t out = 0; out < layer.d_out(); ++out) {
      double& output = outputs[token][out];
      if (!layer.bias.empty()) output = layer.bias[out];
      for (std::size_t in = 0; in < layer.d_in(); ++in) {
        output += inputs[token][in] * layer.weight(out, in);
      }
    }
  }
  return outputs;
}

Table context_vecs_in_double(const MultiHeadAttention& attention, const Matrix& inputs,
                             const std::vector<CausalAttentionSteps>& heads) {
  Table x(inputs.rows());
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    x[token].assign(inputs.row(token).begin(), inputs.row(token).end());
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
      for (std::size_t out = 0; out < context_vecs[token].size(); ++out) {
        loss += context_vecs[token][out] * model.context_vecs_grad[item](token, out);
      }
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
    const auto check = [&](float& number, double gradient) {
      const double difference =
          finite_difference(number, [&] { return loss_in_double(model, steps); });
      BOOST_TEST(std::abs(difference - gradient) <= 4e-6, difference << ", not " << gradient);
    };
    for (std::size_t item = 0; item < model.batch.size(); ++item) {
      for (std::size_t token = 0; token < model.batch[item].rows(); ++token) {
        for (std::size_t in = 0; in < shape.d_in; ++in) {
          check(model.batch[item](token, in), grads[item].inputs_grad(token, in));
        }
      }
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      Linear& layer = model.attention.*layers[i];
      const LinearGrads &one = grads[0].*layers_grads[i], &other = grads[1].*layers_grads[i];
      for (std::size_t out = 0; out < layer.d_out(); ++out) {
        for (std::size_t in = 0; in < layer.d_in(); ++in) {
          check(layer.weight(out, in), one.weight_grad(out, in) + other.weight_grad(out, in));
        }
      }
      BOOST_REQUIRE(one.bias_grad.size() == layer.bias.size());
      for (std::size_t out = 0; out < layer.bias.size(); ++out) {
        check(layer.bias[out], one.bias_grad[out] + other.bias_grad[out]);
      }
    }
  }
}

// The short form is the product with the Jacobian: weight k moves with score j by w_k (1 - w_j) if
// j = k, and by -w_k w_j otherwise.
BOOST_AUTO_TEST_CASE(the_gradient_of_softmax_is_its_jacobian_and_sums_to_zero_in_each_row) {
  RandomNumbers random(2);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const std::size_t rows = random.size(1, 5), cols = random.size(1, 9);
    const Matrix weights = softmax_rows(random.matrix(rows, cols));
    const Matrix weights_grad = random.matrix(rows, cols);
    const Matrix scores_grad = softmax_rows_grad(weights, weights_grad);
    for (std::size_t row = 0; row < rows; ++row) {
      double sum = 0;
      for (std::size_t j = 0; j < cols; ++j) {
        double expected = 0;
        for (std::size_t k = 0; k < cols; ++k) {
          expected += weights(row, k) * ((j == k) - weights(row, j)) * weights_grad(row, k);
        }
        BOOST_TEST(std::abs(scores_grad(row, j) - expected) <= 1e-6);
        sum += scores_grad(row, j);
      }
      BOOST_TEST(std::abs(sum) <= 1e-6);
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
      for (float& value : model.context_vecs_grad[0].row(token)) value = 0;
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

// Even where the weight itself is 0, which says nothing of whether it was dropped.
BOOST_AUTO_TEST_CASE(masked_and_dropped_cells_pass_nothing_and_all_others_their_factor) {
  Model model({3, 4, 2, 6, 6, false, 0.5}, 4);
  for (float& value : model.batch[0].row(0)) value *= 1000;
  std::size_t weights_of_zero = 0;
  const MultiHeadAttentionSteps steps = model.steps()[0];
  const MultiHeadAttentionGrads grads = model.grads()[0];
  for (std::size_t head = 0; head < 2; ++head) {
    const CausalAttentionSteps& of_head = steps.heads[head];
    const Matrix& factors = of_head.dropout_factors;
    for (std::size_t query = 0; query < 6; ++query) {
      for (std::size_t key = 0; key < 6; ++key) {
        const float dropped_grad = grads.heads[head].dropped_weights_grad(query, key);
        BOOST_TEST(dropped_grad != 0);
        BOOST_TEST((factors(query, key) == 0 || factors(query, key) == 2));
        BOOST_TEST(grads.heads[head].attn_weights_grad(query, key) ==
                   factors(query, key) * dropped_grad);
        BOOST_TEST(of_head.dropped_weights(query, key) ==
                   factors(query, key) * of_head.attn_weights(query, key));
        if (key > query) BOOST_TEST(grads.heads[head].attn_scores_grad(query, key) == 0);
        if (key <= query && of_head.attn_weights(query, key) == 0) ++weights_of_zero;
      }
    }
  }
  BOOST_TEST(weights_of_zero > 0U);
  BOOST_TEST((mask_scores_grad({{1, 2}, {3, 4}}) == Matrix{{1, 0}, {3, 4}}));
}

BOOST_AUTO_TEST_CASE(where_all_is_dropped_only_the_output_projection_has_a_gradient) {
  const MultiHeadAttentionGrads grads = Model({3, 4, 2, 6, 6, true, 1}, 5).grads()[0];
  BOOST_TEST(all_zero(grads.inputs_grad.values()));
  for (const auto layer : {&MultiHeadAttentionGrads::W_query, &MultiHeadAttentionGrads::W_key,
                           &MultiHeadAttentionGrads::W_value}) {
    BOOST_TEST(all_zero((grads.*layer).weight_grad.values()));
  }
  BOOST_TEST(!all_zero(grads.out_proj.inputs_grad.values()));
  BOOST_TEST(!all_zero(grads.out_proj.bias_grad));
}

// Heads that are projected apart have the gradients of one projection that is split.
BOOST_AUTO_TEST_CASE(each_head_has_the_gradients_of_its_rows_of_the_weights) {
  for (const Shape& shape : shapes) {
    const Model model(shape, 6);
    const MultiHeadAttentionSteps steps = model.steps()[0];
    const MultiHeadAttentionGrads grads = model.grads()[0];
    const std::size_t head_dim = model.attention.head_dim();
    for (std::size_t head = 0; head < shape.num_heads; ++head) {
      const CausalAttentionGrads apart = causal_attention_grads(
          steps.heads[head],
          split_heads(matmul(model.context_vecs_grad[0], model.attention.out_proj.weight),
                      shape.num_heads)[head]);
      const std::vector<Matrix> grads_apart{apart.queries_grad, apart.keys_grad, apart.values_grad};
      for (std::size_t i = 0; i < grads_apart.size(); ++i) {
        const LinearGrads of_head =
            linear_grads({Matrix(head_dim, shape.d_in), std::vector<float>(head_dim)},
                         model.batch[0], grads_apart[i]);
        const LinearGrads& of_all = grads.*layers_grads[i];
        for (std::size_t row = 0; row < head_dim; ++row) {
          BOOST_TEST(of_head.weight_grad.row(row) == of_all.weight_grad.row(head * head_dim + row),
                     boost::test_tools::per_element());
          if (!shape.qkv_bias) continue;
          BOOST_TEST(of_head.bias_grad[row] == of_all.bias_grad[head * head_dim + row]);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_tokens_give_gradients_of_zero) {
  Model model({3, 4, 2, 0, 6, true, 0.5}, 7);
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
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t col = 0; col < classes; ++col) {
        const double difference = finite_difference(logits(row, col), loss);
        BOOST_TEST(std::abs(computed.logits_grad(row, col) - difference) <= 1e-6);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(large_logits_overflow_nothing) {
  const CrossEntropy computed = cross_entropy({{1000, 0}, {-1000, 0}}, {1, 1});
  BOOST_TEST(computed.loss == 500);
  BOOST_TEST((computed.logits_grad == Matrix{{0.5F, -0.5F}, {0, 0}}));
}

BOOST_AUTO_TEST_CASE(a_pass_that_met_nan_has_gradients_of_nan) {
  Model model({3, 4, 2, 6, 6, true, 0}, 11);
  model.batch[0](5, 0) = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(std::isnan(model.grads()[0].inputs_grad(0, 0)));
}

// One too few, and one too many.
BOOST_AUTO_TEST_CASE(shapes_that_do_not_meet_are_refused) {
  const auto refuses = [](const auto& call, const std::string& text) {
    BOOST_CHECK_EXCEPTION(call(), std::invalid_argument, says(text));
  };
  for (const Matrix& grad : {Matrix(1, 3), Matrix(3, 3), Matrix(2, 2), Matrix(2, 4)}) {
    refuses([&] { softmax_rows_grad(Matrix(2, 3), grad); },
            "softmax_rows_grad: attn_weights are (2, 3), their gradient is " + shape_text(grad) +
                ": a gradient has the shape of what it belongs to");
  }
  for (const Matrix& grad : {Matrix(2, 3), Matrix(3, 2)}) {
    refuses([&] { mask_scores_grad(grad); }, "mask_scores_grad: masked_scores_grad is " +
                                                 shape_text(grad) +
                                                 ": a row and a column for each token are needed");
  }
  const std::vector<std::pair<Matrix, Matrix>> inputs_and_grads{
      {Matrix(4, 2), Matrix(4, 2)}, {Matrix(4, 4), Matrix(4, 2)}, {Matrix(4, 3), Matrix(3, 2)},
      {Matrix(4, 3), Matrix(5, 2)}, {Matrix(4, 3), Matrix(4, 1)}, {Matrix(4, 3), Matrix(4, 3)}};
  for (const auto& pair : inputs_and_grads) {
    const auto& inputs = pair.first;
    const auto& grad = pair.second;
    refuses([&] { linear_grads(Linear{Matrix(2, 3)}, inputs, grad); },
            "linear_grads: inputs are " + shape_text(inputs) +
                ", weight is (2, 3), outputs_grad is " + shape_text(grad) +
                ": inputs must be tokens x d_in, outputs_grad tokens x d_out, the weight d_out x "
                "d_in");
  }
  refuses(
      [] {
        linear_grads({Matrix(2, 3), {1}}, Matrix(4, 3), Matrix(4, 2));
      },
      "Linear: bias has 1 element, weight is (2, 3): the bias must be of length d_out (2), or "
      "empty");
  refuses([] { cross_entropy(Matrix(2, 3), {1}); },
          "cross_entropy: logits are (2, 3), for 1 target: give one for each row");
  refuses(
      [] {
        cross_entropy(Matrix(2, 3), {0, 1, 2});
      },
      "cross_entropy: logits are (2, 3), for 3 targets: give one for each row");
}

// Steps are those of another pass, too, if a weight was changed after it.
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const Model model({3, 4, 2, 6, 6, true, 0.5}, 9);
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
  with_nan(0, 0) = std::numeric_limits<float>::quiet_NaN();
  const std::string whole = "multi_head_attention_grads: ";
  const std::string shape_of_grad = ": a gradient has the shape of what it belongs to";
  const std::string other_pass =
      ": take the steps of a pass over these inputs, before a weight changes";
  const std::string other_shapes =
      ": inputs must be tokens x d_in, outputs_grad tokens x d_out, the weight d_out x d_in";
  const std::vector<std::pair<std::function<void()>, std::string>> refusals{
      {[&] { multi_head_attention_grads(model.attention, inputs, {}, grad); },
       whole + "steps are of 0 heads, num_heads is 2: take the steps of a pass of this attention"},
      {[&] { multi_head_attention_grads(one_head, inputs, steps, grad); },
       whole + "steps are of 2 heads, num_heads is 1: take the steps of a pass of this attention"},
      {[&] { multi_head_attention_grads(model.attention, model.batch[1], steps, grad); },
       whole + "steps.queries, (6, 4), are not W_query applied to inputs, (4, 3)" + other_pass},
      {[&] { multi_head_attention_grads(model.attention, Matrix(6, 3), steps, grad); },
       whole + "steps.queries, (6, 4), are not W_query applied to inputs, (6, 3)" + other_pass},
      {[&] { multi_head_attention_grads(above, inputs, steps, grad); },
       whole + "steps.queries, (6, 4), are not W_query applied to inputs, (6, 3)" + other_pass},
      {[&] { multi_head_attention_grads(below, inputs, steps, grad); },
       whole + "steps.queries, (6, 4), are not W_query applied to inputs, (6, 3)" + other_pass},
      {[&] { multi_head_attention_grads(model.attention, with_nan, steps, grad); },
       whole + "steps.queries, (6, 4), are not W_query applied to inputs, (6, 3)" + other_pass},
      {[&] { multi_head_attention_grads(model.attention, Matrix(6, 5), steps, grad); },
       "MultiHeadAttention: the sequence is (6, 5): its columns (5) must equal d_in (3)"},
      {[&] { multi_head_attention_grads(model.attention, inputs, steps, Matrix(6, 3)); },
       whole + "context_vecs are (6, 4), their gradient is (6, 3)" + shape_of_grad},
      {[&] { multi_head_attention_grads(model.attention, inputs, without_joined, grad); },
       "linear_grads: inputs are (0, 0), weight is (4, 4), outputs_grad is (6, 4)" + other_shapes},
      {[&] { multi_head_attention_grads(model.attention, inputs, without_weights, grad); },
       "causal_attention_grads: queries are (6, 2), keys are (6, 2), attn_weights are (0, 0), "
       "dropped_weights are (6, 6): take all steps of one pass"},
      {[&] { causal_attention_grads({}, grad); },
       "causal_attention_grads: context_vecs are (0, 0), their gradient is (6, 4)" + shape_of_grad},
      {[&] {
         cross_entropy(Matrix(2, 3), {0, 3});
       },
       "cross_entropy: target 1 is 3, logits are (2, 3): a target must be at least 0 and less than "
       "the columns (3)"},
      {[&] { cross_entropy(Matrix(1, 3), {static_cast<std::size_t>(-1)}); },
       "cross_entropy: target 0 is -1, logits are (1, 3): a target must be at least 0 and less "
       "than the columns (3)"},
      {[&] { cross_entropy(Matrix(0, 3), {}); },
       "cross_entropy: logits are (0, 3): no rows have no mean: give at least one"},
      {[&] { cross_entropy(Matrix(1, 0), {0}); },
       "cross_entropy: target 0 is 0, logits are (1, 0): a target must be at least 0 and less than "
       "the columns (0)"},
  };
  for (const auto& [call, text] : refusals) {
    BOOST_CHECK_EXCEPTION(call(), std::invalid_argument, says(text));
  }
  for (const auto& [member, other] : {std::pair{&CausalAttentionSteps::keys, Matrix(6, 3)},
                                      {&CausalAttentionSteps::dropped_weights, Matrix(6, 5)},
                                      {&CausalAttentionSteps::dropped_weights, Matrix(5, 6)}}) {
    CausalAttentionSteps edited = steps.heads[0];
    edited.*member = other;
    BOOST_CHECK_EXCEPTION(
        causal_attention_grads(edited, Matrix(6, 2)), std::invalid_argument,
        says("causal_attention_grads: queries are (6, 2), keys are " + shape_text(edited.keys) +
             ", attn_weights are (6, 6), dropped_weights are " +
             shape_text(edited.dropped_weights) + ": take all steps of one pass"));
  }
}
