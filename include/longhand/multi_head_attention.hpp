#pragma once

#include <cstddef>
#include <vector>

#include "longhand/causal_attention.hpp"
#include "longhand/generator.hpp"
#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// heads[head](token, feature) = joined(token, head * head_dim + feature)
//
// joined is tokens x d_out, each head tokens x head_dim with head_dim = d_out / num_heads: what the
// notebook does with view(tokens, num_heads, head_dim) and transpose. Throws std::invalid_argument
// where num_heads does not divide the columns, or is larger.
std::vector<Matrix> split_heads(const Matrix& joined, std::size_t num_heads);

// The way back: heads side by side. All must have equally many rows, else std::invalid_argument.
Matrix join_heads(const std::vector<Matrix>& heads);

// Several CausalAttention heads side by side, each with its own weights.
struct MultiHeadAttentionWrapper {
  // Each head draws its weights in turn. head_dim is the width of one head, which the notebook
  // calls d_out here; the context vectors are num_heads * head_dim wide. Throws
  // std::invalid_argument where num_heads is 0, or as CausalAttention does.
  MultiHeadAttentionWrapper(std::size_t d_in, std::size_t head_dim, std::size_t context_length,
                            double dropout, std::size_t num_heads, bool qkv_bias,
                            Generator& generator);

  // batch holds sequences of tokens x d_in, the result as many of tokens x (num_heads * head_dim).
  // With a generator, the pass is part of a training. Throws as CausalAttention does.
  std::vector<Matrix> forward(const std::vector<Matrix>& batch,
                              Generator* training = nullptr) const;

  // The steps of each head, for each sequence: steps[head][item].
  std::vector<std::vector<CausalAttentionSteps>> steps(const std::vector<Matrix>& batch,
                                                       Generator* training = nullptr) const;

  std::vector<CausalAttention> heads;
};

// Every step of multi-head attention over one sequence.
struct MultiHeadAttentionSteps {
  Matrix queries;                           // tokens x d_out, all heads
  Matrix keys;                              // tokens x d_out
  Matrix values;                            // tokens x d_out
  std::vector<CausalAttentionSteps> heads;  // of each head, head_dim wide
  Matrix joined;        // tokens x d_out, the heads' context vectors side by side
  Matrix context_vecs;  // tokens x d_out, joined after the output projection
};

// One projection for all heads, split into heads, joined again, and projected:
//
// queries, keys, values = W_query, W_key, W_value applied to the inputs
// head h                = causal attention over columns h * head_dim up to (h + 1) * head_dim
// context_vecs          = out_proj applied to the heads side by side
//
// Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2.2.
struct MultiHeadAttention {
  // Draws W_query, W_key and W_value, each with its bias if wanted, then out_proj with its bias.
  // d_out is the width of all heads together. Throws std::invalid_argument where it is not
  // divisible by num_heads, where d_in, d_out or num_heads is 0, or dropout is not from 0 to 1.
  MultiHeadAttention(std::size_t d_in, std::size_t d_out, std::size_t context_length,
                     double dropout, std::size_t num_heads, bool qkv_bias, Generator& generator);

  // batch holds sequences of tokens x d_in, the result as many of tokens x d_out.
  // With a generator, the pass is part of a training. Throws as CausalAttention does, and where
  // num_heads or out_proj no longer fits d_out.
  std::vector<Matrix> forward(const std::vector<Matrix>& batch,
                              Generator* training = nullptr) const;
  std::vector<MultiHeadAttentionSteps> steps(const std::vector<Matrix>& batch,
                                             Generator* training = nullptr) const;

  // The width of one head, d_out / num_heads. Throws std::invalid_argument where it is no whole
  // number.
  std::size_t head_dim() const;

  // How many numbers are learned.
  std::size_t num_parameters() const;

  std::size_t num_heads;
  std::size_t context_length;
  double dropout;
  Linear W_query;
  Linear W_key;
  Linear W_value;
  Linear out_proj;
  BernoulliStream stream = BernoulliStream::without_mkl;
};

}  // namespace longhand
