#include <functional>
#include <longhand/causal_attention.hpp>
#include <longhand/generator.hpp>
#include <longhand/key_value_cache.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/self_attention.hpp>
#include <longhand/softmax.hpp>
#include <string>
#include <vector>

#include "concat.hpp"
#include "cost_of_a_token.hpp"
#include "grouped_queries.hpp"
#include "inputs.hpp"
#include "key_value_cache_record.hpp"
#include "mistakes.hpp"
#include "page.hpp"
#include "rotary_positions.hpp"

using namespace longhand;

namespace {

Matrix rows_of(const Matrix& matrix, std::size_t first, std::size_t count) {
  Matrix rows(count, matrix.cols());
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t col = 0; col < matrix.cols(); ++col) {
      rows(row, col) = matrix(first + row, col);
    }
  }
  return rows;
}

std::vector<std::string> some_of(const std::vector<std::string>& labels, std::size_t first,
                                 std::size_t count) {
  const auto begin = labels.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

void walkthrough::chapter_8(Page& page) {
  page.follow("one_token_at_a_time");
  page.title(
      "8 One token at a time",
      "What a model does when it writes: keys and values are kept, and only the new token asks.");

  // A model writes a text token by token. It takes all tokens so far, predicts the next one, puts it
  // below them, and begins again. Chapters 3 and 4 compute every row anew each time. But no row of
  // causal attention depends on a later token, so the old rows come out as they were. This chapter
  // keeps what the next token needs of them. Nothing changes but the cost.

  page.section("What stays", "The first five tokens know nothing of the sixth.");

  // The model is that of [chapter 4](4_multi_head_attention.md#multi-head-attention), with the same
  // seed. In the code of this chapter, `rows_of(matrix, first, count)` copies `count` rows from row
  // `first` on.
  page.say("The model sees all six tokens, and then the first five alone:");

  page.label_tokens(tokens);
  page.label("heads", {"head 0", "head 1"});
  page.label("first five", some_of(tokens, 0, 5));
  Generator generator(123);
  const auto mha = MultiHeadAttention::draw(
      {.d_in = 3, .d_out = 2, .context_length = 6, .num_heads = 2}, generator);
  const Matrix context_vecs = mha.forward(inputs);
  const Matrix first_context_vecs = mha.forward(rows_of(inputs, 0, 5));
  page.show("context_vecs", {"tokens", "d_out"}, context_vecs, "token_by_token.context_vecs");
  page.show_computed("first_context_vecs", {"first five", "d_out"}, first_context_vecs);

  // The five rows are the same in both. Only the sixth is left to compute.

  page.section("One new token", "One query against all keys.");

  // The sixth row asks with one query, that of "step". It needs the keys and values of all six tokens.
  page.say(
      "Keys and values of the first five tokens were computed when these were new, and were kept:");

  KeyValueCache cache;
  forward_with_cache(mha, rows_of(inputs, 0, 5), cache);
  page.show_computed("cache.keys", {"first five", "d_out"}, cache.keys);
  page.show_computed("cache.values", {"first five", "d_out"}, cache.values);

  page.say("Now \"step\" arrives. It makes one query, one key and one value:");

  const MultiHeadAttentionSteps new_token = steps_with_cache(mha, rows_of(inputs, 5, 1), cache);
  const Matrix new_key = rows_of(new_token.keys, 5, 1);
  const Matrix new_value = rows_of(new_token.values, 5, 1);
  page.label("new", {"step"});
  page.show("new_token.queries", {"new", "d_out"}, new_token.queries);
  page.show("new_key", {"new", "d_out"}, new_key, "new_token.new_keys");
  page.show("new_value", {"new", "d_out"}, new_value, "new_token.new_values");

  page.say("The new key and the new value go below those in the cache:");

  page.show("cache.keys", {"tokens", "d_out"}, cache.keys, "new_token.keys");
  page.show("cache.values", {"tokens", "d_out"}, cache.values, "new_token.values");

  page.say(
      "In each head, the one query meets all keys. That makes one row of scores, one row of "
      "weights, and one context vector:");

  // $$s_i = q \cdot k_i, \qquad \alpha = \mathrm{softmax}\left(\frac{s}{\sqrt{d_h}}\right), \qquad
  // z = \sum_i \alpha_i v_i$$
  //
  // Here $q$ is the query, $k_i$ are the keys, $v_i$ the values, and $d_h$ is `head_dim`.
  page.show("new_token.heads.attn_scores", {"heads", "new", "keys"},
            stacked(new_token.heads, &CausalAttentionSteps::attn_scores));
  page.show("new_token.heads.attn_weights", {"heads", "new", "keys"},
            stacked(new_token.heads, &CausalAttentionSteps::attn_weights));
  page.show("new_token.heads.context_vecs", {"heads", "new", "head_dim"},
            stacked(new_token.heads, &CausalAttentionSteps::context_vecs));
  page.show("new_token.joined", {"new", "d_out"}, new_token.joined);
  page.show("new_token.context_vecs", {"new", "d_out"}, new_token.context_vecs);

  // It is the last row of the result above, bit for bit. No mask was needed: the last token sees
  // everything. On [the page](attention.html#token-by-token/head_0.attn_weights/step/your?token=step)
  // (open it from a clone) the text grows by a token at a time, and each of these numbers says where
  // it comes from.

  page.section("The cache", "Two matrices, and the rows that a new token adds.");

  // A **key-value cache** is no more than that: the keys and the values so far, of all heads. In code,
  // a [`KeyValueCache`](../include/longhand/key_value_cache.hpp) holds two matrices, `keys` and
  // `values`. Each sequence has its own, and each layer of a model as well. Queries are not kept, for
  // each asks once.
  //
  // @code append src/key_value_cache.cpp
  //
  // @code steps_with_cache src/key_value_cache.cpp
  //
  page.say(
      "A text that is written token by token begins with an empty cache. Its rows come out one by "
      "one:");

  KeyValueCache written;
  Matrix token_by_token(6, 2);
  for (std::size_t token = 0; token < 6; ++token) {
    const Matrix row = forward_with_cache(mha, rows_of(inputs, token, 1), written);
    for (std::size_t out = 0; out < 2; ++out) token_by_token(token, out) = row(0, out);
  }
  page.show("token_by_token", {"tokens", "d_out"}, token_by_token, "token_by_token.context_vecs");

  page.section("A prompt and a piece",
               "A query sees all cached keys, and the new ones up to its own.");

  // A model reads a question before it writes the answer. The question is the **prompt**. All its tokens
  // are known, so they go in together. A long one goes in piece by piece, for the scores of a piece take
  // less room than those of the whole.
  page.say("Here the prompt has three tokens, and finds the cache empty:");

  KeyValueCache pieces;
  const auto prompt = steps_with_cache(mha, rows_of(inputs, 0, 3), pieces);
  page.label("prompt", some_of(tokens, 0, 3));
  page.show("prompt.context_vecs", {"prompt", "d_out"}, prompt.context_vecs);

  page.say("The tokens after the prompt come one by one, as a model writes them:");

  KeyValueCache answered = pieces;
  Matrix answer(3, 2);
  for (std::size_t token = 3; token < 6; ++token) {
    const Matrix row = forward_with_cache(mha, rows_of(inputs, token, 1), answered);
    for (std::size_t out = 0; out < 2; ++out) answer(token - 3, out) = row(0, out);
  }
  page.label("answer", some_of(tokens, 3, 3));
  page.show("answer", {"answer", "d_out"}, answer, "piece.context_vecs");

  // Or they come together, as the second piece of a long prompt. It has three queries, and there are six
  // keys. Let $c$ keys be cached, and count from zero. Query $i$ of the piece belongs to token $c + i$
  // of the text, and sees each key $j$ up to there:
  //
  // $$j \le c + i$$
  //
  // With $n$ queries and $m$ keys, $c$ is $m - n$. The last query sees the last key: the triangle of
  // the mask sits at the **bottom right** of the scores.
  //
  // @code mask_new_scores src/key_value_cache.cpp
  //
  // It is all that is new in the attention of a head:
  //
  // @code attend_to_all src/key_value_cache.cpp
  //
  page.say(
      "Three tokens at once after three: each query sees the three cached keys, and "
      "the new ones up to its own:");

  const auto piece = steps_with_cache(mha, rows_of(inputs, 3, 3), pieces);
  page.label("piece", some_of(tokens, 3, 3));
  page.show("piece.heads.masked_scores", {"heads", "piece", "keys"},
            stacked(piece.heads, &CausalAttentionSteps::masked_scores));
  page.show("piece.heads.attn_weights", {"heads", "piece", "keys"},
            stacked(piece.heads, &CausalAttentionSteps::attn_weights));
  page.show("piece.heads.context_vecs", {"heads", "piece", "head_dim"},
            stacked(piece.heads, &CausalAttentionSteps::context_vecs));
  page.show("piece.context_vecs", {"piece", "d_out"}, piece.context_vecs);
  page.heat_map("piece_right", {"piece", "keys"}, piece.heads[0].attn_weights,
                "Right: aligned at the bottom right", {.largest = 1, .is_masked = true});

  page.section("Two wrong masks", "Both run, and both look like causal attention.");

  // The same steps, once more from the scores on, with another function as the mask:
  const auto steps_with = [&](MultiHeadAttentionSteps steps,
                              const std::function<Matrix(const Matrix&)>& mask) {
    std::vector<Matrix> heads;
    for (CausalAttentionSteps& head : steps.heads) {
      head.attn_weights = softmax_rows(scale(mask(head.attn_scores), mha.head_dim()));
      heads.push_back(matmul(head.attn_weights, head.values));
    }
    steps.context_vecs = mha.out_proj.forward(join_heads(heads));
    return steps;
  };

  // *Aligned at the top left.* This is the triangle of chapter 3, cut off below. It gives query $i$ the
  // keys up to $i$, as if nothing were cached, so "with" sees "your" alone.
  // PyTorch's `scaled_dot_product_attention` does this if it is called with `is_causal=True` for fewer
  // queries than keys, as its documentation says.
  page.say(
      "With a mask at the top left, a query of the piece does not even see itself. These wrong "
      "numbers are PyTorch's own:");

  const auto piece_masked_at_top_left = steps_with(piece, [](const Matrix& attn_scores) {
    return mistakes::mask_scores_from_diagonal(attn_scores, 1);
  });
  page.show("piece_masked_at_top_left.heads.attn_weights", {"heads", "piece", "keys"},
            stacked(piece_masked_at_top_left.heads, &CausalAttentionSteps::attn_weights));
  page.show("piece_masked_at_top_left.context_vecs", {"piece", "d_out"},
            piece_masked_at_top_left.context_vecs);
  page.show_mistake("piece_masked_at_top_left.context_vecs beside right ones", {"piece", "d_out"},
                    piece_masked_at_top_left.context_vecs, "piece.context_vecs");
  page.heat_map("piece_top_left", {"piece", "keys"}, piece_masked_at_top_left.heads[0].attn_weights,
                "Wrong: aligned at the top left", {.largest = 1, .is_masked = true});

  // *No mask.* One new token needs none, so code for one token leaves it out. Then someone passes a
  // prompt through it.
  page.say("Without a mask, the last row of the prompt is right, and the others see later tokens:");

  const auto prompt_without_mask =
      steps_with(prompt, [](const Matrix& attn_scores) { return attn_scores; });
  page.show("prompt_without_mask.heads.attn_weights", {"heads", "prompt", "prompt"},
            stacked(prompt_without_mask.heads, &CausalAttentionSteps::attn_weights));
  page.show("prompt_without_mask.context_vecs", {"prompt", "d_out"},
            prompt_without_mask.context_vecs);
  page.show_mistake("prompt_without_mask.context_vecs beside right ones", {"prompt", "d_out"},
                    prompt_without_mask.context_vecs, "prompt.context_vecs");

  // *How to notice both.* Cut a text into pieces anywhere: the rows must be those of the whole text. A
  // [test](../tests/library/key_value_cache.cpp) does this with random texts and cuts, and demands the
  // same bits.

  page.section("What it costs", "One row in place of all, and memory for keys and values.");

  // For each new token, the four projections cost $4 d^2$ products, $d$ being `d_in` and `d_out`. The
  // scores with $m$ keys cost $m d$, and the weighted values as much again:
  //
  // @code multiply_adds walkthrough/loops/cost_of_a_token.hpp
  //
  // Without a cache, every token is new each time. So writing token $m$ costs $m$ times what it costs
  // with one.
  page.say(
      "In a layer of the smallest GPT-2, which is 768 numbers wide, one more token costs these "
      "millions of products:");

  const std::size_t d_model = 768;
  std::vector<float> millions_without_cache, millions_with_cache;
  for (const std::size_t num_tokens : {16, 128, 1024}) {
    millions_without_cache.push_back(float(multiply_adds(num_tokens, num_tokens, d_model)) / 1e6F);
    millions_with_cache.push_back(float(multiply_adds(1, num_tokens, d_model)) / 1e6F);
  }
  page.label("all tokens", {"16", "128", "1024"});
  page.show_computed("millions_without_cache", {"all tokens"}, millions_without_cache);
  page.show_computed("millions_with_cache", {"all tokens"}, millions_with_cache);

  // And this is what a text costs up to each token, if it is written token by token. The lower line is
  // not zero: it ends at a 555th of the upper one.
  Curve costs{
      .axis = "tokens 0 to 1024",
      .label = "without a cache",
      .smaller_label = "with a cache",
  };
  costs.values = costs.smaller_values = {0};
  float without = 0, with = 0;
  for (std::size_t num_tokens = 1; num_tokens <= 1024; ++num_tokens) {
    without += float(multiply_adds(num_tokens, num_tokens, d_model)) / 1e12F;
    with += float(multiply_adds(1, num_tokens, d_model)) / 1e12F;
    if (num_tokens % 32 != 0) continue;
    costs.values.push_back(without);
    costs.smaller_values.push_back(with);
  }
  page.curve("costs", "Trillions of products for a text", costs);

  // What the clear loops take is in a
  // [record](../walkthrough/documented/key_value_cache_record.hpp) of one machine.
  page.say(
      "One more token, measured: all tokens computed anew, or the new one alone, with the most "
      "memory that each takes on the way:");

  page.show_lines("machine of the record", key_value_cache_record::machine);
  page.show_lines("one more token, as recorded", key_value_cache_record::tokens);

  // Each time is a median of five rounds, and so is the ratio, which need not be their quotient.
  // Counted, it is the number of tokens. The clear loops fall short of that: on each call they
  // transpose the four weight matrices, which takes longer than multiplying them with one row, and
  // they copy all keys and values to split them into heads.
  // `meson test -C build --benchmark -v key_value_cache` measures it on your machine.
  //
  // Memory falls as well. Without a cache, the scores of all tokens are $h m^2$ numbers, $h$ being the
  // number of heads. With one, those of the new token are $h m$, and $2 m d$ numbers stay in the cache.

  page.section("Bytes for each token", "Why models share keys and values between heads.");

  // The cache costs memory instead. Each token leaves a key and a value, in every head of every layer:
  //
  // @code cache_bytes_of_token walkthrough/loops/cost_of_a_token.hpp
  //
  // The smallest GPT-2 has 12 layers of 12 heads of 64 numbers. Llama 3.1 70B, of 2024, has 80 layers,
  // and 64 heads of 128 numbers ([Grattafiori et al., 2024](https://arxiv.org/abs/2407.21783), table
  // 3).
  page.say(
      "If each number takes two bytes, one token leaves these kibibytes (KiB, 1024 bytes) in the "
      "cache:");

  const ModelSizes gpt_2{
      .num_layers = 12, .num_kv_heads = 12, .head_dim = 64, .bytes_of_number = 2};
  const ModelSizes all_heads{
      .num_layers = 80, .num_kv_heads = 64, .head_dim = 128, .bytes_of_number = 2};
  ModelSizes llama = all_heads;
  llama.num_kv_heads = 8;
  Matrix kibibytes(3, 1);
  kibibytes(0, 0) = float(cache_bytes_of_token(gpt_2)) / 1024;
  kibibytes(1, 0) = float(cache_bytes_of_token(all_heads)) / 1024;
  kibibytes(2, 0) = float(cache_bytes_of_token(llama)) / 1024;
  page.label("models", {"GPT-2 small", "Llama 3.1 70B, 64 kept", "Llama 3.1 70B"});
  page.label("size", {"KiB"});
  page.show_computed("kibibytes", {"models", "size"}, kibibytes);

  // The second line is what that model would need. Its text may have 131,072 tokens: at 2560 KiB each,
  // 320 GiB. The third line is what it does need, because eight heads of queries share one head of keys
  // and values. That is **grouped-query attention**; if all share one, **multi-query attention**:
  //
  // @code attention walkthrough/loops/grouped_queries.cpp
  //
  // Here is a model with four heads of one number each. Where a head keeps its own keys and values,
  // its column stays: with two, those of head 0 and head 2; with one, that of head 0.
  //
  // @code first_of_groups walkthrough/loops/grouped_queries.cpp
  //
  page.say(
      "Of the four heads of keys and values, the first of each group is kept: all, then two, then "
      "one. Each time the cache halves:");

  Generator generator_wide(123);
  const auto wide = MultiHeadAttention::draw(
      {.d_in = 3, .d_out = 4, .context_length = 6, .num_heads = 4}, generator_wide);
  const MultiHeadAttentionSteps wide_steps = wide.steps(inputs);
  page.label("joined heads", {"head 0", "head 1", "head 2", "head 3"});
  for (const std::size_t kv_heads : {4, 2, 1}) {
    const Matrix keys = grouped_queries::first_of_groups(wide_steps.keys, 4, kv_heads);
    const Matrix values = grouped_queries::first_of_groups(wide_steps.values, 4, kv_heads);
    const Matrix joined = grouped_queries::attention(wide_steps.queries, keys, values, 4, kv_heads);
    page.show(concat("keys, kv_heads = ", kv_heads), {"tokens", "num_kv_heads"}, keys,
              concat("kv_heads_", kv_heads, ".keys"));
    page.show(concat("joined, kv_heads = ", kv_heads), {"tokens", "joined heads"}, joined,
              concat("kv_heads_", kv_heads, ".joined"));
  }

  // A model is trained with shared heads from the start, or trained on after they were merged
  // ([Ainslie et al., 2023](https://arxiv.org/abs/2305.13245)). Weights that were trained apart have
  // to be trained on before they work shared.

  page.section("When the context is full", "Refuse, or forget.");

  // A model was trained on texts of `context_length` tokens, and no more.
  page.say("The cache of a model with a `context_length` of six refuses a seventh token:");

  page.show_refusal("forward_with_cache(mha, rows_of(inputs, 0, 1), cache)",
                    [&] { forward_with_cache(mha, rows_of(inputs, 0, 1), cache); });

  // The other choice is to forget the oldest tokens, and to go on. The window then **slides** over the
  // text.
  page.say(
      "Here the cache forgets all but the last three tokens before each new one, so that no token "
      "sees more than four:");

  KeyValueCache window;
  Matrix window_of_4(6, 2);
  for (std::size_t token = 0; token < 6; ++token) {
    window.keep_last(3);
    const Matrix row = forward_with_cache(mha, rows_of(inputs, token, 1), window);
    for (std::size_t out = 0; out < 2; ++out) window_of_4(token, out) = row(0, out);
  }
  page.show("window_of_4", {"tokens", "d_out"}, window_of_4, "window_of_4.context_vecs");

  // The first four rows are the same as above. "one" and "step" no longer see how the text began.

  page.section("Where a token stands", "Attention alone knows no order.");

  // Scores compare what tokens hold, not where they stand. The mask tells what is later, and nothing
  // else.
  page.say(
      "Exchange \"your\" and \"journey\", the first two tokens. The context vector of \"step\" "
      "sees both, and stays what it was:");

  Matrix exchanged = inputs;
  for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
    exchanged(0, feature) = inputs(1, feature);
    exchanged(1, feature) = inputs(0, feature);
  }
  const Matrix step_of_exchanged = rows_of(mha.forward(exchanged), 5, 1);
  page.show("step_of_exchanged", {"new", "d_out"}, step_of_exchanged, "new_token.context_vecs");

  // So the position has to be in the input. GPT-2 adds a vector to each token, which says where it
  // stands. There is one for each position up to `context_length`, and training finds them, as it finds
  // weights: **learned positions**.
  page.say("Here the vectors of the six positions are random, and are added to the six tokens:");

  Generator generator_positions(123);
  const Matrix position_embedding = generator_positions.rand(6, 3);
  const auto with_positions = [&](Matrix embeddings) {
    for (std::size_t token = 0; token < embeddings.rows(); ++token) {
      for (std::size_t feature = 0; feature < embeddings.cols(); ++feature) {
        embeddings(token, feature) += position_embedding(token, feature);
      }
    }
    return embeddings;
  };
  const Matrix inputs_with_positions = with_positions(inputs);
  const Matrix context_vecs_with_positions = mha.forward(inputs_with_positions);
  page.label("positions", {"0", "1", "2", "3", "4", "5"});
  page.show("position_embedding", {"positions", "d_in"}, position_embedding);
  page.show("inputs_with_positions", {"tokens", "d_in"}, inputs_with_positions);
  page.show("context_vecs_with_positions", {"tokens", "d_out"}, context_vecs_with_positions,
            "learned_positions.context_vecs");

  page.say(
      "With positions, \"step\" gets another context vector once the first two are exchanged:");

  const Matrix step_with_positions = rows_of(mha.forward(with_positions(exchanged)), 5, 1);
  page.show_computed("step_with_positions", {"new", "d_out"}, step_with_positions);

  // Now the order matters. But there are no more than `context_length` positions. A window that slides
  // has to number its tokens anew, and then every key that was kept is wrong.

  page.section("Rotary positions", "A score that depends on the distance alone.");

  // Think of two hands of a clock. If both are turned by the same angle, the angle between them stays.
  // **Rotary positions** turn queries and keys, each by an angle that grows with its position, before
  // they meet. The score then knows how far apart both stand, and not where. Two columns make a
  // hand $(a, b)$. Pair $i$ of the token at position $p$ is turned by
  //
  // $$\theta = p \cdot 10000^{-2i / d_h}, \qquad
  // (a, b) \rightarrow (a \cos \theta - b \sin \theta, \; a \sin \theta + b \cos \theta)$$
  //
  // The dot product of two hands is the product of their lengths and the cosine of the angle between
  // them. One stands at $p$ and the other at $r$, so that angle has changed by $r - p$ times the
  // frequency $10000^{-2i / d_h}$. The distance is all that is left.
  //
  // The first pair turns fast, and tells neighbours apart. The last turns slowly, and tells near from
  // far ([Su et al., 2021](https://arxiv.org/abs/2104.09864), section 3.2.2). Every head turns its own
  // columns so. Values are not turned: no score depends on them.
  //
  // @code rotate walkthrough/loops/rotary_positions.cpp
  //
  // The weights are those of the model above, now as one head of four numbers: two pairs.
  page.say("These are queries, keys and scores of one head before anything is turned:");

  const Matrix &queries = wide_steps.queries, &keys = wide_steps.keys;
  const Matrix attn_scores = matmul(queries, transpose(keys));
  page.show("queries", {"tokens", "head_dim"}, queries, "without_positions.queries");
  page.show("keys", {"tokens", "head_dim"}, keys, "without_positions.keys");
  page.show("attn_scores", {"queries", "keys"}, attn_scores, "without_positions.attn_scores");

  page.say("And these are the same queries and keys, each turned by the angles of its position:");

  using rotary::Pairs, rotary::rotate;
  const Matrix turned_queries = rotate(queries, 0, Pairs::neighbours);
  const Matrix turned_keys = rotate(keys, 0, Pairs::neighbours);
  page.show("turned_queries", {"tokens", "head_dim"}, turned_queries, "rotary.neighbours.queries");
  page.show("turned_keys", {"tokens", "head_dim"}, turned_keys, "rotary.neighbours.keys");

  // "your" stands at position 0, and is not turned.
  page.say(
      "The scores on the diagonal are those from before, for a token has no distance to itself. "
      "The others have changed:");

  const Matrix turned_scores = matmul(turned_queries, transpose(turned_keys));
  page.show("turned_scores", {"queries", "keys"}, turned_scores, "rotary.neighbours.attn_scores");

  page.say(
      "If the sentence begins at position 100, all are turned further, and the scores stay, up to "
      "their last digits:");

  const Matrix queries_from_100 = rotate(queries, 100, Pairs::neighbours);
  const Matrix keys_from_100 = rotate(keys, 100, Pairs::neighbours);
  const Matrix scores_from_100 = matmul(queries_from_100, transpose(keys_from_100));
  page.show("scores_from_100", {"queries", "keys"}, scores_from_100,
            "rotary.neighbours.attn_scores");

  // So a key is turned once, by its own position, before it goes into the cache. Nothing that comes
  // later turns it again, and a window may slide. A distance that was never trained on is no better
  // than a position that was not.
  page.say(
      "\"step\" alone, at position 5, meets the six keys as they were turned when they were new:");

  const Matrix turned_query = rotate(rows_of(queries, 5, 1), 5, Pairs::neighbours);
  const Matrix scores_of_step = matmul(turned_query, transpose(turned_keys));
  page.show_computed("scores_of_step", {"new", "keys"}, scores_of_step);

  page.section("Two forms", "Neighbouring columns, or halves.");

  // The paper pairs neighbouring columns, $2i$ and $2i + 1$. Other models pair column $i$ with column
  // $i + d_h / 2$: GPT-NeoX does, and Llama as Hugging Face publishes it. Either form is as good as the
  // other.
  page.say("The same weights give other numbers if columns are paired in halves:");

  const Matrix queries_in_halves = rotate(queries, 0, Pairs::halves);
  const Matrix keys_in_halves = rotate(keys, 0, Pairs::halves);
  const Matrix scores_in_halves = matmul(queries_in_halves, transpose(keys_in_halves));
  page.show("queries_in_halves", {"tokens", "head_dim"}, queries_in_halves,
            "rotary.halves.queries");
  page.show("keys_in_halves", {"tokens", "head_dim"}, keys_in_halves, "rotary.halves.keys");
  page.show("scores_in_halves", {"queries", "keys"}, scores_in_halves, "rotary.halves.attn_scores");
  page.show_mistake("scores_in_halves beside turned_scores", {"queries", "keys"}, scores_in_halves,
                    "rotary.neighbours.attn_scores");

  // To move weights from one form to the other, reorder the rows of `W_query` and of `W_key`, in each
  // head: those of even number first, then those of odd number. Every pair stays together, and a dot
  // product does not care in which order it adds, but for its last digits:
  //
  // @code neighbours_to_halves walkthrough/loops/rotary_positions.cpp
  //
  page.say("With rows moved so, and paired in halves, the scores are those of the neighbours:");

  const Matrix moved_queries = rotary::neighbours_to_halves(wide.W_query, 1).forward(inputs);
  const Matrix moved_keys = rotary::neighbours_to_halves(wide.W_key, 1).forward(inputs);
  const Matrix moved_scores = matmul(rotate(moved_queries, 0, Pairs::halves),
                                     transpose(rotate(moved_keys, 0, Pairs::halves)));
  page.show("moved_scores", {"queries", "keys"}, moved_scores, "rotary.neighbours.attn_scores");

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [A cache that never grows](../tests/exercises/8_rolling_cache.cpp): With a window that slides, a
  //   new key takes the place of the oldest, and nothing is copied. The rows are those of the sliding
  //   window of chapter 3. Check with `meson compile -C build exercise_8_rolling_cache`
  // - [A cache of half the bytes](../tests/exercises/8_bfloat16_cache.cpp): Round each key and value to
  //   16 bits, by hand. What that costs is bounded, and measured on the six tokens. Check with
  //   `meson compile -C build exercise_8_bfloat16_cache`
  // - [New numbers for old keys](../tests/exercises/8_renumbered_keys.cpp): A window with rotary
  //   positions slides, and its keys, turned already, are to begin at position 0 again. Check with
  //   `meson compile -C build exercise_8_renumbered_keys`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
