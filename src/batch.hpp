#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "longhand/matrix.hpp"
#include "require.hpp"

namespace longhand {

// Throws std::invalid_argument where a sequence of the batch is not as wide as d_in, or longer than
// context_length. All are checked before any is worked on.
inline void require_batch(std::string_view function, const std::vector<Matrix>& batch,
                          std::size_t d_in, std::size_t context_length) {
  for (const Matrix& inputs : batch) {
    require(inputs.cols() == d_in, function, ": a sequence is ", shape_text(inputs),
            ": its columns (", inputs.cols(), ") must equal d_in (", d_in, ")");
    require(inputs.rows() <= context_length, function, ": ", inputs.rows(),
            " tokens are more than context_length (", context_length,
            "): pass fewer tokens, or make context_length larger");
  }
}

}  // namespace longhand
