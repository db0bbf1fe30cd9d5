#include "check.hpp"
#include "longhand/causal_attention.hpp"

namespace exercises {

void check_sliding_window(Check& check, decltype(sliding_window_mask)* answer) {
  const auto mask_is = check.calls("sliding_window_mask", answer);

  check.law("a window of 1 shows each query its own key alone");
  mask_is(3, 1, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});

  check.law("a window of 2 shows the key before as well, and none after");
  mask_is(4, 2, {{1, 0, 0, 0}, {1, 1, 0, 0}, {0, 1, 1, 0}, {0, 0, 1, 1}});

  check.law("a window that holds all tokens is the causal mask");
  mask_is(5, 5, longhand::causal_mask(5));
  mask_is(5, 1000, longhand::causal_mask(5));
}

static const Exercise exercise_3_sliding_window("3_sliding_window", check_sliding_window,
                                                sliding_window_mask);

}  // namespace exercises
