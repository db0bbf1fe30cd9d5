#include "text.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace weaver {

void refuse(const std::string& file, std::size_t line, const std::string& why) {
  throw std::runtime_error(file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + why);
}

std::string read(const fs::path& folder, const std::string& file) {
  std::ifstream in(folder / file, std::ios::binary);
  if (!in) refuse(file, 0, "cannot be read: is it there?");
  return {std::istreambuf_iterator<char>(in), {}};
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

Definition definition(const std::string& source, const std::string& name) {
  const Lines lines = split(source);
  const std::regex opening("(struct|class) (.*\\W)?" + name + " .*|([\\w[].*\\W)?" + name +
                           "\\((.*[^;])?");
  const auto starts = [&](const std::string& line) { return std::regex_match(line, opening); };
  const auto start = std::find_if(lines.begin(), lines.end(), starts);
  if (start == lines.end()) throw std::runtime_error("no definition starts in column 0");
  if (std::any_of(start + 1, lines.end(), starts)) throw std::runtime_error("defined twice");

  auto first = start;
  while (first != lines.begin() &&
         ((first - 1)->starts_with("//") || (first - 1)->starts_with("template"))) {
    --first;
  }
  const auto closes = [](const std::string& line) { return line.starts_with('}'); };
  const auto last = start->ends_with('}') ? start : std::find_if(start, lines.end(), closes);
  if (last == lines.end()) throw std::runtime_error("no } in column 0 ends it");
  Definition found{"", static_cast<std::size_t>(start - lines.begin()) + 1};
  for (auto line = first; line <= last; ++line) found.text += *line + '\n';
  return found;
}

}  // namespace weaver
