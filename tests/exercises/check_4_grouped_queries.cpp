#include <cmath>

#include "check.hpp"

namespace exercises {

namespace {

const Exercise exercise_4_grouped_queries("4_grouped_queries", check_grouped_queries,
                                          grouped_query_attention);

}  // namespace

void check_grouped_queries(Check& check, decltype(grouped_query_attention)* answer) {
  const auto context_vecs_are = [&](const Matrix& queries, const Matrix& keys, const Matrix& values,
                                    std::size_t num_heads, std::size_t num_kv_heads,
                                    const Matrix& must_be) {
    check.near(call("grouped_query_attention", queries, keys, values, num_heads, num_kv_heads),
               answer(queries, keys, values, num_heads, num_kv_heads), must_be);
  };

  // A single token attends to itself: each head returns the value that it sees.
  check.law("heads 0 and 1 see the first value head, heads 2 and 3 the second");
  context_vecs_are({{1, 2, 3, 4}}, {{5, 6}}, {{7, 8}}, 4, 2, {{7, 7, 8, 8}});

  check.law("one head of keys and values serves all, two columns each");
  context_vecs_are({{1, 2, 3, 4, 5, 6}}, {{1, 1}}, {{7, 8}}, 3, 1, {{7, 8, 7, 8, 7, 8}});

  // Queries of zeros score 0 with every key, so that each sees the mean of the values so far.
  check.law("no query sees a later token");
  context_vecs_are({{0, 0}, {0, 0}}, {{1}, {1}}, {{2}, {4}}, 2, 1, {{2, 2}, {3, 3}});

  const auto weight = [](float score, float other) {
    return std::exp(score) / (std::exp(score) + std::exp(other));
  };

  // Query 1 scores 0 and 2 in each head, which is 0 and 1 scaled.
  check.law("scores are divided by the root of head_dim, here sqrt(4)");
  const float scaled = weight(1, 0);
  context_vecs_are(
      {{0, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 1}}, {{0, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5}},
      {{0, 0, 0, 0}, {1, 1, 1, 1}}, 2, 1,
      {{0, 0, 0, 0, 0, 0, 0, 0}, {scaled, scaled, scaled, scaled, scaled, scaled, scaled, scaled}});

  // Heads 0 and 1 of query 1 score 0 and 1, 0 and 2; heads 2 and 3 score 1 and 0, 2 and 0. The
  // values of the two tokens are 0 and 1, so that the second weight results.
  check.law("each head asks with its own query, and asks the keys of its group");
  context_vecs_are({{0, 0, 0, 0}, {1, 2, 1, 2}}, {{0, 1}, {1, 0}}, {{0, 0}, {1, 1}}, 4, 2,
                   {{0, 0, 0, 0}, {weight(1, 0), weight(2, 0), weight(0, 1), weight(0, 2)}});
}

}  // namespace exercises
