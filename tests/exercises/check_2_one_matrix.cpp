#include <cmath>

#include "check.hpp"
#include "documented.hpp"
#include "inputs.hpp"
#include "longhand/self_attention.hpp"

namespace exercises {

void check_one_matrix(Check& check, decltype(query_key_matrix)* answer) {
  const auto matrix_is = check.calls("query_key_matrix", answer);

  check.law("one column each: every entry of W_query meets every entry of W_key");
  matrix_is({{1}, {2}}, {{3}, {-4}}, {{3, -4}, {6, -8}});

  check.law("the root of d_k is in it, here sqrt(4)");
  matrix_is({{1, 2, 3, 4}}, {{1, 1, 1, 1}}, {{5}});

  check.law("it gives the documented scores of \"journey\" in chapter 2");
  longhand::Generator generator(123);
  const auto sa_v1 = longhand::SelfAttentionV1::draw({.d_in = 3, .d_out = 2}, generator);
  const Matrix W_query_key = answer(sa_v1.W_query, sa_v1.W_key);
  check.has_shape("query_key_matrix(W_query, W_key) for matrices of (3, 2)", W_query_key, 3, 3);
  const Matrix& inputs = walkthrough::inputs;
  const Matrix scaled_scores = matmul(matmul(inputs, W_query_key), transpose(inputs));
  const std::vector<float>& attn_scores_2 =
      walkthrough::documented_values().at("self_attention.attn_scores_2").values;
  for (std::size_t key = 0; key < 6; ++key) {
    check.near("the score of \"journey\" with token " + text(key) + ", times sqrt(d_k),",
               scaled_scores(1, key) * std::sqrt(2.0), attn_scores_2[key]);
  }
}

static const Exercise exercise_2_one_matrix("2_one_matrix", check_one_matrix, query_key_matrix);

}  // namespace exercises
