// Each check must let the solution pass, and refuse what a reader may plausibly write instead, for
// the right reason. 'meson test -C build -v exercises --test-args=--log_level=message' prints what
// the reader would see.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <sstream>
#include <type_traits>

#include "check.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

namespace exercises {

namespace {

using Floats = std::span<const float>;
using Row = std::vector<float>;

std::string last_line_that_starts_with(const std::string& start, const std::string& text) {
  std::istringstream lines(text);
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(start)) found = line.substr(start.size());
  }
  return found;
}

// A reader's terminal has 80 columns.
void check_width(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 80U, line);
}

// What the reader sees of an answer.
template <class Answer>
std::string printed(void (*check)(Check&, Answer*), std::type_identity_t<Answer>* answer) {
  std::ostringstream out;
  passes([=](Check& laws) { check(laws, answer); }, out);
  BOOST_TEST_MESSAGE(out.str());
  check_width(out.str());
  return out.str();
}

// The law that an answer breaks, or nothing.
template <class Answer>
std::string broken(void (*check)(Check&, Answer*), std::type_identity_t<Answer>* answer) {
  return last_line_that_starts_with("  WRONG   ", printed(check, answer));
}

Row times(Floats numbers, float factor) {
  Row result(numbers.begin(), numbers.end());
  for (float& number : result) number *= factor;
  return result;
}

Matrix cosine_like(const Matrix& inputs, float (*divisor)(float query, float key)) {
  Matrix scores = matmul(inputs, transpose(inputs));
  const Matrix products = scores;
  for (std::size_t query = 0; query < inputs.rows(); ++query) {
    for (std::size_t key = 0; key < inputs.rows(); ++key) {
      scores(query, key) /= divisor(products(query, query), products(key, key));
    }
  }
  return scores;
}

Matrix mask_of(std::size_t num_tokens,
               bool (*sees)(std::size_t query, std::size_t key, std::size_t window),
               std::size_t window) {
  Matrix mask(num_tokens, num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key < num_tokens; ++key) {
      if (sees(query, key, window)) mask(query, key) = 1;
    }
  }
  return mask;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_solution_passes_its_check) {
  BOOST_TEST(Exercise::all().size() == 15U);
  for (const Exercise& exercise : Exercise::all()) {
    std::ostringstream out;
    BOOST_TEST(passes(exercise.check_answer, out), exercise.name << ":\n" << out.str());
    check_width(out.str());
  }
}

BOOST_AUTO_TEST_CASE(a_message_tells_the_laws_kept_the_law_broken_the_call_and_both_numbers) {
  BOOST_TEST(printed(check_sliding_window,
                     [](std::size_t num_tokens, std::size_t) {
                       return mask_of(
                           num_tokens, [](auto query, auto key, auto) { return query == key; }, 0);
                     }) ==
             "  ok      a window of 1 shows each query its own key alone\n"
             "  WRONG   a window of 2 shows the key before as well, and none after\n"
             "          sliding_window_mask(4, 2)\n"
             "          row 1, column 0 is 0, must be 1\n");
}

BOOST_AUTO_TEST_CASE(a_message_tells_a_wrong_shape) {
  BOOST_TEST(printed(check_sliding_window, [](std::size_t, std::size_t) { return Matrix(2, 3); })
                 .ends_with("          sliding_window_mask(3, 1)\n"
                            "          its shape is (2, 3), must be (3, 3)\n"));
  BOOST_TEST(printed(check_temperature, [](Floats, float) {
               return Row{1};
             }).ends_with("          its size is 1, must be 6\n"));
}

BOOST_AUTO_TEST_CASE(a_message_tells_what_the_reader_s_code_threw) {
  BOOST_TEST(
      printed(check_sliding_window,
              [](std::size_t num_tokens, std::size_t) {
                Matrix mask(num_tokens, num_tokens);
                mask(0, num_tokens) = 1;
                return mask;
              })
          .ends_with(
              "          your code threw: Matrix: element (0, 3) of a matrix of shape (3, 3):\n"
              "          the row must be below 3, the column below 3\n"));
}

BOOST_AUTO_TEST_CASE(wrong_temperatures_are_refused) {
  BOOST_TEST(broken(check_temperature, [](Floats scores, float temperature) {
               return longhand::softmax(times(scores, temperature));
             }) == "one score more makes a weight e^(1 / temperature) times as large");
  BOOST_TEST(broken(check_temperature, [](Floats scores, float temperature) {
               return times(longhand::softmax(scores), 1 / temperature);
             }) == "the weights sum to one");
  BOOST_TEST(broken(check_temperature, [](Floats scores, float temperature) {
               return longhand::softmax_naive(times(scores, 1 / temperature));
             }) == "large scores at a low temperature leave one weight, not NaN");
}

BOOST_AUTO_TEST_CASE(wrong_cosines_are_refused) {
  const std::string self = "a token scores 1 with itself, and 0 with one at a right angle";
  BOOST_TEST(broken(check_cosine_similarity, [](const Matrix& inputs) {
               return cosine_like(inputs, [](float query, float) { return std::sqrt(query); });
             }) == self);
  BOOST_TEST(broken(check_cosine_similarity, [](const Matrix& inputs) {
               return cosine_like(inputs, [](float query, float key) { return query * key; });
             }) == self);
  BOOST_TEST(broken(check_cosine_similarity, [](const Matrix& inputs) {
               return cosine_like(inputs, [](float query, float) { return query; });
             }) == "a token three times as long scores as before");
  BOOST_TEST(broken(check_cosine_similarity, [](const Matrix& inputs) {
               return cosine_like(inputs,
                                  [](float query, float key) { return std::sqrt(query * key); });
             }) == "a token of zeros scores 0 with every token");
  // The sign is lost.
  BOOST_TEST(broken(check_cosine_similarity, [](const Matrix& inputs) {
               Matrix scores = cosine_scores(inputs);
               for (std::size_t query = 0; query < scores.rows(); ++query) {
                 for (float& score : scores.row(query)) score = std::abs(score);
               }
               return scores;
             }) == "(3, 4) and (4, 3) score 24 / 25, and opposite tokens -1");
}

BOOST_AUTO_TEST_CASE(wrong_cross_attentions_are_refused) {
  using longhand::scale;
  using longhand::softmax_rows;
  // Divided by the root of the width of the values.
  BOOST_TEST(broken(check_cross_attention, [](const Matrix& inputs, const Matrix& context,
                                              const Matrix& W_query, const Matrix& W_key,
                                              const Matrix& W_value) {
               const Matrix scores =
                   matmul(matmul(inputs, W_query), transpose(matmul(context, W_key)));
               return matmul(softmax_rows(scale(scores, W_value.cols())), matmul(context, W_value));
             }) == "scores are divided by the root of the length of a key, here sqrt(4)");
  // Softmax over the queries.
  BOOST_TEST(broken(check_cross_attention,
                    [](const Matrix& inputs, const Matrix& context, const Matrix& W_query,
                       const Matrix& W_key, const Matrix& W_value) {
                      const Matrix scores =
                          matmul(matmul(context, W_key), transpose(matmul(inputs, W_query)));
                      return matmul(transpose(softmax_rows(scale(scores, W_key.cols()))),
                                    matmul(context, W_value));
                    }) == "a context of one token gives its value to every query");
  // Self-attention over the context.
  BOOST_TEST(broken(check_cross_attention, [](const Matrix&, const Matrix& context, const Matrix&,
                                              const Matrix& W_key, const Matrix& W_value) {
               return longhand::self_attention(matmul(context, W_key), matmul(context, W_key),
                                               matmul(context, W_value))
                   .context_vecs;
             }) == "a context of one token gives its value to every query");
  // Cross-attention has no mask: its keys are not later than its queries.
  BOOST_TEST(broken(check_cross_attention, [](const Matrix& inputs, const Matrix& context,
                                              const Matrix& W_query, const Matrix& W_key,
                                              const Matrix& W_value) {
               Matrix scores = matmul(matmul(inputs, W_query), transpose(matmul(context, W_key)));
               for (std::size_t query = 0; query < scores.rows(); ++query) {
                 for (std::size_t key = query + 1; key < scores.cols(); ++key) {
                   scores(query, key) = -INFINITY;
                 }
               }
               return matmul(softmax_rows(scale(scores, W_key.cols())), matmul(context, W_value));
             }) == "a query of zeros takes the mean of all values");
}

BOOST_AUTO_TEST_CASE(wrong_matrices_of_query_and_key_are_refused) {
  const std::string entries = "one column each: every entry of W_query meets every entry of W_key";
  BOOST_TEST(broken(check_one_matrix, [](const Matrix& W_query, const Matrix& W_key) {
               return longhand::scale(matmul(W_key, transpose(W_query)), W_query.cols());
             }) == entries);
  BOOST_TEST(broken(check_one_matrix, [](const Matrix& W_query, const Matrix& W_key) {
               return matmul(transpose(W_query), W_key);
             }) == entries);
  BOOST_TEST(broken(check_one_matrix, [](const Matrix& W_query, const Matrix& W_key) {
               return matmul(W_query, transpose(W_key));
             }) == "the root of d_k is in it, here sqrt(4)");
}

BOOST_AUTO_TEST_CASE(wrong_gradients_are_refused) {
  const std::string gains = "what one weight gains, the others lose";
  // Without the mean, which is how one weight acts on the others.
  BOOST_TEST(broken(check_softmax_gradient, [](Floats weights, Floats weights_gradient) {
               Row result = times(weights, 1);
               for (std::size_t i = 0; i < result.size(); ++i) result[i] *= weights_gradient[i];
               return result;
             }) == gains);
  // Each weight on its own, as for a sigmoid.
  BOOST_TEST(broken(check_softmax_gradient, [](Floats weights, Floats weights_gradient) {
               Row result = times(weights, 1);
               for (std::size_t i = 0; i < result.size(); ++i) {
                 result[i] *= (1 - weights[i]) * weights_gradient[i];
               }
               return result;
             }) == gains);
  // The plain mean.
  BOOST_TEST(broken(check_softmax_gradient, [](Floats weights, Floats weights_gradient) {
               const float mean =
                   longhand::sum(weights_gradient) / static_cast<float>(weights_gradient.size());
               Row result = times(weights, 1);
               for (std::size_t i = 0; i < result.size(); ++i) {
                 result[i] *= weights_gradient[i] - mean;
               }
               return result;
             }) == "it is the slope of the loss: a score a little up, a little down");
  // The mean, taken from each score alike.
  BOOST_TEST(broken(check_softmax_gradient, [](Floats weights, Floats weights_gradient) {
               const float mean = longhand::dot(weights, weights_gradient);
               Row result = times(weights, 1);
               for (std::size_t i = 0; i < result.size(); ++i) {
                 result[i] = weights[i] * weights_gradient[i] - mean / 2;
               }
               return result;
             }) == "a gradient that is the same for all weights moves nothing");
}

BOOST_AUTO_TEST_CASE(wrong_windows_are_refused) {
  // 0 - 2 is huge.
  BOOST_TEST(
      broken(check_sliding_window, [](std::size_t num_tokens, std::size_t window) {
        return mask_of(
            num_tokens,
            [](auto query, auto key, auto width) { return key <= query && key > query - width; },
            window);
      }) == "a window of 1 shows each query its own key alone");
  BOOST_TEST(
      broken(check_sliding_window, [](std::size_t num_tokens, std::size_t window) {
        return mask_of(
            num_tokens,
            [](auto query, auto key, auto width) { return key <= query && key + width >= query; },
            window);
      }) == "a window of 1 shows each query its own key alone");
  // To both sides.
  BOOST_TEST(broken(check_sliding_window, [](std::size_t num_tokens, std::size_t window) {
               return mask_of(
                   num_tokens,
                   [](auto query, auto key, auto width) {
                     return key < query + width && query < key + width;
                   },
                   window);
             }) == "a window of 2 shows the key before as well, and none after");
  // Never all of them.
  BOOST_TEST(broken(check_sliding_window, [](std::size_t num_tokens, std::size_t window) {
               return sliding_window_mask(num_tokens, std::min(window, num_tokens - 1));
             }) == "a window that holds all tokens is the causal mask");
}

BOOST_AUTO_TEST_CASE(wrong_padding_is_refused) {
  // The keys of padding are masked, and its queries forgotten: their rows are NaN.
  BOOST_TEST(broken(check_padding, [](const Matrix& scaled_scores, std::size_t num_padding) {
               Matrix masked = longhand::mask_scores(scaled_scores);
               for (std::size_t query = 0; query < masked.rows(); ++query) {
                 for (std::size_t key = 0; key < num_padding; ++key) masked(query, key) = -INFINITY;
               }
               return longhand::softmax_rows(masked);
             }) == "a query of padding has weights of zero, not NaN");
  // A large number in place of -inf: a query of padding sees its padding.
  BOOST_TEST(broken(check_padding, [](const Matrix& scaled_scores, std::size_t num_padding) {
               Matrix masked = longhand::mask_scores(scaled_scores);
               for (std::size_t query = 0; query < masked.rows(); ++query) {
                 for (std::size_t key = 0; key < std::min(query + 1, num_padding); ++key) {
                   masked(query, key) = -1e9F;
                 }
               }
               return longhand::softmax_rows(masked);
             }) == "a query of padding has weights of zero, not NaN");
  // The weights are masked, and no longer sum to one.
  BOOST_TEST(broken(check_padding, [](const Matrix& scaled_scores, std::size_t num_padding) {
               Matrix weights = longhand::softmax_rows(longhand::mask_scores(scaled_scores));
               for (std::size_t query = 0; query < weights.rows(); ++query) {
                 for (std::size_t key = 0; key < num_padding; ++key) weights(query, key) = 0;
               }
               return weights;
             }) == "padding gets no weight, and the others still share one");
  BOOST_TEST(broken(check_padding, [](const Matrix& scaled_scores, std::size_t) {
               return longhand::softmax_rows(scaled_scores);
             }) == "without padding, equal scores share among the keys up to the query");
  // Rows and columns are confused.
  BOOST_TEST(broken(check_padding, [](const Matrix& scaled_scores, std::size_t num_padding) {
               return padded_weights(transpose(scaled_scores), num_padding);
             }) == "the other weights are those of the sentence without its padding");
  // The weights are masked, and made to sum to one again: not if the sum has been NaN.
  BOOST_TEST(broken(check_padding, [](const Matrix& scaled_scores, std::size_t num_padding) {
               Matrix weights = longhand::softmax_rows(longhand::mask_scores(scaled_scores));
               for (std::size_t query = 0; query < weights.rows(); ++query) {
                 float total = 0;
                 for (std::size_t key = num_padding; key <= query; ++key) {
                   total += weights(query, key);
                 }
                 for (std::size_t key = 0; key <= query; ++key) {
                   weights(query, key) = key < num_padding ? 0 : weights(query, key) / total;
                 }
               }
               return weights;
             }) == "scores of padding that are NaN change nothing");
}

BOOST_AUTO_TEST_CASE(wrong_caches_are_refused) {
  using Numbers = const std::vector<float>&;
  // The new token is kept only after it has attended.
  BOOST_TEST(broken(check_key_value_cache,
                    [](KeyValueCache& cache, Numbers query, Numbers key, Numbers value) {
                      KeyValueCache earlier = cache;
                      cache.keys.push_back(key);
                      cache.values.push_back(value);
                      if (earlier.keys.empty()) return std::vector<float>(value.size());
                      const Row last_key = earlier.keys.back();
                      const Row last_value = earlier.values.back();
                      earlier.keys.pop_back();
                      earlier.values.pop_back();
                      return next_context_vec(earlier, query, last_key, last_value);
                    }) == "the first token sees itself alone: its context vector is its value");
  // One cache for all sentences.
  BOOST_TEST(
      broken(check_key_value_cache, [](KeyValueCache&, Numbers query, Numbers key, Numbers value) {
        static KeyValueCache cache;
        return next_context_vec(cache, query, key, value);
      }) == "the cache holds the key and the value of each token, in their order");
  // No root: undone by a query that is as much larger.
  BOOST_TEST(broken(check_key_value_cache,
                    [](KeyValueCache& cache, Numbers query, Numbers key, Numbers value) {
                      const float root = std::sqrt(static_cast<float>(key.size()));
                      return next_context_vec(cache, times(query, root), key, value);
                    }) == "scores are divided by the root of the length of a key, here sqrt(4)");
}

BOOST_AUTO_TEST_CASE(wrong_counts_of_parameters_are_refused) {
  using Size = std::size_t;
  // out_proj as wide as the input, which GPT-2 hides.
  BOOST_TEST(broken(check_parameters, [](Size d_in, Size d_out, Size, Size, bool) {
               return 3 * d_in * d_out + d_in * d_out + d_out;
             }) == "d_in and d_out may differ");
  BOOST_TEST(broken(check_parameters, [](Size d_in, Size d_out, Size, Size, bool) {
               return 3 * d_in * d_out + d_out * d_out;
             }) == "the smallest GPT-2 has the documented 2360064");
  BOOST_TEST(broken(check_parameters, [](Size d_in, Size d_out, Size, Size, bool qkv_bias) {
               return 3 * d_out * (d_in + (qkv_bias ? 1 : 0)) + d_out * (d_out + 1);
             }) == "with the sizes of Llama 3 8B, 32 heads share 8 of keys and values");
  BOOST_TEST(broken(check_parameters, [](Size d_in, Size d_out, Size heads, Size kv, bool bias) {
               return num_parameters(d_in, d_out, heads, kv, false) + (bias ? 3 * d_out : 0);
             }) == "a shared head has a bias for its own outputs alone");
  // A number for each input.
  BOOST_TEST(broken(check_parameters, [](Size d_in, Size d_out, Size heads, Size kv, bool bias) {
               return num_parameters(d_in, d_out, heads, kv, false) + (bias ? 3 * d_in : 0);
             }) == "a bias of queries, keys and values is a number for each output");
}

namespace {

// As many heads as there are queries', each a copy of the shared one that is chosen.
Matrix heads_from(const Matrix& shared, std::size_t num_heads, std::size_t num_kv_heads,
                  std::size_t (*choose)(std::size_t head, std::size_t num_heads,
                                        std::size_t num_kv_heads)) {
  std::vector<Matrix> heads;
  for (std::size_t head = 0; head < num_heads; ++head) {
    heads.push_back(
        longhand::split_heads(shared, num_kv_heads)[choose(head, num_heads, num_kv_heads)]);
  }
  return longhand::join_heads(heads);
}

// Head 0, 1, 0, 1
std::size_t in_turn(std::size_t head, std::size_t, std::size_t num_kv_heads) {
  return head % num_kv_heads;
}

// Head 0, 0, 1, 1
std::size_t by_group(std::size_t head, std::size_t num_heads, std::size_t num_kv_heads) {
  return head * num_kv_heads / num_heads;
}

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_groups_are_refused) {
  BOOST_TEST(broken(check_grouped_queries, [](const Matrix& queries, const Matrix& keys,
                                              const Matrix& values, std::size_t num_heads,
                                              std::size_t num_kv_heads) {
               return grouped_query_attention(
                   queries, heads_from(keys, num_heads, num_kv_heads, in_turn),
                   heads_from(values, num_heads, num_kv_heads, in_turn), num_heads, num_heads);
             }) == "heads 0 and 1 see the first value head, heads 2 and 3 the second");
  // The values of the group, but the keys in turn.
  BOOST_TEST(broken(check_grouped_queries, [](const Matrix& queries, const Matrix& keys,
                                              const Matrix& values, std::size_t num_heads,
                                              std::size_t num_kv_heads) {
               return grouped_query_attention(
                   queries, heads_from(keys, num_heads, num_kv_heads, in_turn),
                   heads_from(values, num_heads, num_kv_heads, by_group), num_heads, num_heads);
             }) == "each head asks with its own query, and asks the keys of its group");
  // Columns are repeated in place of heads.
  BOOST_TEST(
      broken(check_grouped_queries, [](const Matrix& queries, const Matrix& keys,
                                       const Matrix& values, std::size_t num_heads, std::size_t) {
        const std::size_t width = keys.cols();
        return grouped_query_attention(queries, heads_from(keys, queries.cols(), width, by_group),
                                       heads_from(values, queries.cols(), width, by_group),
                                       num_heads, num_heads);
      }) == "one head of keys and values serves all, two columns each");
  // Divided by the root of d_out.
  BOOST_TEST(broken(check_grouped_queries,
                    [](const Matrix& queries, const Matrix& keys, const Matrix& values,
                       std::size_t num_heads, std::size_t num_kv_heads) {
                      return grouped_query_attention(longhand::scale(queries, num_heads), keys,
                                                     values, num_heads, num_kv_heads);
                    }) == "scores are divided by the root of head_dim, here sqrt(4)");
  // Without a mask.
  BOOST_TEST(broken(check_grouped_queries, [](const Matrix& queries, const Matrix& keys,
                                              const Matrix& values, std::size_t num_heads,
                                              std::size_t num_kv_heads) {
               const std::size_t group = num_heads / num_kv_heads;
               std::vector<Matrix> heads;
               for (std::size_t head = 0; head < num_heads; ++head) {
                 heads.push_back(longhand::self_attention(
                                     longhand::split_heads(queries, num_heads)[head],
                                     longhand::split_heads(keys, num_kv_heads)[head / group],
                                     longhand::split_heads(values, num_kv_heads)[head / group])
                                     .context_vecs);
               }
               return longhand::join_heads(heads);
             }) == "no query sees a later token");
}

namespace {

// The pair of columns `first` and `first + step` of each row, turned by `angle`.
Matrix turned(const Matrix& head, std::size_t step,
              double (*angle)(double position, double pair, double head_dim)) {
  Matrix result = head;
  for (std::size_t row = 0; row < head.rows(); ++row) {
    for (std::size_t pair = 0; pair < head.cols() / 2; ++pair) {
      const std::size_t first = step == 1 ? 2 * pair : pair;
      const double by = angle(static_cast<double>(row), static_cast<double>(pair),
                              static_cast<double>(head.cols()));
      const float sine = static_cast<float>(std::sin(by));
      const float cosine = static_cast<float>(std::cos(by));
      const float a = head(row, first), b = head(row, first + step);
      result(row, first) = a * cosine - b * sine;
      result(row, first + step) = a * sine + b * cosine;
    }
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_rotations_are_refused) {
  const std::string radian = "the first pair turns by one radian from a token to the next";
  const std::string slowly =
      "the second of two pairs, or third of four, turns 100 times more slowly";
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               return turned(head, 1, [](double position, double pair, double head_dim) {
                 return -position * std::pow(10000, -2 * pair / head_dim);
               });
             }) == radian);
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               return turned(head, 1, [](double position, double pair, double head_dim) {
                 return (position + 1) * std::pow(10000, -2 * pair / head_dim);
               });
             }) == "the first token, at position 0, stays as it is");
  // pair / head_dim in place of 2 pair / head_dim.
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               return turned(head, 1, [](double position, double pair, double head_dim) {
                 return position * std::pow(10000, -pair / head_dim);
               });
             }) == slowly);
  // Pairs of columns i and i + head_dim / 2, as some models have them.
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               return turned(head, head.cols() / 2,
                             [](double position, double pair, double head_dim) {
                               return position * std::pow(10000, -2 * pair / head_dim);
                             });
             }) == slowly);
  // The second number from the new first one.
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               Matrix result = rotated(head);
               for (std::size_t row = 0; row < head.rows(); ++row) {
                 const float angle = static_cast<float>(row);
                 result(row, 1) = result(row, 0) * std::sin(angle) + head(row, 1) * std::cos(angle);
               }
               return result;
             }) == "no token changes its length");
  // Faster and faster.
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               return turned(head, 1, [](double position, double pair, double head_dim) {
                 return position * position * std::pow(10000, -2 * pair / head_dim);
               });
             }) == "a score depends on the distance of query and key alone");
  // Right for a head_dim of 4.
  BOOST_TEST(broken(check_rotary_positions, [](const Matrix& head) {
               return turned(head, 1, [](double position, double pair, double) {
                 return position * std::pow(10000, -pair / 2);
               });
             }) == slowly);
}

namespace {

Partial merged_with(const Partial& left, float left_factor, const Partial& right,
                    float right_factor, float max) {
  Partial all{max, left.sum * left_factor + right.sum * right_factor,
              times(left.output, left_factor)};
  for (std::size_t feature = 0; feature < all.output.size(); ++feature) {
    all.output[feature] += right.output[feature] * right_factor;
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_merges_are_refused) {
  const std::string smaller =
      "a half with the smaller max counts less, be it the right or the left";
  BOOST_TEST(broken(check_merge, [](const Partial& left, const Partial& right) {
               return merged_with(left, 1, right, 1, std::max(left.max, right.max));
             }) == smaller);
  // The values are not rescaled.
  BOOST_TEST(broken(check_merge, [](const Partial& left, const Partial& right) {
               Partial all = merged_with(left, 1, right, 1, 0);
               all.max = merged(left, right).max;
               all.sum = merged(left, right).sum;
               return all;
             }) == smaller);
  // The max of the left half serves for both.
  BOOST_TEST(broken(check_merge, [](const Partial& left, const Partial& right) {
               return merged_with(left, 1, right, std::exp(right.max - left.max), left.max);
             }) == smaller);
  // Factors that are right, but for large scores infinite.
  BOOST_TEST(broken(check_merge, [](const Partial& left, const Partial& right) {
               const float max = std::max(left.max, right.max);
               return merged_with(left, std::exp(left.max) / std::exp(max), right,
                                  std::exp(right.max) / std::exp(max), max);
             }) == "scores in the thousands do not overflow");
  // Two empty halves: -inf - -inf.
  BOOST_TEST(broken(check_merge, [](const Partial& left, const Partial& right) {
               const float max = std::max(left.max, right.max);
               return merged_with(left, std::exp(left.max - max), right, std::exp(right.max - max),
                                  max);
             }) == "an empty half changes nothing, and two empty ones make an empty one");
}

namespace {

// In tiles of these sizes, with the rows inside.
void product_in_tiles(std::size_t inner_tile, std::size_t col_tile, std::size_t rows,
                      std::size_t inner_size, std::size_t cols, const MultiplyAdd& multiply_add) {
  for (std::size_t first_col = 0; first_col < cols; first_col += col_tile) {
    for (std::size_t first_inner = 0; first_inner < inner_size; first_inner += inner_tile) {
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = first_inner; i < std::min(first_inner + inner_tile, inner_size); ++i) {
          for (std::size_t col = first_col; col < std::min(first_col + col_tile, cols); ++col) {
            multiply_add(row, i, col);
          }
        }
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_tiles_are_refused) {
  using Size = std::size_t;
  const std::string once = "each step is done once, and inner grows within each sum";
  const std::string misses = "a product of 48 x 48 matrices misses the cache at most 1500 times";
  // The statement of the exercise says how often these two miss: the textbook order, and inner and
  // col exchanged.
  const std::string textbook =
      printed(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        for (Size row = 0; row < rows; ++row) {
          const auto of_row = [&](Size, Size inner, Size col) { step(row, inner, col); };
          product_in_tiles(inner_size + 1, 1, 1, inner_size, cols, of_row);
        }
      });
  BOOST_TEST(textbook.ends_with("is 117648, must be at most 1500\n"), textbook);
  const std::string exchanged =
      printed(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        product_in_tiles(inner_size + 1, cols + 1, rows, inner_size, cols, step);
      });
  BOOST_TEST(exchanged.ends_with("is 7200, must be at most 1500\n"), exchanged);
  BOOST_TEST(
      broken(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        product_in_tiles(8, 8, rows, inner_size, cols, step);
      }) == misses);
  BOOST_TEST(
      broken(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        product_in_tiles(32, 32, rows, inner_size, cols, step);
      }) == misses);
  // What is left over beside the whole tiles is forgotten.
  BOOST_TEST(
      broken(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        tiled_product(rows, inner_size / 16 * 16, cols / 16 * 16, step);
      }) == once);
  // The last tiles reach past the end.
  BOOST_TEST(
      broken(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        tiled_product(rows, (inner_size + 15) / 16 * 16, cols, step);
      }) == once);
  // From the last inner to the first.
  BOOST_TEST(
      broken(check_tiles, [](Size rows, Size inner_size, Size cols, const MultiplyAdd& step) {
        tiled_product(rows, inner_size, cols, [&](Size row, Size inner, Size col) {
          step(row, inner_size - 1 - inner, col);
        });
      }) == once);
}

// One of the three mistakes left in.
BOOST_AUTO_TEST_CASE(each_of_the_three_mistakes_is_refused) {
  BOOST_TEST(broken(check_three_mistakes, [](const Matrix& queries, const Matrix& keys,
                                             const Matrix& values, std::size_t num_heads) {
               return mended_attention(longhand::scale(queries, num_heads), keys, values,
                                       num_heads);
             }) == "the weights of two heads are those of each head alone");
  BOOST_TEST(broken(check_three_mistakes, [](const Matrix& queries, const Matrix& keys,
                                             const Matrix& values, std::size_t num_heads) {
               const std::vector<Matrix> first_head(num_heads,
                                                    longhand::split_heads(values, num_heads)[0]);
               return mended_attention(queries, keys, longhand::join_heads(first_head), num_heads);
             }) == "each head gives a single token its own value back");
  // Each query sees one token more: that of the query after it.
  BOOST_TEST(broken(check_three_mistakes, [](const Matrix& queries, const Matrix& keys,
                                             const Matrix& values, std::size_t num_heads) {
               const std::size_t tokens = queries.rows();
               Matrix longer(tokens + 1, queries.cols()), longer_keys = longer,
                                                          longer_values = longer;
               for (std::size_t token = 0; token < tokens; ++token) {
                 std::ranges::copy(queries.row(token), longer.row(token + 1).begin());
                 std::ranges::copy(keys.row(token), longer_keys.row(token).begin());
                 std::ranges::copy(values.row(token), longer_values.row(token).begin());
               }
               const Matrix all = mended_attention(longer, longer_keys, longer_values, num_heads);
               Matrix result(tokens, queries.cols());
               for (std::size_t token = 0; token < tokens; ++token) {
                 std::ranges::copy(all.row(token + 1), result.row(token).begin());
               }
               return tokens == 1 ? values : result;
             }) == "each query sees the tokens up to its own");
}

namespace {

Matrix numbers(std::size_t num_tokens) {
  Matrix inputs(num_tokens, 2);
  for (std::size_t token = 0; token < num_tokens; ++token) {
    inputs(token, 0) = 0.5F + 0.25F * static_cast<float>(token);
    inputs(token, 1) = 1.0F - 0.5F * static_cast<float>(token);
  }
  return inputs;
}

// Whether a change of one token, and only that, changes one row by more than a bound.
bool acts_on(const Attention& attention, std::size_t num_tokens, std::size_t changed,
             std::size_t row, float bound) {
  Matrix inputs = numbers(num_tokens);
  const Matrix before = attention(inputs);
  inputs(changed, 0) += 2;
  inputs(changed, 1) -= 3;
  const Matrix after = attention(inputs);
  return std::abs(after(row, 0) - before(row, 0)) > bound ||
         std::abs(after(row, 1) - before(row, 1)) > bound;
}

}  // namespace

BOOST_AUTO_TEST_CASE(detectors_that_miss_something_are_refused) {
  const std::string one_row = "one row that looks ahead is enough: the first, or the last but one";
  BOOST_TEST(broken(check_looks_ahead, [](const Attention&) { return true; }) ==
             "attention without a mask looks ahead, attention with one does not");
  // Only the first row, after a change of the last token.
  BOOST_TEST(broken(check_looks_ahead, [](const Attention& attention) {
               return acts_on(attention, 4, 3, 0, 0);
             }) == "a mask one off, or after softmax, or on mixed inputs, looks ahead");
  // Only the last token is changed.
  BOOST_TEST(broken(check_looks_ahead, [](const Attention& attention) {
               return acts_on(attention, 4, 3, 0, 0) || acts_on(attention, 4, 3, 1, 0) ||
                      acts_on(attention, 4, 3, 2, 0);
             }) == one_row);
  // Only the first row is looked at.
  BOOST_TEST(broken(check_looks_ahead, [](const Attention& attention) {
               return acts_on(attention, 4, 1, 0, 0) || acts_on(attention, 4, 2, 0, 0) ||
                      acts_on(attention, 4, 3, 0, 0);
             }) == one_row);
  // The changed token's own row is taken for an earlier one.
  BOOST_TEST(broken(check_looks_ahead, [](const Attention& attention) {
               return acts_on(attention, 4, 2, 2, 0);
             }) == "attention without a mask looks ahead, attention with one does not");
  // Not every earlier token must be seen.
  BOOST_TEST(broken(check_looks_ahead, [](const Attention& attention) {
               return looks_ahead(attention) || !acts_on(attention, 4, 0, 3, 0);
             }) == "a causal attention may see less than it is allowed to");
  // The later token weighs little, and the comparison is too generous.
  BOOST_TEST(broken(check_looks_ahead, [](const Attention& attention) {
               for (std::size_t changed = 1; changed < 4; ++changed) {
                 for (std::size_t row = 0; row < changed; ++row) {
                   if (acts_on(attention, 4, changed, row, 0.01F)) return true;
                 }
               }
               return false;
             }) == "a faint trace of the next token, in one feature, is one");
}

}  // namespace exercises
