#include "attend.hpp"

#include <algorithm>
#include <limits>

namespace longhand {
namespace {

void clear(View view) {
  for (std::size_t row = 0; row < view.rows; ++row)
    std::fill_n(view.row(row), view.cols, 0.0f);
}

View context_of(const Head& head, std::size_t panel) {
  const View contexts = head.contexts[panel];
  return contexts.block(head.first_context, 0, head.head_dim, contexts.cols);
}

}  // namespace

// panel(feature, lane) = tokens(first_token + lane, feature), and 0 if there is no such
// token
void pack(const Matrix& tokens, std::size_t first_token, View panel) {
  const std::size_t num_tokens = std::min(panel.cols, tokens.rows() - first_token);
  if (num_tokens < panel.cols) clear(panel);
  const ConstView packed = view(tokens).block(first_token, 0, num_tokens, panel.rows);
  for (std::size_t feature = 0; feature < panel.rows; ++feature) {
    float* lanes = panel.row(feature);
    for (std::size_t lane = 0; lane < num_tokens; ++lane)
      lanes[lane] = packed.row(lane)[feature];
  }
}

// tokens(first_token + lane, first_feature + feature) = panel(feature, lane), if there is
// such a token
void unpack(ConstView panel, Matrix& tokens, std::size_t first_token,
            std::size_t first_feature) {
  const std::size_t num_tokens = std::min(panel.cols, tokens.rows() - first_token);
  for (std::size_t lane = 0; lane < num_tokens; ++lane) {
    float* features = tokens.row(first_token + lane).data() + first_feature;
    for (std::size_t feature = 0; feature < panel.rows; ++feature) {
      features[feature] = panel.row(feature)[lane];
    }
  }
}

// outputs(out, lane) = sum over in of weight(first_out + out, in) * inputs(in, lane)
//                      + bias[first_out + out]
void project(const Kernel& kernel, const Linear& linear, std::size_t first_out,
             ConstView inputs, View outputs) {
  const ConstView weight =
      view(linear.weight).block(first_out, 0, outputs.rows, linear.d_in());
  kernel.multiply(weight, inputs, outputs, false);
  if (linear.bias.empty()) return;
  for (std::size_t out = 0; out < outputs.rows; ++out) {
    const float bias = linear.bias[first_out + out];
    float* lanes = outputs.row(out);
    for (std::size_t lane = 0; lane < outputs.cols; ++lane) lanes[lane] += bias;
  }
}

// panel *= factor
void scale(View panel, float factor) {
  for (std::size_t feature = 0; feature < panel.rows; ++feature) {
    float* lanes = panel.row(feature);
    for (std::size_t lane = 0; lane < panel.cols; ++lane) lanes[lane] *= factor;
  }
}

// scores(key, query) of a panel of queries, for the keys from a panel on, as many as rows
// in scores
void compute_scores(const Kernel& kernel, const Head& head, std::size_t panel,
                    std::size_t first_key_panel, View scores) {
  const std::size_t lanes = kernel.lanes;
  const View queries =
      head.queries[panel].block(head.first_feature, 0, head.head_dim, lanes);
  for (std::size_t i = 0; i * lanes < scores.rows; ++i) {
    const View keys =
        head.keys[first_key_panel + i].block(head.first_feature, 0, head.head_dim, lanes);
    kernel.multiply(keys.transposed(), queries, scores.block(i * lanes, 0, lanes, lanes),
                    false);
  }
}

// context(feature, query) = sum over keys of values(feature, key) * weights(key, query),
// or +=
void compute_context(const Kernel& kernel, const Head& head, std::size_t panel,
                     std::size_t first_key_panel, ConstView weights, bool add) {
  const View values = head.values.block(
      head.first_feature, first_key_panel * kernel.lanes, head.head_dim, weights.rows);
  kernel.multiply(values, weights, context_of(head, panel), add);
}

// scores(key, query) of the same tokens: a key after its query becomes -inf.
void mask_diagonal(View scores) {
  for (std::size_t key = 0; key < scores.rows; ++key) {
    std::fill_n(scores.row(key), key, -std::numeric_limits<float>::infinity());
  }
}

// Each lane of a panel is divided by its sum: multiplied by 1 / sum, since a division
// takes as long as many multiplications.
void divide_by_sum(View panel, const RunningSoftmax& running) {
  float factors[most_lanes];
  for (std::size_t lane = 0; lane < panel.cols; ++lane)
    factors[lane] = 1 / running.sum[lane];
  for (std::size_t row = 0; row < panel.rows; ++row) {
    float* lanes = panel.row(row);
    for (std::size_t lane = 0; lane < panel.cols; ++lane) lanes[lane] *= factors[lane];
  }
}

// The context vectors of a panel of queries, block by block of the keys, from the panel
// in which the sequence begins. scores is room for a block: panels_of_block * lanes rows.
void attend(const Kernel& kernel, const Head& head, std::size_t panel,
            std::size_t first_key_panel, View scores) {
  const std::size_t lanes = kernel.lanes;
  const View context = context_of(head, panel);
  RunningSoftmax running;
  clear(context);
  for (std::size_t block = first_key_panel; block <= panel; block += panels_of_block) {
    const std::size_t num_panels = std::min(panels_of_block, panel + 1 - block);
    const View block_scores = scores.block(0, 0, num_panels * lanes, lanes);
    compute_scores(kernel, head, panel, block, block_scores);
    if (block + num_panels > panel) {
      mask_diagonal(block_scores.block((num_panels - 1) * lanes, 0, lanes, lanes));
    }
    kernel.online_softmax(block_scores, running, context);
    compute_context(kernel, head, panel, block, block_scores, true);
  }
  divide_by_sum(context, running);
}

}  // namespace longhand
