#include "interface.hpp"

#include <algorithm>
#include <set>

#include "header.hpp"
#include "markdown.hpp"

namespace weaver {
namespace {

// "product(row, col) = ...": one word before the equals sign, brackets apart.
bool is_formula(const std::string& text) {
  const std::size_t equals = text.find(" = ");
  if (equals == std::string::npos) return false;
  int depth = 0;
  for (const char c : text.substr(0, equals)) {
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (c == ' ' && depth == 0) return false;
  }
  return true;
}

// Text as a cell of a table shows it.
std::string cell(const std::string& text) {
  const bool is_code = is_formula(text);
  std::string result;
  for (const char c : text) {
    if (c == '|' || (!is_code && (c == '<' || c == '*'))) result += '\\';
    result += c;
  }
  return is_code ? '`' + result + '`' : result + '.';
}

std::string listed(const Lines& names) {
  std::string result;
  for (const std::string& name : names) result += (result.empty() ? "`" : ", `") + name + '`';
  return result;
}

std::string section(const fs::path& root, const std::string& header) {
  const std::string file = "include/longhand/" + header;
  std::string text = "### [" + header + "](../" + file + ")\n\n";
  const std::vector<Declaration> all = declarations(file, read(root, file));
  if (all.empty()) return text + "Includes other headers, and declares nothing itself.\n\n";
  text += "| name | what it is |\n|---|---|\n";
  for (const Declaration& declaration : all) {
    text += "| " + listed(declaration.names) + " | " + cell(declaration.summary);
    if (!declaration.members.empty()) text += " Members: " + listed(declaration.members) + '.';
    text += " |\n";
  }
  return text + '\n';
}

// Whether a walkthrough includes the header, or pulls in code of its source.
bool introduces(const std::string& walkthrough, const std::string& header) {
  const std::string source = " src/" + fs::path(header).stem().string() + ".cpp";
  const Lines lines = split(walkthrough);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line == "#include <longhand/" + header + ">" ||
           (line.starts_with("  // @code ") && line.ends_with(source));
  });
}

}  // namespace

std::string interface_page(const fs::path& root, const Lines& stems, const Files& files) {
  std::set<std::string> headers;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "include/longhand")) {
    headers.insert(entry.path().filename().string());
  }
  std::string text =
      "# Interface\n\n"
      "What each header declares, under the chapter that introduces it. All of it is in the "
      "namespace `longhand`, and `#include <longhand/matrix.hpp>` is how a header is included. The "
      "header says more: shapes, what is refused, and the source of a formula.\n\n"
      "[where to start](README.md) | [glossary](glossary.md)\n\n"
      "*Woven from the headers and their comments: change it there.*\n\n";
  for (const std::string& stem : stems) {
    const std::string walkthrough = read(root, "walkthrough/" + stem + ".cpp");
    std::string sections;
    for (auto header = headers.begin(); header != headers.end();) {
      const bool belongs_here = introduces(walkthrough, *header);
      if (belongs_here) sections += section(root, *header);
      header = belongs_here ? headers.erase(header) : std::next(header);
    }
    const std::string page = stem + ".md";
    text += "## " + title(files.at("docs/" + page)) + "\n\n[The chapter](" + page + ")" +
            (sections.empty() ? " brings no header of its own.\n\n" : " brings:\n\n") + sections;
  }
  if (!headers.empty()) text += "## Beside the chapters\n\n";
  for (const std::string& header : headers) text += section(root, header);
  text.pop_back();
  return text;
}

}  // namespace weaver
