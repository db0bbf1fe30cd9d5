#include <algorithm>
#include <longhand/faster_loops.hpp>

#include "worker.hpp"

using namespace longhand;

namespace {

Matrix matrix(const std::vector<float>& numbers, std::size_t cols) {
  Matrix result(numbers.size() / cols, cols);
  if (!numbers.empty()) std::copy(numbers.begin(), numbers.end(), result.row(0).data());
  return result;
}

}  // namespace

std::string version() {
  return LONGHAND_VERSION ", " + std::string(instruction_set_name(instruction_sets().back()));
}

Forward prepare(const Work& work, int num_threads) {
  Generator generator(0);
  auto attention = MultiHeadAttention::draw(
      {.d_in = work.d, .d_out = work.d, .context_length = work.tokens, .num_heads = work.num_heads},
      generator);
  attention.W_query.weight = matrix(work.W_query, work.d);
  attention.W_key.weight = matrix(work.W_key, work.d);
  attention.W_value.weight = matrix(work.W_value, work.d);
  attention.out_proj = Linear{matrix(work.W_out, work.d), work.bias_out};
  FasterOptions options;
  options.num_threads = static_cast<std::size_t>(num_threads);
  return [attention, options, batch = std::vector<Matrix>{matrix(work.inputs, work.d)},
          context_vecs = std::vector<Matrix>()]() mutable {
    context_vecs = faster_forward(attention, batch, options);
    return std::as_const(context_vecs[0]).values().data();
  };
}
