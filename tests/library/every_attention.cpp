// The laws that hold for each attention with a mask: one head, heads side by side, and heads that
// share one projection.

#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/self_attention.hpp"

using namespace longhand;

namespace {

constexpr std::size_t context_length = 200;
constexpr bool qkv_bias = true;
constexpr auto minus_one = static_cast<std::size_t>(-1);

// Calls law(attention, name, layers) with each of them; layers is what has its first W_query.
template <class Law>
void for_each_attention(const Law& law, unsigned seed = 1, double dropout = 0,
                        std::size_t d_in = 3) {
  RandomNumbers random(seed);
  const std::size_t head_dim = random.size(1, 5), num_heads = random.size(2, 4);
  auto one = drawn<CausalAttention>({d_in, head_dim, context_length, dropout, qkv_bias}, seed);
  law(one, "CausalAttention", one);
  auto wrapper = drawn<MultiHeadAttentionWrapper>(
      {d_in, head_dim, context_length, dropout, num_heads, qkv_bias}, seed);
  law(wrapper, "MultiHeadAttentionWrapper: head 0", wrapper.heads[0]);
  const std::size_t d_out = num_heads * head_dim;
  auto many =
      drawn<MultiHeadAttention>({d_in, d_out, context_length, dropout, num_heads, qkv_bias}, seed);
  law(many, "MultiHeadAttention", many);
}

Matrix tokens_of(unsigned seed, std::size_t num_tokens, std::size_t d_in = 3) {
  return RandomNumbers(seed).matrix(num_tokens, d_in);
}

template <class Attention>
void check_not_drawn(const typename Attention::Settings& settings, const std::string& named) {
  Generator generator(1);
  BOOST_CHECK_EXCEPTION(Attention::draw(settings, generator), std::invalid_argument,
                        names({named}));
  BOOST_TEST(generator.draw() == Generator(1).draw());
}

}  // namespace

// Whoever forgets the length is told by the first pass.
BOOST_AUTO_TEST_CASE(what_is_not_set_is_no_length_no_dropout_and_no_bias_of_the_projections) {
  const auto check = [](const auto& layers) {
    BOOST_TEST(layers.context_length == 0U);
    BOOST_TEST(layers.dropout == 0);
    BOOST_TEST(layers.W_query.bias.empty());
  };
  check(CausalAttention());
  check(MultiHeadAttention());
  BOOST_TEST(MultiHeadAttention().num_heads == 0U);
  check(drawn<CausalAttention>({.d_in = 3, .d_out = 2}, 1));
  check(drawn<MultiHeadAttentionWrapper>({.d_in = 3, .head_dim = 2, .num_heads = 1}, 1).heads[0]);
  check(drawn<MultiHeadAttention>({.d_in = 3, .d_out = 2, .num_heads = 1}, 1));
  BOOST_TEST(drawn<SelfAttentionV2>({.d_in = 3, .d_out = 2}, 1).W_query.bias.empty());
  BOOST_TEST(drawn<Linear>({.d_in = 3, .d_out = 2}, 1).bias.size() == 2U);
}

// Bit for bit, whatever finite numbers come later.
BOOST_AUTO_TEST_CASE(a_later_token_never_changes_an_earlier_row) {
  RandomNumbers random(3);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Matrix tokens = random.matrix(random.size(2, 12), random.size(1, 9));
    const auto law = [&](const auto& attention, auto...) {
      const Matrix before = attention.forward(tokens);
      for (std::size_t changed = 1; changed < tokens.rows(); ++changed) {
        Matrix other_tokens = tokens;
        for (float& value : other_tokens.row(changed)) value = 1000 * random.number();
        const Matrix after = attention.forward(other_tokens);
        BOOST_TEST((first_rows(after, changed) == first_rows(before, changed)));
        BOOST_TEST((after != before));
      }
    };
    for_each_attention(law, seed, 0, tokens.cols());
  }
}

// Bit for bit: behind the weights of a shorter row, a longer one adds zeros to their sum.
BOOST_AUTO_TEST_CASE(the_first_tokens_alone_get_the_rows_of_the_whole_sequence) {
  const Matrix tokens = tokens_of(4, context_length);
  for_each_attention([&](const auto& attention, auto...) {
    const Matrix whole = attention.forward(tokens);
    for (const std::size_t num_tokens : {0U, 1U, 2U, 3U, 5U, 6U, 7U, 101U}) {
      BOOST_TEST(
          (attention.forward(first_rows(tokens, num_tokens)) == first_rows(whole, num_tokens)));
    }
  });
}

BOOST_AUTO_TEST_CASE(the_items_of_a_batch_do_not_mix) {
  const std::vector<Matrix> batch{tokens_of(5, 6), tokens_of(6, 4), tokens_of(5, 6)};
  for_each_attention([&](const auto& attention, auto...) {
    const std::vector<Matrix> together = attention.forward(batch);
    BOOST_TEST(together.size() == batch.size());
    for (std::size_t item = 0; item < batch.size(); ++item) {
      BOOST_TEST((together[item] == attention.forward(batch[item])));
    }
    BOOST_TEST(attention.forward(std::vector<Matrix>{}).empty());
  });
}

BOOST_AUTO_TEST_CASE(queries_keys_and_values_have_biases_if_requested) {
  for_each_attention([](const auto&, const std::string& name, const auto& layers) {
    for (const Linear* layer : {&layers.W_query, &layers.W_key, &layers.W_value}) {
      BOOST_TEST(layer->bias.size() == layer->d_out(), name);
    }
  });
}

// To g++ they could be a batch, too: {1, 2} is a shape.
BOOST_AUTO_TEST_CASE(numbers_in_braces_are_one_sequence) {
  const Matrix tokens{{1, 2, 3}, {4, 5, 6}};
  for_each_attention([&](const auto& attention, auto...) {
    BOOST_TEST((attention.forward({{1, 2, 3}, {4, 5, 6}}) == attention.forward(tokens)));
    BOOST_TEST((attention.steps({{1, 2, 3}, {4, 5, 6}}).context_vecs ==
                attention.steps(tokens).context_vecs));
  });
}

BOOST_AUTO_TEST_CASE(dropout_works_in_training_alone_and_as_the_seed_says) {
  const std::vector<Matrix> batch{tokens_of(7, 6), tokens_of(8, 4)};
  const auto trained = [&](const auto& attention, unsigned seed) {
    Generator training(seed);
    return attention.forward(batch, Training{training});
  };
  std::vector<std::vector<Matrix>> outside_training, without_dropout;
  const auto dropping = [&](const auto& attention, auto...) {
    BOOST_TEST((trained(attention, 1) == trained(attention, 1)));
    BOOST_TEST((trained(attention, 1) != trained(attention, 2)));
    outside_training.push_back(attention.forward(batch));
  };
  for_each_attention(dropping, 9, 0.5);
  const auto keeping = [&](const auto& attention, auto...) {
    Generator training(3);
    without_dropout.push_back(attention.forward(batch, Training{training}));
    BOOST_TEST(training.draw() == Generator(3).draw());
  };
  for_each_attention(keeping, 9, 0);
  BOOST_TEST((outside_training == without_dropout));
}

// PyTorch draws nothing for a tensor without elements.
BOOST_AUTO_TEST_CASE(a_pass_over_no_tokens_draws_nothing_in_both_streams) {
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    const auto law = [&](const auto& attention, auto...) {
      Generator training(13, stream);
      BOOST_TEST(attention.forward(Matrix(0, 3), Training{training}).rows() == 0U);
      attention.forward(std::vector<Matrix>{}, Training{training});
      BOOST_TEST(training.draw() == Generator(13).draw());
    };
    for_each_attention(law, 1, 0.5);
  }
}

// A weight of zero times NaN is NaN (chapter 4, "Corrections").
BOOST_AUTO_TEST_CASE(a_token_that_is_not_finite_reaches_earlier_rows) {
  for (const float odd : {NAN, INFINITY}) {
    Matrix tokens = tokens_of(10, 6);
    tokens(5, 0) = odd;
    for_each_attention([&](const auto& attention, auto...) {
      BOOST_TEST(all_are_nan(attention.forward(tokens).values()));
    });
  }
}

// Members are public, and may be set to what does not fit. Everything is checked before anything is
// drawn.
BOOST_AUTO_TEST_CASE(a_pass_that_cannot_be_is_refused_and_draws_nothing) {
  const Matrix tokens = tokens_of(12, 6), wide(6, 4), narrow(6, 2), long_tokens(201, 3);
  const auto law = [&](auto& attention, const std::string& name, auto& layers) {
    const std::string one = name + ": the sequence ", some = name + ": sequence ";
    check_refused(attention, {tokens, long_tokens},
                  names({some + "1 has 201 tokens", "context_length is 200"}));
    check_refused(attention, {long_tokens},
                  names({one + "has 201 tokens", "context_length is 200"}));
    check_refused(attention, {tokens, tokens, wide}, names({some + "2 is (6, 4)", "d_in (3)"}));
    check_refused(attention, {narrow}, names({one + "is (6, 2)", "d_in (3)"}));
    const auto intact = layers;
    const auto refused_with = [&](const auto& change, const std::vector<std::string>& named) {
      change();
      check_refused(attention, {tokens}, names(named));
      check_refused(attention, {}, names(named));
      layers = intact;
    };
    refused_with([&] { layers.context_length = minus_one; }, {name, "context_length is -1"});
    refused_with([&] { layers.dropout = 2; }, {"p is 2"});
    refused_with([&] { layers.W_query = {}; }, {name, "W_query is (0, 0): a model needs weights"});
    refused_with([&] { layers.W_key.weight = Matrix(99, 3); }, {name, "W_key is (99, 3)"});
    for (Linear* layer : {&layers.W_query, &layers.W_key, &layers.W_value}) {
      refused_with([&] { layer->bias.resize(99); },
                   {"bias has 99 elements", shape_text(intact.W_query.weight)});
    }
  };
  for_each_attention(law, 1, 0.5);
}

BOOST_AUTO_TEST_CASE(an_impossible_attention_is_refused_before_anything_is_drawn) {
  check_not_drawn<Linear>({}, "d_in is 0, d_out is 0");
  check_not_drawn<SelfAttentionV1>({}, "d_in is 0, d_out is 0");
  check_not_drawn<SelfAttentionV2>({}, "d_in is 0, d_out is 0");
  check_not_drawn<CausalAttention>({}, "d_in is 0, d_out is 0");
  check_not_drawn<MultiHeadAttentionWrapper>({}, "d_in is 0, head_dim is 0");
  check_not_drawn<MultiHeadAttentionWrapper>({.d_in = 3, .head_dim = 2}, "num_heads is 0");
  check_not_drawn<MultiHeadAttention>({}, "d_in is 0, d_out is 0");
  check_not_drawn<MultiHeadAttention>({.d_in = 3, .d_out = 2}, "num_heads is 0");
  check_not_drawn<SelfAttentionV1>({0, 2}, "d_in is 0, d_out is 2: both must be at least 1");
  check_not_drawn<SelfAttentionV1>({2, 0}, "d_in is 2, d_out is 0");
  check_not_drawn<SelfAttentionV1>({minus_one, 2}, "d_in is -1, d_out is 2");
  check_not_drawn<SelfAttentionV2>({0, 2}, "d_in is 0, d_out is 2");
  check_not_drawn<SelfAttentionV2>({2, minus_one}, "d_in is 2, d_out is -1");
  check_not_drawn<CausalAttention>({0, 2, 6}, "d_in is 0, d_out is 2");
  check_not_drawn<CausalAttention>({3, 0, 6}, "d_in is 3, d_out is 0");
  check_not_drawn<CausalAttention>({3, 2, 6, 1.5}, "p is 1.5");
  check_not_drawn<CausalAttention>({3, 2, minus_one}, "context_length is -1");
  using Wrapper = MultiHeadAttentionWrapper;
  check_not_drawn<Wrapper>({3, 0, 6, 0, 2}, "d_in is 3, head_dim is 0");
  check_not_drawn<Wrapper>({3, 2, 6, 0, 0}, "Wrapper: num_heads is 0: use at least one head");
  check_not_drawn<Wrapper>({3, 2, 6, 1.5, 2}, "p is 1.5");
  using Split = MultiHeadAttention;
  check_not_drawn<Split>({3, 0, 6, 0, 2}, "MultiHeadAttention: d_in is 3, d_out is 0");
  check_not_drawn<Split>({0, 2, 6, 0, 2}, "MultiHeadAttention: d_in is 0, d_out is 2");
  check_not_drawn<Split>({3, 4, 6, 0, 0}, "MultiHeadAttention: num_heads is 0");
  check_not_drawn<Split>({3, 4, 6, 0, minus_one}, "MultiHeadAttention: num_heads is -1");
  check_not_drawn<Split>({3, 4, 6, 1.5, 2}, "p is 1.5");
  check_not_drawn<Split>({3, 4, minus_one, 0, 2}, "MultiHeadAttention: context_length is -1");
  check_not_drawn<Split>({3, 4, 6, 0, 9}, "d_out (4) must be divisible by num_heads (9)");
  check_not_drawn<Split>({3, 4, 6, 0, 3},
                         "d_out (4) must be divisible by num_heads (3): use a multiple of 3 for "
                         "d_out, or a divisor of 4 for num_heads");
}
