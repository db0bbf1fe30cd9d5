#pragma once

#include <cstddef>

#include "kernel.hpp"
#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"
#include "panels.hpp"
#include "view.hpp"

namespace longhand {

// The steps of attention in panels, each for one thread. What they compute stands above
// their loops, in attend.cpp.

// Keys whose scores are held at a time, in panels: few enough that the scores stay near
// the core.
constexpr std::size_t panels_of_block = 6;

void pack(const Matrix& tokens, std::size_t first_token, View panel);
void unpack(ConstView panel, Matrix& tokens, std::size_t first_token,
            std::size_t first_feature);
void project(const Kernel& kernel, const Linear& linear, std::size_t first_out,
             ConstView inputs, View outputs);
void scale(View panel, float factor);

// The queries, keys, values and contexts of a head, and where it stands among the heads
// in them. The queries are already scaled by 1 / sqrt(head_dim).
struct Head {
  Panels& queries;
  Panels& keys;
  // values(feature, token), each feature's tokens in a row: a sum over keys runs through
  // memory.
  View values;
  Panels& contexts;
  std::size_t first_feature;  // in queries, keys and values
  std::size_t first_context;  // the same in contexts
  std::size_t head_dim;
};

void compute_scores(const Kernel& kernel, const Head& head, std::size_t panel,
                    std::size_t first_key_panel, View scores);
void compute_context(const Kernel& kernel, const Head& head, std::size_t panel,
                     std::size_t first_key_panel, ConstView weights, bool add);
void mask_diagonal(View scores);
void divide_by_sum(View panel, const RunningSoftmax& running);
void attend(const Kernel& kernel, const Head& head, std::size_t panel,
            std::size_t first_key_panel, View scores);

}  // namespace longhand
