#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "longhand/causal_attention.hpp"
#include "longhand/generator.hpp"
#include "longhand/linear.hpp"
#include "longhand/list.hpp"
#include "longhand/matrix.hpp"

namespace longhand {

// heads[head](token, feature) = joined(token, head * head_dim + feature)
//
// joined is tokens x d_out, each head tokens x head_dim with head_dim = d_out / num_heads: what
// the notebook does with view(tokens, num_heads, head_dim) and transpose. Throws
// std::invalid_argument if num_heads is 0, larger than the columns, or no divisor of them.
List<Matrix> split_heads(const Matrix& joined, std::size_t num_heads);

// The way back: heads side by side. Throws std::invalid_argument if they differ in their number
// of rows.
Matrix join_heads(const std::vector<Matrix>& heads);

// Every step of heads side by side over one sequence.
struct MultiHeadAttentionWrapperSteps {
  List<CausalAttentionSteps> heads;  // of each head, head_dim wide
  Matrix context_vecs;               // tokens x (num_heads * head_dim), those of the heads joined
};

// Several CausalAttention heads side by side, each with its own weights.
struct MultiHeadAttentionWrapper {
  struct Settings {
    std::size_t d_in = 0;
    std::size_t head_dim = 0;  // the width of one head, which the notebook calls d_out here
    std::size_t context_length = 0;
    double dropout = 0;
    std::size_t num_heads = 0;
    bool qkv_bias = false;
  };

  // Each head draws its weights in turn. Throws std::invalid_argument if num_heads is 0, or as
  // CausalAttention does.
  static MultiHeadAttentionWrapper draw(const Settings& settings, Generator& generator);

  // inputs is tokens x d_in, the context vectors are tokens x (num_heads * head_dim).
  // Training and errors are those of CausalAttention.
  Matrix forward(const Matrix& inputs, std::optional<Training> training = {}) const {
    return forward(std::vector{inputs}, training)[0];
  }
  MultiHeadAttentionWrapperSteps steps(const Matrix& inputs,
                                       std::optional<Training> training = {}) const {
    return steps(std::vector{inputs}, training)[0];
  }

  // Numbers in braces are one sequence: forward({{1, 2}, {3, 4}}).
  Matrix forward(Matrix::Rows inputs, std::optional<Training> training = {}) const {
    return forward(Matrix(inputs), training);
  }
  MultiHeadAttentionWrapperSteps steps(Matrix::Rows inputs,
                                       std::optional<Training> training = {}) const {
    return steps(Matrix(inputs), training);
  }

  // The same for each sequence of a batch.
  List<Matrix> forward(const std::vector<Matrix>& batch,
                       std::optional<Training> training = {}) const;
  List<MultiHeadAttentionWrapperSteps> steps(const std::vector<Matrix>& batch,
                                             std::optional<Training> training = {}) const;

  List<CausalAttention> heads = {};
};

// Every step of multi-head attention over one sequence.
struct MultiHeadAttentionSteps {
  Matrix queries;                    // tokens x d_out, all heads
  Matrix keys;                       // tokens x d_out
  Matrix values;                     // tokens x d_out
  List<CausalAttentionSteps> heads;  // of each head, head_dim wide
  Matrix joined;                     // tokens x d_out, the heads' context vectors side by side
  Matrix context_vecs;               // tokens x d_out, joined after the output projection
};

// One projection for all heads, split into heads, joined again, and projected:
//
// queries, keys, values = W_query, W_key, W_value applied to the inputs
// head h                = causal attention over columns h * head_dim up to (h + 1) * head_dim
// context_vecs          = out_proj applied to the heads side by side
//
// Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2.2.
struct MultiHeadAttention {
  struct Settings {
    std::size_t d_in = 0;
    std::size_t d_out = 0;  // the width of all heads together
    std::size_t context_length = 0;
    double dropout = 0;
    std::size_t num_heads = 0;
    bool qkv_bias = false;
  };

  // Draws W_query, W_key and W_value, each with its bias if requested, then out_proj with its
  // bias. Throws std::invalid_argument if d_out is not divisible by num_heads, if d_in, d_out or
  // num_heads is 0, or if dropout is not from 0 to 1.
  static MultiHeadAttention draw(const Settings& settings, Generator& generator);

  // inputs is tokens x d_in, the context vectors are tokens x d_out.
  // Training and errors are those of CausalAttention; std::invalid_argument also if num_heads or
  // out_proj does not fit d_out.
  Matrix forward(const Matrix& inputs, std::optional<Training> training = {}) const {
    return forward(std::vector{inputs}, training)[0];
  }
  MultiHeadAttentionSteps steps(const Matrix& inputs, std::optional<Training> training = {}) const {
    return steps(std::vector{inputs}, training)[0];
  }

  // Numbers in braces are one sequence: forward({{1, 2}, {3, 4}}).
  Matrix forward(Matrix::Rows inputs, std::optional<Training> training = {}) const {
    return forward(Matrix(inputs), training);
  }
  MultiHeadAttentionSteps steps(Matrix::Rows inputs, std::optional<Training> training = {}) const {
    return steps(Matrix(inputs), training);
  }

  // The same for each sequence of a batch.
  List<Matrix> forward(const std::vector<Matrix>& batch,
                       std::optional<Training> training = {}) const;
  List<MultiHeadAttentionSteps> steps(const std::vector<Matrix>& batch,
                                      std::optional<Training> training = {}) const;

  // The width of one head, d_out / num_heads. Throws std::invalid_argument if it is no whole
  // number.
  std::size_t head_dim() const;

  // Number of trainable parameters.
  std::size_t num_parameters() const;

  std::size_t context_length = 0;
  double dropout = 0;
  std::size_t num_heads = 0;
  Linear W_query = {};
  Linear W_key = {};
  Linear W_value = {};
  Linear out_proj = {};
};

}  // namespace longhand
