#include "navigation.hpp"

#include <utility>
#include <vector>

#include "markdown.hpp"

namespace weaver {
namespace {

// "[1 Small](1_small.md)"
std::string link_to(const std::string& stem, const Files& files) {
  return "[" + title(files.at("docs/" + stem + ".md")) + "](" + stem + ".md)";
}

// The number in a chapter's stem is its place; the rest is the stem of its code.
std::string links_to_code(const fs::path& root, const std::string& chapter) {
  const std::string stem = chapter.substr(chapter.find('_') + 1);
  const std::vector<std::pair<std::string, std::string>> places{
      {"header", "include/longhand/" + stem + ".hpp"},
      {"source", "src/" + stem + ".cpp"},
      {"test", "tests/library/" + stem + ".cpp"}};
  std::string links;
  for (const auto& [kind, path] : places) {
    if (!fs::exists(root / path)) continue;
    links += (links.empty() ? " Beside it: [" : ", [") + kind + "](../" + path + ")";
  }
  return links + (links.empty() ? "" : ".");
}

}  // namespace

void add_navigation(const fs::path& root, const Lines& stems, Files& files) {
  for (std::size_t i = 0; i < stems.size(); ++i) {
    std::string& page = files.at("docs/" + stems[i] + ".md");
    const std::string previous =
        i > 0 ? "previous: " + link_to(stems[i - 1], files) + " | " : std::string();
    const std::string next =
        i + 1 < stems.size() ? "next: " + link_to(stems[i + 1], files) + " | " : std::string();
    const std::string below_lead =
        previous + next + "[where to start](README.md) | [glossary](glossary.md) | " +
        "[interface](interface.md#" + anchor(title(page)) + ")\n\n*Woven from the [walkthrough](" +
        "../walkthrough/" + stems[i] + ".cpp) and what it prints: change it there." +
        links_to_code(root, stems[i]) + "*\n\n";
    page.insert(page.find("\n\n", page.find("\n\n") + 2) + 2, below_lead);
    page += "\n---\n\n" + previous + next + "[where to start](README.md)\n";
  }
}

void check_index(const std::string& index, const Lines& stems, const Files& files) {
  for (const std::string& stem : stems) {
    if (files.at(index).find(stem + ".md") == std::string::npos) {
      refuse(index, 0, "has no link to " + stem + ".md: say what the chapter is for");
    }
  }
}

}  // namespace weaver
