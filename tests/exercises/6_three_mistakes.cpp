// Exercise of chapter 6: find three mistakes.
//
// This is causal attention with several heads: head h owns the columns from h * head_dim up to (h +
// 1) * head_dim of queries, keys, values and result. It compiles, and returns numbers of the right
// shape. But three places are wrong. Mend them, and leave the rest alone.
//
//   attn_scores(query, key) = dot of the head's columns of query and key, for key <= query
//   attn_weights            = softmax of each row of (attn_scores / sqrt(head_dim))
//   context_vecs            = attn_weights times the head's columns of values
//
// queries, keys and values are tokens x d_out, and so is the result; num_heads divides d_out.
//
// Hint: Chapter 6 tells each mistake by what it changes. Let the check tell you what is broken, ask
// which line could break just that, and run the check again.
//
// Check it with: meson compile -C build exercise_6_three_mistakes

#include <algorithm>
#include <cmath>

#include "exercises.hpp"
#include "longhand/softmax.hpp"

longhand::Matrix exercises::mended_attention(const Matrix& queries, const Matrix& keys,
                                             const Matrix& values, std::size_t num_heads) {
  const std::size_t tokens = queries.rows();
  const std::size_t d_out = queries.cols();
  const std::size_t head_dim = d_out / num_heads;
  const float root = std::sqrt(static_cast<float>(d_out));
  Matrix context_vecs(tokens, d_out);
  for (std::size_t head = 0; head < num_heads; ++head) {
    const std::size_t first = head * head_dim;
    for (std::size_t query = 0; query < tokens; ++query) {
      const std::size_t num_visible = std::min(query + 2, tokens);
      std::vector<float> scaled_scores(num_visible);
      for (std::size_t key = 0; key < num_visible; ++key) {
        for (std::size_t feature = 0; feature < head_dim; ++feature) {
          scaled_scores[key] += queries(query, first + feature) * keys(key, first + feature) / root;
        }
      }
      const std::vector<float> attn_weights = longhand::softmax(scaled_scores);
      for (std::size_t key = 0; key < num_visible; ++key) {
        for (std::size_t feature = 0; feature < head_dim; ++feature) {
          context_vecs(query, first + feature) += attn_weights[key] * values(key, feature);
        }
      }
    }
  }
  return context_vecs;
}
