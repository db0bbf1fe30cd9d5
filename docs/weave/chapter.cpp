#include "chapter.hpp"

#include <algorithm>
#include <exception>
#include <sstream>

#include "markdown.hpp"

namespace weaver {
namespace {

// What one statement of a walkthrough printed.
struct Print {
  std::string kind;      // prose, show or figure
  std::size_t line = 0;  // of the statement
  std::string name;      // of a figure
  std::string caption;   // of a figure
  std::string text;      // of a figure: the SVG
};

// A run is cut at its marks. After "@end" it says whether all documented values agreed.
std::vector<Print> read_run(const fs::path& runs, const std::string& file) {
  std::vector<Print> prints;
  const std::string run = read(runs, file), end = "@end\n";
  const std::size_t end_at = run.find(end);
  if (end_at == run.npos) {
    refuse(file, 0, "the run stopped before its end: mend the walkthrough first");
  }
  const std::string ending = run.substr(end_at + end.size());
  if (!ending.starts_with("\nAll ")) {
    refuse(file, 0, "a computed value is wrong, or a documented one: mend that first" + ending);
  }
  for (const std::string& line : split(run.substr(0, end_at))) {
    if (line.starts_with('@')) {
      Print& print = prints.emplace_back();
      std::istringstream mark(line.substr(1));
      mark >> print.kind >> print.line >> print.name >> std::ws;
      std::getline(mark, print.caption);
    } else if (!line.empty() || !prints.back().text.empty()) {
      prints.back().text += line + '\n';
    }
  }
  return prints;
}

class Chapter {
 public:
  Chapter(const fs::path& root, const fs::path& runs, const std::string& stem, Files& files)
      : root_(root),
        stem_(stem),
        file_("walkthrough/" + stem + ".cpp"),
        lines_(split(read(root, file_))),
        prints_(read_run(runs, stem + ".txt")),
        files_(files) {}

  void weave() {
    const std::string opening =
        "void walkthrough::chapter_" + stem_.substr(0, 1) + "(Page& page) {";
    const auto body = std::find(lines_.begin(), lines_.end(), opening);
    if (body == lines_.end()) refuse(file_, 0, "has no line '" + opening + "'");
    if (lines_.back() != "}") {
      refuse(file_, lines_.size(), "the chapter must end the file, with '}'");
    }
    for (std::size_t number = static_cast<std::size_t>(body - lines_.begin()) + 2;
         number < lines_.size();) {
      number = weave_from(number);
    }
    if (!prints_.empty()) {
      refuse(file_, prints_[0].line, "the run printed here, but the chapter does not reach here");
    }
    end_paragraph();
    markdown_.pop_back();  // the empty line after the last paragraph
    files_["docs/" + stem_ + ".md"] = markdown_;
  }

 private:
  // Weaves an empty line, comments, prose or a block of code. Returns the number of the line after it.
  std::size_t weave_from(std::size_t number) {
    if (is_comment(number)) {
      for (; is_comment(number); ++number) weave_comment(number);
      if (in_formula_) refuse(file_, number - 1, "a formula is not closed: end it with $$");
      return number;
    }
    if (is_prose(number)) {
      const std::size_t last = end_of_statement(number);
      check_that_it_printed(number, last);
      for (const Print& print : take_prints(number, last)) markdown_ += print.text;
      return last + 1;
    }
    end_paragraph();
    if (line(number).empty()) return number + 1;
    std::size_t next = number;
    while (next < lines_.size() && !is_comment(next) && !is_prose(next)) ++next;
    weave_code(number, next - 1);
    return next;
  }

  void weave_comment(std::size_t number) {
    if (!line(number).starts_with("  //")) {
      refuse(file_, number, "a comment inside of a loop would cut it in two: move it");
    }
    const std::string comment = line(number).substr(4);
    if (comment.empty() && !in_formula_) return end_paragraph();
    if (!comment.empty() && comment[0] != ' ') {
      refuse(file_, number, "a comment must start with '// '");
    }
    const std::string text = comment.empty() ? "" : comment.substr(1);
    if (text.starts_with("$$") || in_formula_) return weave_formula(text);
    check_inline_formulas(file_, number, text);
    if (text.starts_with('@')) {
      weave_definition(number, text);
    } else {
      markdown_ += text + '\n';
    }
  }

  // In a block of its own, nothing of a formula is taken for Markdown.
  void weave_formula(std::string text) {
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

  void weave_definition(std::size_t number, const std::string& text) {
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

  // What a statement prints stands below the lines before it, and above the next statement of the
  // chapter's body: what a loop prints stands below the loop.
  void weave_code(std::size_t first, std::size_t last) {
    bool printed = false;
    std::string code;
    for (std::size_t number = first; number <= last; ++number) {
      if (without_indent(line(number)).starts_with("page.")) {
        const std::size_t end = end_of_statement(number);
        printed |= check_that_it_printed(number, end);
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

  void weave_block(std::string code, std::size_t first, std::size_t last) {
    while (code.ends_with("\n\n")) code.pop_back();
    if (!code.empty()) markdown_ += fenced("cpp", code);
    std::string output;
    const auto end_output = [&] {
      if (!output.empty()) markdown_ += fenced("text", output);
      output.clear();
    };
    for (const Print& print : take_prints(first, last)) {
      if (print.kind == "figure") {
        end_output();
        weave_figure(print);
      } else {
        output += (output.empty() ? "" : "\n") + print.text;
      }
    }
    end_output();
  }

  void weave_figure(const Print& print) {
    const std::string figure =
        "figures/" + stem_.substr(0, stem_.find('_') + 1) + print.name + ".svg";
    if (!files_.emplace("docs/" + figure, print.text).second) {
      refuse(file_, print.line, "two figures are named " + print.name);
    }
    const std::string image = "![" + print.caption + "](" + figure + ")";
    if (markdown_.find(image) != std::string::npos) return;  // the prose shows it
    // Two figures in a row stand side by side where the page is wide enough.
    if (markdown_.ends_with(".svg)\n\n")) markdown_.pop_back();
    markdown_ += image + "\n\n";
  }

  void end_paragraph() {
    if (!markdown_.empty() && !markdown_.ends_with("\n\n")) markdown_ += '\n';
  }

  const std::string& line(std::size_t number) const { return lines_[number - 1]; }

  std::string code_of_line(std::size_t number) const {
    constexpr std::size_t indent_of_body = 2;
    return line(number).substr(std::min(indent_of_body, line(number).size()));
  }

  bool starts_statement_of_body(std::size_t number) const {
    const std::string code = code_of_line(number);
    return !code.empty() && code[0] != ' ' && code[0] != '}';
  }

  bool is_comment(std::size_t number) const {
    return without_indent(line(number)).starts_with("//");
  }

  bool is_prose(std::size_t number) const {
    const std::string code = without_indent(line(number));
    return code.starts_with("page.title(") || code.starts_with("page.section(") ||
           code.starts_with("page.say(");
  }

  // The line whose ';' stands in no bracket and in no literal.
  std::size_t end_of_statement(std::size_t first) const {
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

  // What the chapter prints must be in the run. Returns false for statements that never print.
  bool check_that_it_printed(std::size_t first, std::size_t last) const {
    const std::string code = without_indent(line(first));
    if (code.starts_with("page.label") || code.starts_with("page.follow")) return false;
    for (const Print& print : prints_) {
      if (first <= print.line && print.line <= last) return true;
    }
    refuse(file_, first, "this statement printed nothing: is the run older than it?");
  }

  // What these lines printed, in the order of the run.
  std::vector<Print> take_prints(std::size_t first, std::size_t last) {
    std::vector<Print> taken;
    std::erase_if(prints_, [&](const Print& print) {
      if (print.line < first || print.line > last) return false;
      taken.push_back(print);
      return true;
    });
    return taken;
  }

  fs::path root_;
  std::string stem_;
  std::string file_;
  Lines lines_;
  std::vector<Print> prints_;  // that are not woven yet
  Files& files_;
  std::string markdown_;
  bool in_formula_ = false;
};

}  // namespace

void weave_chapter(const fs::path& root, const fs::path& runs, const std::string& stem,
                   Files& files) {
  Chapter(root, runs, stem, files).weave();
}

}  // namespace weaver
