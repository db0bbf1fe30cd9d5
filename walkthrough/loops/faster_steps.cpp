#include "faster_steps.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "kernel.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "online_softmax.hpp"
#include "panels.hpp"

namespace walkthrough {

using namespace longhand;

namespace {

constexpr std::size_t registers_of_peak = 12;

#ifdef __x86_64__
template <class Loops>
[[gnu::target("avx2,fma")]] void run_for_v3(const Loops& loops) {
  loops();
}

template <class Loops>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]] void run_for_v4(const Loops& loops) {
  loops();
}
#endif

// Compiles loops for the instruction set, and runs them. They must be a lambda that is always
// inlined: what is inlined into a function with a target attribute is compiled for that target.
template <class Loops>
void run_for(InstructionSet instruction_set, const Loops& loops) {
#ifdef __x86_64__
  if (instruction_set == InstructionSet::x86_64_v3) return run_for_v3(loops);
  if (instruction_set == InstructionSet::x86_64_v4) return run_for_v4(loops);
#endif
  (void)instruction_set;
  loops();
}

// left is rows x inner, right is inner x cols, product is rows x cols and all zeros: row by row.
using Multiply = void (*)(InstructionSet instruction_set, const float* left, const float* right,
                          float* product, std::size_t rows, std::size_t inner, std::size_t cols);

// product(row, col) = sum over i of left(row, i) * right(i, col)
//
// The order of the formula: each element is finished before the next begins.
void multiply_in_textbook_order(InstructionSet instruction_set, const float* left,
                                const float* right, float* product, std::size_t rows,
                                std::size_t inner, std::size_t cols) {
  run_for(
      instruction_set, [=]() __attribute__((always_inline)) {
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t col = 0; col < cols; ++col) {
            float total = 0;
            for (std::size_t i = 0; i < inner; ++i)
              total += left[row * inner + i] * right[i * cols + col];
            product[row * cols + col] = total;
          }
        }
      });
}

// The same products and sums, row by row: the innermost loop runs along rows of right and product.
void multiply_row_by_row(InstructionSet instruction_set, const float* left, const float* right,
                         float* product, std::size_t rows, std::size_t inner, std::size_t cols) {
  run_for(
      instruction_set, [=]() __attribute__((always_inline)) {
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t i = 0; i < inner; ++i) {
            const float left_row_i = left[row * inner + i];
            for (std::size_t col = 0; col < cols; ++col) {
              product[row * cols + col] += left_row_i * right[i * cols + col];
            }
          }
        }
      });
}

Matrix product(Multiply multiply, InstructionSet instruction_set, const Matrix& left,
               const Matrix& right) {
  Matrix product(left.rows(), right.cols());
  if (product.values().empty()) return product;
  multiply(instruction_set, left.values().data(), right.values().data(), product.row(0).data(),
           left.rows(), left.cols(), right.cols());
  return product;
}

Matrix project(Multiply multiply, InstructionSet instruction_set, const Matrix& inputs,
               const Linear& linear) {
  Matrix outputs = product(multiply, instruction_set, inputs, transpose(linear.weight));
  if (linear.bias.empty()) return outputs;
  for (std::size_t token = 0; token < outputs.rows(); ++token) {
    for (std::size_t out = 0; out < linear.d_out(); ++out) {
      outputs.row(token)[out] += linear.bias[out];
    }
  }
  return outputs;
}

// The clear code with another matrix product.
Matrix forward_in_matrices(Multiply multiply, InstructionSet instruction_set,
                           const MultiHeadAttention& attention, const Matrix& inputs) {
  const auto heads_of = [&](const Linear& linear) {
    return split_heads(project(multiply, instruction_set, inputs, linear), attention.num_heads);
  };
  const std::vector<Matrix> queries = heads_of(attention.W_query);
  const std::vector<Matrix> keys = heads_of(attention.W_key);
  const std::vector<Matrix> values = heads_of(attention.W_value);
  std::vector<Matrix> contexts;
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    const Matrix attn_scores =
        product(multiply, instruction_set, queries[head], transpose(keys[head]));
    const Matrix attn_weights = softmax_rows(scale(mask_scores(attn_scores), attention.head_dim()));
    contexts.push_back(product(multiply, instruction_set, attn_weights, values[head]));
  }
  return project(multiply, instruction_set, join_heads(contexts), attention.out_proj);
}

// c(row, lane) = sum over k of a(row, k) * b(k, lane), or += where add is true
//
// One row at a time: its sums stay in registers, b streams through once for every row.
void multiply_panel_by_rows(const Kernel& kernel, const float* a, std::size_t row_stride,
                            std::size_t k_stride, std::size_t rows, const float* b,
                            std::size_t depth, float* c, bool add) {
  for (std::size_t row = 0; row < rows; ++row) {
    kernel.multiply_row(a + row * row_stride, row_stride, k_stride, b, depth,
                        c + row * kernel.lanes, kernel.lanes, add);
  }
}

// The same, as many rows at a time as registers can hold; what is left over goes row by row.
void multiply_panel_by_tiles(const Kernel& kernel, const float* a, std::size_t row_stride,
                             std::size_t k_stride, std::size_t rows, const float* b,
                             std::size_t depth, float* c, bool add) {
  std::size_t row = 0;
  for (; row + kernel.rows <= rows; row += kernel.rows) {
    kernel.multiply_tile(a + row * row_stride, row_stride, k_stride, b, depth,
                         c + row * kernel.lanes, kernel.lanes, add);
  }
  multiply_panel_by_rows(kernel, a + row * row_stride, row_stride, k_stride, rows - row, b, depth,
                         c + row * kernel.lanes, add);
}

using MultiplyPanel = decltype(&multiply_panel_by_rows);

// Everything that attention of one head takes and gives, in panels of tokens.
struct HeadInPanels {
  const Kernel& kernel;
  MultiplyPanel multiply;
  std::size_t num_panels;
  std::size_t first_feature;  // of the head, in the panels of all heads
  std::size_t head_dim;
  Panels& queries;  // scaled by 1 / sqrt(head_dim)
  Panels& keys;
  Panels& values;
  Panels& contexts;
};

// scores(key, query) of one panel of queries, for some panels of keys
void scores_of_block(const HeadInPanels& head, std::size_t panel, std::size_t first_key_panel,
                     std::size_t num_key_panels, float* scores) {
  const std::size_t lanes = head.kernel.lanes;
  for (std::size_t i = 0; i < num_key_panels; ++i) {
    head.multiply(head.kernel, head.keys.at(first_key_panel + i, head.first_feature), 1, lanes,
                  lanes, head.queries.at(panel, head.first_feature), head.head_dim,
                  scores + i * lanes * lanes, false);
  }
}

// context(feature, query) += sum over these keys of values(feature, key) * weights(key, query)
void contexts_of_block(const HeadInPanels& head, std::size_t panel, std::size_t first_key_panel,
                       std::size_t num_key_panels, const float* weights) {
  const std::size_t lanes = head.kernel.lanes;
  for (std::size_t i = 0; i < num_key_panels; ++i) {
    head.multiply(head.kernel, head.values.at(first_key_panel + i, head.first_feature), lanes, 1,
                  head.head_dim, weights + i * lanes * lanes, lanes,
                  head.contexts.at(panel, head.first_feature), true);
  }
}

// The weights of each query over its keys, one query after the other, with std::exp.
void softmax_of_panel(const HeadInPanels& head, std::size_t panel, std::size_t num_keys,
                      float* scores) {
  const std::size_t lanes = head.kernel.lanes;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t query = panel * lanes + lane;
    float max = -std::numeric_limits<float>::infinity();
    for (std::size_t key = 0; key <= query; ++key) max = std::max(max, scores[key * lanes + lane]);
    float sum = 0;
    for (std::size_t key = 0; key < num_keys; ++key) {
      float& score = scores[key * lanes + lane];
      score = key <= query ? std::exp(score - max) : 0;
      sum += score;
    }
    for (std::size_t key = 0; key < num_keys; ++key) scores[key * lanes + lane] /= sum;
  }
}

// All scores of a head first, then all weights, then all context vectors, as in the notebook.
void attend_tensor_by_tensor(const HeadInPanels& head, bool skips_masked_half,
                             void (*softmax)(const HeadInPanels&, std::size_t, std::size_t,
                                             float*)) {
  const std::size_t lanes = head.kernel.lanes;
  Panels scores(head.num_panels, head.num_panels * lanes, lanes);
  const auto num_key_panels = [&](std::size_t panel) {
    return skips_masked_half ? panel + 1 : head.num_panels;
  };
  for (std::size_t panel = 0; panel < head.num_panels; ++panel) {
    scores_of_block(head, panel, 0, num_key_panels(panel), scores.at(panel));
  }
  for (std::size_t panel = 0; panel < head.num_panels; ++panel) {
    softmax(head, panel, num_key_panels(panel) * lanes, scores.at(panel));
  }
  for (std::size_t panel = 0; panel < head.num_panels; ++panel) {
    contexts_of_block(head, panel, 0, num_key_panels(panel), scores.at(panel));
  }
}

void attend_to_all_keys(const HeadInPanels& head) {
  attend_tensor_by_tensor(head, false, softmax_of_panel);
}

// No panel of keys is touched that lies behind the panel of the queries.
void attend_to_keys_so_far(const HeadInPanels& head) {
  attend_tensor_by_tensor(head, true, softmax_of_panel);
}

// What has been seen of the keys so far, for each query of a panel.
struct RunningSoftmax {
  explicit RunningSoftmax(std::size_t lanes) {
    std::fill_n(max, lanes, -std::numeric_limits<float>::infinity());
  }
  alignas(64) float max[most_lanes];
  alignas(64) float sum[most_lanes] = {};
};

void divide_by_sum(float* panel, std::size_t features, std::size_t lanes, const float* sum) {
  for (std::size_t feature = 0; feature < features; ++feature) {
    for (std::size_t lane = 0; lane < lanes; ++lane) panel[feature * lanes + lane] /= sum[lane];
  }
}

// The weights of all queries of a panel side by side: one block of the online softmax holds all keys.
void softmax_in_lanes(const HeadInPanels& head, std::size_t panel, std::size_t num_keys,
                      float* scores) {
  const std::size_t lanes = head.kernel.lanes;
  mask_diagonal(scores + panel * lanes * lanes, lanes);
  RunningSoftmax running(lanes);
  head.kernel.online_softmax(scores, num_keys, running.max, running.sum, nullptr, 0);
  divide_by_sum(scores, num_keys, lanes, running.sum);
}

void attend_in_lanes(const HeadInPanels& head) {
  attend_tensor_by_tensor(head, true, softmax_in_lanes);
}

// Scores, weights and context vectors block by block of keys: no more scores exist at a time than one
// block has.
void attend_online(const HeadInPanels& head) {
  constexpr std::size_t panels_of_block = 8;
  const std::size_t lanes = head.kernel.lanes;
  Panels scores(1, panels_of_block * lanes, lanes);
  for (std::size_t panel = 0; panel < head.num_panels; ++panel) {
    float* context = head.contexts.at(panel, head.first_feature);
    RunningSoftmax running(lanes);
    for (std::size_t block = 0; block <= panel; block += panels_of_block) {
      const std::size_t num_key_panels = std::min(panels_of_block, panel + 1 - block);
      const std::size_t num_keys = num_key_panels * lanes;
      scores_of_block(head, panel, block, num_key_panels, scores.at(0));
      if (block + num_key_panels > panel) mask_diagonal(scores.at(0, num_keys - lanes), lanes);
      head.kernel.online_softmax(scores.at(0), num_keys, running.max, running.sum, context,
                                 head.head_dim);
      contexts_of_block(head, panel, block, num_key_panels, scores.at(0));
    }
    divide_by_sum(context, head.head_dim, lanes, running.sum);
  }
}

// inputs(feature, token) in panels; lanes without a token are 0.
Panels packed(const Matrix& inputs, std::size_t lanes) {
  const std::size_t num_panels = (inputs.rows() + lanes - 1) / lanes;
  Panels panels(num_panels, inputs.cols(), lanes);
  std::fill_n(panels.at(0), num_panels * inputs.cols() * lanes, 0.0f);
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
      panels.at(token / lanes, feature)[token % lanes] = inputs.row(token)[feature];
    }
  }
  return panels;
}

Matrix unpacked(Panels& panels, std::size_t num_tokens, std::size_t num_features) {
  Matrix matrix(num_tokens, num_features);
  for (std::size_t token = 0; token < num_tokens; ++token) {
    for (std::size_t feature = 0; feature < num_features; ++feature) {
      matrix.row(token)[feature] =
          panels.at(token / panels.lanes(), feature)[token % panels.lanes()];
    }
  }
  return matrix;
}

// outputs(out, token) = sum over in of weight(out, in) * inputs(in, token) + bias[out]
//
// The rows of the product are the features of the output, so that a panel comes out of a panel.
Panels project_panels(const Kernel& kernel, MultiplyPanel multiply, std::size_t num_panels,
                      Panels& inputs, const Linear& linear) {
  Panels outputs(num_panels, linear.d_out(), kernel.lanes);
  for (std::size_t panel = 0; panel < num_panels; ++panel) {
    multiply(kernel, linear.weight.values().data(), linear.d_in(), 1, linear.d_out(),
             inputs.at(panel), linear.d_in(), outputs.at(panel), false);
    if (linear.bias.empty()) continue;
    for (std::size_t out = 0; out < linear.d_out(); ++out) {
      float* row = outputs.at(panel, out);
      for (std::size_t lane = 0; lane < kernel.lanes; ++lane) row[lane] += linear.bias[out];
    }
  }
  return outputs;
}

// Everything in panels, from the packed tokens to the context vectors.
Matrix forward_in_panels(InstructionSet instruction_set, MultiplyPanel multiply,
                         void (*attend)(const HeadInPanels&), const MultiHeadAttention& attention,
                         const Matrix& inputs) {
  const Kernel& kernel = longhand::kernel(instruction_set);
  const std::size_t num_panels = (inputs.rows() + kernel.lanes - 1) / kernel.lanes;
  const std::size_t head_dim = attention.head_dim();
  const std::size_t d_out = attention.W_query.d_out();
  Panels tokens = packed(inputs, kernel.lanes);
  Panels queries = project_panels(kernel, multiply, num_panels, tokens, attention.W_query);
  Panels keys = project_panels(kernel, multiply, num_panels, tokens, attention.W_key);
  Panels values = project_panels(kernel, multiply, num_panels, tokens, attention.W_value);
  Panels contexts(num_panels, d_out, kernel.lanes);
  std::fill_n(contexts.at(0), num_panels * d_out * kernel.lanes, 0.0f);
  const float scale = 1 / std::sqrt(static_cast<float>(head_dim));
  std::for_each_n(queries.at(0), num_panels * d_out * kernel.lanes,
                  [&](float& query) { query *= scale; });
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    attend({.kernel = kernel,
            .multiply = multiply,
            .num_panels = num_panels,
            .first_feature = head * head_dim,
            .head_dim = head_dim,
            .queries = queries,
            .keys = keys,
            .values = values,
            .contexts = contexts});
  }
  Panels outputs = project_panels(kernel, multiply, num_panels, contexts, attention.out_proj);
  return unpacked(outputs, inputs.rows(), attention.out_proj.d_out());
}

// So many sums in registers that the multipliers never wait for one.
template <std::size_t lanes>
[[gnu::always_inline]] inline void multiply_and_add(std::size_t times, float factor, float term,
                                                    float* result) {
  float sums[registers_of_peak][lanes];
#pragma GCC unroll 12
  for (std::size_t i = 0; i < registers_of_peak; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[i][lane] = result[i * lanes + lane];
  }
  for (std::size_t time = 0; time < times; ++time) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < registers_of_peak; ++i) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums[i][lane] = sums[i][lane] * factor + term;
      }
    }
  }
#pragma GCC unroll 12
  for (std::size_t i = 0; i < registers_of_peak; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) result[i * lanes + lane] = sums[i][lane];
  }
}

}  // namespace

std::vector<FasterStep> faster_steps() {
  return {
      {"textbook order",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_matrices(multiply_in_textbook_order, set, attention, inputs);
       }},
      {"loop order",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_matrices(multiply_row_by_row, set, attention, inputs);
       }},
      {"packing",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(set, multiply_panel_by_rows, attend_to_all_keys, attention,
                                  inputs);
       }},
      {"register tiles",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(set, multiply_panel_by_tiles, attend_to_all_keys, attention,
                                  inputs);
       }},
      {"masked half skipped",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(set, multiply_panel_by_tiles, attend_to_keys_so_far, attention,
                                  inputs);
       }},
      {"softmax in lanes",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(set, multiply_panel_by_tiles, attend_in_lanes, attention, inputs);
       }},
      {"online softmax",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(set, multiply_panel_by_tiles, attend_online, attention, inputs);
       }},
  };
}

double floating_point_operations(std::size_t d_in, std::size_t d_out, std::size_t num_tokens) {
  const double tokens = static_cast<double>(num_tokens);
  const double features = static_cast<double>(d_out);
  const double projections = tokens * features * (3 * static_cast<double>(d_in) + features);
  const double keys_of_all_queries = tokens * (tokens + 1) / 2;
  const double scores_and_contexts = 2 * features * keys_of_all_queries;
  return 2 * (projections + scores_and_contexts);
}

double measure_peak(InstructionSet instruction_set) {
  constexpr std::size_t times = 1000000;
  constexpr std::size_t most_lanes_of_register = 16;
  float result[registers_of_peak * most_lanes_of_register] = {};
  std::size_t lanes = 4;
  const auto start = std::chrono::steady_clock::now();
  // Reading and writing what is volatile keeps the loop between the two times.
  volatile float factor = 0.999f;
  const float x = factor;
#ifdef __x86_64__
  if (instruction_set == InstructionSet::x86_64_v4) {
    lanes = 16;
    run_for_v4([&]() __attribute__((always_inline)) {
      multiply_and_add<16>(times, x, 0.001f, result);
    });
  } else if (instruction_set == InstructionSet::x86_64_v3) {
    lanes = 8;
    run_for_v3([&]() __attribute__((always_inline)) {
      multiply_and_add<8>(times, x, 0.001f, result);
    });
  }
#else
  (void)instruction_set;
#endif
  if (lanes == 4) multiply_and_add<4>(times, x, 0.001f, result);
  factor = result[0];
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return 2.0 * static_cast<double>(registers_of_peak * lanes * times) / seconds.count();
}

}  // namespace walkthrough
