// Exercise of chapter 3: a window that slides along the text.
//
// In a long text, a causal query sees ever more keys. Some models let it see only the last few, its
// own among them:
//
//   mask(query, key) = 1 where key <= query and key is one of the last `window` keys up to query
//                      0 otherwise
//
// window is at least 1, and may be larger than num_tokens. The result is num_tokens x num_tokens.
//
// Hint: Indices are std::size_t, which knows no numbers below zero: 0 - 1 is huge. Write the
// condition without a difference that could be negative.
//
// Check it with: meson compile -C build exercise_3_sliding_window

#include "exercises.hpp"
#include "longhand/causal_attention.hpp"

longhand::Matrix exercises::sliding_window_mask(std::size_t num_tokens, std::size_t window) {
  return longhand::causal_mask(num_tokens);  // without a window, so far
}
