#include "exercises.hpp"

std::size_t exercises::num_parameters(std::size_t d_in, std::size_t d_out, std::size_t num_heads,
                                      std::size_t num_kv_heads, bool qkv_bias) {
  const std::size_t head_dim = d_out / num_heads;
  const std::size_t qkv_width = d_out + 2 * num_kv_heads * head_dim;
  const std::size_t qkv = qkv_width * (qkv_bias ? d_in + 1 : d_in);
  const std::size_t out_proj = d_out * (d_out + 1);
  return qkv + out_proj;
}
