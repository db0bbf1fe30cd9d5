#include "grouped_queries.hpp"

#include <vector>

#include "longhand/multi_head_attention.hpp"
#include "require.hpp"

namespace grouped_queries {
namespace {

using longhand::List;
using longhand::Matrix;

std::size_t group_size(std::size_t num_heads, std::size_t num_kv_heads) {
  longhand::require(num_kv_heads > 0 && num_heads % num_kv_heads == 0,
                    "grouped queries: num_heads is ", num_heads, ", num_kv_heads is ",
                    num_kv_heads, ": the groups must share the heads evenly");
  return num_heads / num_kv_heads;
}

}  // namespace

Matrix attention(const Matrix& queries, const Matrix& keys, const Matrix& values,
                 std::size_t num_heads, std::size_t num_kv_heads) {
  const std::size_t group = group_size(num_heads, num_kv_heads);
  const List<Matrix> query_heads = longhand::split_heads(queries, num_heads);
  const List<Matrix> key_heads = longhand::split_heads(keys, num_kv_heads);
  const List<Matrix> value_heads = longhand::split_heads(values, num_kv_heads);
  longhand::Dropout nothing_dropped(0);
  std::vector<Matrix> context_vecs;
  for (std::size_t head = 0; head < num_heads; ++head) {
    const std::size_t kv_head = head / group;
    context_vecs.push_back(
        longhand::causal_attention(query_heads[head], key_heads[kv_head],
                                   value_heads[kv_head], nothing_dropped)
            .context_vecs);
  }
  return longhand::join_heads(context_vecs);
}

Matrix first_of_groups(const Matrix& joined, std::size_t num_heads,
                       std::size_t num_kv_heads) {
  const std::size_t group = group_size(num_heads, num_kv_heads);
  const List<Matrix> heads = longhand::split_heads(joined, num_heads);
  std::vector<Matrix> firsts;
  for (std::size_t kv_head = 0; kv_head < num_kv_heads; ++kv_head) {
    firsts.push_back(heads[kv_head * group]);
  }
  return longhand::join_heads(firsts);
}

}  // namespace grouped_queries
