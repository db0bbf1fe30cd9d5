#include "check.hpp"

namespace exercises {

namespace {

const Exercise exercise_7_shared_keys("7_shared_keys", check_shared_keys, shared_keys_grad);

}  // namespace

void check_shared_keys(Check& check, decltype(shared_keys_grad)* answer) {
  const auto is = [&](const std::vector<Matrix>& queries, const std::vector<Matrix>& scores_grad,
                      const Matrix& must_be) {
    std::string lists[2];
    for (std::size_t head = 0; head < queries.size(); ++head) {
      const std::string comma = head == 0 ? "" : ", ";
      lists[0] += comma + text(queries[head]);
      lists[1] += comma + text(scores_grad[head]);
    }
    const std::string what = "shared_keys_grad({" + lists[0] + "}, {" + lists[1] + "})";
    check.near(what, answer(queries, scores_grad), must_be);
  };

  check.law("a score moves its key by the query");
  is({{{2, 3}}}, {{{1}}}, {{2, 3}});

  check.law("a key adds up what all queries say, each as its score moves the loss");
  is({{{1, 0}, {0, 1}}}, {{{2, 3, 5}, {7, 11, 13}}}, {{2, 7}, {3, 11}, {5, 13}});

  check.law("a key adds up what all heads say");
  is({{{1, 0}}, {{0, 1}}, {{1, 1}}}, {{{2}}, {{3}}, {{-4}}}, {{-2, -1}});
}

}  // namespace exercises
