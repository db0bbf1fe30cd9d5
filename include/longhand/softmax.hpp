#pragma once

#include <span>
#include <vector>

#include "longhand/matrix.hpp"

namespace longhand {

// softmax_naive(x)[i] = exp(x[i]) / sum over j of exp(x[j])
//
// The formula as it stands, which fails for large scores. exp overflows above 88.7: such a score
// gets NaN, all others 0. If the sum alone overflows, all weights are 0. If every score is
// below -104, all exponentials are 0 and all weights NaN.
std::vector<float> softmax_naive(std::span<const float> scores);

// softmax(x)[i] = exp(x[i] - max) / sum over j of exp(x[j] - max), max being the largest x[j]
//
// Equal to the formula above, since exp(-max) cancels, but no exponential exceeds 1. The sum runs
// from left to right, so that scores of -inf at the end change no bit of the weights before them.
// As in PyTorch, no scores give no weights; scores that are all -inf, or hold NaN or +inf, give NaN
// throughout.
std::vector<float> softmax(std::span<const float> scores);

// softmax of each row: a query's scores against all keys become its weights over all keys.
Matrix softmax_rows(const Matrix& scores);

}  // namespace longhand
