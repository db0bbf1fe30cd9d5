#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "longhand/generator.hpp"
#include "longhand/gradients.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/optimizers.hpp"

// The task of chapter 7: remember pairs of a key and a value, and answer two questions about them.
namespace recall {

// Four pairs, then a question. Each token has a place for each key, each value and each position.
constexpr std::size_t num_pairs = 4;
constexpr std::size_t num_tokens = num_pairs + 1;
constexpr std::size_t d_in = num_pairs + num_pairs + num_tokens;
constexpr std::size_t num_logits = num_pairs + num_pairs;  // of both answers

// A sequence, such as c2 a0 d2 b1 a?
struct Example {
  longhand::Matrix inputs;          // tokens x d_in, of zeros and ones
  std::vector<std::size_t> keys;    // of the pairs in their order, and of the question
  std::vector<std::size_t> values;  // of the pairs

  std::size_t asked_pair() const;  // the pair whose key is asked
  // The value of the pair whose key is asked, and the value of the pair before the question.
  std::vector<std::size_t> answers() const {
    return {values[asked_pair()], values.back()};
  }
};

// "c2 a0 d2 b1 a?", and its tokens one by one.
std::string text(const Example& example);
std::vector<std::string> labels(const Example& example);

// The keys in random order, a random value for each, and a random question.
std::vector<Example> draw_examples(std::size_t count, longhand::Generator& generator);

// A model for the task. Where its heads are wider than needed, the first context features are the
// logits.
longhand::MultiHeadAttention draw_model(std::size_t num_heads,
                                        longhand::Generator& generator,
                                        std::size_t d_out = num_logits);

// Two rows of logits from the last token's context vector: one for each answer.
longhand::Matrix logits(const longhand::Matrix& context_vecs);

// The mean loss over the examples, and the sum of the gradients that it has.
struct Loss {
  float value = 0;
  std::vector<std::vector<float>> grads;  // as parameters
};
Loss loss(const longhand::MultiHeadAttention& model,
          const std::vector<Example>& examples);

// The same model without the division by the root of head_dim, and its loss.
longhand::MultiHeadAttention without_scaling(longhand::MultiHeadAttention model);
Loss loss_without_scaling(const longhand::MultiHeadAttention& model,
                          const std::vector<Example>& examples);

// Adds to a sum, which may be empty so far.
void add(std::vector<float>& sum, std::span<const float> addend);

// All weights and biases that training changes.
std::vector<std::span<float>> parameters(longhand::MultiHeadAttention& model);

// Trains for some steps, and returns the loss before each step, and after the last.
std::vector<float> train_with_adam(longhand::MultiHeadAttention& model,
                                   const std::vector<Example>& examples,
                                   std::size_t num_steps, float learning_rate,
                                   decltype(loss)& loss_of = loss);
std::vector<float> train_with_descent(longhand::MultiHeadAttention& model,
                                      const std::vector<Example>& examples,
                                      std::size_t num_steps, float learning_rate);

// Of each answer, the share of examples in which its logit is the largest.
std::vector<float> accuracies(const longhand::MultiHeadAttention& model,
                              const std::vector<Example>& examples);

// Of each head, the mean weight that the question gives to the asked pair, and to the last pair;
// over the examples in which the two differ.
longhand::Matrix mean_weights(const longhand::MultiHeadAttention& model,
                              const std::vector<Example>& examples);

// Of the largest weight w that a head gives in answer to a question: the mean over heads and examples,
// and that of w * (1 - w), by which it moves with its own score.
std::vector<float> largest_weight(const longhand::MultiHeadAttention& model,
                                  const std::vector<Example>& examples);

// scores(i, j) of a one in place `first` + i of a query, and a one in place `first` + j of a key, in one
// head, divided by the root of head_dim.
longhand::Matrix scores_of_ones(const longhand::MultiHeadAttention& model,
                                std::size_t head, std::size_t first, std::size_t count);

}  // namespace recall
