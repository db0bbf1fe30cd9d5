#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "longhand/matrix.hpp"
#include "require.hpp"

namespace longhand {

// Throws std::invalid_argument where a sequence of the batch is longer than context_length.
inline void require_context_length(std::string_view function, const std::vector<Matrix>& batch,
                                   std::size_t context_length) {
  for (const Matrix& inputs : batch) {
    require(inputs.rows() <= context_length, function, ": ", inputs.rows(),
            " tokens are more than context_length (", context_length,
            "): pass fewer tokens, or make context_length larger");
  }
}

}  // namespace longhand
