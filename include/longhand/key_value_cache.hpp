#pragma once

#include <cstddef>

#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"

namespace longhand {

// The keys and values of all tokens so far, so that a new token asks them without computing them
// again. Begin with an empty one for each sequence, and for each layer of a model.
struct KeyValueCache {
  std::size_t num_tokens() const { return keys.rows(); }

  // Forgets all but the last tokens: a window that slides over the text. No later token sees the
  // others. What the kept keys and values took from them in the layers below stays.
  // Throws std::invalid_argument if keys and values differ in their rows, or num_tokens is negative.
  void keep_last(std::size_t num_tokens);

  Matrix keys = {};    // tokens x d_out, all heads
  Matrix values = {};  // tokens x d_out
};

// masked(query, key) = attn_scores(query, key) where key <= num_cached + query, otherwise -inf
//
// attn_scores is new tokens x all tokens, and num_cached = all - new: a query sees all cached keys,
// and the new ones up to its own. With no cached keys this is mask_scores.
// Throws std::invalid_argument if there are more queries than keys.
Matrix mask_new_scores(const Matrix& attn_scores);

// Multi-head attention of new tokens over all tokens so far. new_inputs is new tokens x d_in, one
// token or many; their keys and values go into the cache, below those that it holds.
//
// Of the steps, keys and values have a row for each token so far; all others for each new token.
// They are rows of attention.steps over the whole sequence, bit for bit, as long as all values are
// finite: a later NaN cannot reach a row that was computed before it. Nothing is dropped.
//
// Throws std::invalid_argument as MultiHeadAttention does; if all tokens together are more than
// context_length; or if the cache is of another width than d_out. The cache is then as it was. It
// cannot be known whether it was filled by other weights of this width.
MultiHeadAttentionSteps steps_with_cache(const MultiHeadAttention& attention,
                                         const Matrix& new_inputs, KeyValueCache& cache);
Matrix forward_with_cache(const MultiHeadAttention& attention, const Matrix& new_inputs,
                          KeyValueCache& cache);

}  // namespace longhand
