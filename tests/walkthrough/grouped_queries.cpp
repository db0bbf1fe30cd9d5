// What chapter 8 says of heads that share keys and values.

#include "grouped_queries.hpp"

#include <stdexcept>

#include "check.hpp"
#include "longhand/multi_head_attention.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(with_a_key_head_for_each_head_it_is_multi_head_attention_bit_for_bit) {
  RandomNumbers random(1);
  for (unsigned seed = 0; seed < 30; ++seed) {
    const std::size_t num_heads = random.size(1, 5);
    const Matrix inputs = random.matrix(random.size(1, 9), random.size(1, 7));
    Generator generator(seed);
    const auto attention = MultiHeadAttention::draw({.d_in = inputs.cols(),
                                                     .d_out = num_heads * random.size(1, 4),
                                                     .context_length = 9,
                                                     .num_heads = num_heads},
                                                    generator);
    const MultiHeadAttentionSteps steps = attention.steps(inputs);
    BOOST_TEST((grouped_queries::attention(steps.queries, steps.keys, steps.values, num_heads,
                                           num_heads) == steps.joined));
    BOOST_TEST((grouped_queries::first_of_groups(steps.keys, num_heads, num_heads) == steps.keys));
  }
}

BOOST_AUTO_TEST_CASE(the_first_head_of_each_group_is_kept) {
  const Matrix heads_of_two{{0, 1, 2, 3, 4, 5, 6, 7}};
  BOOST_TEST((grouped_queries::first_of_groups(heads_of_two, 4, 2) == Matrix{{0, 1, 4, 5}}));
  BOOST_TEST((grouped_queries::first_of_groups(heads_of_two, 4, 1) == Matrix{{0, 1}}));
}

BOOST_AUTO_TEST_CASE(groups_that_do_not_share_the_heads_evenly_are_refused) {
  for (const int num_kv_heads : {0, 3, 8, -1}) {
    const auto text =
        says("grouped queries: num_heads is 4, num_kv_heads is " + std::to_string(num_kv_heads) +
             ": the groups must share the heads evenly");
    const Matrix x(2, 8);
    BOOST_CHECK_EXCEPTION(grouped_queries::attention(x, x, x, 4, std::size_t(num_kv_heads)),
                          std::invalid_argument, text);
    BOOST_CHECK_EXCEPTION(grouped_queries::first_of_groups(x, 4, std::size_t(num_kv_heads)),
                          std::invalid_argument, text);
  }
}
