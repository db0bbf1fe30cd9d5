#pragma once

#include <cstddef>
#include <vector>

#include "longhand/dropout.hpp"
#include "longhand/generator.hpp"
#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// mask(query, key) = 1 where key <= query, else 0: tokens x tokens, a triangle of ones.
Matrix causal_mask(std::size_t num_tokens);

// masked(query, key) = attn_scores(query, key) where key <= query, else -inf
//
// Softmax turns -inf into a weight of zero: no query attends to a later token.
// Throws std::invalid_argument where attn_scores is not tokens x tokens.
Matrix mask_scores(const Matrix& attn_scores);

// Every step of causal attention over one sequence, with one head.
struct CausalAttentionSteps {
  Matrix queries;          // tokens x d_out
  Matrix keys;             // tokens x d_out
  Matrix values;           // tokens x d_out
  Matrix attn_scores;      // tokens x tokens
  Matrix masked_scores;    // tokens x tokens, -inf above the diagonal
  Matrix scaled_scores;    // tokens x tokens
  Matrix attn_weights;     // tokens x tokens, 0 above the diagonal, each row sums to one
  Matrix dropped_weights;  // tokens x tokens, attn_weights after dropout
  Matrix context_vecs;     // tokens x d_out
};

// As self_attention, with the mask between scores and scaling and dropout after softmax.
//
// queries, keys and values have a row for each token. Throws std::invalid_argument where the shapes
// do not meet.
CausalAttentionSteps causal_attention(const Matrix& queries, const Matrix& keys,
                                      const Matrix& values, Dropout& dropout);

// Causal attention over batches, with one head.
//
// A token at a later position never changes an earlier row, as long as all values are finite: a
// weight of zero times NaN is NaN (chapter 4, "Corrections").
struct CausalAttention {
  // Draws W_query, W_key and W_value, each with its bias if wanted.
  // Throws std::invalid_argument where d_in or d_out is 0, or dropout is not from 0 to 1.
  CausalAttention(std::size_t d_in, std::size_t d_out, std::size_t context_length, double dropout,
                  bool qkv_bias, Generator& generator);

  // batch holds sequences of tokens x d_in, the result as many of tokens x d_out.
  //
  // With a generator, the pass is part of a training: dropout draws from it. Without, nothing is
  // dropped. Throws std::invalid_argument where a sequence has more tokens than context_length, or
  // other columns than d_in, or where the layers' weights differ in shape.
  std::vector<Matrix> forward(const std::vector<Matrix>& batch,
                              Generator* training = nullptr) const;
  std::vector<CausalAttentionSteps> steps(const std::vector<Matrix>& batch,
                                          Generator* training = nullptr) const;

  std::size_t context_length;
  double dropout;
  Linear W_query;
  Linear W_key;
  Linear W_value;
  BernoulliStream stream = BernoulliStream::without_mkl;
};

}  // namespace longhand
