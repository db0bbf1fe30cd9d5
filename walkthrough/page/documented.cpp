#include "documented.hpp"

#include <bit>
#include <cstdint>
#include <sstream>
#include <stdexcept>

#include "notebook.hpp"

namespace walkthrough {
namespace {

bool read_line(std::istringstream line, Documented*& value, DocumentedValues& values) {
  std::string kind, name;
  line >> kind;
  if (kind == "float32" || kind == "text") {
    line >> name;
    if (name.empty() || values.contains(name)) return false;
    value = &values[name];
    for (std::size_t size = 0; line >> size;) value->shape.push_back(size);
    return line.eof();
  }
  if (value == nullptr) return false;
  if (kind == "|") {
    const std::string text = line.str().size() > 2 ? line.str().substr(2) : "";
    value->text += (value->text.empty() ? "" : "\n") + text;
    return true;
  }
  if (kind == "bound") return static_cast<bool>(line >> value->bound);
  line.seekg(0);
  for (std::uint32_t bits = 0; line >> std::hex >> bits;) {
    value->values.push_back(std::bit_cast<float>(bits));
  }
  return line.eof();
}

}  // namespace

DocumentedValues parse_documented(std::string_view text) {
  DocumentedValues values;
  Documented* value = nullptr;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (!read_line(std::istringstream(line), value, values)) {
      throw std::invalid_argument("parse_documented: '" + line + "' is not understood");
    }
  }
  return values;
}

const DocumentedValues& notebook() {
  static const DocumentedValues values = parse_documented(NOTEBOOK);
  return values;
}

}  // namespace walkthrough
