// Memory is counted by this program's own operator new (count_memory.cpp).

#include "check.hpp"
#include "count_memory.hpp"
#include "kernel.hpp"
#include "longhand/faster_loops.hpp"

using namespace longhand;

namespace {

constexpr std::size_t d_in = 40;
constexpr std::size_t head_dim = 8;
constexpr std::size_t num_heads = 10;
constexpr std::size_t d_out = head_dim * num_heads;

// Beyond inputs, weights and the returned matrix.
std::size_t bytes_of_forward(std::size_t num_tokens) {
  Generator generator(1);
  const MultiHeadAttention attention(d_in, d_out, num_tokens, 0, num_heads, false, generator);
  const std::vector<Matrix> batch{generator.uniform(num_tokens, d_in, -1, 1)};
  const std::size_t before = bytes_in_use();
  start_most_bytes();
  const std::vector<Matrix> context_vecs = faster_forward(attention, batch, {.num_threads = 1});
  return most_bytes() - before - context_vecs[0].values().size_bytes();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_counter_counts_what_is_in_use_and_the_most_of_it) {
  const std::size_t before = bytes_in_use();
  start_most_bytes();
  { const std::vector<float> numbers(1000); }
  BOOST_TEST(most_bytes() == before + 4000);
  BOOST_TEST(bytes_in_use() == before);
}

// A head of 8 features: a round takes 8 of them, 64 features of queries, keys and values.
BOOST_AUTO_TEST_CASE(memory_is_a_few_numbers_for_each_token_and_no_matrix_of_scores) {
  const std::size_t lanes = kernel(instruction_sets().back()).lanes;
  for (const std::size_t num_tokens : {250U, 1000U, 2000U}) {
    const std::size_t padded = num_tokens + 2 * lanes;
    const std::size_t numbers_of_tokens = padded * (d_in + d_out + 3 * 64);
    const std::size_t numbers_of_block = 8 * lanes * lanes;
    const std::size_t bytes_of_places = (padded / lanes + 1) * 64;
    BOOST_TEST(bytes_of_forward(num_tokens) <=
               4 * (numbers_of_tokens + numbers_of_block) + bytes_of_places + 2000);
  }
}
