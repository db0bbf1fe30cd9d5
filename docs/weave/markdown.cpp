#include "markdown.hpp"

#include <algorithm>
#include <set>

namespace weaver {
namespace {

std::string without_code(const std::string& line) {
  std::string text;
  bool in_code = false;
  for (const char c : line) {
    if (c == '`') in_code = !in_code;
    if (!in_code && c != '`') text += c;
  }
  return text;
}

// Of "## Heading", the text; of other lines, nothing.
std::string heading(const std::string& line) {
  const std::size_t hashes = line.find_first_not_of('#');
  const bool is_heading = hashes != 0 && hashes != std::string::npos && line[hashes] == ' ';
  return is_heading ? line.substr(hashes + 1) : "";
}

std::set<std::string> anchors(const std::string& markdown) {
  std::set<std::string> result;
  bool in_block = false;
  for (const std::string& line : split(markdown)) {
    if (line.starts_with("```")) in_block = !in_block;
    if (!in_block && !heading(line).empty()) result.insert(anchor(heading(line)));
  }
  return result;
}

}  // namespace

std::string fenced(const std::string& language, const std::string& text) {
  return "```" + language + '\n' + text + "```\n\n";
}

std::vector<Prose> prose(const std::string& file, const std::string& markdown) {
  std::vector<Prose> result;
  std::string section;
  bool in_block = false;
  std::size_t number = 0;
  for (const std::string& line : split(markdown)) {
    ++number;
    if (line.starts_with("```")) in_block = !in_block;
    if (in_block || line.starts_with("```")) continue;
    if (line.starts_with("##")) section = anchor(heading(line));
    result.push_back({number, section, without_code(line)});
  }
  if (in_block) refuse(file, number, "a ``` is not closed");
  return result;
}

std::string title(const std::string& markdown) { return heading(split(markdown).at(0)); }

std::string anchor(const std::string& heading) {
  std::string result;
  for (const char c : heading) {
    const bool is_capital = 'A' <= c && c <= 'Z';
    if (c == ' ' || c == '-') result += '-';
    if (belongs_to_name(c)) result += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

void check_links(const fs::path& root, const std::string& file, const Files& files) {
  for (const Prose& line : prose(file, files.at(file))) {
    const std::string& text = line.text;
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      const std::string link = text.substr(at + 2, text.find(')', at) - at - 2);
      if (link.starts_with("https://")) continue;
      const std::size_t hash = std::min(link.find('#'), link.size());
      const fs::path path =
          hash == 0 ? fs::path(file) : fs::path(file).parent_path() / link.substr(0, hash);
      const std::string target = path.lexically_normal().generic_string();
      const bool is_below_root = !target.starts_with('/') && !target.starts_with("..");
      const bool is_page = files.contains(target);
      if (!is_below_root || !(is_page || fs::exists(root / target))) {
        refuse(file, line.line, "links to '" + link + "', which is neither here nor https://");
      }
      if (hash < link.size() && is_page &&
          !anchors(files.at(target)).contains(link.substr(hash + 1))) {
        refuse(file, line.line, "links to '" + link + "', but no heading there has that name");
      }
    }
  }
}

}  // namespace weaver
