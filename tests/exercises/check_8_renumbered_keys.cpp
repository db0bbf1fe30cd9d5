#include <algorithm>
#include <array>
#include <cmath>

#include "check.hpp"

namespace exercises {

namespace {

// The key (1, 0, 1, 0) at the positions from first on: the second pair turns 100 times more slowly.
Matrix turned(std::size_t first, std::size_t count) {
  Matrix keys(count, 4);
  for (std::size_t row = 0; row < count; ++row) {
    const float position = static_cast<float>(first + row);
    const float slow = position / 100;
    std::ranges::copy(
        std::array{std::cos(position), std::sin(position), std::cos(slow), std::sin(slow)},
        keys.row(row).begin());
  }
  return keys;
}

}  // namespace

void check_renumbered_keys(Check& check, decltype(renumbered_keys)* answer) {
  const auto keys_are = check.calls("renumbered_keys", answer);
  check.law("if none is dropped, all stay where they are");
  const Matrix three{{1, 2}, {3, 4}, {5, 6}};
  keys_are(three, 0, three);

  check.law("the first rows go");
  check.has_shape(call("renumbered_keys", three, std::size_t{2}), answer(three, 2), 1, 2);

  check.law("the first key that stays stands at 0, as if it had never been turned");
  keys_are(turned(0, 2), 1, turned(0, 1));

  check.law("the next stands at 1, and so on");
  check.near("renumbered_keys(a key at positions 0 to 6, 4)", answer(turned(0, 7), 4),
             turned(0, 3));

  check.law("dropping one and then two is dropping three");
  const Matrix five{{1, 2, 3, 4}, {4, -3, 2, 1}, {0, 1, 1, 0}, {2, 2, -1, 1}, {1, 0, 5, -2}};
  check.near("renumbered_keys(renumbered_keys(five keys, 1), 2)", answer(answer(five, 1), 2),
             answer(five, 3));
}

static const Exercise exercise_8_renumbered_keys("8_renumbered_keys", check_renumbered_keys,
                                                 renumbered_keys);

}  // namespace exercises
