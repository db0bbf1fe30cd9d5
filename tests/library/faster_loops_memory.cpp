// Memory is counted by this program's own operator new (count_memory.cpp).

#include <thread>

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

struct Work {
  Work(std::size_t num_sequences, std::size_t num_tokens)
      : attention(MultiHeadAttention::draw(
            {.d_in = d_in, .d_out = d_out, .context_length = num_tokens, .num_heads = num_heads},
            generator)),
        batch(num_sequences, generator.uniform(num_tokens, d_in, -1, 1)) {}
  Generator generator{1};
  MultiHeadAttention attention;
  std::vector<Matrix> batch;
};

// Beyond inputs, weights and the returned matrices.
std::size_t bytes_of_forward(const Work& work) {
  start_most_bytes();
  const std::vector<Matrix> context_vecs =
      faster_forward(work.attention, work.batch, {.num_threads = 1});
  return most_bytes() - bytes_in_use();
}

// For so many tokens at a time, in whole panels: tokens and contexts, and a round's queries, keys and
// values of 64 features, 8 heads; beside them the scores of a block, and where each panel stands.
std::size_t bytes_expected(std::size_t num_tokens, std::size_t num_panels) {
  const std::size_t lanes = kernel(instruction_sets().back()).lanes;
  const std::size_t numbers_of_tokens = (num_tokens + 2 * lanes) * (d_in + d_out + 3 * 64);
  return 4 * (numbers_of_tokens + 8 * lanes * lanes) + num_panels * 64 + 2000;
}

}  // namespace

BOOST_AUTO_TEST_CASE(memory_is_a_few_numbers_for_each_token_and_no_matrix_of_scores) {
  for (const std::size_t num_tokens : {250U, 1000U, 2000U}) {
    const Work work(1, num_tokens);
    const std::size_t expected = bytes_expected(num_tokens, num_tokens / 20);
    BOOST_TEST(bytes_of_forward(work) <= expected);
    start_most_bytes();
    const Matrix context_vecs = faster_forward(work.attention, work.batch[0], {.num_threads = 1});
    BOOST_TEST(most_bytes() - bytes_in_use() <= expected);
  }
}

BOOST_AUTO_TEST_CASE(many_short_sequences_take_the_memory_of_32_panels) {
  const std::size_t lanes = kernel(instruction_sets().back()).lanes;
  BOOST_TEST(bytes_of_forward({500, 3}) <= bytes_expected(32 * lanes, 500));
}

BOOST_AUTO_TEST_CASE(no_number_is_read_before_it_is_written) {
  const Work work(3, 60);
  const std::vector<Matrix> expected = faster_forward(work.attention, work.batch);
  spoil_new_memory(true);
  const std::vector<Matrix> context_vecs = faster_forward(work.attention, work.batch);
  spoil_new_memory(false);
  BOOST_TEST((context_vecs == expected));
}

// Each thread has a scratch of its own. 267 tokens are 9,996,480 multiply-adds, 268 are 10,055,360, and
// 1000 are 96,080,000, enough for 19 threads.
BOOST_AUTO_TEST_CASE(as_many_threads_start_as_have_enough_to_do) {
  const auto bytes_with = [](std::size_t num_tokens, const FasterOptions& options = {}) {
    const Work work(1, num_tokens);
    start_most_bytes();
    const std::vector<Matrix> context_vecs = faster_forward(work.attention, work.batch, options);
    return most_bytes() - bytes_in_use();
  };
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  BOOST_TEST(bytes_with(267) == bytes_with(267, {1}));
  BOOST_TEST(bytes_with(268) == bytes_with(268, {std::min(cores, std::size_t{2})}));
  BOOST_TEST(bytes_with(1000) == bytes_with(1000, {std::min(cores, std::size_t{19})}));
  BOOST_TEST(bytes_with(268, {1}) < bytes_with(268, {2}));
}

BOOST_AUTO_TEST_CASE(where_memory_runs_out_the_pass_ends_by_bad_alloc_or_with_fewer_threads) {
  const Work work(2, 60);
  const FasterOptions options{.num_threads = 3};
  const std::vector<Matrix> expected = faster_forward(work.attention, work.batch, options);
  std::size_t refused = 0;
  std::size_t done_with_fewer = 0;
  for (std::size_t num_allocations = 0;; ++num_allocations) {
    fail_allocation_after(num_allocations);
    try {
      const std::vector<Matrix> context_vecs = faster_forward(work.attention, work.batch, options);
      const bool failed = stop_failing();
      BOOST_TEST((context_vecs == expected));
      if (!failed) break;
      ++done_with_fewer;
    } catch (const std::bad_alloc&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 10);
  BOOST_TEST(done_with_fewer > 0);
}
