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

  check.law("the first pair turns by one radian from a token to the next");
  rotated_is({{1, 0}, {1, 0}, {0, 1}},
             {{1, 0}, {std::cos(1.0F), std::sin(1.0F)}, {-std::sin(2.0F), std::cos(2.0F)}});

  check.law("the second of two pairs, columns 2 and 3, turns 100 times more slowly");
  rotated_is({{0, 0, 0, 0}, {1, 0, 1, 0}},
             {{0, 0, 0, 0}, {std::cos(1.0F), std::sin(1.0F), std::cos(0.01F), std::sin(0.01F)}});

  // All rows hold the same query, or the same key.
  check.law("a score depends on the distance of query and key alone");
  const Matrix queries = answer({{1, 2, 0, 1, 3, 1}, {1, 2, 0, 1, 3, 1}, {1, 2, 0, 1, 3, 1}});
  const Matrix keys = answer({{2, 0, 1, 1, 0, 1}, {2, 0, 1, 1, 0, 1}, {2, 0, 1, 1, 0, 1}});
  check.has_shape("rotated(a matrix of (3, 6))", queries, 3, 6);
  for (std::size_t query = 1; query < 3; ++query) {
    check.near("the score of positions " + text(query) + " and " + text(query - 1),
               longhand::dot(queries.row(query), keys.row(query - 1)),
               longhand::dot(queries.row(1), keys.row(0)));
  }

  check.law("no token changes its length");
  check.near("the squared length of (1, 2, 0, 1, 3, 1), rotated to position 2,",
             longhand::dot(queries.row(2), queries.row(2)), 16);
}

}  // namespace exercises
