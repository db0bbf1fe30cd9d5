// Exercise of chapter 8: new numbers for old keys.
//
// A cache with rotary positions holds keys that are turned already, each by its position. When its
// window slides, the first ones are dropped, and the numbers of the others grow and grow: up to
// positions that the model has never seen. So let them begin at 0 again: turn the keys that stay as
// if the first of them stood at position 0, the next at 1, and so on. The unturned keys are gone.
//
// turned_keys is tokens x head_dim, the keys of one head; row p stands at position p, so that its
// columns 2 i and 2 i + 1 were turned by the angle p * 10000^(-2 i / head_dim). The first
// `dropped` rows go. The result is (tokens - dropped) x head_dim.
//
//   (a, b) turned by an angle is (a cos - b sin, a sin + b cos)
//
// Hint: Turning by one angle and then by another is turning by their sum. By which angle must row
// `dropped` be turned? And the one after it?
//
// Check it with: meson compile -C build exercise_8_renumbered_keys

#include <cmath>

#include "exercises.hpp"

longhand::Matrix exercises::renumbered_keys(const Matrix& turned_keys, std::size_t dropped) {
  return turned_keys;  // all, where they were
}
