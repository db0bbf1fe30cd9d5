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

// The steps of chapters 1 to 4 on any tokens, with every number on the way.
//
// inputs is tokens x d_in, both at least 1; the page knows the tokens' labels. Throws
// std::invalid_argument, and prints nothing, where num_heads does not divide d_out, or a tensor
// would have more than most_numbers numbers.
void show_own_steps(Page& page, const longhand::Matrix& inputs, const OwnChoice& choice);

}  // namespace walkthrough
