#pragma once

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

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
inline std::string count_text(std::size_t count, const std::string& noun) {
  return size_text(count) + " " + noun + (count == 1 ? "" : "s");
}

// Throws std::invalid_argument, the parts joined to one sentence, unless the condition
// holds.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (condition) return;
  std::ostringstream sentence;
  const auto append = [&](const auto& part) {
    if constexpr (std::is_same_v<decltype(part), const std::size_t&>) {
      sentence << size_text(part);
    } else {
      sentence << part;
    }
  };
  (append(parts), ...);
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
