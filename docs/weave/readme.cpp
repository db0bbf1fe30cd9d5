#include "readme.hpp"

#include <sstream>

#include "markdown.hpp"

namespace weaver {

void weave_readme(const fs::path& root, const std::map<std::string, Chapter>& chapters,
                  Files& files) {
  const std::string file = "README.md";
  const std::string opening = "<!-- weave ";
  const std::string closing = "<!-- /weave -->";
  std::string text;
  std::size_t opened_at = 0;
  std::size_t number = 0;
  for (const std::string& line : split(read(root, file))) {
    ++number;
    if (line == closing) {
      if (opened_at == 0) refuse(file, number, "'" + closing + "' closes nothing");
      opened_at = 0;
    }
    if (opened_at == 0) text += line + '\n';
    if (!line.starts_with(opening)) continue;
    if (opened_at > 0)
      refuse(file, number, "the part of line " + std::to_string(opened_at) + " is still open");
    opened_at = number;
    std::istringstream words(line.substr(opening.size()));
    std::string stem, name, end, more;
    words >> stem >> name >> end;
    if (end != "-->" || words >> more) {
      refuse(file, number, "'" + opening + "CHAPTER NAME -->' is understood, this is not");
    }
    const auto chapter = chapters.find(stem);
    if (chapter == chapters.end()) refuse(file, number, "there is no chapter '" + stem + "'");
    try {
      text += fenced("text", chapter->second.printed_as(name));
    } catch (const std::exception& error) {
      refuse(file, number, error.what());
    }
  }
  if (opened_at > 0) refuse(file, opened_at, "no '" + closing + "' closes this");
  files[file] = text;
}

}  // namespace weaver
