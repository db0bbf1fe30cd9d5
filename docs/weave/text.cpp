#include "text.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace weaver {

void refuse(const std::string& file, std::size_t line, const std::string& why) {
  throw std::runtime_error(file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + why);
}

std::string read(const fs::path& folder, const std::string& file) {
  std::ifstream in(folder / file, std::ios::binary);
  if (!in) refuse(file, 0, "cannot be read: is it there?");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.find('\r') != std::string::npos) {
    refuse(file, 0, "has the line ends of Windows: turn them into '\\n'");
  }
  return text;
}

Lines split(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string without_indent(const std::string& line) {
  return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

bool belongs_to_name(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
}

}  // namespace weaver
