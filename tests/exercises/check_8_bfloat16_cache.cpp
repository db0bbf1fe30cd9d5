#include <bit>
#include <cmath>
#include <limits>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/generator.hpp"
#include "longhand/self_attention.hpp"

namespace exercises {

namespace {

float from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace

void check_bfloat16_cache(Check& check, decltype(to_bfloat16)* answer) {
  const auto rounds_to = [&](float number, float must_be) {
    check.near("to_bfloat16(" + text(number) + "), as a float", from_bfloat16(answer(number)),
               must_be, 0);
  };
  const float infinity = std::numeric_limits<float>::infinity();

  check.law("a number that has no more than 8 digits in base 2 stays as it is");
  for (const float number : {0.0F, 1.0F, -2.5F, 255.0F, 0x1p-130F, -infinity}) {
    rounds_to(number, number);
  }

  check.law("others go to the nearest");
  rounds_to(257.25F, 258);
  rounds_to(-256.75F, -256);
  rounds_to(1 + 0x1.02p-8F, 1 + 0x1p-7F);
  rounds_to(0x1.FFp127F, infinity);

  check.law("half way between two, to the even one");
  rounds_to(257, 256);
  rounds_to(259, 260);
  rounds_to(-259, -260);

  check.law("NaN stays NaN, whatever its bits");
  for (const std::uint32_t bits : {0x7F800001U, 0x7FFFFFFFU, 0xFFFFFFFFU, 0x7FC00000U}) {
    check.equal("whether to_bfloat16(NaN) is NaN",
                std::isnan(from_bfloat16(answer(std::bit_cast<float>(bits)))), true);
  }

  check.law("no context vector of chapter 3 is off by more than the bound");
  longhand::Generator generator(123);
  const auto ca =
      longhand::CausalAttention::draw({.d_in = 3, .d_out = 2, .context_length = 6}, generator);
  const longhand::CausalAttentionSteps exact = ca.steps(walkthrough::inputs);
  const auto cached = [&](Matrix matrix) {
    for (float& number : matrix.values()) number = from_bfloat16(answer(number));
    return matrix;
  };
  longhand::Dropout nothing(0);
  const Matrix context_vecs =
      causal_attention(exact.queries, cached(exact.keys), cached(exact.values), nothing)
          .context_vecs;
  const double bound = 0.0042;  // as the exercise derives it
  for (std::size_t i = 0; i < context_vecs.values().size(); ++i) {
    check.near("number " + text(i) + " of the context vectors", context_vecs.values()[i],
               exact.context_vecs.values()[i], bound);
  }
}

static const Exercise exercise_8_bfloat16_cache("8_bfloat16_cache", check_bfloat16_cache,
                                                to_bfloat16);

}  // namespace exercises
