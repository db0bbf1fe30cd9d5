#include <cmath>
#include <longhand/gradients.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/softmax.hpp>
#include <vector>

#include "inputs.hpp"
#include "page.hpp"

using namespace longhand;

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
  // seed and the same six tokens. Its context vectors have two numbers. Let the first be a score for
  // the answer *no*, and the second for *yes*. Scores of answers are called **logits**, and softmax
  // makes probabilities of them:
  page.label_tokens(tokens);
  page.label("answers", {"no", "yes"});
  Generator generator(123);
  const auto mha = MultiHeadAttention::draw(
      {.d_in = 3, .d_out = 2, .context_length = 6, .num_heads = 2}, generator);
  const MultiHeadAttentionSteps steps = mha.steps(inputs);
  const Matrix& logits = steps.context_vecs;
  page.show("probabilities", {"tokens", "answers"}, softmax_rows(logits));

  // After "journey" comes "starts", and after "one" comes "step": two answers are yes. The
  // **cross-entropy** looks at the probability $p$ that each row gives to its right answer, its
  // **target** $y_t$. It is zero if all of them are one, and grows as they shrink:
  //
  // $$L = - \frac{1}{T} \sum_t \ln p_{t, y_t}$$
  //
  // @code cross_entropy src/gradients.cpp
  //
  const std::vector<std::size_t> targets{0, 1, 0, 0, 1, 0};
  const CrossEntropy answer = cross_entropy(logits, targets);
  page.show("loss", {}, answer.loss);

  // Whoever knows nothing says one half each time, and gets $\ln 2$, which is 0.6931. The random
  // weights do worse.

  page.section("One weight moves", "The gradient by trying.");

  // To see how the loss moves with a weight, move it: a little up, a little down, and divide the
  // difference of the losses by that of the weights. This is a **finite difference**. For the first
  // bias of the output projection:
  const auto loss_of = [&](const MultiHeadAttention& model) {
    return cross_entropy(model.forward(inputs), targets).loss;
  };
  const float little = 0.01F;
  MultiHeadAttention up = mha, down = mha;
  up.out_proj.bias[0] += little;
  down.out_proj.bias[0] -= little;
  const float slope = (loss_of(up) - loss_of(down)) / (2 * little);
  page.show_computed("slope", {}, slope);

  // If the bias grows, the loss falls. But this takes two passes for each weight, and the smallest
  // GPT-2 has 124 million. Going backwards takes one pass for all of them.

  page.section("The chain rule", "From the loss back to the logits.");

  // Let the loss $L$ depend on numbers $y_1, y_2, \dots$, and each of these on $x$. If $x$ moves by a
  // little, each $y_i$ moves by its derivative times as much, and each of these moves the loss. The
  // parts add up. This is the **chain rule**:
  //
  // $$\frac{\partial L}{\partial x} = \sum_i
  // \frac{\partial L}{\partial y_i} \frac{\partial y_i}{\partial x}$$
  //
  // So a step needs two things to go back: the gradient of what it made, and how that depends on what
  // it took. In code, the gradient of a tensor is called as the tensor is, with `_grad` behind it,
  // and has its shape.
  //
  // The first step back leads from the loss to the logits. Let $l_j$ be those of one row:
  //
  // $$- \ln p_y = - \ln \frac{e^{l_y}}{\sum_j e^{l_j}} = - l_y + \ln \sum_j e^{l_j}$$
  //
  // The derivative of the last term by $l_j$ is $e^{l_j} / \sum_k e^{l_k}$, which is $p_j$ again. So
  // the gradient is the probability, less one at the target, over the number of rows. Each row says:
  // less of what was too likely, more of what was right.
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
  // One call goes back through all of multi-head attention, and keeps every gradient on the way:
  const MultiHeadAttentionGrads grads =
      multi_head_attention_grads(mha, inputs, steps, answer.logits_grad);
  page.show("out_proj.weight_grad", {"d_out", "d_out"}, grads.out_proj.weight_grad);
  page.show("out_proj.bias_grad", {"d_out"}, grads.out_proj.bias_grad);
  page.show("joined_grad", {"tokens", "d_out"}, grads.out_proj.inputs_grad);

  // The first bias has the slope from above, up to its last digits.
  //
  // The way back through `join_heads` is `split_heads`: each number goes where it came from.
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
  page.show("heads.values_grad", {"heads", "tokens", "head_dim"},
            stacked(grads.heads, &CausalAttentionGrads::values_grad));
  page.show("heads.attn_weights_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::attn_weights_grad));

  // Dropout is in between. It multiplies each weight by a factor, so the gradient gets the same
  // factor: what was dropped passes nothing. The steps of the forward pass keep the factors, for
  // drawing them again would drop others. Here nothing is dropped, and all factors are one.

  page.section("Softmax", "Every score moves every weight of its row.");

  // A larger score gives its own weight more, and takes it from all others of the row. Let
  // $\alpha_j$ be the weights, and $s_k$ the scores:
  //
  // $$\frac{\partial \alpha_j}{\partial s_k} = \alpha_j (1 - \alpha_j)
  // \quad \text{where } j = k$$
  // $$\frac{\partial \alpha_j}{\partial s_k} = - \alpha_j \alpha_k
  // \quad \text{where } j \ne k$$
  //
  // All these derivatives of one row make a matrix, the **Jacobian**. Here it is for "step", the last
  // token, in head 0:
  const CausalAttentionSteps& head = steps.heads[0];
  const std::size_t step = 5, num_tokens = inputs.rows();
  Matrix jacobian(num_tokens, num_tokens);
  for (std::size_t j = 0; j < num_tokens; ++j) {
    for (std::size_t k = 0; k < num_tokens; ++k) {
      const float weight_j = head.attn_weights(step, j), weight_k = head.attn_weights(step, k);
      jacobian(j, k) = j == k ? weight_j * (1 - weight_j) : -weight_j * weight_k;
    }
  }
  page.show_computed("jacobian", {"keys", "keys"}, jacobian);

  // By the chain rule, the gradient of a score is a sum over the weights that it moves:
  std::vector<float> scaled_scores_grad(num_tokens);
  for (std::size_t k = 0; k < num_tokens; ++k) {
    for (std::size_t j = 0; j < num_tokens; ++j) {
      scaled_scores_grad[k] += grads.heads[0].attn_weights_grad(step, j) * jacobian(j, k);
    }
  }
  page.show_computed("scaled_scores_grad of \"step\" in head 0", {"keys"}, scaled_scores_grad);

  // Nobody builds this matrix. With both cases put in, and $g_j$ for the gradient of $\alpha_j$, the
  // sum is short:
  //
  // $$\frac{\partial L}{\partial s_k} = \alpha_k \left( g_k - \sum_j \alpha_j g_j \right)$$
  //
  // A weight is worth raising if its gradient is below the mean of its row, taken with the weights
  // themselves. The mean is why the numbers of a row sum to zero. And the factor $\alpha_k$ is why
  // softmax stops learning once it has chosen: where all weights are near zero or one, either the
  // factor is nearly zero or the difference is. [Chapter 2](2_self_attention.md#why-the-square-root-of-d_k)
  // divides the scores for that reason.
  //
  // @code softmax_rows_grad src/gradients.cpp
  //
  page.show("heads.scaled_scores_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::scaled_scores_grad));

  page.section("Scaling, mask and scores", "Three short steps back to queries and keys.");

  // Dividing by $\sqrt{d_k}$ divides the gradient as well: `scale` is its own way back. What the mask
  // replaced by $-\infty$ has no part in the result, and passes nothing:
  //
  // @code mask_scores_grad src/gradients.cpp
  //
  page.show("heads.masked_scores_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::masked_scores_grad));
  page.show("heads.attn_scores_grad", {"heads", "queries", "keys"},
            stacked(grads.heads, &CausalAttentionGrads::attn_scores_grad));

  // The scores are a product once more, of queries and transposed keys:
  page.show("heads.queries_grad", {"heads", "tokens", "head_dim"},
            stacked(grads.heads, &CausalAttentionGrads::queries_grad));
  page.show("heads.keys_grad", {"heads", "tokens", "head_dim"},
            stacked(grads.heads, &CausalAttentionGrads::keys_grad));

  page.section("Weights and inputs", "The last step back, and the first that training uses.");

  // Side by side, the gradients of the heads are those of the three projections, and three linear
  // layers lead to what training changes:
  //
  // @code multi_head_attention_grads src/gradients.cpp
  //
  page.show("queries_grad", {"tokens", "d_out"}, grads.queries_grad);
  page.show("keys_grad", {"tokens", "d_out"}, grads.keys_grad);
  page.show("values_grad", {"tokens", "d_out"}, grads.values_grad);
  page.show("W_query.weight_grad", {"d_out", "d_in"}, grads.W_query.weight_grad);
  page.show("W_key.weight_grad", {"d_out", "d_in"}, grads.W_key.weight_grad);
  page.show("W_value.weight_grad", {"d_out", "d_in"}, grads.W_value.weight_grad);

  // The inputs were used three times, as queries, as keys and as values. The three gradients add up.
  // In a model with several layers, they are the `context_vecs_grad` of the layer below.
  page.show("inputs_grad", {"tokens", "d_in"}, grads.inputs_grad);
}
