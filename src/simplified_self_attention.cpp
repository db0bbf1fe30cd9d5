#include "longhand/simplified_self_attention.hpp"

#include "longhand/softmax.hpp"

namespace longhand {

SimplifiedSelfAttentionSteps simplified_self_attention(const Matrix& inputs) {
  SimplifiedSelfAttentionSteps steps;
  steps.attn_scores = matmul(inputs, transpose(inputs));
  steps.attn_weights = softmax_rows(steps.attn_scores);
  steps.context_vecs = matmul(steps.attn_weights, inputs);
  return steps;
}

}  // namespace longhand
