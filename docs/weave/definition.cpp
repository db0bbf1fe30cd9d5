#include "definition.hpp"

#include <algorithm>
#include <stdexcept>

#include "text.hpp"

namespace weaver {
namespace {

// Whether a definition of `name` starts in column 0 of this line.
bool starts_definition(const std::string& line, const std::string& name) {
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

}  // namespace

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
