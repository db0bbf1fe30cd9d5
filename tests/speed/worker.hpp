#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

// The work of all rivals: causal multi-head attention over one sequence.
struct Work {
  std::size_t tokens;
  std::size_t d;               // d_in = d_out
  std::size_t num_heads;       // each head_dim = d / num_heads wide
  std::vector<float> inputs;   // tokens x d
  std::vector<float> W_query;  // d x d, a row for each output, as torch.nn.Linear has it
  std::vector<float> W_key;
  std::vector<float> W_value;
  std::vector<float> W_out;
  std::vector<float> bias_out;  // d

  std::size_t head_dim() const { return d / num_heads; }
};

// The work once: tokens x d context vectors, which stay until the next call.
using Forward = std::function<const float*()>;

// What a rival defines. Weights are rearranged in prepare, outside of the time that counts.
std::string version();
Forward prepare(const Work& work, int num_threads);
