#include <algorithm>
#include <cmath>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/causal_attention.hpp"

namespace exercises {

namespace {

std::vector<float> row_of(const Matrix& matrix, std::size_t row) {
  return {matrix.row(row).begin(), matrix.row(row).end()};
}

// What the last of these tokens gets if nothing is before them.
std::vector<float> last_context_vec(const longhand::CausalAttention& attention, std::size_t first,
                                    std::size_t count) {
  const std::span<const float> tokens = walkthrough::inputs.values().subspan(3 * first, 3 * count);
  return attention.forward(Matrix(count, 3, {tokens.begin(), tokens.end()})).row(count - 1);
}

}  // namespace

void check_rolling_cache(Check& check, decltype(next_context_vec)* answer) {
  check.law("the first token sees itself alone, and no row that holds no token");
  RollingCache two{Matrix(2, 2), Matrix(2, 3)};
  check.near("next_context_vec(empty cache, {1, 2}, {2, 1}, {5, 6, 7})",
             answer(two, {1, 2}, {2, 1}, {5, 6, 7}), std::vector<float>{5, 6, 7});

  check.law("each token takes the next row, and the first row after the last");
  answer(two, {0, 0}, {3, 4}, {8, 9, 10});
  check.near("keys after two tokens in a window of 2", two.keys, Matrix{{2, 1}, {3, 4}});
  answer(two, {0, 0}, {5, 6}, {0, 1, 2});
  check.near("keys after three tokens", two.keys, Matrix{{5, 6}, {3, 4}});
  check.near("values after three tokens", two.values, Matrix{{0, 1, 2}, {8, 9, 10}});
  check.equal("num_tokens after three tokens", two.num_tokens, 3);

  // The scores are 0 and 4, the scaled scores 0 and 2.
  check.law("scores are divided by the root of the length of a key, here sqrt(4)");
  RollingCache four{Matrix(2, 4), Matrix(2, 1)};
  answer(four, {1, 1, 1, 1}, {0, 0, 0, 0}, {0});
  check.near(
      "after key {0, 0, 0, 0} and value {0}, next_context_vec(cache, {1, 1, 1, 1}, "
      "{1, 1, 1, 1}, {1})",
      answer(four, {1, 1, 1, 1}, {1, 1, 1, 1}, {1}),
      std::vector<float>{std::exp(2.0F) / (std::exp(2.0F) + 1)});

  check.law("each token of chapter 3 gets what it gets of the last tokens alone");
  longhand::Generator generator(123);
  const auto ca =
      longhand::CausalAttention::draw({.d_in = 3, .d_out = 2, .context_length = 6}, generator);
  const Matrix queries = ca.W_query.forward(walkthrough::inputs);
  const Matrix keys = ca.W_key.forward(walkthrough::inputs);
  const Matrix values = ca.W_value.forward(walkthrough::inputs);
  for (const std::size_t window : {1U, 3U, 6U, 10U}) {
    RollingCache cache{Matrix(window, 2), Matrix(window, 2)};
    for (std::size_t token = 0; token < 6; ++token) {
      const std::size_t seen = std::min(window, token + 1);
      check.near("in a window of " + text(window) + ", \"" + walkthrough::tokens[token] + "\"",
                 answer(cache, row_of(queries, token), row_of(keys, token), row_of(values, token)),
                 last_context_vec(ca, token + 1 - seen, seen));
    }
  }
}

static const Exercise exercise_8_rolling_cache("8_rolling_cache", check_rolling_cache,
                                               next_context_vec);

}  // namespace exercises
