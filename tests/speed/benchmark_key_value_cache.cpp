// Measures what a new token costs with a cache of keys and values, and without, as the text grows: one
// layer of the size of the smallest GPT-2, in the clear loops. On a quiet machine, what it prints is
// the record of chapter 8: walkthrough/documented/key_value_cache_record.hpp.
//
// Takes a minute or two. Every figure is a median; both ways are measured in turns.

#include <algorithm>
#include <cstdio>
#include <vector>

#include "longhand/key_value_cache.hpp"
#include "measure.hpp"

using namespace longhand;

namespace {

constexpr std::size_t d_model = 768, num_heads = 12, most_tokens = 1024, rounds = 5;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  Generator generator(123);
  const auto attention = MultiHeadAttention::draw(
      {.d_in = d_model, .d_out = d_model, .context_length = most_tokens, .num_heads = num_heads},
      generator);
  std::printf("%-6s %8s %6s %8s %6s %6s\n", "tokens", "all, ms", "MiB", "new, ms", "MiB", "ratio");
  for (std::size_t num_tokens = 64; num_tokens <= most_tokens; num_tokens *= 2) {
    const Matrix inputs = generator.uniform(num_tokens, d_model, -1, 1);
    const Matrix new_inputs = generator.uniform(1, d_model, -1, 1);
    KeyValueCache filled{.keys = generator.uniform(num_tokens - 1, d_model, -1, 1),
                         .values = generator.uniform(num_tokens - 1, d_model, -1, 1)};
    KeyValueCache cache;
    const auto all = [&] { attention.forward(inputs); };
    const auto only_new = [&] { forward_with_cache(attention, new_inputs, cache); };
    std::vector<double> of_all, of_new, ratios;
    for (std::size_t round = 0; round < rounds; ++round) {
      cache = filled;
      of_all.push_back(1e3 * seconds_of(all));
      of_new.push_back(1e3 * seconds_of(only_new));
      ratios.push_back(of_all.back() / of_new.back());
    }
    const double memory_of_all = mebibytes_of(all);
    cache = filled;
    const double memory_of_new = mebibytes_of(only_new);
    std::printf("%-6zu %8.1f %6.1f %8.2f %6.1f %5.0fx\n", num_tokens, median(of_all), memory_of_all,
                median(of_new), memory_of_new, median(ratios));
  }
}
