#include "markdown.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace weaver {
namespace {

std::string without_code(const std::string& line) {
  static const std::regex code("`[^`]*`?");
  return std::regex_replace(line, code, "");
}

// Of "## Heading", the text; of other lines, nothing.
std::string heading(const std::string& line) {
  const std::size_t hashes = line.find_first_not_of('#');
  const bool is_heading = hashes != 0 && hashes != std::string::npos && line[hashes] == ' ';
  return is_heading ? line.substr(hashes + 1) : "";
}

// What GitHub makes of a heading: "Step 1: scores" is found under #step-1-scores.
std::string anchor(const std::string& heading) {
  std::string result;
  for (const unsigned char c : heading) {
    if (c == ' ' || c == '-') result += '-';
    if (std::isalnum(c) || c == '_') result += static_cast<char>(std::tolower(c));
  }
  return result;
}

// The lines of a page, but for its blocks of code, which become empty lines.
Lines prose(const std::string& markdown) {
  Lines lines = split(markdown);
  bool in_block = false;
  for (std::string& line : lines) {
    const bool is_fence = line.starts_with("```");
    if (is_fence) in_block = !in_block;
    if (in_block || is_fence) line.clear();
  }
  return lines;
}

bool has_anchor(const std::string& markdown, const std::string& name) {
  return std::ranges::any_of(prose(markdown), [&](const std::string& line) {
    return !heading(line).empty() && anchor(heading(line)) == name;
  });
}

}  // namespace

std::string fenced(const std::string& language, const std::string& text) {
  return "```" + language + '\n' + text + "```\n\n";
}

std::string title(const std::string& markdown) { return heading(split(markdown).at(0)); }

// GitHub finds a formula only behind a blank, and takes the _ after a bracket for the start of
// emphasis before it looks for formulas.
void check_inline_formulas(const std::string& file, std::size_t number, const std::string& line) {
  const std::string text = without_code(line);
  bool in_formula = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char before = at > 0 ? text[at - 1] : ' ';
    if (text[at] == '$') in_formula = !in_formula;
    if (in_formula && text[at] == '$' && before != ' ') {
      refuse(file, number, "GitHub would not see this formula: leave a blank before its $");
    }
    if (in_formula && text[at] == '_' && (before == '}' || before == ')')) {
      refuse(file, number,
             "GitHub would break '}_' and ')_' in a line: use $$ on a line of its own");
    }
  }
  if (in_formula) refuse(file, number, "a formula in a line must end in that line, with $");
}

void check_page(const fs::path& root, const std::string& file, const Files& files) {
  std::size_t number = 0;
  for (const std::string& line : prose(files.at(file))) {
    ++number;
    check_inline_formulas(file, number, line);
    const std::string text = without_code(line);
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      const std::string link = text.substr(at + 2, text.find(')', at) - at - 2);
      if (link.starts_with("https://")) continue;
      const std::size_t hash = std::min(link.find('#'), link.size());
      const fs::path path =
          hash == 0 ? fs::path(file) : fs::path(file).parent_path() / link.substr(0, hash);
      const std::string target = path.lexically_normal().generic_string();
      const bool is_below_root = !target.starts_with('/') && !target.starts_with("..");
      const auto page = files.find(target);
      if (!is_below_root || (page == files.end() && !fs::exists(root / target))) {
        refuse(file, number, "links to '" + link + "', which is neither here nor https://");
      }
      if (hash < link.size() && page != files.end() && target.ends_with(".md") &&
          !has_anchor(page->second, link.substr(hash + 1))) {
        refuse(file, number, "links to '" + link + "', but no heading there has that name");
      }
    }
  }
}

}  // namespace weaver
