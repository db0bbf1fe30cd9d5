#include <longhand/faster_loops.hpp>

#include "worker.hpp"

using namespace longhand;

std::string version() { return std::string(instruction_set_name(instruction_sets().back())); }

Forward prepare(const Work& work, int num_threads) {
  const auto matrix = [&](const std::vector<float>& numbers) {
    return Matrix(numbers.size() / work.d, work.d, numbers);
  };
  const MultiHeadAttention attention{.context_length = work.tokens,
                                     .num_heads = work.num_heads,
                                     .W_query = {matrix(work.W_query)},
                                     .W_key = {matrix(work.W_key)},
                                     .W_value = {matrix(work.W_value)},
                                     .out_proj = {matrix(work.W_out), work.bias_out}};
  FasterOptions options;
  options.num_threads = static_cast<std::size_t>(num_threads);
  return [attention, options, inputs = matrix(work.inputs), context_vecs = Matrix()]() mutable {
    context_vecs = faster_forward(attention, inputs, options);
    return std::as_const(context_vecs).values().data();
  };
}
