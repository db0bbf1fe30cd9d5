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

bool belongs_to_name(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
}

// Whether a definition of `name` starts in column 0 of this line.
static bool starts_definition(const std::string& line, const std::string& name) {
  if (line.empty() || line.ends_with(';')) return false;
  if (!belongs_to_name(line[0]) && !line.starts_with("[[")) return false;
  const bool is_type = line.starts_with("struct ") || line.starts_with("class ");
  for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
    const bool is_constructor = at == 0 && name.find("::") != std::string::npos;
    const bool is_whole_name = is_constructor || (at > 0 && !belongs_to_name(line[at - 1]));
    if (is_whole_name && line[at + name.size()] == (is_type ? ' ' : '(')) return true;
  }
  return false;
}

Definition definition(const std::string& source, const std::string& name) {
  const Lines lines = split(source);
  const auto starts = [&](const std::string& line) { return starts_definition(line, name); };
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
