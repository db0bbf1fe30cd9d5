#include "exercises.hpp"
#include "longhand/multi_head_attention.hpp"

longhand::Matrix exercises::grouped_query_attention(const Matrix& queries, const Matrix& keys,
                                                    const Matrix& values, std::size_t num_heads,
                                                    std::size_t num_kv_heads) {
  longhand::Dropout dropout(0);  // drops nothing
  const std::vector<Matrix> query_heads = longhand::split_heads(queries, num_heads);
  const std::vector<Matrix> key_heads = longhand::split_heads(keys, num_kv_heads);
  const std::vector<Matrix> value_heads = longhand::split_heads(values, num_kv_heads);
  const std::size_t group = num_heads / num_kv_heads;
  std::vector<Matrix> context_of_heads;
  for (std::size_t head = 0; head < num_heads; ++head) {
    context_of_heads.push_back(longhand::causal_attention(query_heads[head],
                                                          key_heads[head / group],
                                                          value_heads[head / group], dropout)
                                   .context_vecs);
  }
  return longhand::join_heads(context_of_heads);
}
