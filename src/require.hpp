#pragma once

#include <sstream>
#include <stdexcept>

namespace longhand {

// Throws std::invalid_argument, the parts joined to one sentence, unless the condition holds.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (condition) return;
  std::ostringstream sentence;
  (sentence << ... << parts);
  throw std::invalid_argument(sentence.str());
}

}  // namespace longhand
