#include <cmath>
#include <longhand/gradients.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/optimizers.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <string>
#include <vector>

#include "inputs.hpp"
#include "page.hpp"
#include "recall.hpp"

using namespace longhand;

namespace {

// The losses at the steps that are shown.
std::vector<float> some_of(const std::vector<float>& losses) {
  std::vector<float> some;
  for (const std::size_t step : {0, 1, 2, 5, 10, 20, 40, 60}) some.push_back(losses[step]);
  return some;
}

}  // namespace

void walkthrough::chapter_7(Page& page) {
  page.follow("learning");
  page.title("7 Learning",
             "How a loss moves with each weight: gradients by hand, step by step backwards.");

  // Up to here, every weight is a random number, and every heat map shows noise. Training changes
  // the weights so that one number becomes small, the **loss**: how far the model's answers are from
  // the right ones. For that it needs to know, of every weight, which way the loss moves when the
  // weight moves, and how fast. That is the weight's **gradient**.
  //
  // The notebook leaves gradients to PyTorch, which computes them out of sight. Here each step is
  // written out, and every number is compared with PyTorch's.

  page.section("A question and a loss", "Does the next word begin with an s?");

  // The model is that of [chapter 4](4_multi_head_attention.md#multi-head-attention), with the same
  // seed and the same six tokens. Its context vectors have two numbers. Scores of answers are called
  // **logits**.
  page.say(
      "Let the first number of a context vector be a score for the answer *no*, and the second for "
      "*yes*. Softmax makes probabilities of them:");

  page.label_tokens(tokens);
  page.label("answers", {"no", "yes"});
  Generator generator(123);
  const auto mha = MultiHeadAttention::draw(
      {.d_in = 3, .d_out = 2, .context_length = 6, .num_heads = 2}, generator);
  const MultiHeadAttentionSteps steps = mha.steps(inputs);
  const Matrix& logits = steps.context_vecs;
  page.show("probabilities", {"tokens", "answers"}, softmax_rows(logits));

  // After "journey" comes "starts", and after "one" comes "step": two answers are yes. After "step"
  // comes nothing, which is a no. The **cross-entropy** looks at the probability $p_{t, y_t}$ that each
  // row $t$, of $T$, gives to its right answer, its **target** $y_t$.
  page.say(
      "The loss is zero if the probability of each right answer is one, and grows as they shrink:");
  //
  // $$L = - \frac{1}{T} \sum_t \ln p_{t, y_t}$$
  //
  // @code cross_entropy src/gradients.cpp
  //
  const std::vector<std::size_t> targets{0, 1, 0, 0, 1, 0};
  const CrossEntropy answer = cross_entropy(logits, targets);
  page.show("loss", {}, answer.loss);

  // A model that knows nothing gives each answer one half, and has a loss of $\ln 2$, which is 0.6931.
  // The random weights do worse.

  page.section("One weight moves", "The gradient by trying.");

  // To see how the loss moves with a weight, move it: a little up, a little down, and divide the
  // difference of the losses by that of the weights. This is a **finite difference**.
  page.say(
      "The first bias of the output projection moves a little up and down, and the loss with it: "
      "if "
      "the bias grows, the loss falls.");

  const auto loss_of = [&](const MultiHeadAttention& model) {
    return cross_entropy(model.forward(inputs), targets).loss;
  };
  const float little = 0.01F;
  MultiHeadAttention up = mha, down = mha;
  up.out_proj.bias[0] += little;
  down.out_proj.bias[0] -= little;
  const float slope = (loss_of(up) - loss_of(down)) / (2 * little);
  page.show_computed("slope", {}, slope);

  // But this takes two passes for each weight, and the smallest GPT-2 has 124 million. Going
  // backwards takes one pass for all of them.

  page.section("The chain rule", "From the loss back to the logits.");

  // Let the loss $L$ depend on numbers $y_1, y_2, \dots$, and each of these on $x$. If $x$ moves by a
  // little, each $y_i$ moves by its derivative times as much, and each of these moves the loss. The
  // parts add up. This is the **chain rule**. The round $\partial$ says that all other numbers stay as
  // they are:
  //
  // $$\frac{\partial L}{\partial x} = \sum_i
  // \frac{\partial L}{\partial y_i} \frac{\partial y_i}{\partial x}$$
  //
  // So a step needs two things to go back: the gradient of what it made, and how that depends on what
  // it took. In code, the gradient of a tensor has its name, with `_grad` at the end, and its shape.
  //
  // The first step back leads from the loss to the logits. Let $l_j$ be those of one row:
  //
  // $$- \ln p_y = - \ln \frac{e^{l_y}}{\sum_j e^{l_j}} = - l_y + \ln \sum_j e^{l_j}$$
  //
  // The derivative of the last term by $l_j$ is $e^{l_j} / \sum_k e^{l_k}$, which is $p_j$ again.
  page.say(
      "So the gradient is the probability, less one at the right answer, over the number of rows.");
  // Each row says: less of what was too likely, more of what was right.
  page.show("logits_grad", {"tokens", "answers"}, answer.logits_grad);

  page.section("A linear layer", "One matrix product forward, two back.");

  // The logits come from the output projection, a linear layer:
  //
  // $$y_{t, out} = \sum_{in} x_{t, in} W_{out, in} + b_{out}$$
  //
  // A weight $W_{out, in}$ moves column *out* of every row, each by $x_{t, in}$. The bias moves it by
  // one. And $x_{t, in}$ moves every column of its row, each by the weight. With the chain rule:
  //
  // $$\frac{\partial L}{\partial W_{out, in}} = \sum_t
  // \frac{\partial L}{\partial y_{t, out}} x_{t, in}$$
  // $$\frac{\partial L}{\partial x_{t, in}} = \sum_{out}
  // \frac{\partial L}{\partial y_{t, out}} W_{out, in}$$
  //
  // @code linear_grads src/gradients.cpp
  //
  page.say(
      "A weight moves its output in every row, by what comes in there: the products are added up "
      "over the rows.");
  // One call goes back through all of multi-head attention, and keeps every gradient on the way.
  const MultiHeadAttentionGrads grads =
      multi_head_attention_grads(mha, inputs, steps, answer.logits_grad);
  page.show("out_proj.weight_grad", {"d_out", "d_out"}, grads.out_proj.weight_grad);
  page.show("out_proj.bias_grad", {"d_out"}, grads.out_proj.bias_grad);
  page.show("joined_grad", {"tokens", "d_out"}, grads.out_proj.inputs_grad);

  // The first bias has the slope from above, up to its last digits.
  //
  page.say(
      "The way back through `join_heads` is `split_heads`: each number goes where it came from.");
  page.show("heads.context_vecs_grad", {"heads", "tokens", "head_dim"},
            split_heads(grads.out_proj.inputs_grad, 2));

  page.section("The weighted sum", "Gradients of the values and of the weights.");

  // In each head, the context vectors are a product, weights times values. A product $C = A B$ goes
  // back as a linear layer does, to both sides:
  //
  // $$\frac{\partial L}{\partial A} = \frac{\partial L}{\partial C} B^\top
  // \qquad \frac{\partial L}{\partial B} = A^\top \frac{\partial L}{\partial C}$$
  //
  // @code matmul_left_grad src/gradients.cpp
  //
  // @code matmul_right_grad src/gradients.cpp
  //
  // This is the way back through one head, the last step first:
  //
  // @code causal_attention_grads src/gradients.cpp
  //
  page.say("In each head, the gradients of the values, and of the attention weights:");
  page.show("heads.values_grad", {"heads", "tokens", "head_dim"},
            stacked(grads.heads, &CausalAttentionGrads::values_grad));
  page.show("heads.attn_weights_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::attn_weights_grad));

  // Dropout is in between. It multiplies each weight by a factor, so the gradient gets the same
  // factor: what was dropped passes nothing. The steps of the forward pass keep the factors, for
  // drawing them again would drop others. Here nothing is dropped, and all factors are one.

  page.section("Softmax", "Every score moves every weight of its row.");

  // A larger score gives its own weight more, and takes it from all others of the row. Let
  // $\alpha_j$ be the weights, and $s_k$ the scores. Each weight is a quotient:
  //
  // $$\alpha_j = \frac{e^{s_j}}{\sum_i e^{s_i}}$$
  //
  // Where $k$ is another token, $s_k$ moves the denominator alone, by $e^{s_k}$, and the quotient rule
  // gives $- e^{s_j} e^{s_k}$ over the square of the sum. Where $k$ is $j$, the numerator moves too,
  // which adds $e^{s_j}$ over the sum. With the weights put in for both quotients:
  //
  // $$\frac{\partial \alpha_j}{\partial s_k} = \alpha_j (1 - \alpha_j)
  // \quad \text{where } j = k$$
  // $$\frac{\partial \alpha_j}{\partial s_k} = - \alpha_j \alpha_k
  // \quad \text{where } j \ne k$$
  //
  // All these derivatives of one row make a matrix, the **Jacobian**.
  page.say(
      "Row j, column k: how the weight for token j moves with the score of token k; for \"step\", "
      "the last token, in head 0:");
  const CausalAttentionSteps& head = steps.heads[0];
  const std::size_t step = 5, num_tokens = inputs.rows();
  Matrix jacobian(num_tokens, num_tokens);
  for (std::size_t j = 0; j < num_tokens; ++j) {
    for (std::size_t k = 0; k < num_tokens; ++k) {
      const float weight_j = head.attn_weights(step, j);
      const float weight_k = head.attn_weights(step, k);
      jacobian(j, k) = j == k ? weight_j * (1 - weight_j) : -weight_j * weight_k;
    }
  }
  page.show_computed("jacobian", {"keys", "keys"}, jacobian);

  page.say("By the chain rule, the gradient of a score is a sum over the weights that it moves:");

  std::vector<float> scaled_scores_grad(num_tokens);
  for (std::size_t k = 0; k < num_tokens; ++k) {
    for (std::size_t j = 0; j < num_tokens; ++j) {
      scaled_scores_grad[k] += grads.heads[0].attn_weights_grad(step, j) * jacobian(j, k);
    }
  }
  page.show_computed("scaled_scores_grad of \"step\" in head 0", {"keys"}, scaled_scores_grad);

  // Nobody builds this matrix. Let $g_j$ be the gradient of $\alpha_j$. Both cases hold a
  // $- \alpha_j \alpha_k$, and only where $j = k$ there is one more $\alpha_k$, so the sum is short:
  //
  // $$\frac{\partial L}{\partial s_k} = \alpha_k \left( g_k - \sum_j \alpha_j g_j \right)$$
  //
  page.say(
      "A weight is worth raising if its gradient is below the mean of its row, taken with the "
      "weights "
      "themselves.");
  // The mean is why the numbers of a row sum to zero. And the factor $\alpha_k$ is why softmax stops
  // learning once it has chosen: where all weights are near zero or one, either the factor is
  // nearly zero or the difference is.
  // [Chapter 2](2_self_attention.md#why-the-square-root-of-d_k) divides the scores for that reason.
  //
  // @code softmax_rows_grad src/gradients.cpp
  //
  page.show("heads.scaled_scores_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::scaled_scores_grad));

  page.section("Scaling, mask and scores", "Three short steps back to queries and keys.");

  page.say(
      "The division by the root of d_k divides the gradient as well. What the mask hides has no "
      "part "
      "in the result, and passes nothing.");
  // So `scale` is its own way back. Here the heads are one number wide, and its root is one. The way
  // back of the mask:
  //
  // @code mask_scores_grad src/gradients.cpp
  //
  // The cells that it sets to zero were zero already, for so are the weights there.
  page.show("heads.masked_scores_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::masked_scores_grad));
  page.show("heads.attn_scores_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::attn_scores_grad));

  page.say("The scores are a product once more, of queries and transposed keys:");
  //
  // $$S = Q K^\top \qquad \frac{\partial L}{\partial Q} = \frac{\partial L}{\partial S} K
  // \qquad \frac{\partial L}{\partial K} = \left(\frac{\partial L}{\partial S}\right)^\top Q$$
  //

  page.show("heads.queries_grad", {"heads", "tokens", "head_dim"},
            stacked(grads.heads, &CausalAttentionGrads::queries_grad));
  page.show("heads.keys_grad", {"heads", "tokens", "head_dim"},
            stacked(grads.heads, &CausalAttentionGrads::keys_grad));

  page.section("Weights and inputs", "The last step back, and the first that training uses.");

  page.say(
      "Side by side, the gradients of the heads are those of the three projections, and three "
      "linear "
      "layers lead to what training changes.");
  //
  // @code multi_head_attention_grads src/gradients.cpp
  //
  page.show("queries_grad", {"tokens", "d_out"}, grads.queries_grad);
  page.show("keys_grad", {"tokens", "d_out"}, grads.keys_grad);
  page.show("values_grad", {"tokens", "d_out"}, grads.values_grad);
  page.show("W_query.weight_grad", {"d_out", "d_in"}, grads.W_query.weight_grad);
  page.show("W_key.weight_grad", {"d_out", "d_in"}, grads.W_key.weight_grad);
  page.show("W_value.weight_grad", {"d_out", "d_in"}, grads.W_value.weight_grad);

  page.say(
      "The inputs were used three times, as queries, as keys and as values. The three gradients "
      "add "
      "up.");
  // In a model with several layers, they are the `context_vecs_grad` of the layer below.
  page.show("inputs_grad", {"tokens", "d_in"}, grads.inputs_grad);

  // On the page (open it from a clone), [each gradient](attention.html#multi-head/mha.W_query.weight_grad/0/1) leads back to
  // the loss, number by number.

  page.section("A task", "Pairs of keys and values, and two questions about them.");

  // Six words are not much to learn from. Here is a task that can be drawn at random, again and
  // again.
  page.say(
      "A sequence holds four pairs of a key, from a to d, and a value, from 0 to 3. Then one of "
      "the "
      "keys is asked.");
  // There are two answers to give: the value that belongs to the key, and the value of the last pair before
  // the question, whatever is asked. This is the first sequence. Its answers are 2 and 1:
  Generator generator_recall(123);
  auto model = MultiHeadAttention::draw({.d_in = recall::d_in,
                                         .d_out = recall::num_logits,
                                         .context_length = recall::num_tokens,
                                         .num_heads = 2},
                                        generator_recall);
  const auto examples = recall::draw_examples(128, generator_recall);
  const std::vector<recall::Example> unseen = recall::draw_examples(200, generator_recall);
  page.note("sequence", recall::text(examples[0]));

  page.say(
      "Each token enters as zeros and ones: a one for its key, one for its value, and one for its "
      "position.");
  // Attention knows no other order than the mask. The question has no value:
  page.label("pairs", recall::labels(examples[0]));
  page.show_computed("inputs of the task", {"pairs", "d_in"}, examples[0].inputs);

  // The model is `MultiHeadAttention` and nothing else, with two heads of four numbers each. Its last
  // context vector holds eight logits, four for each answer. The loss is the sum of both
  // cross-entropies, and its mean over 128 sequences. Going backwards through each, the gradients add
  // up:
  //
  // @code loss walkthrough/loops/recall.cpp
  //
  page.section("Gradient descent", "Each weight takes a step against its gradient.");

  // The gradient says which way the loss grows. **Gradient descent** goes the other way, and the
  // **learning rate** $\eta$ says how far:
  //
  // $$w \leftarrow w - \eta \, \frac{\partial L}{\partial w}$$
  //
  // @code descend src/optimizers.cpp
  //
  page.say("Sixty steps with a learning rate of 1, and the loss before some of them:");

  page.label("steps", {"0", "1", "2", "5", "10", "20", "40", "60"});
  MultiHeadAttention descended = model;
  const std::vector<float> losses_of_descent =
      recall::train_with_descent(descended, examples, 60, 1);
  page.show_computed("losses_of_descent", {"steps"}, some_of(losses_of_descent));

  // Both answers by chance would cost twice $\ln 4$, which is 2.7726.

  page.section("Adam", "Steps of about one size, whatever the size of the gradient.");

  // Where a gradient is small, gradient descent hardly moves, and a learning rate that is large enough
  // for it is too large elsewhere. **Adam** keeps two running means for each weight: of its gradients,
  // and of their squares. It steps along the first, divided by the root of the second
  // ([Kingma and Ba, 2015](https://arxiv.org/abs/1412.6980), algorithm 1). Both begin at zero, and are
  // too small in the first steps; the divisions by `mean_part` and `square_part` make up for that:
  //
  // @code Adam::step src/optimizers.cpp
  //
  page.say("From the same seed, with a learning rate of 0.05, these are PyTorch's losses too.");
  // They part, but not far. PyTorch adds up in another order, so that already the first loss differs
  // in its last bit. Each step passes such differences on, and from loss 20 they reach the fifth
  // digit. There they stay: both models walk down the same valley, and the slope leads each of them
  // back to its floor.
  const MultiHeadAttention untrained = model;
  const std::vector<float> losses = recall::train_with_adam(model, examples, 60, 0.05F);
  page.show("losses", {"steps"}, some_of(losses));
  page.curve("loss", "The loss, step by step", {.values = losses});

  page.section("What the heads have learned", "One looks for the key, the other at the last pair.");

  page.say("On 200 sequences that were never trained on, these are the shares of right answers:");

  page.label("answers", {"asked", "last"});
  page.show_computed("accuracies", {"answers"}, recall::accuracies(model, unseen));

  page.say(
      "The mean weights that the question gives to the pair with the asked key, and to the last "
      "pair, "
      "before and after training.");
  // Sequences in which both are the same pair are left out.
  page.label("heads", {"head 0", "head 1"});
  page.show_computed("mean_weights, untrained", {"heads", "answers"},
                     recall::mean_weights(untrained, unseen));
  page.show_computed("mean_weights, trained", {"heads", "answers"},
                     recall::mean_weights(model, unseen));

  // Nobody told head 0 to look for the key: the random weights decide which head takes which question.
  // With some other seeds, 128 sequences are too few, and after sixty steps both heads look at both
  // places.
  // One sequence, before training, after 20 steps, and after 60:
  MultiHeadAttention halfway = untrained;
  recall::train_with_adam(halfway, examples, 20, 0.05F);
  const recall::Example& example = unseen[0];
  page.note("sequence", recall::text(example));
  page.label("queries", recall::labels(example));
  page.label("keys", recall::labels(example));
  page.heat_map("untrained_head_0", {"queries", "keys"},
                untrained.steps(example.inputs).heads[0].attn_weights, "Head 0, untrained",
                {.largest = 1, .is_masked = true});
  page.heat_map("untrained_head_1", {"queries", "keys"},
                untrained.steps(example.inputs).heads[1].attn_weights, "Head 1, untrained",
                {.largest = 1, .is_masked = true});
  page.heat_map("halfway_head_0", {"queries", "keys"},
                halfway.steps(example.inputs).heads[0].attn_weights, "Head 0, after 20 steps",
                {.largest = 1, .is_masked = true});
  page.heat_map("halfway_head_1", {"queries", "keys"},
                halfway.steps(example.inputs).heads[1].attn_weights, "Head 1, after 20 steps",
                {.largest = 1, .is_masked = true});
  page.heat_map("trained_head_0", {"queries", "keys"},
                model.steps(example.inputs).heads[0].attn_weights, "Head 0, after 60 steps",
                {.largest = 1, .is_masked = true});
  page.heat_map("trained_head_1", {"queries", "keys"},
                model.steps(example.inputs).heads[1].attn_weights, "Head 1, after 60 steps",
                {.largest = 1, .is_masked = true});

  // Only the last row answers. The others changed with it, for all rows share the weights: in head 0,
  // each pair looks for its own key, and finds itself. The page has this sequence
  // [before](attention.html#untrained/head_0.attn_weights/d%3F/d2) and
  // [after training](attention.html#trained/head_0.attn_weights/d%3F/d2), with weights rounded to
  // three decimals.
  //
  // What has become of `W_query` and `W_key`? A token is a few ones, so its query is the sum of as many
  // columns of `W_query`, and its key of `W_key`. A score is then a sum, too: over each one of the
  // query's token and each one of the key's token, of the dot product of their two columns, over
  // $\sqrt{d_k}$. Before training, those of the keys a to d say little:
  page.label("asked", {"a", "b", "c", "d"});
  page.label("pair", {"a", "b", "c", "d"});
  page.show_computed("key_scores, untrained", {"asked", "pair"},
                     recall::scores_of_ones(untrained, 0, 0, recall::num_pairs));

  page.say("In head 0, each of the keys a to d has come to score highest with itself:");

  const Matrix key_scores = recall::scores_of_ones(model, 0, 0, recall::num_pairs);
  page.show_computed("key_scores", {"asked", "pair"}, key_scores);

  page.say(
      "In head 1, position 4, where the question stands, scores highest with position 3, the last "
      "pair:");

  page.label("position of the query", {"0", "1", "2", "3", "4"});
  page.label("position of the key", {"0", "1", "2", "3", "4"});
  const Matrix position_scores =
      recall::scores_of_ones(model, 1, 2 * recall::num_pairs, recall::num_tokens);
  page.show_computed("position_scores", {"position of the query", "position of the key"},
                     position_scores);

  page.say(
      "All parts of one score in head 0, of the question and the asked pair of that sequence:");
  const std::size_t asked = example.asked_pair(), question = recall::num_pairs;
  const Matrix all_scores = recall::scores_of_ones(model, 0, 0, recall::d_in);
  const auto ones_of = [&](std::size_t token) {
    std::vector<std::size_t> ones;
    for (std::size_t in = 0; in < recall::d_in; ++in) {
      if (example.inputs(token, in) == 1) ones.push_back(in);
    }
    return ones;
  };
  Matrix parts(2, 3);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      parts(i, j) = all_scores(ones_of(question)[i], ones_of(asked)[j]);
    }
  }
  page.label("question", {"key", "position"});
  page.label("pair", {"key", "value", "position"});
  page.show_computed("parts of a score", {"question", "pair"}, parts);
  page.say("They add up to what the head computes:");
  page.label("score", {"sum of the parts", "scaled_scores"});
  const Matrix scaled_scores = model.steps(example.inputs).heads[0].scaled_scores;
  page.show_computed("the score", {"score"},
                     std::vector<float>{sum(parts.values()), scaled_scores(question, asked)});

  page.section("One head", "One mixture of values has to serve two answers.");

  page.say(
      "A single head has to look at both places at once, with one set of weights. It splits them, "
      "and "
      "mixes the two values:");

  Generator generator_one(123);
  auto one_head = recall::draw_model(1, generator_one);
  const auto same_examples = recall::draw_examples(128, generator_one);
  const std::vector<float> losses_of_one_head =
      recall::train_with_adam(one_head, same_examples, 60, 0.05F);
  page.show_computed("losses_of_one_head", {"steps"}, some_of(losses_of_one_head));
  page.show_computed("accuracies of one head", {"answers"}, recall::accuracies(one_head, unseen));
  page.label("heads", {"the head"});
  page.show_computed("mean_weights of one head", {"heads", "answers"},
                     recall::mean_weights(one_head, unseen));

  // That does not mean that it never will: a mixture of two values can be made such that it still tells
  // which is which. It takes more steps, and more sequences.

  page.section("Large scores hinder learning", "What scaling is for.");

  // [Chapter 2](2_self_attention.md#why-the-square-root-of-d_k) draws queries and keys of variance one,
  // and says that a score passes little to training where softmax has chosen. Here is one head whose keys
  // are 64 numbers long, as in GPT-2. Weights are drawn with variance 1/3 over `d_in`. Made
  // $\sqrt{d_{in}}$ times as large, they have the variance 1/3. A token of the sequence has three
  // ones, so that each number of its key is a sum of three weights, of variance one. The question has
  // two ones, and its query the variance 2/3:
  Generator generator_wide(123);
  auto scaled = recall::draw_model(1, generator_wide, 64);
  const float factor = std::sqrt(static_cast<float>(recall::d_in));
  for (float& weight : scaled.W_query.weight.values()) weight *= factor;
  for (float& weight : scaled.W_key.weight.values()) weight *= factor;

  // The first eight of the 64 numbers that come out are the logits. Without scaling, it is as if
  // `W_query` were $\sqrt{d_k}$ times as large. By the chain rule, its gradient is then as many times
  // as large, too:
  //
  // @code without_scaling walkthrough/loops/recall.cpp
  //
  // @code loss_without_scaling walkthrough/loops/recall.cpp
  //
  page.say(
      "Before training, the mean over questions of the largest weight, and of its derivative by "
      "its "
      "own score: without scaling, one weight is nearly all, and moves less than half as much.");
  MultiHeadAttention unscaled = scaled;
  const std::vector<recall::Example> half(examples.begin(), examples.begin() + 64);
  const std::vector<float> with = recall::largest_weight(scaled, half);
  const std::vector<float> without =
      recall::largest_weight(recall::without_scaling(unscaled), half);
  page.label("scaling", {"with", "without"});
  page.label("mean", {"weight", "derivative"});
  page.show_computed("largest weights", {"scaling", "mean"},
                     Matrix{{with[0], with[1]}, {without[0], without[1]}});

  page.say("From the same weights, with the same 64 sequences, the losses part:");
  const auto losses_with = recall::train_with_adam(scaled, half, 10, 0.05F);
  const auto losses_without =
      recall::train_with_adam(unscaled, half, 10, 0.05F, recall::loss_without_scaling);
  Matrix both(2, 5);
  const std::vector<std::size_t> first_steps{0, 1, 2, 5, 10};
  for (std::size_t i = 0; i < first_steps.size(); ++i) {
    both(0, i) = losses_with[first_steps[i]];
    both(1, i) = losses_without[first_steps[i]];
  }
  page.label("steps", {"0", "1", "2", "5", "10"});
  page.show_computed("losses, scaling", {"scaling", "steps"}, both);

  // After ten steps, the loss with scaling is less than half of the loss without.

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [Softmax and training](../tests/exercises/2_softmax_gradient.cpp), of chapter 2, is the step that
  //   this chapter takes back through softmax. Check with
  //   `meson compile -C build exercise_2_softmax_gradient`
  // - [Shared keys](../tests/exercises/7_shared_keys.cpp): Several heads score the same keys. Find the
  //   gradient of these. Check with `meson compile -C build exercise_7_shared_keys`
  // - [Clipped gradients](../tests/exercises/7_clipped_gradients.cpp): Shorten the gradients of a model
  //   that are too long for a step. Check with `meson compile -C build exercise_7_clipped_gradients`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
