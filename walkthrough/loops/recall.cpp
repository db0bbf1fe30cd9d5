#include "recall.hpp"

#include <algorithm>
#include <cmath>
#include <longhand/self_attention.hpp>
#include <numeric>

using namespace longhand;

namespace recall {

std::size_t Example::asked_pair() const {
  return static_cast<std::size_t>(std::ranges::find(keys, keys.back()) - keys.begin());
}

// A number from 0 to num_pairs - 1.
static std::size_t draw_choice(float fraction) {
  return static_cast<std::size_t>(fraction * num_pairs);
}

static Example draw_example(Generator& generator) {
  const std::vector<float> order = generator.rand(1, num_pairs).row(0);
  Example example{Matrix(num_tokens, d_in), std::vector<std::size_t>(num_pairs), {}};
  std::iota(example.keys.begin(), example.keys.end(), 0U);
  std::ranges::sort(example.keys, {}, [&](std::size_t key) { return order[key]; });
  for (const float fraction : generator.rand(1, num_pairs).row(0)) {
    example.values.push_back(draw_choice(fraction));
  }
  example.keys.push_back(draw_choice(generator.rand(1, 1)(0, 0)));
  for (std::size_t token = 0; token < num_tokens; ++token) {
    example.inputs(token, example.keys[token]) = 1;
    if (token < num_pairs) example.inputs(token, num_pairs + example.values[token]) = 1;
    example.inputs(token, 2 * num_pairs + token) = 1;
  }
  return example;
}

std::vector<Example> draw_examples(std::size_t count, Generator& generator) {
  std::vector<Example> examples;
  while (examples.size() < count) examples.push_back(draw_example(generator));
  return examples;
}

MultiHeadAttention draw_model(std::size_t num_heads, Generator& generator,
                              std::size_t d_out) {
  return MultiHeadAttention::draw({.d_in = d_in,
                                   .d_out = d_out,
                                   .context_length = num_tokens,
                                   .num_heads = num_heads},
                                  generator);
}

Matrix logits(const Matrix& context_vecs) {
  const std::span<const float> last = context_vecs.row(context_vecs.rows() - 1);
  return Matrix(2, num_pairs,
                std::vector<float>(last.begin(), last.begin() + num_logits));
}

std::vector<std::span<float>> parameters(MultiHeadAttention& model) {
  return {model.W_query.weight.values(), model.W_key.weight.values(),
          model.W_value.weight.values(), model.out_proj.weight.values(),
          model.out_proj.bias};
}

void add(std::vector<float>& sum, std::span<const float> addend) {
  sum.resize(addend.size());
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += addend[i];
}

Loss loss(const MultiHeadAttention& model, const std::vector<Example>& examples) {
  Loss sum{0, std::vector<std::vector<float>>(5)};
  for (const Example& example : examples) {
    const MultiHeadAttentionSteps steps = model.steps(example.inputs);
    const CrossEntropy answer =
        cross_entropy(logits(steps.context_vecs), example.answers());
    // The mean over two answers is half of the sum, and the task counts both.
    const float share = 2 / static_cast<float>(examples.size());
    sum.value += answer.loss * share;
    Matrix context_vecs_grad(num_tokens, steps.context_vecs.cols());
    for (std::size_t out = 0; out < num_logits; ++out) {
      context_vecs_grad(num_tokens - 1, out) = answer.logits_grad.values()[out] * share;
    }
    const MultiHeadAttentionGrads grads =
        multi_head_attention_grads(model, example.inputs, steps, context_vecs_grad);
    add(sum.grads[0], grads.W_query.weight_grad.values());
    add(sum.grads[1], grads.W_key.weight_grad.values());
    add(sum.grads[2], grads.W_value.weight_grad.values());
    add(sum.grads[3], grads.out_proj.weight_grad.values());
    add(sum.grads[4], grads.out_proj.bias_grad);
  }
  return sum;
}

MultiHeadAttention without_scaling(MultiHeadAttention model) {
  const float root = std::sqrt(static_cast<float>(model.head_dim()));
  for (float& weight : model.W_query.weight.values()) weight *= root;
  return model;
}

Loss loss_without_scaling(const MultiHeadAttention& model,
                          const std::vector<Example>& examples) {
  Loss result = loss(without_scaling(model), examples);
  const float root = std::sqrt(static_cast<float>(model.head_dim()));
  for (float& grad : result.grads[0]) grad *= root;  // of W_query, by the chain rule
  return result;
}

std::vector<float> train_with_descent(MultiHeadAttention& model,
                                      const std::vector<Example>& examples,
                                      std::size_t num_steps, float learning_rate) {
  const std::vector<std::span<float>> all = parameters(model);
  std::vector<float> losses;
  for (std::size_t step = 0; step < num_steps; ++step) {
    const Loss now = loss(model, examples);
    losses.push_back(now.value);
    for (std::size_t i = 0; i < all.size(); ++i) {
      descend(all[i], now.grads[i], learning_rate);
    }
  }
  losses.push_back(loss(model, examples).value);
  return losses;
}

std::vector<float> train_with_adam(MultiHeadAttention& model,
                                   const std::vector<Example>& examples,
                                   std::size_t num_steps, float learning_rate,
                                   decltype(loss)& loss_of) {
  const std::vector<std::span<float>> all = parameters(model);
  std::vector<Adam> adams;
  for (const std::span<float> each : all) adams.emplace_back(each.size(), learning_rate);
  std::vector<float> losses;
  for (std::size_t step = 0; step < num_steps; ++step) {
    const Loss now = loss_of(model, examples);
    losses.push_back(now.value);
    for (std::size_t i = 0; i < all.size(); ++i) adams[i].step(all[i], now.grads[i]);
  }
  losses.push_back(loss_of(model, examples).value);
  return losses;
}

std::vector<float> accuracies(const MultiHeadAttention& model,
                              const std::vector<Example>& examples) {
  std::vector<float> right(2);
  for (const Example& example : examples) {
    const Matrix scores = logits(model.forward(example.inputs));
    for (std::size_t answer = 0; answer < 2; ++answer) {
      const std::span<const float> row = scores.row(answer);
      const auto given =
          static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
      if (given == example.answers()[answer]) right[answer] += 1;
    }
  }
  for (float& count : right) count /= static_cast<float>(examples.size());
  return right;
}

Matrix mean_weights(const MultiHeadAttention& model,
                    const std::vector<Example>& examples) {
  Matrix means(model.num_heads, 2);
  float count = 0;
  for (const Example& example : examples) {
    if (example.asked_pair() == num_pairs - 1) continue;
    count += 1;
    const MultiHeadAttentionSteps steps = model.steps(example.inputs);
    for (std::size_t head = 0; head < model.num_heads; ++head) {
      const Matrix& weights = steps.heads[head].attn_weights;
      means(head, 0) += weights(num_tokens - 1, example.asked_pair());
      means(head, 1) += weights(num_tokens - 1, num_pairs - 1);
    }
  }
  for (float& mean : means.values()) mean /= count;
  return means;
}

std::vector<float> largest_weight(const MultiHeadAttention& model,
                                  const std::vector<Example>& examples) {
  std::vector<float> means(2);
  for (const Example& example : examples) {
    for (const CausalAttentionSteps& head : model.steps(example.inputs).heads) {
      const float weight = std::ranges::max(head.attn_weights.row(num_tokens - 1));
      means[0] += weight;
      means[1] += weight * (1 - weight);
    }
  }
  const auto count = static_cast<float>(examples.size() * model.num_heads);
  for (float& mean : means) mean /= count;
  return means;
}

std::vector<std::string> labels(const Example& example) {
  std::vector<std::string> labels;
  for (std::size_t token = 0; token < num_tokens; ++token) {
    labels.emplace_back(1, static_cast<char>('a' + example.keys[token]));
    labels.back() += token < num_pairs ? std::to_string(example.values[token]) : "?";
  }
  return labels;
}

std::string text(const Example& example) {
  std::string text;
  for (const std::string& label : labels(example))
    text += (text.empty() ? "" : " ") + label;
  return text;
}

Matrix scores_of_ones(const MultiHeadAttention& model, std::size_t head,
                      std::size_t first, std::size_t count) {
  Matrix ones(count, d_in);
  for (std::size_t i = 0; i < count; ++i) ones(i, first + i) = 1;
  const Matrix queries = split_heads(model.W_query.forward(ones), model.num_heads)[head];
  const Matrix keys = split_heads(model.W_key.forward(ones), model.num_heads)[head];
  return scale(matmul(queries, transpose(keys)), model.head_dim());
}

}  // namespace recall
