#pragma once

#include <cstddef>

#include "longhand/matrix.hpp"

// Several heads of queries that share one head of keys and values. Chapter 8 shows it.
namespace grouped_queries {

// head h = causal attention of queries' head h, and keys' and values' head h / group
// group  = num_heads / num_kv_heads
//
// queries is tokens x (num_heads * head_dim), keys and values are tokens x (num_kv_heads *
// head_dim). The result has the shape of queries: the heads side by side, before an output
// projection. With as many key-value heads as heads, this is multi-head attention; with one,
// multi-query attention. Throws std::invalid_argument if num_kv_heads does not divide num_heads,
// or the shapes are incompatible.
// Source: Ainslie et al., GQA, 2023, section 2.2; Shazeer, Fast Transformer Decoding, 2019,
// section 3.
longhand::Matrix attention(const longhand::Matrix& queries, const longhand::Matrix& keys,
                           const longhand::Matrix& values, std::size_t num_heads,
                           std::size_t num_kv_heads);

// Of all heads of keys, or of values, the first of each group.
// Throws std::invalid_argument if num_kv_heads does not divide num_heads.
longhand::Matrix first_of_groups(const longhand::Matrix& joined, std::size_t num_heads,
                                 std::size_t num_kv_heads);

}  // namespace grouped_queries
