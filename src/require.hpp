#pragma once

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "longhand/matrix.hpp"

namespace longhand {

// A negative number given as a size arrives as one of the upper half, which no real size
// reaches.
inline bool is_negative(std::size_t size) {
  return static_cast<std::ptrdiff_t>(size) < 0;
}

// "6", and "-1" for a negative number given as a size.
inline std::string size_text(std::size_t size) {
  return std::to_string(static_cast<std::ptrdiff_t>(size));
}

// "1 token", "2 tokens".
struct Count {
  std::size_t number;
  std::string_view noun;
};

// A part of a sentence. A matrix is named by its shape.
template <class Part>
void append(std::ostream& sentence, const Part& part) {
  sentence << part;
}
inline void append(std::ostream& sentence, std::size_t size) {
  sentence << size_text(size);
}
inline void append(std::ostream& sentence, const Matrix& matrix) {
  sentence << shape_text(matrix);
}
inline void append(std::ostream& sentence, const Count& count) {
  sentence << size_text(count.number) << ' ' << count.noun
           << (count.number == 1 ? "" : "s");
}

// Throws std::invalid_argument, the parts joined to one sentence, unless the condition
// holds. They become text only then: composed each time, they would take longer than the
// product of two small matrices.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (condition) return;
  std::ostringstream sentence;
  (append(sentence, parts), ...);
  throw std::invalid_argument(sentence.str());
}

inline void require_not_negative(std::string_view function, std::string_view name,
                                 std::size_t size) {
  require(!is_negative(size), function, ": ", name, " is ", size,
          ": a size is not negative");
}

inline void require_widths(std::string_view function, std::size_t d_in, std::size_t d_out,
                           std::string_view name_of_d_out = "d_out") {
  require(d_in > 0 && !is_negative(d_in) && d_out > 0 && !is_negative(d_out), function,
          ": d_in is ", d_in, ", ", name_of_d_out, " is ", d_out,
          ": both must be at least 1");
}

inline void require_probability(double p) {
  require(p >= 0 && p <= 1, "Dropout: p is ", p, ": a probability is from 0 to 1");
}

}  // namespace longhand
