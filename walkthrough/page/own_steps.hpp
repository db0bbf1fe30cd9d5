#pragma once

#include <cstddef>
#include <cstdint>

#include "longhand/matrix.hpp"
#include "page.hpp"

namespace walkthrough {

// What a reader may choose. The defaults are the notebook's.
struct OwnChoice {
  std::uint32_t seed = 123;
  std::size_t d_out = 2;  // of all heads together
  std::size_t num_heads = 2;
  bool is_causal = true;
};

// On any tokens: the attention weights of each variant, and context vectors; or the steps on the way
// to them. inputs is tokens x d_in, both at least 1; num_heads divides
// d_out; the page knows the tokens' labels.
// Throws std::invalid_argument, and prints nothing, if a tensor would have more than most_numbers
// numbers.
void show_own(Page& page, const longhand::Matrix& inputs, const OwnChoice& choice, bool all_steps);

}  // namespace walkthrough
