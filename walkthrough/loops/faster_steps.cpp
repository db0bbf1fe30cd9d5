#include "faster_steps.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <list>

#include "attend.hpp"
#include "first_loops.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"

namespace walkthrough {

using namespace longhand;

namespace {

using Multiply = FirstLoops::Multiply;

Matrix product(Multiply multiply, const Matrix& left, const Matrix& right) {
  Matrix product(left.rows(), right.cols());
  if (product.values().empty()) return product;
  multiply(view(left), view(right),
           {product.row(0).data(), product.rows(), product.cols(), product.cols()});
  return product;
}

Matrix project(Multiply multiply, const Matrix& inputs, const Linear& linear) {
  Matrix outputs = product(multiply, inputs, transpose(linear.weight));
  if (linear.bias.empty()) return outputs;
  for (std::size_t token = 0; token < outputs.rows(); ++token) {
    for (std::size_t out = 0; out < linear.d_out(); ++out) {
      outputs.row(token)[out] += linear.bias[out];
    }
  }
  return outputs;
}

// The clear code with another matrix product.
Matrix forward_in_matrices(Multiply multiply, const MultiHeadAttention& attention,
                           const Matrix& inputs) {
  const auto heads_of = [&](const Linear& linear) {
    return split_heads(project(multiply, inputs, linear), attention.num_heads);
  };
  const std::vector<Matrix> queries = heads_of(attention.W_query);
  const std::vector<Matrix> keys = heads_of(attention.W_key);
  const std::vector<Matrix> values = heads_of(attention.W_value);
  std::vector<Matrix> contexts;
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    const Matrix attn_scores = product(multiply, queries[head], transpose(keys[head]));
    const Matrix attn_weights =
        softmax_rows(scale(mask_scores(attn_scores), attention.head_dim()));
    contexts.push_back(product(multiply, attn_weights, values[head]));
  }
  return project(multiply, join_heads(contexts), attention.out_proj);
}

// A memory of its own for each set of panels.
class Memories {
 public:
  Panels panels(std::size_t count, std::size_t features, std::size_t lanes) {
    return {memories_.emplace_back(count * features * lanes), count, features, lanes};
  }

 private:
  std::list<Memory> memories_;
};

// Weights of each query over the keys so far, for a panel of queries.
using Softmax = void (*)(const Kernel& kernel, std::size_t first_query, View scores);

// One query after the other, with std::exp.
void softmax_of_panel(const Kernel& kernel, std::size_t first_query, View scores) {
  for (std::size_t lane = 0; lane < kernel.lanes; ++lane) {
    const std::size_t query = first_query + lane;
    float max = -std::numeric_limits<float>::infinity();
    for (std::size_t key = 0; key <= query; ++key)
      max = std::max(max, scores.row(key)[lane]);
    float sum = 0;
    for (std::size_t key = 0; key < scores.rows; ++key) {
      float& score = scores.row(key)[lane];
      score = key <= query ? std::exp(score - max) : 0;
      sum += score;
    }
    for (std::size_t key = 0; key < scores.rows; ++key) scores.row(key)[lane] /= sum;
  }
}

// The weights of all queries of a panel side by side: one block of the online softmax
// holds all keys.
void softmax_in_lanes(const Kernel& kernel, std::size_t first_query, View scores) {
  mask_diagonal(scores.block(first_query, 0, kernel.lanes, kernel.lanes));
  RunningSoftmax running;
  const View no_context;
  kernel.online_softmax(scores, running, no_context);
  divide_by_sum(scores, running);
}

// All scores of a head first, then all weights, then all context vectors, as in the
// notebook. No panel of keys is touched that lies behind the panel of the queries, if
// skips_masked_half is true.
void attend_tensor_by_tensor(const Kernel& kernel, const Head& head,
                             std::size_t num_panels, bool skips_masked_half,
                             Softmax softmax) {
  const std::size_t lanes = kernel.lanes;
  Memories memories;
  Panels all_scores = memories.panels(num_panels, num_panels * lanes, lanes);
  const auto scores_of = [&](std::size_t panel) {
    const std::size_t num_key_panels = skips_masked_half ? panel + 1 : num_panels;
    return all_scores[panel].block(0, 0, num_key_panels * lanes, lanes);
  };
  for (std::size_t panel = 0; panel < num_panels; ++panel) {
    compute_scores(kernel, head, panel, 0, scores_of(panel));
  }
  for (std::size_t panel = 0; panel < num_panels; ++panel) {
    softmax(kernel, panel * lanes, scores_of(panel));
  }
  for (std::size_t panel = 0; panel < num_panels; ++panel) {
    compute_context(kernel, head, panel, 0, scores_of(panel), false);
  }
}

void attend_to_all_keys(const Kernel& kernel, const Head& head, std::size_t num_panels) {
  attend_tensor_by_tensor(kernel, head, num_panels, false, softmax_of_panel);
}

void attend_to_keys_so_far(const Kernel& kernel, const Head& head,
                           std::size_t num_panels) {
  attend_tensor_by_tensor(kernel, head, num_panels, true, softmax_of_panel);
}

void attend_in_lanes(const Kernel& kernel, const Head& head, std::size_t num_panels) {
  attend_tensor_by_tensor(kernel, head, num_panels, true, softmax_in_lanes);
}

// No more scores exist at a time than those of a block of keys.
void attend_online(const Kernel& kernel, const Head& head, std::size_t num_panels) {
  Memories memories;
  Panels scores = memories.panels(1, panels_of_block * kernel.lanes, kernel.lanes);
  for (std::size_t panel = 0; panel < num_panels; ++panel) {
    attend(kernel, head, panel, 0, scores[0]);
  }
}

using AttendHead = void (*)(const Kernel& kernel, const Head& head,
                            std::size_t num_panels);

// Everything in panels, from the packed tokens to the context vectors. The heads come in
// rounds of so many, whose queries, keys and values take the place of those before.
// heads_of_round divides num_heads.
Matrix forward_in_panels(const Kernel& kernel, AttendHead attend_head,
                         std::size_t heads_of_round, const MultiHeadAttention& attention,
                         const Matrix& inputs) {
  const std::size_t lanes = kernel.lanes;
  const std::size_t num_panels = (inputs.rows() + lanes - 1) / lanes;
  const std::size_t head_dim = attention.head_dim();
  const std::size_t features = heads_of_round * head_dim;
  Memories memories;
  Panels tokens = memories.panels(num_panels, inputs.cols(), lanes);
  Panels queries = memories.panels(num_panels, features, lanes);
  Panels keys = memories.panels(num_panels, features, lanes);
  Panels values = memories.panels(1, features, (num_panels | 1) * lanes);
  Panels contexts = memories.panels(num_panels, attention.W_query.d_out(), lanes);
  Panels outputs = memories.panels(1, attention.out_proj.d_out(), lanes);

  for (std::size_t panel = 0; panel < num_panels; ++panel)
    pack(inputs, panel * lanes, tokens[panel]);
  for (std::size_t head = 0; head < attention.num_heads; head += heads_of_round) {
    const std::size_t first = head * head_dim;
    for (std::size_t panel = 0; panel < num_panels; ++panel) {
      project(kernel, attention.W_query, first, tokens[panel], queries[panel]);
      scale(queries[panel], 1 / std::sqrt(static_cast<float>(head_dim)));
      project(kernel, attention.W_key, first, tokens[panel], keys[panel]);
      project(kernel, attention.W_value, first, tokens[panel],
              values[0].block(0, panel * lanes, features, lanes));
    }
    for (std::size_t feature = 0; feature < features; feature += head_dim) {
      attend_head(kernel,
                  {.queries = queries,
                   .keys = keys,
                   .values = values[0],
                   .contexts = contexts,
                   .first_feature = feature,
                   .first_context = first + feature,
                   .head_dim = head_dim},
                  num_panels);
    }
  }
  Matrix context_vecs(inputs.rows(), attention.out_proj.d_out());
  for (std::size_t panel = 0; panel < num_panels; ++panel) {
    project(kernel, attention.out_proj, 0, contexts[panel], outputs[0]);
    unpack(outputs[0], context_vecs, panel * lanes, 0);
  }
  return context_vecs;
}

// A tile of one row: its sums stay in registers, and the panel streams through once for
// every row.
Kernel row_by_row(Kernel kernel) {
  kernel.multiply = kernel.multiply_by_single_rows;
  return kernel;
}

using Forward = decltype(FasterStep::forward);

Forward in_matrices(Multiply FirstLoops::*multiply) {
  return
      [=](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
        return forward_in_matrices(first_loops(set).*multiply, attention, inputs);
      };
}

// All heads in one round.
Forward in_panels(AttendHead attend_head) {
  return
      [=](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
        return forward_in_panels(kernel(set), attend_head, attention.num_heads, attention,
                                 inputs);
      };
}

}  // namespace

std::vector<FasterStep> faster_steps() {
  return {
      {"textbook order", in_matrices(&FirstLoops::multiply_in_textbook_order)},
      {"loop order", in_matrices(&FirstLoops::multiply_row_by_row)},
      {"packing",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(row_by_row(kernel(set)), attend_to_all_keys,
                                  attention.num_heads, attention, inputs);
       }},
      {"register tiles", in_panels(attend_to_all_keys)},
      {"masked half skipped", in_panels(attend_to_keys_so_far)},
      {"softmax in lanes", in_panels(attend_in_lanes)},
      {"online softmax", in_panels(attend_online)},
      {"rounds of heads",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return forward_in_panels(kernel(set), attend_online, 1, attention, inputs);
       }},
      {"one memory",
       [](const MultiHeadAttention& attention, const Matrix& inputs, InstructionSet set) {
         return faster_forward(attention, inputs,
                               {.num_threads = 1, .instruction_set = set});
       }},
  };
}

double floating_point_operations(std::size_t d_in, std::size_t d_out,
                                 std::size_t num_tokens) {
  const double tokens = static_cast<double>(num_tokens);
  const double features = static_cast<double>(d_out);
  const double projections =
      tokens * features * (3 * static_cast<double>(d_in) + features);
  const double keys_of_all_queries = tokens * (tokens + 1) / 2;
  const double scores_and_contexts = 2 * features * keys_of_all_queries;
  return 2 * (projections + scores_and_contexts);
}

double measure_peak(InstructionSet instruction_set) {
  constexpr std::size_t times = 20000000;
  const FirstLoops& loops = first_loops(instruction_set);
  std::vector<float> result(loops.size);
  const auto start = std::chrono::steady_clock::now();
  loops.multiply_and_add(times, 0.999f, 0.001f, result.data());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return 2.0 * static_cast<double>(loops.size * times) / seconds.count();
}

double measure_reading(InstructionSet instruction_set, std::size_t bytes) {
  const FirstLoops& loops = first_loops(instruction_set);
  const std::size_t count = bytes / sizeof(float) / loops.size * loops.size;
  Memory memory(count);
  float* numbers = memory.take(count);
  std::fill_n(numbers, count, 1.0f);
  std::vector<float> result(loops.size);
  const std::size_t times = std::max(std::size_t{3}, (std::size_t{1} << 28) / bytes);
  const auto start = std::chrono::steady_clock::now();
  loops.add_up(times, numbers, count, result.data());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return static_cast<double>(times * count * sizeof(float)) / seconds.count();
}

}  // namespace walkthrough
