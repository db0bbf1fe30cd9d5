// Exercise of chapter 6: write the test yourself.
//
// Somebody hands you an attention, and says that it is causal. You cannot see its code, but you may
// call it. Find out whether the row of any token depends on a later one.
//
// attention takes a matrix of tokens x 2, with as many tokens as you like, and returns one of the
// same shape. It gives the same answer to the same input. Return true where it looks ahead, false
// where it is causal. The check holds a dozen of both kinds, some of them sly.
//
// Hint: Weights of zero prove nothing: a mask after softmax leaves them, and still the sum that
// softmax divided by has seen all tokens. Change a token, and look at which rows change. Which
// tokens do you have to change, and which rows to compare, so that nothing escapes?
//
// Check it with: meson compile -C build exercise_6_looks_ahead

#include "exercises.hpp"

bool exercises::looks_ahead(const Attention& attention) { return false; }
