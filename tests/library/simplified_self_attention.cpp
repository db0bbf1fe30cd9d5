#include "longhand/simplified_self_attention.hpp"

#include <cmath>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

using namespace longhand;
using walkthrough::inputs;

// "1." against "1.0000" in the notebook: the order of a sum decides its last bit.
BOOST_AUTO_TEST_CASE(one_running_total_misses_the_documented_sum_by_one_bit) {
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(inputs);
  const std::vector<float> weights = softmax_naive(steps.attn_scores.row(1));
  float running_sum = 0;
  for (const float weight : weights) running_sum += weight;
  BOOST_TEST(running_sum == std::nextafter(1.0F, 2.0F));
  BOOST_TEST(sum(weights) == 1.0F);
}

// Both add the same products in the same order, so that not one bit differs.
BOOST_AUTO_TEST_CASE(the_double_loop_of_dot_products_is_the_matrix_product) {
  RandomNumbers random(8);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const Matrix tokens = random.matrix(random.size(0, 12), random.size(0, 9));
    const Matrix attn_scores = simplified_self_attention(tokens).attn_scores;
    for (std::size_t query = 0; query < tokens.rows(); ++query) {
      for (std::size_t key = 0; key < tokens.rows(); ++key) {
        BOOST_TEST(attn_scores(query, key) == dot(tokens.row(query), tokens.row(key)));
      }
    }
  }
}
