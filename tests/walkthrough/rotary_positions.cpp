// What chapter 8 says of rotary positions.

#include "rotary_positions.hpp"

#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/vector.hpp"

using namespace longhand;
using rotary::Pairs;

// The score of (a, b) and (x, y), the second d positions later, is
// (a x + b y) cos(d f) - (a y - b x) sin(d f) for a pair of frequency f, wherever both stand.
//
// With u = 2^-24: cosine, product and sum are each rounded by u at most, so a turned number is off
// by 3 u (|a| + |b|), a turned pair of length r by 6 u r, and the product of two pairs by 12 u r s;
// the sum of head_dim products adds head_dim u for each. Angles in double add nothing that would
// count.
BOOST_AUTO_TEST_CASE(a_score_depends_on_the_distance_alone) {
  RandomNumbers random(1);
  for (int repetition = 0; repetition < 400; ++repetition) {
    const std::size_t head_dim = 2 * random.size(1, 8);
    const Matrix query = random.matrix(1, head_dim), key = random.matrix(1, head_dim);
    const std::size_t at = random.size(0, 100000), key_at = random.size(0, 100000);
    for (const Pairs pairs : {Pairs::neighbours, Pairs::halves}) {
      double score = 0, size = 0;
      for (std::size_t i = 0; i < head_dim / 2; ++i) {
        const std::size_t first = pairs == Pairs::halves ? i : 2 * i;
        const std::size_t second = pairs == Pairs::halves ? i + head_dim / 2 : 2 * i + 1;
        const double a = query(0, first), b = query(0, second);
        const double x = key(0, first), y = key(0, second);
        const double exponent = 2 * static_cast<double>(i) / static_cast<double>(head_dim);
        const double distance = static_cast<double>(key_at) - static_cast<double>(at);
        const double angle = distance / std::pow(10000, exponent);
        score += (a * x + b * y) * std::cos(angle) - (a * y - b * x) * std::sin(angle);
        size += std::hypot(a, b) * std::hypot(x, y);
      }
      const float computed =
          dot(rotary::rotate(query, at, pairs).row(0), rotary::rotate(key, key_at, pairs).row(0));
      BOOST_TEST(std::abs(computed - score) <=
                 std::ldexp((12 + static_cast<double>(head_dim)) * size, -24));
    }
  }
}

// With a cache, what was turned once is never turned again.
BOOST_AUTO_TEST_CASE(a_piece_is_turned_as_in_the_whole_text_bit_for_bit) {
  RandomNumbers random(2);
  for (int repetition = 0; repetition < 30; ++repetition) {
    const Matrix head = random.matrix(random.size(1, 12), 2 * random.size(1, 6));
    const std::size_t first = random.size(0, head.rows()), start = random.size(0, 1000);
    const std::size_t count = random.size(0, head.rows() - first);
    for (const Pairs pairs : {Pairs::neighbours, Pairs::halves}) {
      BOOST_TEST((rotary::rotate(rows_of(head, first, count), start + first, pairs) ==
                  rows_of(rotary::rotate(head, start, pairs), first, count)));
    }
    BOOST_TEST((rotary::rotate(first_rows(head, 1), 0, Pairs::halves) == first_rows(head, 1)));
  }
}

// The same numbers, even columns first: the scores differ in the order of a sum alone.
BOOST_AUTO_TEST_CASE(weights_for_neighbours_become_weights_for_halves) {
  RandomNumbers random(3);
  for (unsigned seed = 0; seed < 30; ++seed) {
    const std::size_t num_heads = random.size(1, 4), half = random.size(1, 4);
    const Matrix inputs = random.matrix(random.size(1, 6), random.size(1, 5));
    Generator generator(seed);
    const Linear layer = Linear::draw(
        {.d_in = inputs.cols(), .d_out = num_heads * 2 * half, .bias = seed % 2 == 0}, generator);
    const Linear converted = rotary::neighbours_to_halves(layer, num_heads);
    BOOST_TEST(converted.bias.size() == layer.bias.size());
    for (std::size_t head = 0; head < num_heads; ++head) {
      const auto turned = [&](const Linear& projection, Pairs pairs) {
        return rotary::rotate(split_heads(projection.forward(inputs), num_heads)[head], 7, pairs);
      };
      const Matrix neighbours = turned(layer, Pairs::neighbours);
      const Matrix halves = turned(converted, Pairs::halves);
      for (std::size_t token = 0; token < inputs.rows(); ++token) {
        for (std::size_t i = 0; i < half; ++i) {
          BOOST_TEST(halves(token, i) == neighbours(token, 2 * i));
          BOOST_TEST(halves(token, i + half) == neighbours(token, 2 * i + 1));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_position_before_the_first_is_refused) {
  BOOST_CHECK_EXCEPTION(rotary::rotate(Matrix(2, 4), std::size_t(-1), Pairs::halves),
                        std::invalid_argument,
                        says("rotary positions: first_position is -1: a size is not negative"));
}

BOOST_AUTO_TEST_CASE(columns_that_make_no_pairs_are_refused) {
  const auto odd =
      says("rotary positions: head_dim is 3: columns are turned in pairs, so it must be even");
  BOOST_CHECK_EXCEPTION(rotary::rotate(Matrix(2, 3), 0, Pairs::halves), std::invalid_argument, odd);
  BOOST_CHECK_EXCEPTION(rotary::neighbours_to_halves(Linear{Matrix(6, 5)}, 2),
                        std::invalid_argument, odd);
  BOOST_CHECK_EXCEPTION(
      rotary::neighbours_to_halves({Matrix(6, 5), {1}}, 3), std::invalid_argument,
      says("Linear: bias has 1 element, weight is (6, 5): the bias must be of length d_out (6), or "
           "empty"));
  for (const int num_heads : {0, 4, -1}) {
    BOOST_CHECK_EXCEPTION(
        rotary::neighbours_to_halves(Linear{Matrix(6, 5)}, std::size_t(num_heads)),
        std::invalid_argument,
        says("rotary positions: d_out is 6, num_heads is " + std::to_string(num_heads) +
             ": the heads must share the rows evenly"));
  }
}
