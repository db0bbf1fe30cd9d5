#pragma once

#include "longhand/dropout.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"

namespace longhand {

// What MultiHeadAttention::steps does for each sequence of a batch, whose dropout they share. The batch
// was checked before.
MultiHeadAttentionSteps steps_of_sequence(const MultiHeadAttention& attention, const Matrix& inputs,
                                          Dropout& dropout);

}  // namespace longhand
