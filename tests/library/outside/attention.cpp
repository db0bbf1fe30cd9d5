#include <cstdio>
#include <longhand/longhand.hpp>

int main() {
  const longhand::Matrix inputs{
      {0.43, 0.15, 0.89}, {0.55, 0.87, 0.66}, {0.57, 0.85, 0.64},
      {0.22, 0.58, 0.33}, {0.77, 0.25, 0.10}, {0.05, 0.80, 0.55},
  };
  longhand::Generator generator(123);
  const auto attention = longhand::MultiHeadAttention::draw(
      {.d_in = 3, .d_out = 2, .context_length = 6, .num_heads = 2}, generator);
  const longhand::Matrix context_vecs = attention.forward(inputs);
  std::printf("%.4f %.4f\n", context_vecs(5, 0), context_vecs(5, 1));
}
