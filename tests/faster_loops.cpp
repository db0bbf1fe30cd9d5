#include "longhand/faster_loops.hpp"

#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "check_documented.hpp"
#include "inputs.hpp"

using namespace longhand;
namespace documented = walkthrough::documented_values::multi_head_attention;

namespace {

struct Shape {
  std::size_t d_in;
  std::size_t head_dim;
  std::size_t num_heads;
  std::vector<std::size_t> num_tokens;  // of each sequence
};

// Fast and clear code on the same random weights and tokens: equal but for the rounding.
void check_equal_to_clear_code(const Shape& shape, std::size_t num_threads, unsigned seed) {
  Generator generator(seed);
  const std::size_t d_out = shape.head_dim * shape.num_heads;
  const MultiHeadAttention attention(shape.d_in, d_out, 2000, 0, shape.num_heads, seed % 2 == 0,
                                     generator);
  std::vector<Matrix> batch;
  for (const std::size_t num_tokens : shape.num_tokens) {
    batch.push_back(generator.uniform(num_tokens, shape.d_in, -2, 2));
  }
  const std::vector<Matrix> expected = attention.forward(batch);
  for (const InstructionSet instruction_set : instruction_sets()) {
    const std::vector<Matrix> context_vecs =
        faster_forward(attention, batch, {num_threads, instruction_set});
    BOOST_REQUIRE(context_vecs.size() == expected.size());
    for (std::size_t item = 0; item < expected.size(); ++item) {
      BOOST_REQUIRE(shape_text(context_vecs[item]) == shape_text(expected[item]));
      float largest_difference = 0;
      for (std::size_t i = 0; i < expected[item].values().size(); ++i) {
        const float difference =
            std::abs(context_vecs[item].values()[i] - expected[item].values()[i]);
        if (!(difference <= largest_difference)) largest_difference = difference;
      }
      BOOST_TEST(largest_difference <= 2e-6F, instruction_set_name(instruction_set)
                                                  << ": d_in " << shape.d_in << ", head_dim "
                                                  << shape.head_dim << ", " << shape.num_heads
                                                  << " heads, " << shape.num_tokens[item]
                                                  << " tokens: differs by " << largest_difference);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_documented_context_vectors_come_out_of_the_fast_loops_too) {
  Generator generator(123);
  const MultiHeadAttention mha(3, 2, 6, 0, 2, false, generator);
  for (const InstructionSet instruction_set : instruction_sets()) {
    check_documented(
        faster_forward(mha, {walkthrough::inputs, walkthrough::inputs}, {1, instruction_set}),
        documented::multi_head_attention);
  }
}

BOOST_AUTO_TEST_CASE(fast_loops_equal_the_clear_ones_over_random_shapes) {
  RandomNumbers random(1);
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Shape shape{random.size(1, 90),
                      random.size(1, seed % 2 == 0 ? 4 : 40),
                      random.size(1, 5),
                      {random.size(0, 130), random.size(0, 130)}};
    check_equal_to_clear_code(shape, random.size(1, 3), seed);
  }
}
