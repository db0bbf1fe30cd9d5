#include <cmath>

#include "check.hpp"
#include "documented.hpp"
#include "inputs.hpp"
#include "longhand/causal_attention.hpp"

namespace exercises {

namespace {

const Exercise exercise_3_key_value_cache("3_key_value_cache", check_key_value_cache,
                                          next_context_vec);

std::vector<float> row_of(const Matrix& matrix, std::size_t row) {
  return {matrix.row(row).begin(), matrix.row(row).end()};
}

}  // namespace

void check_key_value_cache(Check& check, decltype(next_context_vec)* answer) {
  check.law("the first token sees itself alone: its context vector is its value");
  KeyValueCache first;
  check.near("next_context_vec(empty cache, {1, 2}, {2, 1}, {5, 6, 7})",
             answer(first, {1, 2}, {2, 1}, {5, 6, 7}), std::vector<float>{5, 6, 7});

  check.law("the cache holds the key and the value of each token, in their order");
  answer(first, {0, 0}, {3, 4}, {8, 9, 10});
  check.equal("the number of keys after two tokens", first.keys.size(), 2);
  check.equal("the number of values after two tokens", first.values.size(), 2);
  check.near("the key of token 0", first.keys[0], std::vector<float>{2, 1});
  check.near("the key of token 1", first.keys[1], std::vector<float>{3, 4});
  check.near("the value of token 0", first.values[0], std::vector<float>{5, 6, 7});
  check.near("the value of token 1", first.values[1], std::vector<float>{8, 9, 10});

  // The scores are 0 and 4, the scaled scores 0 and 2.
  check.law("scores are divided by the root of the length of a key, here sqrt(4)");
  KeyValueCache second;
  answer(second, {1, 1, 1, 1}, {0, 0, 0, 0}, {0});
  check.near(
      "after key {0, 0, 0, 0} and value {0}, next_context_vec(cache, {1, 1, 1, 1}, "
      "{1, 1, 1, 1}, {1})",
      answer(second, {1, 1, 1, 1}, {1, 1, 1, 1}, {1}),
      std::vector<float>{std::exp(2.0F) / (std::exp(2.0F) + 1)});

  check.law("token by token, it gives the documented context vectors of chapter 3");
  longhand::Generator generator(123);
  const auto ca =
      longhand::CausalAttention::draw({.d_in = 3, .d_out = 2, .context_length = 6}, generator);
  const Matrix queries = ca.W_query.forward(walkthrough::inputs);
  const Matrix keys = ca.W_key.forward(walkthrough::inputs);
  const Matrix values = ca.W_value.forward(walkthrough::inputs);
  const std::vector<float>& documented =
      walkthrough::documented_values().at("causal_attention.context_vecs").values;
  KeyValueCache cache;
  for (std::size_t token = 0; token < 6; ++token) {
    check.near("the context vector of \"" + walkthrough::tokens[token] + "\"",
               answer(cache, row_of(queries, token), row_of(keys, token), row_of(values, token)),
               std::span(documented).subspan(2 * token, 2));
  }
}

}  // namespace exercises
