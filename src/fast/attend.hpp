#pragma once

#include <cstddef>

#include "kernel.hpp"
#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"
#include "panels.hpp"
#include "view.hpp"

namespace longhand {

// The steps of attention in panels, each for one thread.

// Keys whose scores are held at a time, in panels: few enough that the scores stay near the core.
constexpr std::size_t panels_of_block = 8;

// panel(feature, lane) = tokens(first_token + lane, feature), and 0 if there is no such token
void pack(const Matrix& tokens, std::size_t first_token, View panel);

// tokens(first_token + lane, first_feature + feature) = panel(feature, lane), if there is such a token
void unpack(ConstView panel, Matrix& tokens, std::size_t first_token, std::size_t first_feature);

// c(row, lane) = sum over k of a(row, k) * b(k, lane), or += that sum if add is true
//
// multiply_tile for any number of rows and any depth; a sum of no products is 0.
void multiply(const Kernel& kernel, ConstView a, ConstView b, View c, bool add);

// outputs(out, lane) = sum over in of weight(first_out + out, in) * inputs(in, lane)
//                      + bias[first_out + out]
void project(const Kernel& kernel, const Linear& linear, std::size_t first_out, ConstView inputs,
             View outputs);

// panel *= factor
void scale(View panel, float factor);

// The queries, keys, values and contexts of a head, and where it stands among the heads in them. The
// queries are already scaled by 1 / sqrt(head_dim).
struct Head {
  Panels& queries;
  Panels& keys;
  // values(feature, token), each feature's tokens in a row: a sum over keys runs through memory.
  View values;
  Panels& contexts;
  std::size_t first_feature;  // in queries, keys and values
  std::size_t first_context;  // the same in contexts
  std::size_t head_dim;
};

// scores(key, query) of a panel of queries, for the keys from a panel on, as many as rows in scores
void compute_scores(const Kernel& kernel, const Head& head, std::size_t panel,
                    std::size_t first_key_panel, View scores);

// context(feature, query) = sum over keys of values(feature, key) * weights(key, query), or +=
void compute_context(const Kernel& kernel, const Head& head, std::size_t panel,
                     std::size_t first_key_panel, ConstView weights, bool add);

// scores(key, query) of the same tokens: a key after its query becomes -inf.
void mask_diagonal(View scores);

// Each lane of a panel is divided by its sum.
void divide_by_sum(View panel, const RunningSoftmax& running);

// The context vectors of a panel of queries, block by block of the keys, from the panel in which the
// sequence begins. scores is room for a block: panels_of_block * lanes rows.
void attend(const Kernel& kernel, const Head& head, std::size_t panel, std::size_t first_key_panel,
            View scores);

}  // namespace longhand
