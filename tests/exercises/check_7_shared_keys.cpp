#include "check.hpp"

namespace exercises {

void check_shared_keys(Check& check, decltype(shared_keys_grad)* answer) {
  const auto is = check.calls("shared_keys_grad", answer);

  check.law("a score moves its key by the query");
  is({{{2, 3}}}, {{{1}}}, {{2, 3}});

  check.law("a key adds up what all queries say, each as its score moves the loss");
  is({{{1, 0}, {0, 1}}}, {{{2, 3, 5}, {7, 11, 13}}}, {{2, 7}, {3, 11}, {5, 13}});

  check.law("a key adds up what all heads say");
  is({{{1, 0}}, {{0, 1}}, {{1, 1}}}, {{{2}}, {{3}}, {{-4}}}, {{-2, -1}});
}

static const Exercise exercise_7_shared_keys("7_shared_keys", check_shared_keys, shared_keys_grad);

}  // namespace exercises
