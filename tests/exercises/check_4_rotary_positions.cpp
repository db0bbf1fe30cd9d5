#include <cmath>

#include "check.hpp"
#include "longhand/vector.hpp"

namespace exercises {

namespace {

const Exercise exercise_4_rotary_positions("4_rotary_positions", check_rotary_positions, rotated);

}  // namespace

void check_rotary_positions(Check& check, decltype(rotated)* answer) {
  const auto rotated_is = [&](const Matrix& head, const Matrix& must_be) {
    check.near(call("rotated", head), answer(head), must_be);
  };

  check.law("the first token, at position 0, stays as it is");
  rotated_is({{1, -2, 3, 4}}, {{1, -2, 3, 4}});

  // The same query, or key, at three positions.
  const Matrix query_at{{1, 2, 0, 1, 3, 1}, {1, 2, 0, 1, 3, 1}, {1, 2, 0, 1, 3, 1}};
  const Matrix key_at{{2, 0, 1, 1, 0, 1}, {2, 0, 1, 1, 0, 1}, {2, 0, 1, 1, 0, 1}};
  const Matrix queries = answer(query_at);
  const Matrix keys = answer(key_at);
  check.has_shape(call("rotated", query_at), queries, 3, 6);
  check.has_shape(call("rotated", key_at), keys, 3, 6);

  check.law("no token changes its length");
  check.near("the squared length of row 2 of " + call("rotated", query_at),
             longhand::dot(queries.row(2), queries.row(2)), 16);

  check.law("a score depends on the distance of query and key alone");
  check.near("row 2 of " + call("rotated", query_at) + " times row 1 of " + call("rotated", key_at),
             longhand::dot(queries.row(2), keys.row(1)),
             longhand::dot(queries.row(1), keys.row(0)));

  check.law("the first pair turns by one radian from a token to the next");
  rotated_is({{1, 0}, {1, 0}, {0, 1}},
             {{1, 0}, {std::cos(1.0F), std::sin(1.0F)}, {-std::sin(2.0F), std::cos(2.0F)}});

  check.law("the second of two pairs, or third of four, turns 100 times more slowly");
  rotated_is({{0, 0, 0, 0}, {1, 0, 1, 0}},
             {{0, 0, 0, 0}, {std::cos(1.0F), std::sin(1.0F), std::cos(0.01F), std::sin(0.01F)}});
  rotated_is({{0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 0, 0}},
             {{0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, std::cos(0.01F), std::sin(0.01F), 0, 0}});
}

}  // namespace exercises
