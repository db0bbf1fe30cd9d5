// Weaves the chapters, and checks every link in docs/ and README.md.
//
// What is not understood is refused, with file and line, before anything is written.

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <regex>
#include <set>

#include "chapter.hpp"
#include "markdown.hpp"
#include "text.hpp"

namespace weaver {
namespace {

// Leads from each chapter to those beside it, and to its source.
void add_navigation(const Lines& stems, Files& files) {
  const auto link_to = [&](const std::string& stem) {
    return "[" + title(files.at("docs/" + stem + ".md")) + "](" + stem + ".md) | ";
  };
  for (std::size_t i = 0; i < stems.size(); ++i) {
    std::string& page = files.at("docs/" + stems[i] + ".md");
    const std::string links = (i > 0 ? "previous: " + link_to(stems[i - 1]) : "") +
                              (i + 1 < stems.size() ? "next: " + link_to(stems[i + 1]) : "") +
                              "[README](../README.md)";
    const std::string below_lead = links +
                                   " | [where to start](README.md) | [glossary](glossary.md) | "
                                   "[interface](interface.md)\n\n*Woven from the " +
                                   "[walkthrough](../walkthrough/" + stems[i] +
                                   ".cpp) and what it prints: change it there.*\n\n";
    page.insert(page.find("\n\n", page.find("\n\n") + 2) + 2, below_lead);
    page += "\n---\n\n" + links + '\n';
  }
}

void check_interface(const fs::path& root, const std::string& interface) {
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "include/longhand")) {
    const std::string header = entry.path().filename().string();
    if (interface.find("](../include/longhand/" + header + ")") == std::string::npos) {
      refuse("docs/interface.md", 0, "has no line for " + header + ": say what it is for");
    }
  }
}

Files weave_all(const fs::path& root, const fs::path& runs) {
  Files files;
  std::set<std::string> stems;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "walkthrough")) {
    const fs::path file = entry.path().filename();
    if (std::regex_match(file.string(), std::regex("[0-9].*\\.cpp")))
      stems.insert(file.stem().string());
  }
  for (const std::string& stem : stems) weave_chapter(root, runs, stem, files);
  add_navigation({stems.begin(), stems.end()}, files);
  for (const std::string page :
       {"README.md", "docs/README.md", "docs/glossary.md", "docs/interface.md"}) {
    files[page] = read(root, page);  // written by hand, and checked
  }
  files["docs/attention.html"] = read(runs, "attention.html");
  check_interface(root, files.at("docs/interface.md"));
  for (const auto& [file, text] : files) {
    if (file.ends_with(".md")) check_page(root, file, files);
  }
  return files;
}

// Names the first line that differs, or nothing.
std::string difference(const std::string& file, const std::string& committed,
                       const std::string& woven) {
  if (committed == woven) return "";
  const Lines before = split(committed);
  const Lines after = split(woven);
  const auto [old_line, new_line] = std::ranges::mismatch(before, after);
  return file + ":" + std::to_string(old_line - before.begin() + 1) +
         ": differs from what is woven now\n  file:  " +
         (old_line == before.end() ? "(ends)" : *old_line) +
         "\n  woven: " + (new_line == after.end() ? "(ends)" : *new_line) + "\n";
}

int check(const fs::path& root, const Files& files) {
  std::string differences;
  for (const auto& [file, text] : files) {
    differences += fs::exists(root / file) ? difference(file, read(root, file), text)
                                           : file + ": is missing\n";
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "docs")) {
    const std::string file = fs::relative(entry.path(), root).generic_string();
    const bool is_woven = std::regex_match(file, std::regex(".*\\.(md|svg|html)"));
    if (is_woven && !files.contains(file)) {
      differences += file + ": nothing weaves it: delete it\n";
    }
  }
  if (differences.empty()) return 0;
  std::cerr << differences
            << "Where all other tests pass and the change is right: 'meson compile -C build docs' "
               "weaves it in.\n";
  return 1;
}

void write(const fs::path& root, const Files& files) {
  fs::create_directories(root / "docs/figures");
  for (const auto& [file, text] : files) {
    if (fs::exists(root / file) && read(root, file) == text) continue;
    std::ofstream out(root / file, std::ios::binary);
    if (!(out << text << std::flush)) {
      refuse(file, 0, "cannot be written: is the disk full, or the folder read-only?");
    }
    std::cout << "woven: " << file << '\n';
  }
}

}  // namespace
}  // namespace weaver

int main(int argc, char** argv) {
  using namespace weaver;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool checks = !arguments.empty() && arguments[0] == "--check";
  if (arguments.size() != (checks ? 3U : 2U)) {
    std::cerr << "usage: weave [--check] ROOT RUNS\n"
                 "Weaves docs/ below ROOT from what the walkthroughs printed into RUNS.\n"
                 "With --check, writes nothing, and exits with 1 where a file would change.\n";
    return 2;
  }
  try {
    const fs::path root = arguments[checks ? 1 : 0];
    const Files files = weave_all(root, arguments[checks ? 2 : 1]);
    if (checks) return check(root, files);
    write(root, files);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "weave: " << error.what() << '\n';
    return 2;
  }
}
