#pragma once

#include <sstream>
#include <string>

namespace walkthrough {

// Texts and numbers as one text.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

}  // namespace walkthrough
