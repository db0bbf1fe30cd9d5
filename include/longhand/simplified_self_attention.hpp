#pragma once

#include "longhand/matrix.hpp"

namespace longhand {

// Every step of simplified self-attention. Nothing is trained: a token is its own query, key and
// value.
struct SimplifiedSelfAttentionSteps {
  Matrix attn_scores;   // tokens x tokens
  Matrix attn_weights;  // tokens x tokens, each row sums to one
  Matrix context_vecs;  // tokens x d_in
};

// Each token becomes a mixture of all tokens, weighted by dot products:
//
// attn_scores(query, key)      = dot(inputs.row(query), inputs.row(key))
// attn_weights                 = softmax of each row of attn_scores
// context_vecs(query, feature) = sum over key of
//                                attn_weights(query, key) * inputs(key, feature)
//
// inputs is tokens x d_in, one row per embedded token; with no tokens, no context vectors
// result. Source: Raschka, Build a Large Language Model (From Scratch), 2024, section 3.3.
SimplifiedSelfAttentionSteps simplified_self_attention(const Matrix& inputs);

}  // namespace longhand
