// With a cache of keys and values, nothing changes but the cost.

#include "longhand/key_value_cache.hpp"

#include <stdexcept>

#include "check.hpp"

using namespace longhand;

namespace {

// A model of random shape, and a text that fills its context.
struct Model {
  explicit Model(unsigned seed) : random(seed) {
    const std::size_t num_heads = random.size(1, 4);
    text = random.matrix(random.size(1, 30), random.size(1, 9));
    attention = drawn<MultiHeadAttention>({.d_in = text.cols(),
                                           .d_out = num_heads * random.size(1, 5),
                                           .context_length = text.rows(),
                                           .dropout = 0.5,  // in training alone
                                           .num_heads = num_heads,
                                           .qkv_bias = random.size(0, 1) == 1},
                                          seed);
  }

  RandomNumbers random;
  Matrix text;
  MultiHeadAttention attention;
};

}  // namespace

// A piece may be empty, too. Neither text reaches the cache of the other.
BOOST_AUTO_TEST_CASE(any_cuts_of_two_texts_read_in_turns_give_the_rows_of_each_bit_for_bit) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Model model(seed);
    const std::vector<Matrix> texts{
        model.text,
        model.random.matrix(model.random.size(0, model.text.rows()), model.text.cols())};
    const List<MultiHeadAttentionSteps> whole = model.attention.steps(texts);
    const auto unread = [&](std::size_t item, const KeyValueCache& cache) {
      return texts[item].rows() - cache.num_tokens();
    };
    KeyValueCache caches[2];
    while (unread(0, caches[0]) + unread(1, caches[1]) > 0) {
      const std::size_t item = model.random.size(0, 1);
      KeyValueCache& cache = caches[item];
      const std::size_t first = cache.num_tokens();
      const std::size_t count = model.random.size(0, unread(item, cache));
      BOOST_TEST((forward_with_cache(model.attention, rows_of(texts[item], first, count), cache) ==
                  rows_of(whole[item].context_vecs, first, count)));
      BOOST_TEST(cache.num_tokens() == first + count);
    }
    for (const std::size_t item : {0U, 1U}) {
      BOOST_TEST((caches[item].keys == whole[item].keys || texts[item].rows() == 0));
      BOOST_TEST((caches[item].values == whole[item].values || texts[item].rows() == 0));
    }
  }
}

BOOST_AUTO_TEST_CASE(each_step_is_made_of_rows_of_the_whole) {
  const Model model(3);
  const std::size_t cached = model.text.rows() / 2, rest = model.text.rows() - cached;
  BOOST_REQUIRE(rest > 1);
  const MultiHeadAttentionSteps whole = model.attention.steps(model.text);
  KeyValueCache cache;
  forward_with_cache(model.attention, first_rows(model.text, cached), cache);
  const MultiHeadAttentionSteps steps =
      steps_with_cache(model.attention, rows_of(model.text, cached, rest), cache);
  const auto last_rows = [&](const Matrix& matrix) { return rows_of(matrix, cached, rest); };
  BOOST_TEST((steps.queries == last_rows(whole.queries)));
  BOOST_TEST((steps.keys == whole.keys));
  BOOST_TEST((steps.values == whole.values));
  BOOST_TEST((steps.joined == last_rows(whole.joined)));
  BOOST_REQUIRE(steps.heads.size() == whole.heads.size());
  for (std::size_t head = 0; head < whole.heads.size(); ++head) {
    const CausalAttentionSteps &is = steps.heads[head], &of_whole = whole.heads[head];
    BOOST_TEST((is.keys == of_whole.keys));
    BOOST_TEST((is.values == of_whole.values));
    for (const auto member :
         {&CausalAttentionSteps::queries, &CausalAttentionSteps::attn_scores,
          &CausalAttentionSteps::masked_scores, &CausalAttentionSteps::scaled_scores,
          &CausalAttentionSteps::attn_weights, &CausalAttentionSteps::dropout_factors,
          &CausalAttentionSteps::dropped_weights, &CausalAttentionSteps::context_vecs}) {
      BOOST_TEST((is.*member == last_rows(of_whole.*member)));
    }
  }
}

// A window over the last few tokens: each row is the last one of these tokens alone, bit for bit.
BOOST_AUTO_TEST_CASE(a_cache_that_keeps_the_last_tokens_is_a_window_that_slides) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Model model(seed);
    const std::size_t window = model.random.size(1, model.text.rows());
    model.attention.context_length = window;
    KeyValueCache cache;
    for (std::size_t token = 0; token < model.text.rows(); ++token) {
      cache.keep_last(window - 1);
      const Matrix row = forward_with_cache(model.attention, rows_of(model.text, token, 1), cache);
      const std::size_t seen = std::min(window, token + 1);
      const Matrix alone = model.attention.forward(rows_of(model.text, token + 1 - seen, seen));
      BOOST_TEST((row == rows_of(alone, seen - 1, 1)));
      BOOST_TEST(cache.num_tokens() == seen);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cache_keeps_no_more_than_it_has_and_may_be_emptied) {
  KeyValueCache cache{.keys = {{1, 2}, {3, 4}, {5, 6}}, .values = {{7, 8}, {9, 10}, {11, 12}}};
  cache.keep_last(4);
  BOOST_TEST(cache.num_tokens() == 3U);
  BOOST_CHECK_EXCEPTION(cache.keep_last(static_cast<std::size_t>(-1)), std::invalid_argument,
                        says("KeyValueCache::keep_last: num_tokens is -1: a size is not negative"));
  cache.keep_last(2);
  BOOST_TEST((cache.keys == Matrix{{3, 4}, {5, 6}}));
  BOOST_TEST((cache.values == Matrix{{9, 10}, {11, 12}}));
  cache.keep_last(0);
  BOOST_TEST(cache.num_tokens() == 0U);
  KeyValueCache edited{.keys = Matrix(3, 2), .values = Matrix(1, 2)};
  BOOST_CHECK_EXCEPTION(edited.keep_last(1), std::invalid_argument,
                        says("KeyValueCache::keep_last: keys are (3, 2), values are (1, 2): both "
                             "must have a row for each token"));
  edited.values = Matrix(4, 2);
  BOOST_CHECK_THROW(edited.keep_last(3), std::invalid_argument);
}

// The triangle of the mask sits at the bottom right.
BOOST_AUTO_TEST_CASE(the_mask_of_new_scores_is_the_last_rows_of_the_mask_of_all) {
  RandomNumbers random(7);
  for (std::size_t all = 0; all < 7; ++all) {
    const Matrix scores = random.matrix(all, all), masked = mask_scores(scores);
    for (std::size_t cached = 0; cached <= all; ++cached) {
      BOOST_TEST((mask_new_scores(rows_of(scores, cached, all - cached)) ==
                  rows_of(masked, cached, all - cached)));
    }
  }
  BOOST_CHECK_EXCEPTION(mask_new_scores(Matrix(3, 2)), std::invalid_argument,
                        says("mask_new_scores: attn_scores are (3, 2): each query needs its own "
                             "key, so there cannot be fewer keys than queries"));
}

// Everything is checked before the cache changes.
BOOST_AUTO_TEST_CASE(a_step_that_cannot_be_is_refused_and_leaves_the_cache_as_it_was) {
  const auto intact =
      drawn<MultiHeadAttention>({.d_in = 3, .d_out = 4, .context_length = 5, .num_heads = 2}, 1);
  MultiHeadAttention attention = intact;
  const KeyValueCache filled{.keys = Matrix(3, 4, 1), .values = Matrix(3, 4, 2)};
  const auto refused = [&](const Matrix& new_inputs, KeyValueCache cache, const std::string& text) {
    const KeyValueCache before = cache;
    BOOST_CHECK_EXCEPTION(steps_with_cache(attention, new_inputs, cache), std::invalid_argument,
                          says(text));
    BOOST_TEST((cache.keys == before.keys));
    BOOST_TEST((cache.values == before.values));
  };
  refused(Matrix(4, 3), filled,
          "KeyValueCache: it holds 3 tokens and gets 4 more, context_length is 5: pass "
          "fewer, or call keep_last first");
  refused(Matrix(6, 3), {},
          "MultiHeadAttention: the sequence has 6 tokens, context_length is 5: pass fewer tokens, "
          "or make context_length larger");
  refused(Matrix(1, 2), filled,
          "MultiHeadAttention: the sequence is (1, 2): its columns (2) must equal d_in (3)");
  for (const auto& [keys, values] : {std::pair{Matrix(3, 6), Matrix(3, 6)},
                                     {Matrix(3, 0), Matrix(3, 0)},
                                     {Matrix(3, 2), Matrix(3, 4)},
                                     {Matrix(3, 4), Matrix(3, 2)},
                                     {Matrix(3, 4), Matrix(2, 4)},
                                     {Matrix(0, 4), Matrix(1, 4)}}) {
    refused(Matrix(1, 3), {.keys = keys, .values = values},
            "KeyValueCache: keys are " + shape_text(keys) + ", values are " + shape_text(values) +
                ", d_out is 4: begin with an empty cache for each model");
  }
  attention.out_proj.weight = Matrix(4, 3);
  refused(Matrix(1, 3), filled,
          "MultiHeadAttention: out_proj.weight is (4, 3), d_out is 4: out_proj's columns must "
          "equal d_out");
  attention = intact;
  KeyValueCache full = filled;
  BOOST_TEST(forward_with_cache(attention, Matrix(2, 3), full).rows() == 2U);
  BOOST_TEST(full.num_tokens() == 5U);
}
