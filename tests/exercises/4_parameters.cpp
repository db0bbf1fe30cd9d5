// Exercise of chapter 4: counting what is learned.
//
// Many models let several heads of queries share one head of keys and values. All heads are
// head_dim = d_out / num_heads wide: num_heads of queries, num_kv_heads of keys and of values.
//
//   W_query          d_in -> num_heads * head_dim
//   W_key, W_value   d_in -> num_kv_heads * head_dim
//   out_proj         d_out -> d_out
//
// A layer a -> b has a * b weights. out_proj has a bias, a number for each output; the others have
// one where qkv_bias is true. Return how many numbers that makes.
//
// Hint: With as many heads of one kind as of the other, it is MultiHeadAttention::num_parameters of
// the library. In the notebook's example d_in equals d_out: do not let that hide a mistake.
//
// Check it with: meson compile -C build exercise_4_parameters

#include "exercises.hpp"

std::size_t exercises::num_parameters(std::size_t d_in, std::size_t d_out, std::size_t num_heads,
                                      std::size_t num_kv_heads, bool qkv_bias) {
  return 0;
}
