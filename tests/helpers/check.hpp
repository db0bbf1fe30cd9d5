#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "longhand/dropout.hpp"
#include "longhand/generator.hpp"
#include "longhand/matrix.hpp"

// For BOOST_CHECK_EXCEPTION: the error says exactly this.
inline auto says(std::string expected) {
  return [expected](const std::exception& error) {
    BOOST_TEST(std::string(error.what()) == expected);
    return error.what() == expected;
  };
}

// And that it names each of these, such as two shapes that do not meet.
inline auto names(std::vector<std::string> parts) {
  return [parts](const std::exception& error) {
    const std::string text = error.what();
    for (const std::string& part : parts) BOOST_TEST(text.find(part) != std::string::npos, text);
    return true;
  };
}

// Numbers for laws that hold for any numbers. The standard fixes the engine; the scaling is ours,
// since its distributions differ between libraries.
class RandomNumbers {
 public:
  explicit RandomNumbers(unsigned seed) : engine_(seed) {}

  // From -1 to 1.
  float number() { return static_cast<float>(engine_() >> 8) / 8388608.0F - 1.0F; }

  // From least to most.
  std::size_t size(std::size_t least, std::size_t most) {
    return least + engine_() % (most - least + 1);
  }

  std::vector<float> vector(std::size_t size) {
    std::vector<float> result(size);
    for (float& value : result) value = number();
    return result;
  }

  longhand::Matrix matrix(std::size_t rows, std::size_t cols) {
    return longhand::Matrix(rows, cols, vector(rows * cols));
  }

 private:
  std::mt19937 engine_;
};

// An attention whose weights come from a seed.
template <class Attention>
Attention drawn(const typename Attention::Settings& settings, unsigned seed) {
  longhand::Generator generator(seed);
  return Attention::draw(settings, generator);
}

// A pass in training is refused with such an error, and has drawn nothing.
template <class Attention, class Error>
void check_refused(const Attention& attention, const std::vector<longhand::Matrix>& batch,
                   const Error& error) {
  longhand::Generator training(12);
  BOOST_CHECK_EXCEPTION(attention.forward(batch, longhand::Training{training}),
                        std::invalid_argument, error);
  BOOST_TEST(training.draw() == longhand::Generator(12).draw());
}

inline bool all_are_nan(std::span<const float> values) {
  return !values.empty() &&
         std::ranges::all_of(values, [](float value) { return std::isnan(value); });
}

inline longhand::Matrix rows_of(const longhand::Matrix& matrix, std::size_t first,
                                std::size_t count) {
  const auto values = matrix.values().subspan(first * matrix.cols(), count * matrix.cols());
  return longhand::Matrix(count, matrix.cols(), std::vector(values.begin(), values.end()));
}

inline longhand::Matrix first_rows(const longhand::Matrix& matrix, std::size_t num_rows) {
  return rows_of(matrix, 0, num_rows);
}
