#include "check.hpp"

namespace exercises {

void check_parameters(Check& check, decltype(num_parameters)* answer) {
  const auto number_is = [&](std::size_t d_in, std::size_t d_out, std::size_t num_heads,
                             std::size_t num_kv_heads, bool qkv_bias, std::size_t must_be) {
    check.equal(call("num_parameters", d_in, d_out, num_heads, num_kv_heads, qkv_bias),
                answer(d_in, d_out, num_heads, num_kv_heads, qkv_bias), must_be);
  };

  check.law("the smallest GPT-2 has the documented 2360064");
  number_is(768, 768, 12, 12, false, 2360064);

  // Three times 5 * 6, then 6 * 6 + 6.
  check.law("d_in and d_out may differ");
  number_is(5, 6, 2, 2, false, 132);

  check.law("a bias of queries, keys and values is a number for each output");
  number_is(5, 6, 2, 2, true, 132 + 18);

  // 4096 * 4096 + 2 * 4096 * 1024 + 4096 * 4096, and the bias of out_proj.
  check.law("with the sizes of Llama 3 8B, 32 heads share 8 of keys and values");
  number_is(4096, 4096, 32, 8, false, 41943040 + 4096);

  // Biases: 6 for the queries, 3 each for keys and values.
  check.law("a shared head has a bias for its own outputs alone");
  number_is(5, 6, 2, 1, true, 5 * 6 + 2 * 5 * 3 + 42 + 12);
}

static const Exercise exercise_4_parameters("4_parameters", check_parameters, num_parameters);

}  // namespace exercises
