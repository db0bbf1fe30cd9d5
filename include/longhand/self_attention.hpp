#pragma once

#include <cstddef>

#include "longhand/generator.hpp"
#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// Every step of self-attention.
struct SelfAttentionSteps {
  Matrix queries = {};        // tokens x d_out: what each token looks for
  Matrix keys = {};           // tokens x d_out: what each token can be found by
  Matrix values = {};         // tokens x d_out: what each token passes on
  Matrix attn_scores = {};    // tokens x tokens
  Matrix scaled_scores = {};  // tokens x tokens
  Matrix attn_weights = {};   // tokens x tokens, each row sums to one
  Matrix context_vecs = {};   // tokens x d_out
};

// Scaled dot-product attention:
//
// attn_scores   = queries keys^T
// scaled_scores = attn_scores / sqrt(d_k), d_k being the length of a key
// attn_weights  = softmax of each row of scaled_scores
// context_vecs  = attn_weights values
//
// queries and keys are tokens x d_k, values are tokens x d_v; as many keys as values.
// Throws std::invalid_argument if the shapes are incompatible.
// Source: Vaswani et al., Attention Is All You Need, 2017, equation 1.
SelfAttentionSteps self_attention(const Matrix& queries, const Matrix& keys, const Matrix& values);

// scaled(query, key) = attn_scores(query, key) / sqrt(d_k)
//
// Throws std::invalid_argument if d_k is 0.
Matrix scale(const Matrix& attn_scores, std::size_t d_k);

// Self-attention with three weight matrices, d_in x d_out each.
struct SelfAttentionV1 {
  struct Settings {
    std::size_t d_in = 0;
    std::size_t d_out = 0;
  };

  // Draws W_query, W_key and W_value, uniform from 0 to 1.
  // Throws std::invalid_argument if d_in or d_out is 0.
  static SelfAttentionV1 draw(const Settings& settings, Generator& generator);

  // inputs is tokens x d_in, the context vectors are tokens x d_out.
  // Throws std::invalid_argument if the inputs' columns are not d_in, or the weights are empty or
  // differ in shape.
  Matrix forward(const Matrix& inputs) const { return steps(inputs).context_vecs; }
  SelfAttentionSteps steps(const Matrix& inputs) const;

  Matrix W_query = {};
  Matrix W_key = {};
  Matrix W_value = {};
};

// The same with linear layers, whose weights are drawn around zero and stored transposed.
struct SelfAttentionV2 {
  struct Settings {
    std::size_t d_in = 0;
    std::size_t d_out = 0;
    bool qkv_bias = false;
  };

  // Draws W_query, W_key and W_value, each with its bias if requested. Throws as Linear does.
  static SelfAttentionV2 draw(const Settings& settings, Generator& generator);

  Matrix forward(const Matrix& inputs) const { return steps(inputs).context_vecs; }
  SelfAttentionSteps steps(const Matrix& inputs) const;

  Linear W_query = {};
  Linear W_key = {};
  Linear W_value = {};
};

}  // namespace longhand
