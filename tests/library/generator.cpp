#include "longhand/generator.hpp"

#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "reference.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(the_low_32_bits_of_a_seed_count) {
  BOOST_TEST((Generator((std::uint64_t{1} << 32) + 5).rand(2, 2) == Generator(5).rand(2, 2)));
}

// high - low is a float32; all else is double, and rounded once at the end. PyTorch drew the
// numbers of the reference file so.
BOOST_AUTO_TEST_CASE(uniform_numbers_are_those_of_pytorch_bit_for_bit) {
  const Reference reference(reference_data() / "masks_without_mkl.txt");
  Generator generator(1);
  const Matrix numbers = generator.uniform(1, 1000, 0.1F, 0.7F);
  BOOST_TEST(numbers.values() == reference.tensors.at("uniform").values,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_range_that_is_none_is_refused) {
  Generator generator(10);
  BOOST_CHECK_EXCEPTION(generator.uniform(1, 3, 2, 1), std::invalid_argument,
                        says("Generator: the range is from 2 to 1: low must not be above high, and "
                             "their difference must be finite"));
  BOOST_CHECK_THROW(generator.uniform(1, 3, NAN, 1), std::invalid_argument);
  BOOST_CHECK_THROW(generator.uniform(1, 3, -INFINITY, INFINITY), std::invalid_argument);
  BOOST_CHECK_THROW(generator.uniform(1, 3, -3e38F, 3e38F), std::invalid_argument);
  BOOST_CHECK_NO_THROW(generator.uniform(1, 3, 2, 2));
}

BOOST_AUTO_TEST_CASE(what_is_no_probability_is_refused) {
  Generator generator(10);
  for (const double probability : {-0.5, 1.5, std::nan("")}) {
    BOOST_CHECK_THROW(Bernoulli(probability, generator), std::invalid_argument);
  }
  BOOST_CHECK_EXCEPTION(Bernoulli(7, generator), std::invalid_argument,
                        says("Bernoulli: the probability is 7: it must be from 0 to 1"));
}

BOOST_AUTO_TEST_CASE(an_answer_is_never_yes_at_0_and_always_at_1) {
  for (const double probability : {0, 1}) {
    Generator generator(12);
    Bernoulli answers(probability, generator);
    for (int answer = 0; answer < 5; ++answer) BOOST_TEST(answers.next() == (probability == 1));
  }
}

// The first state of this seed is 1, the next 1132489760. MKL compares in float32.
BOOST_AUTO_TEST_CASE(an_answer_is_yes_below_its_probability_and_not_at_it) {
  const auto first_answer = [](double probability) {
    Generator generator(704738295, BernoulliStream::with_mkl);
    return Bernoulli(probability, generator).next();
  };
  const float first_fraction = static_cast<float>(1 / 2147483647.0);
  BOOST_TEST(!first_answer(first_fraction));
  BOOST_TEST(!first_answer(std::nextafter(1 / 2147483647.0, 1.0)));
  BOOST_TEST(first_answer(std::nextafter(first_fraction, 1.0F)));
}

// The second draw of this seed, the low half of the word, is odd.
BOOST_AUTO_TEST_CASE(the_last_of_the_53_bits_without_mkl_counts) {
  Generator draws(1);
  const std::uint64_t high = draws.draw();
  const std::uint64_t word = high << 32 | draws.draw();
  BOOST_REQUIRE(word % 2 == 1U);
  const double fraction = std::ldexp(static_cast<double>(word % (std::uint64_t{1} << 53)), -53);
  const auto first_answer = [](double probability) {
    Generator generator(1);
    return Bernoulli(probability, generator).next();
  };
  BOOST_TEST(!first_answer(fraction));
  BOOST_TEST(first_answer(std::nextafter(fraction, 1.0)));
}

BOOST_AUTO_TEST_CASE(an_answer_takes_two_draws_without_mkl_and_all_take_one_with_it) {
  for (const auto& [stream, draws_of_5] :
       {std::pair{BernoulliStream::without_mkl, 10}, {BernoulliStream::with_mkl, 1}}) {
    Generator generator(13, stream), draws(13);
    Bernoulli answers(0.5, generator);
    for (int repetition = 0; repetition < 5; ++repetition) answers.next();
    for (int draw = 0; draw < draws_of_5; ++draw) draws.draw();
    BOOST_TEST(generator.draw() == draws.draw());
  }
}

// This seed draws 2^31 - 1 first, which is 0 modulo 2^31 - 1. A state of 0 would answer yes for
// ever.
BOOST_AUTO_TEST_CASE(a_seed_of_zero_becomes_one_with_mkl) {
  BOOST_REQUIRE(Generator(704738295).draw() == 2147483647U);
  Generator generator(704738295, BernoulliStream::with_mkl);
  Bernoulli answers(0.5, generator);
  BOOST_TEST(answers.next());   // 1 / (2^31 - 1)
  BOOST_TEST(!answers.next());  // 1132489760 / (2^31 - 1) = 0.527
}
