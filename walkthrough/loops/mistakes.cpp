#include "mistakes.hpp"

#include <algorithm>
#include <limits>

#include "longhand/causal_attention.hpp"
#include "longhand/dropout.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"

namespace walkthrough::mistakes {

using namespace longhand;

Matrix softmax_columns(const Matrix& scores) {
  const Matrix columns = transpose(scores);
  return transpose(softmax_rows(columns));  // wrong: over the queries of each key
}

Matrix attn_weights_unscaled(const Matrix& queries, const Matrix& keys) {
  const Matrix attn_scores = matmul(queries, transpose(keys));
  return softmax_rows(attn_scores);  // wrong: not scaled
}

Matrix scale_without_root(const Matrix& attn_scores, std::size_t d_k) {
  Matrix scaled(attn_scores.rows(), attn_scores.cols());
  for (std::size_t query = 0; query < attn_scores.rows(); ++query) {
    for (std::size_t key = 0; key < attn_scores.cols(); ++key) {
      scaled(query, key) =
          attn_scores(query, key) / static_cast<float>(d_k);  // wrong: no root
    }
  }
  return scaled;
}

Matrix forward_untransposed(const Linear& layer, const Matrix& inputs) {
  Matrix outputs = matmul(inputs, layer.weight);  // wrong: the weight is d_out x d_in
  if (layer.bias.empty()) return outputs;
  for (std::size_t token = 0; token < outputs.rows(); ++token) {
    for (std::size_t out = 0; out < outputs.cols(); ++out) {
      outputs(token, out) += layer.bias[out];
    }
  }
  return outputs;
}

Matrix mask_weights(const Matrix& attn_weights) {
  Matrix masked = attn_weights;
  for (std::size_t query = 0; query < masked.rows(); ++query) {
    for (std::size_t key = query + 1; key < masked.cols(); ++key) {
      masked(query, key) = 0;
    }
  }
  return masked;  // wrong: no row is divided by its new sum
}

Matrix mask_scores_from_diagonal(const Matrix& attn_scores, std::size_t diagonal) {
  Matrix masked = attn_scores;
  for (std::size_t query = 0; query < masked.rows(); ++query) {
    for (std::size_t key = query + diagonal; key < masked.cols();
         ++key) {  // wrong unless 1
      masked(query, key) = -std::numeric_limits<float>::infinity();
    }
  }
  return masked;
}

Matrix mask_scores_with_large_number(const Matrix& attn_scores) {
  Matrix masked = attn_scores;
  for (std::size_t query = 0; query < masked.rows(); ++query) {
    for (std::size_t key = query + 1; key < masked.cols(); ++key) {
      masked(query, key) = -1e9F;  // wrong: a score may be lower
    }
  }
  return masked;
}

Matrix drop_without_scaling(const Matrix& weights, double p, Generator& generator) {
  Bernoulli keep(1 - p, generator);
  Matrix dropped(weights.rows(), weights.cols());
  for (std::size_t query = 0; query < weights.rows(); ++query) {
    for (std::size_t key = 0; key < weights.cols(); ++key) {
      const float kept = keep.next() ? 1 : 0;  // wrong: not over 1 - p
      dropped(query, key) = kept * weights(query, key);
    }
  }
  return dropped;
}

Matrix one_sequence(const std::vector<Matrix>& batch) {
  if (batch.empty()) return {};
  Matrix sequence(batch.size() * batch[0].rows(), batch[0].cols());
  std::size_t next = 0;
  for (const Matrix& item : batch) {
    for (std::size_t token = 0; token < item.rows(); ++token) {
      std::ranges::copy(item.row(token), sequence.row(next++).begin());  // wrong
    }
  }
  return sequence;
}

std::vector<Matrix> split_heads_by_reshaping(const Matrix& joined,
                                             std::size_t num_heads) {
  const std::size_t head_dim = joined.cols() / num_heads;
  std::vector<Matrix> heads(num_heads, Matrix(joined.rows(), head_dim));
  std::size_t next = 0;
  for (std::size_t head = 0; head < num_heads; ++head) {
    for (std::size_t token = 0; token < joined.rows(); ++token) {
      for (std::size_t feature = 0; feature < head_dim; ++feature) {
        heads[head](token, feature) =
            joined.values()[next++];  // wrong: in the order of memory
      }
    }
  }
  return heads;
}

std::vector<Matrix> context_of_reshaped_heads(const MultiHeadAttention& mha,
                                              const Matrix& inputs) {
  const auto split = [&](const Matrix& joined) {
    return split_heads_by_reshaping(joined, mha.num_heads);  // wrong: not split_heads
  };
  const std::vector<Matrix> queries = split(mha.W_query.forward(inputs));
  const std::vector<Matrix> keys = split(mha.W_key.forward(inputs));
  const std::vector<Matrix> values = split(mha.W_value.forward(inputs));
  Dropout no_dropout(0);
  std::vector<Matrix> context_of_heads;
  for (std::size_t head = 0; head < mha.num_heads; ++head) {
    context_of_heads.push_back(
        causal_attention(queries[head], keys[head], values[head], no_dropout)
            .context_vecs);
  }
  return context_of_heads;
}

Matrix head_scaled_by_d_out(const Matrix& queries, const Matrix& keys,
                            const Matrix& values, std::size_t d_out) {
  const Matrix masked_scores = mask_scores(matmul(queries, transpose(keys)));
  const Matrix scaled_scores = scale(masked_scores, d_out);  // wrong: not head_dim
  return matmul(softmax_rows(scaled_scores), values);
}

std::vector<float> train_without_zeroing(MultiHeadAttention& model,
                                         const std::vector<recall::Example>& examples,
                                         std::size_t num_steps, float learning_rate) {
  const std::vector<std::span<float>> all = recall::parameters(model);
  std::vector<std::vector<float>> grads(all.size());
  std::vector<float> losses;
  for (std::size_t step = 0; step < num_steps; ++step) {
    const recall::Loss now = recall::loss(model, examples);
    losses.push_back(now.value);
    for (std::size_t i = 0; i < all.size(); ++i) {
      recall::add(grads[i], now.grads[i]);  // wrong: onto those of all steps before
      descend(all[i], grads[i], learning_rate);
    }
  }
  losses.push_back(recall::loss(model, examples).value);
  return losses;
}

Matrix attn_scores_grad_unmasked(const CausalAttentionSteps& steps,
                                 const Matrix& attn_weights_grad) {
  const Matrix attn_scores = matmul(steps.queries, transpose(steps.keys));
  const std::size_t d_k = steps.keys.cols();
  const Matrix attn_weights = softmax_rows(scale(attn_scores, d_k));  // wrong: no mask
  return scale(softmax_rows_grad(attn_weights, attn_weights_grad), d_k);
}

Matrix attn_weights_grad_drawn_anew(const Matrix& dropped_weights_grad, double p,
                                    Generator& generator) {
  Dropout dropout(p, Training{generator});
  return dropout.drop(dropped_weights_grad);  // wrong: other cells than before
}

Matrix softmax_grad_by_element(const Matrix& attn_weights,
                               const Matrix& attn_weights_grad) {
  Matrix scores_grad(attn_weights.rows(), attn_weights.cols());
  for (std::size_t query = 0; query < attn_weights.rows(); ++query) {
    for (std::size_t key = 0; key < attn_weights.cols(); ++key) {
      const float weight = attn_weights(query, key);
      scores_grad(query, key) =
          weight * (1 - weight) * attn_weights_grad(query, key);  // wrong: no other key
    }
  }
  return scores_grad;
}

CrossEntropy cross_entropy_averaged_twice(const Matrix& logits,
                                          const std::vector<std::size_t>& targets) {
  CrossEntropy result = cross_entropy(logits, targets);
  const float rows = static_cast<float>(logits.rows());
  result.loss /= rows;  // wrong: it is a mean already
  for (float& grad : result.logits_grad.values()) grad /= rows;
  return result;
}

}  // namespace walkthrough::mistakes
