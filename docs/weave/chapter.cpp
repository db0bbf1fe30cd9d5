#include "chapter.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "definition.hpp"
#include "markdown.hpp"

namespace weaver {

void Chapter::weave(Files& files) {
  const std::string number_of_chapter =
      std::filesystem::path(file_).filename().string().substr(0, 1);
  const std::string opening = "void walkthrough::chapter_" + number_of_chapter + "(Page& page) {";
  const auto body = std::find(lines_.begin(), lines_.end(), opening);
  if (body == lines_.end()) refuse(file_, 0, "has no line '" + opening + "'");
  if (lines_.back() != "}") refuse(file_, lines_.size(), "the chapter must end the file, with '}'");

  std::size_t number = static_cast<std::size_t>(body - lines_.begin()) + 2;
  while (number < lines_.size()) {
    if (line(number).empty()) {
      end_paragraph();
      ++number;
    } else if (is_comment(number)) {
      for (; is_comment(number); ++number) weave_comment(number);
      if (in_formula_) refuse(file_, number - 1, "a formula is not closed: end it with $$");
    } else if (is_prose(number)) {
      const std::size_t last = end_of_statement(number);
      weave_prose(number, last);
      number = last + 1;
    } else {
      end_paragraph();
      std::size_t next = number;
      while (next < lines_.size() && !is_comment(next) && !is_prose(next)) ++next;
      weave_code(number, next - 1);
      number = next;
    }
  }
  const auto left = std::find(is_woven_.begin(), is_woven_.end(), false);
  if (left != is_woven_.end()) {
    const Print& print = prints_[static_cast<std::size_t>(left - is_woven_.begin())];
    refuse(file_, print.line, "the run printed here, but the chapter does not reach here");
  }
  if (markdown_.empty()) refuse(file_, 0, "the chapter is empty");
  end_paragraph();
  markdown_.pop_back();  // the empty line after the last paragraph
  files["docs/" + stem_ + ".md"] = markdown_;
  files.merge(figures_);
}

void Chapter::weave_comment(std::size_t number) {
  if (!line(number).starts_with("  //")) {
    refuse(file_, number, "a comment inside of a loop would cut it in two: move it");
  }
  const std::string comment = line(number).substr(4);
  if (comment.ends_with('\\')) refuse(file_, number, "a comment must not end in a backslash");
  if (!comment.empty() && comment[0] != ' ')
    refuse(file_, number, "a comment must start with '// '");
  const std::string text = comment.empty() ? "" : comment.substr(1);
  if (text.starts_with("$$") || in_formula_) return weave_formula(text);
  if (text.empty()) return end_paragraph();
  check_inline_formulas(file_, number, text);
  check_list(number, text);
  if (!text.starts_with('@')) {
    markdown_ += text + '\n';
    return;
  }
  std::istringstream words(text);
  std::string directive, name, source, more;
  words >> directive >> name >> source;
  if ((directive != "@code" && directive != "@see") || source.empty() || words >> more) {
    refuse(file_, number, "'" + text + "' is not understood: '@code NAME FILE' is");
  }
  try {
    const Definition found = definition(read(root_, source), name);
    const bool shows_code = directive == "@code";
    markdown_ += "[`" + (shows_code ? source : name) + "`](../" + source + "#L" +
                 std::to_string(found.line) + (shows_code ? "):\n\n" : ")\n");
    if (shows_code) markdown_ += fenced("cpp", found.text);
  } catch (const std::exception& error) {
    refuse(file_, number, "@code " + name + ": " + error.what());
  }
}

// Markdown takes "1. " and "- " at the start of a line for a list, even within a paragraph.
void Chapter::check_list(std::size_t number, const std::string& text) {
  const bool is_item = text.starts_with("1. ") || text.starts_with("- ");
  const bool starts_paragraph = markdown_.ends_with("\n\n");
  if (starts_paragraph) in_list_ = is_item;
  if (is_item && !in_list_) {
    refuse(file_, number,
           "Markdown would start a list here: leave a line empty, or break the line elsewhere");
  }
}

// In a block of its own, nothing of a formula is taken for Markdown.
void Chapter::weave_formula(std::string text) {
  if (!in_formula_) {
    markdown_ += "```math\n";
    text.erase(0, 2);
    in_formula_ = true;
  }
  if (text.ends_with("$$")) {
    text.erase(text.size() - 2);
    in_formula_ = false;
  }
  markdown_ += text + '\n';
  if (!in_formula_) markdown_ += "```\n";
}

void Chapter::weave_prose(std::size_t first, std::size_t last) {
  check_that_it_printed(first, last);
  for (std::size_t i = 0; i < prints_.size(); ++i) {
    if (prints_[i].line < first || prints_[i].line > last) continue;
    markdown_ += prints_[i].text;
    is_woven_[i] = true;
  }
}

// What a statement prints stands below the lines before it, and above the next statement of the
// chapter's body: what a loop prints stands below the loop.
void Chapter::weave_code(std::size_t first, std::size_t last) {
  bool printed = false;
  std::string code;
  for (std::size_t number = first; number <= last; ++number) {
    if (without_indent(line(number)).starts_with("page.")) {
      const std::size_t end = end_of_statement(number);
      check_that_it_printed(number, end);
      printed = printed || has_printed(number, end);
      number = end;
      continue;
    }
    if (printed && starts_statement_of_body(number)) {
      weave_block(code, first, number - 1);
      code.clear();
      first = number;
      printed = false;
    }
    const bool is_blank_too_many = code.empty() || code.ends_with("\n\n");
    if (!line(number).empty() || !is_blank_too_many) code += code_of_line(number) + '\n';
  }
  weave_block(code, first, last);
}

void Chapter::weave_block(std::string code, std::size_t first, std::size_t last) {
  while (code.ends_with("\n\n")) code.pop_back();
  if (!code.empty()) markdown_ += fenced("cpp", code);
  weave_prints(first, last);
}

std::string Chapter::code_of_line(std::size_t number) const {
  if (!line(number).empty() && !line(number).starts_with("  ")) {
    refuse(file_, number, "the chapter's code must be indented by two blanks");
  }
  constexpr std::size_t indent_of_body = 2;
  return line(number).substr(std::min(indent_of_body, line(number).size()));
}

bool Chapter::starts_statement_of_body(std::size_t number) const {
  const std::string code = code_of_line(number);
  return !code.empty() && code[0] != ' ' && code[0] != '}';
}

void Chapter::weave_prints(std::size_t first, std::size_t last) {
  std::string output;
  for (std::size_t i = 0; i < prints_.size(); ++i) {
    const Print& print = prints_[i];
    if (print.line < first || print.line > last) continue;
    is_woven_[i] = true;
    if (print.kind != "figure") {
      output += (output.empty() ? "" : "\n") + print.text;
      continue;
    }
    const std::string figure =
        "figures/" + stem_.substr(0, stem_.find('_') + 1) + print.name + ".svg";
    if (!figures_.emplace("docs/" + figure, print.text).second) {
      refuse(file_, print.line, "two figures are named " + print.name);
    }
    if (!output.empty()) markdown_ += fenced("text", output);
    output.clear();
    const std::string image = "![" + print.caption + "](" + figure + ")";
    if (markdown_.find(image) != std::string::npos) continue;  // the prose shows it
    // Two figures in a row stand side by side where the page is wide enough.
    if (markdown_.ends_with(".svg)\n\n")) markdown_.pop_back();
    markdown_ += image + "\n\n";
  }
  if (!output.empty()) markdown_ += fenced("text", output);
}

bool Chapter::is_comment(std::size_t number) const {
  return without_indent(line(number)).starts_with("//");
}

bool Chapter::is_prose(std::size_t number) const {
  const std::string code = without_indent(line(number));
  return code.starts_with("page.title(") || code.starts_with("page.section(") ||
         code.starts_with("page.say(");
}

// The line whose ';' stands in no bracket and in no literal.
std::size_t Chapter::end_of_statement(std::size_t first) const {
  int depth = 0;
  for (std::size_t number = first; number < lines_.size(); ++number) {
    bool in_literal = false;
    for (const char c : line(number)) {
      if (c == '"') in_literal = !in_literal;
      if (!in_literal && (c == '(' || c == '{')) ++depth;
      if (!in_literal && (c == ')' || c == '}')) --depth;
    }
    if (depth == 0 && line(number).ends_with(';')) return number;
  }
  refuse(file_, first, "no ';' ends this statement");
}

bool Chapter::has_printed(std::size_t first, std::size_t last) const {
  return std::any_of(prints_.begin(), prints_.end(),
                     [&](const Print& print) { return first <= print.line && print.line <= last; });
}

void Chapter::check_that_it_printed(std::size_t first, std::size_t last) const {
  const std::string code = without_indent(line(first));
  if (code.starts_with("page.label") || code.starts_with("page.follow")) return;
  if (!has_printed(first, last))
    refuse(file_, first, "this statement printed nothing: is the run older than it?");
}

}  // namespace weaver
