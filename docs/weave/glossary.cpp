#include "glossary.hpp"

#include <algorithm>

#include "markdown.hpp"

namespace weaver {
namespace {

const std::string glossary = "docs/glossary.md";

// A term in the glossary, or where it is bold in a chapter.
struct Place {
  std::size_t line;
  std::string link;
  std::string file;
};
using Terms = std::map<std::string, Place>;

// "Softmax" at the start of a sentence is the term softmax.
std::string term(std::string text) {
  for (char& c : text) {
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Terms bold_terms(const Lines& stems, const Files& files) {
  Terms terms;
  for (const std::string& stem : stems) {
    const std::string file = "docs/" + stem + ".md";
    for (const Prose& line : prose(file, files.at(file))) {
      const std::string link = stem + ".md" + (line.anchor.empty() ? "" : "#" + line.anchor);
      std::size_t end = 0;
      for (std::size_t at; (at = line.text.find("**", end)) != std::string::npos; end += 2) {
        end = line.text.find("**", at + 2);
        if (end == std::string::npos) {
          refuse(file, line.line, "a bold term must end in its line, with **");
        }
        const std::string name = term(line.text.substr(at + 2, end - at - 2));
        const auto [first, is_new] = terms.insert({name, {line.line, link, file}});
        if (!is_new) {
          refuse(file, line.line,
                 "'" + name + "' is bold in " + first->second.link +
                     " already: bold is for the place where a term first appears");
        }
      }
    }
  }
  return terms;
}

// The cells of "| one | two |".
Lines cells(const std::string& row) {
  Lines result;
  std::string cell;
  for (const char c : row.substr(1)) {
    if (c != '|') {
      cell += c;
      continue;
    }
    const std::size_t last = cell.find_last_not_of(' ');
    result.push_back(without_indent(cell.substr(0, last + 1)));
    cell.clear();
  }
  return result;
}

bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !belongs_to_name(text[at - 1]);
    if (starts && (end == text.size() || !belongs_to_name(text[end]))) return true;
  }
  return false;
}

// Refuses names, each between `, that the chapter does not use.
void check_names(std::size_t line, const std::string& cell, const std::string& chapter,
                 const Files& files) {
  std::size_t end = 0;
  for (std::size_t at; (at = cell.find('`', end)) != std::string::npos; ++end) {
    end = std::min(cell.find('`', at + 1), cell.size());
    const std::string name = cell.substr(at + 1, end - at - 1);
    if (!has_word(files.at(chapter), name)) {
      refuse(glossary, line, "`" + name + "` does not stand in " + chapter);
    }
  }
}

Terms glossary_terms(const Files& files) {
  Terms terms;
  std::string last;
  std::size_t number = 0;
  for (const std::string& line : split(files.at(glossary))) {
    ++number;
    if (!line.starts_with("| [")) continue;
    const Lines row = cells(line);
    const std::size_t end_of_name = line.find("](");
    const std::size_t end_of_link = line.find(") |");
    if (row.size() != 5 || !row[0].ends_with(')') || end_of_name > end_of_link) {
      refuse(glossary, number,
             "a row is '| [term](CHAPTER.md#section) | a sentence | symbol | `names` | shape |'");
    }
    const std::string name = term(line.substr(3, end_of_name - 3));
    const std::string link = line.substr(end_of_name + 2, end_of_link - end_of_name - 2);
    const std::string chapter = "docs/" + link.substr(0, link.find('#'));
    if (!last.empty() && name <= last) {
      refuse(glossary, number, "'" + name + "' must stand before '" + last + "', and once");
    }
    last = name;
    if (files.contains(chapter)) check_names(number, row[3], chapter, files);
    terms[name] = {number, link, glossary};
  }
  return terms;
}

}  // namespace

void check_glossary(const Lines& stems, const Files& files) {
  const Terms bold = bold_terms(stems, files);
  const Terms explained = glossary_terms(files);
  for (const auto& [name, place] : bold) {
    if (!explained.contains(name)) {
      refuse(place.file, place.line,
             "'" + name + "' is bold, and " + glossary +
                 " has no row for it: add one with the link " + place.link +
                 ", or write it without ** if it is no term");
    }
  }
  for (const auto& [name, place] : explained) {
    const auto first = bold.find(name);
    if (first == bold.end()) {
      refuse(glossary, place.line, "'" + name + "' is bold in no chapter: put ** around it there");
    }
    if (first->second.link != place.link) {
      refuse(glossary, place.line,
             "'" + name + "' is bold in " + first->second.link + ", not in " + place.link);
    }
  }
}

}  // namespace weaver
