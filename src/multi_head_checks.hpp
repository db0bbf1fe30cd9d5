#pragma once

#include <span>

#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"

namespace longhand {

// The weights must fit each other, num_heads must divide d_out, and the batch must fit
// the weights; otherwise throws std::invalid_argument.
void require_batch(const MultiHeadAttention& attention, std::span<const Matrix> batch);

}  // namespace longhand
