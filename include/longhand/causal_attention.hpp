#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "longhand/dropout.hpp"
#include "longhand/generator.hpp"
#include "longhand/linear.hpp"
#include "longhand/list.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// mask(query, key) = 1 where key <= query, otherwise 0: tokens x tokens, a triangle of ones.
Matrix causal_mask(std::size_t num_tokens);

// masked(query, key) = attn_scores(query, key) where key <= query, otherwise -inf
//
// Softmax turns -inf into a weight of zero: no query attends to a later token.
// Throws std::invalid_argument if attn_scores is not tokens x tokens.
Matrix mask_scores(const Matrix& attn_scores);

// Every step of causal attention over one sequence, with one head.
struct CausalAttentionSteps {
  Matrix queries = {};          // tokens x d_out
  Matrix keys = {};             // tokens x d_out
  Matrix values = {};           // tokens x d_out
  Matrix attn_scores = {};      // tokens x tokens
  Matrix masked_scores = {};    // tokens x tokens, -inf above the diagonal
  Matrix scaled_scores = {};    // tokens x tokens
  Matrix attn_weights = {};     // tokens x tokens, 0 above the diagonal, each row sums to one
  Matrix dropout_factors = {};  // tokens x tokens: of each weight, 1 if nothing is dropped
  Matrix dropped_weights = {};  // tokens x tokens, attn_weights after dropout
  Matrix context_vecs = {};     // tokens x d_out
};

// As self_attention, with the mask between scores and scaling and dropout after softmax.
//
// queries, keys and values have a row for each token. Throws std::invalid_argument if the shapes
// are incompatible.
CausalAttentionSteps causal_attention(const Matrix& queries, const Matrix& keys,
                                      const Matrix& values, Dropout& dropout);

// Causal attention with one head: from weights one has, or with weights drawn as PyTorch draws
// them.
//
// A token at a later position never changes an earlier row, as long as all values are finite: a
// weight of zero times NaN is NaN (chapter 4, "Corrections").
struct CausalAttention {
  struct Settings {
    std::size_t d_in = 0;
    std::size_t d_out = 0;
    std::size_t context_length = 0;  // the most tokens that a sequence has
    double dropout = 0;              // the probability that a weight is dropped in training
    bool qkv_bias = false;           // whether queries, keys and values have a bias
  };

  // Draws W_query, W_key and W_value, each with its bias if requested.
  // Throws std::invalid_argument if d_in or d_out is 0, or dropout is not from 0 to 1.
  static CausalAttention draw(const Settings& settings, Generator& generator);

  // inputs is tokens x d_in, the context vectors are tokens x d_out.
  //
  // Pass Training{generator} for training mode, in which dropout draws from the generator.
  // Otherwise nothing is dropped. Throws std::invalid_argument if a sequence has more tokens
  // than context_length, or other columns than d_in, or if the layers' weights are empty or differ
  // in shape.
  Matrix forward(const Matrix& inputs, std::optional<Training> training = {}) const {
    return forward(std::vector{inputs}, training)[0];
  }
  CausalAttentionSteps steps(const Matrix& inputs, std::optional<Training> training = {}) const {
    return steps(std::vector{inputs}, training)[0];
  }

  // Numbers in braces are one sequence: forward({{1, 2}, {3, 4}}).
  Matrix forward(Matrix::Rows inputs, std::optional<Training> training = {}) const {
    return forward(Matrix(inputs), training);
  }
  CausalAttentionSteps steps(Matrix::Rows inputs, std::optional<Training> training = {}) const {
    return steps(Matrix(inputs), training);
  }

  // The same for each sequence of a batch.
  List<Matrix> forward(const std::vector<Matrix>& batch,
                       std::optional<Training> training = {}) const;
  List<CausalAttentionSteps> steps(const std::vector<Matrix>& batch,
                                   std::optional<Training> training = {}) const;

  std::size_t context_length = 0;
  double dropout = 0;
  Linear W_query = {};
  Linear W_key = {};
  Linear W_value = {};
};

}  // namespace longhand
