// Each check must let the solution pass. That it refuses the exercise as the reader finds it, .ci/run
// sees; here it refuses what readers may write, where that is nearly right, for the right reason.

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <sstream>
#include <type_traits>

#include "check.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/softmax.hpp"

namespace exercises {

namespace {

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
  check_width(out.str());
  return out.str();
}

// The answer breaks this law, and no law before it.
template <class Answer>
void check_refusal(void (*check)(Check&, Answer*), const std::string& law,
                   std::type_identity_t<Answer>* answer) {
  const std::string text = printed(check, answer);
  BOOST_TEST(text.find("  WRONG   " + law + '\n') != std::string::npos, text);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_solution_passes_its_check) {
  BOOST_TEST(Exercise::all().size() == 17U);
  for (const Exercise& exercise : Exercise::all()) {
    std::ostringstream out;
    BOOST_TEST(passes(exercise.check_answer, out), exercise.name << ":\n" << out.str());
    check_width(out.str());
  }
}

BOOST_AUTO_TEST_CASE(a_message_tells_the_laws_kept_the_law_broken_the_call_and_both_numbers) {
  BOOST_TEST(printed(check_sliding_window,
                     [](std::size_t num_tokens, std::size_t) {
                       return sliding_window_mask(num_tokens, 1);
                     }) ==
             "  ok      a window of 1 shows each query its own key alone\n"
             "  WRONG   a window of 2 shows the key before as well, and none after\n"
             "          sliding_window_mask(4, 2)\n"
             "          row 1, column 0 is 0, must be 1\n");
}

BOOST_AUTO_TEST_CASE(a_message_tells_a_wrong_shape_and_what_the_code_of_a_reader_threw) {
  BOOST_TEST(printed(check_sliding_window, [](std::size_t, std::size_t) {
               return Matrix(2, 3);
             }).ends_with("          its shape is (2, 3), must be (3, 3)\n"));
  BOOST_TEST(printed(check_sliding_window, [](std::size_t, std::size_t) -> Matrix {
               throw std::runtime_error("too far");
             }).ends_with("          your code threw: too far\n"));
}

BOOST_AUTO_TEST_CASE(nearly_right_answers_break_the_law_that_speaks_of_them) {
  // The mean is how one weight acts on the others.
  check_refusal(check_softmax_gradient, "what one weight gains, the others lose",
                [](std::span<const float> weights, std::span<const float> weights_gradient) {
                  std::vector<float> result(weights.begin(), weights.end());
                  for (std::size_t i = 0; i < result.size(); ++i) result[i] *= weights_gradient[i];
                  return result;
                });
  // The keys of padding are masked, and its queries forgotten: their rows are NaN.
  check_refusal(check_padding, "a query of padding has weights of zero, not NaN",
                [](const Matrix& scaled_scores, std::size_t num_padding) {
                  Matrix masked = longhand::mask_scores(scaled_scores);
                  for (std::size_t query = 0; query < masked.rows(); ++query) {
                    for (std::size_t key = 0; key < num_padding; ++key) {
                      masked(query, key) = -INFINITY;
                    }
                  }
                  return longhand::softmax_rows(masked);
                });
  // GPT-2, whose d_in is its d_out, hides it.
  check_refusal(check_parameters, "d_in and d_out may differ",
                [](std::size_t d_in, std::size_t d_out, std::size_t, std::size_t, bool) {
                  return 3 * d_in * d_out + d_in * d_out + d_out;
                });
  check_refusal(check_merge, "a half with the smaller max counts less, be it the right or the left",
                [](const Partial& left, const Partial& right) {
                  Partial all{std::max(left.max, right.max), left.sum + right.sum, left.output};
                  for (std::size_t i = 0; i < all.output.size(); ++i) {
                    all.output[i] += right.output[i];
                  }
                  return all;
                });
  check_refusal(check_clipped_gradients, "all tensors are one vector, and shrink by one factor",
                [](const std::vector<std::vector<float>>& grads, float max_length) {
                  std::vector<std::vector<float>> result;
                  for (const auto& grad : grads) result.push_back(clipped({grad}, max_length)[0]);
                  return result;
                });
  // A window that is full from the start has tokens of zeros.
  check_refusal(check_rolling_cache,
                "the first token sees itself alone, and no row that holds no token",
                [](RollingCache& cache, const std::vector<float>& query,
                   const std::vector<float>& key, const std::vector<float>& value) {
                  cache.num_tokens += cache.keys.rows();
                  return next_context_vec(cache, query, key, value);
                });
  // Half of the last bit is added, and a number half way goes up.
  check_refusal(check_bfloat16_cache, "half way between two, to the even one", [](float number) {
    return static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(number) + 0x8000) >> 16);
  });
  // Each key is turned back by its own position, and all stand at 0.
  check_refusal(check_renumbered_keys, "the next stands at 1, and so on",
                [](const Matrix& turned_keys, std::size_t dropped) {
                  if (dropped == 0) return turned_keys;
                  Matrix keys = renumbered_keys(turned_keys, dropped);
                  for (std::size_t row = 0; row < keys.rows(); ++row) {
                    const Matrix at_0 = renumbered_keys(turned_keys, dropped + row);
                    std::ranges::copy(at_0.row(0), keys.row(row).begin());
                  }
                  return keys;
                });
}

// The statement of the exercise says how often the textbook order misses.
BOOST_AUTO_TEST_CASE(a_product_without_tiles_is_refused) {
  const std::string textbook =
      printed(check_tiles, [](std::size_t rows, std::size_t inner_size, std::size_t cols,
                              const MultiplyAdd& multiply_add) {
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t col = 0; col < cols; ++col) {
            for (std::size_t inner = 0; inner < inner_size; ++inner) multiply_add(row, inner, col);
          }
        }
      });
  BOOST_TEST(textbook.ends_with("is 117648, must be at most 1500\n"), textbook);
}

}  // namespace exercises
