#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>

namespace walkthrough {

// Texts and numbers as one text.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

// Words on lines of that width, each line after the indent; a longer word has a line of its own.
inline std::string wrapped(std::string_view text, const std::string& indent, std::size_t width) {
  std::istringstream words{std::string(text)};
  std::string result;
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > width) {
      result += indent + line + '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return result + indent + line + '\n';
}

}  // namespace walkthrough
