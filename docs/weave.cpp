// Weaves the chapters of docs/ from the walkthroughs and from what these printed.
//
// The grammar of a walkthrough, in the body of walkthrough::chapter:
//   // text                    a comment that fills its line is Markdown
//   // $$formula$$             a formula that stands alone, in LaTeX
//   // @code NAME FILE         pulls in the function, struct or class NAME of FILE
//   page.title("…", "…");      the chapter's heading and first paragraph
//   page.section("…", "…");    a heading and a paragraph
//   anything else              a block of C++; below it stands what its statements printed
//
// In README.md, what a chapter printed as NAME stands between two comments:
//   <!-- weave CHAPTER NAME -->
//   <!-- /weave -->
//
// What is not understood is refused, with file and line, before anything is written.

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;
using Files = std::map<std::string, std::string>;  // path below the root, text

// Lines count from one; line 0 stands for the file as a whole.
[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& why) {
  throw std::runtime_error(file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + why);
}

std::string read(const fs::path& folder, const std::string& file) {
  std::ifstream in(folder / file, std::ios::binary);
  if (!in) refuse(file, 0, "cannot be read: is it there?");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.find('\r') != std::string::npos) {
    refuse(file, 0, "has the line ends of Windows: turn them into '\\n'");
  }
  return text;
}

Lines split(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string without_indent(const std::string& line) {
  return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

std::string fenced(const std::string& language, const std::string& text) {
  return "```" + language + '\n' + text + "```\n\n";
}

// What one statement of a walkthrough printed.
struct Print {
  std::string kind;      // title, section, show or figure
  std::size_t line = 0;  // of the statement
  std::string name;      // of a figure
  std::string caption;   // of a figure
  std::string text;      // of a figure: the SVG
};

Print read_mark(const std::string& file, const std::string& line) {
  Print print;
  std::istringstream mark(line.substr(1));
  mark >> print.kind >> print.line >> print.name >> std::ws;
  std::getline(mark, print.caption);
  const bool is_figure = print.kind == "figure" && !print.caption.empty();
  const bool is_text = print.kind == "title" || print.kind == "section" || print.kind == "show";
  if (print.line == 0 || !(is_figure || is_text))
    refuse(file, 0, "'" + line + "' is not understood");
  return print;
}

// A run is cut at its marks: "@show 57" goes before what line 57 printed. After "@end" the run says
// whether all documented values agreed.
std::vector<Print> read_run(const fs::path& runs, const std::string& stem) {
  const std::string file = stem + ".txt";
  std::vector<Print> prints;
  std::string ending;
  bool ended = false;
  for (const std::string& line : split(read(runs, file))) {
    if (line == "@end") {
      ended = true;
    } else if (ended) {
      ending += line + '\n';
    } else if (line.starts_with('@')) {
      prints.push_back(read_mark(file, line));
    } else if (prints.empty() || line.starts_with("```")) {
      refuse(file, 0, "'" + line + "' cannot be woven");
    } else if (!line.empty() || !prints.back().text.empty()) {
      prints.back().text += line + '\n';
    }
  }
  if (!ended) refuse(file, 0, "the run stopped before its end: mend the walkthrough first");
  if (!ending.starts_with("\nAll ")) {
    refuse(file, 0, "a computed value is wrong, or a documented one: mend that first" + ending);
  }
  return prints;
}

bool belongs_to_name(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
}

// Whether a definition of `name` starts in column 0 of this line.
bool starts_definition(const std::string& line, const std::string& name) {
  if (line.empty() || line.ends_with(';')) return false;
  if (!belongs_to_name(line[0]) && !line.starts_with("[[")) return false;
  const bool is_type = line.starts_with("struct ") || line.starts_with("class ");
  for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
    const bool is_constructor = at == 0 && name.find("::") != std::string::npos;
    const bool is_whole_name = is_constructor || (at > 0 && !belongs_to_name(line[at - 1]));
    if (is_whole_name && line[at + name.size()] == (is_type ? ' ' : '(')) return true;
  }
  return false;
}

// The definition of a function, struct or class, with the comment right above it. It starts in
// column 0 and ends at the first } in column 0; clang-format keeps it so.
std::string definition(const std::string& source, const std::string& name) {
  const Lines lines = split(source);
  const auto starts = [&](const std::string& line) { return starts_definition(line, name); };
  const auto start = std::find_if(lines.begin(), lines.end(), starts);
  if (start == lines.end()) throw std::runtime_error("no definition starts in column 0");
  if (std::any_of(start + 1, lines.end(), starts)) throw std::runtime_error("defined twice");

  auto first = start;
  while (first != lines.begin() &&
         ((first - 1)->starts_with("//") || (first - 1)->starts_with("template"))) {
    --first;
  }
  const auto closes = [](const std::string& line) { return line.starts_with('}'); };
  const auto last = start->ends_with('}') ? start : std::find_if(start, lines.end(), closes);
  if (last == lines.end()) throw std::runtime_error("no } in column 0 ends it");
  std::string text;
  for (auto line = first; line <= last; ++line) text += *line + '\n';
  return text;
}

class Chapter {
 public:
  Chapter(const fs::path& root, const fs::path& runs, const std::string& stem)
      : root_(root),
        stem_(stem),
        file_("walkthrough/" + stem + ".cpp"),
        lines_(split(read(root, file_))),
        prints_(read_run(runs, stem)),
        is_woven_(prints_.size()) {}

  // Adds the chapter and its figures to the files.
  void weave(Files& files);

  // What was printed under a name.
  std::string printed_as(const std::string& name) const;

 private:
  void weave_comment(std::size_t number);
  void weave_formula(std::string text);
  void check_inline_formulas(std::size_t number, const std::string& text) const;
  void weave_heading(std::size_t first, std::size_t last);
  void weave_code(std::size_t first, std::size_t last);
  void weave_prints(std::size_t first, std::size_t last);

  const std::string& line(std::size_t number) const { return lines_[number - 1]; }
  bool is_comment(std::size_t number) const;
  bool is_heading(std::size_t number) const;
  std::size_t end_of_statement(std::size_t first) const;
  void end_paragraph() {
    if (!markdown_.ends_with("\n\n")) markdown_ += '\n';
  }
  void check_that_it_printed(std::size_t first, std::size_t last) const;

  fs::path root_;
  std::string stem_;
  std::string file_;
  Lines lines_;
  std::vector<Print> prints_;
  std::vector<bool> is_woven_;  // of each print
  std::string markdown_;
  bool in_formula_ = false;
  Files figures_;
};

void Chapter::weave(Files& files) {
  const std::string opening = "void walkthrough::chapter(Page& page) {";
  const auto body = std::find(lines_.begin(), lines_.end(), opening);
  if (body == lines_.end()) refuse(file_, 0, "has no line '" + opening + "'");
  if (lines_.back() != "}") refuse(file_, lines_.size(), "the chapter must end the file, with '}'");

  std::size_t number = static_cast<std::size_t>(body - lines_.begin()) + 2;
  while (number < lines_.size()) {
    if (line(number).empty()) {
      ++number;
    } else if (is_comment(number)) {
      for (; is_comment(number); ++number) weave_comment(number);
      if (in_formula_) refuse(file_, number - 1, "a formula is not closed: end it with $$");
      end_paragraph();
    } else if (is_heading(number)) {
      const std::size_t last = end_of_statement(number);
      weave_heading(number, last);
      number = last + 1;
    } else {
      std::size_t next = number;
      while (next < lines_.size() && !is_comment(next) && !is_heading(next)) ++next;
      weave_code(number, next - 1);
      weave_prints(number, next - 1);
      number = next;
    }
  }
  const auto left = std::find(is_woven_.begin(), is_woven_.end(), false);
  if (left != is_woven_.end()) {
    const Print& print = prints_[static_cast<std::size_t>(left - is_woven_.begin())];
    refuse(file_, print.line, "the run printed here, but the chapter does not reach here");
  }
  if (markdown_.empty()) refuse(file_, 0, "the chapter is empty");
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
  check_inline_formulas(number, text);
  if (!text.starts_with('@')) {
    markdown_ += text + '\n';
    return;
  }
  std::istringstream words(text);
  std::string directive, name, source, more;
  words >> directive >> name >> source;
  if (directive != "@code" || source.empty() || words >> more) {
    refuse(file_, number, "'" + text + "' is not understood: '@code NAME FILE' is");
  }
  try {
    markdown_ += "[`" + source + "`](../" + source + "):\n\n" +
                 fenced("cpp", definition(read(root_, source), name));
  } catch (const std::exception& error) {
    refuse(file_, number, "@code " + name + ": " + error.what());
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

// GitHub takes the _ after a bracket for the start of emphasis, before it looks for formulas.
void Chapter::check_inline_formulas(std::size_t number, const std::string& text) const {
  bool in_formula = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '$') in_formula = !in_formula;
    const bool follows_bracket = at > 0 && (text[at - 1] == '}' || text[at - 1] == ')');
    if (in_formula && text[at] == '_' && follows_bracket) {
      refuse(file_, number,
             "GitHub would break '}_' and ')_' in a line: use $$ on a line of its own");
    }
  }
  if (in_formula) refuse(file_, number, "a formula in a line must end in that line, with $");
}

// The arguments of a heading are string literals; literals in a row are one.
void Chapter::weave_heading(std::size_t first, std::size_t last) {
  std::string statement;
  for (std::size_t number = first; number <= last; ++number) {
    statement += without_indent(line(number)) + ' ';
  }
  std::vector<std::string> arguments(1);
  std::size_t at = statement.find('(') + 1;
  for (; at < statement.size() && statement[at] != ')'; ++at) {
    if (statement[at] == ',') {
      arguments.emplace_back();
    } else if (statement[at] == '"') {
      for (++at; at < statement.size() && statement[at] != '"'; ++at) {
        const bool is_escape = statement[at] == '\\';
        if (is_escape && statement[at + 1] != '"' && statement[at + 1] != '\\') {
          refuse(file_, first, "a heading knows the escapes \\\" and \\\\ alone");
        }
        if (is_escape) ++at;
        arguments.back() += statement[at];
      }
    } else if (statement[at] != ' ') {
      break;
    }
  }
  if (at >= statement.size() || statement.substr(at) != "); " || arguments.size() != 2) {
    refuse(file_, first, "a heading takes two string literals, its title and its first paragraph");
  }
  check_that_it_printed(first, last);
  for (std::size_t i = 0; i < prints_.size(); ++i) {
    if (first <= prints_[i].line && prints_[i].line <= last) is_woven_[i] = true;
  }
  const bool is_title = statement.starts_with("page.title");
  markdown_ += (is_title ? "# " : "## ") + arguments[0] + "\n\n" + arguments[1] + "\n\n";
  if (is_title) {
    markdown_ += "*Woven from [" + file_ + "](../" + file_ +
                 ") and what it prints: change it there. [All chapters](../README.md)*\n\n";
  }
}

void Chapter::weave_code(std::size_t first, std::size_t last) {
  while (line(last).empty()) --last;
  constexpr std::size_t indent_of_body = 2;
  std::string code;
  for (std::size_t number = first; number <= last; ++number) {
    if (!line(number).empty() && !line(number).starts_with("  ")) {
      refuse(file_, number, "the chapter's code must be indented by two blanks");
    }
    code += line(number).substr(std::min(indent_of_body, line(number).size())) + '\n';
  }
  markdown_ += fenced("cpp", code);
}

void Chapter::weave_prints(std::size_t first, std::size_t last) {
  for (std::size_t number = first; number <= last; ++number) {
    const std::string code = without_indent(line(number));
    if (code.starts_with("page.show") || code.starts_with("page.heat_map") ||
        code.starts_with("page.bar_chart")) {
      check_that_it_printed(number, end_of_statement(number));
    }
  }
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
    markdown_ += "![" + print.caption + "](" + figure + ")\n\n";
  }
  if (!output.empty()) markdown_ += fenced("text", output);
}

std::string Chapter::printed_as(const std::string& name) const {
  std::string found;
  for (const Print& print : prints_) {
    if (print.kind != "show" || !print.text.starts_with(name + " ")) continue;
    if (!found.empty()) throw std::runtime_error(stem_ + " prints '" + name + "' more than once");
    found = print.text;
  }
  if (found.empty()) throw std::runtime_error(stem_ + " does not print '" + name + "'");
  return found;
}

bool Chapter::is_comment(std::size_t number) const {
  return without_indent(line(number)).starts_with("//");
}

bool Chapter::is_heading(std::size_t number) const {
  const std::string code = without_indent(line(number));
  return code.starts_with("page.title(") || code.starts_with("page.section(");
}

std::size_t Chapter::end_of_statement(std::size_t first) const {
  for (std::size_t number = first; number < lines_.size(); ++number) {
    if (line(number).ends_with(';')) return number;
  }
  refuse(file_, first, "no line from here on ends in ';'");
}

void Chapter::check_that_it_printed(std::size_t first, std::size_t last) const {
  const bool printed = std::any_of(prints_.begin(), prints_.end(), [&](const Print& print) {
    return first <= print.line && print.line <= last;
  });
  if (!printed) refuse(file_, first, "this statement printed nothing: is the run older than it?");
}

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

// A line of Markdown without its `code`.
std::string without_code(const std::string& line) {
  std::string text;
  bool in_code = false;
  for (const char c : line) {
    if (c == '`') in_code = !in_code;
    if (!in_code) text += c;
  }
  return text;
}

// A link leads to a file below the root, or out to the web.
void check_links(const fs::path& root, const std::string& file, const Files& files) {
  bool in_code = false;
  std::size_t number = 0;
  for (const std::string& line : split(files.at(file))) {
    ++number;
    if (line.starts_with("```")) in_code = !in_code;
    const std::string text = in_code ? "" : without_code(line);
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      const std::string link = text.substr(at + 2, text.find(')', at) - at - 2);
      const std::string path = link.substr(0, link.find('#'));
      if (path.empty() || link.starts_with("https://")) continue;
      const fs::path target = (fs::path(file).parent_path() / path).lexically_normal();
      const bool is_below_root = target.is_relative() && *target.begin() != "..";
      const bool exists = files.contains(target.generic_string()) || fs::exists(root / target);
      if (!is_below_root || !exists) {
        refuse(file, number, "links to '" + link + "', which is neither here nor https://");
      }
    }
  }
  if (in_code) refuse(file, number, "a ``` is not closed");
}

Files weave_all(const fs::path& root, const fs::path& runs) {
  std::map<std::string, Chapter> chapters;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "walkthrough")) {
    const std::string stem = entry.path().stem().string();
    const bool has_number = '0' <= stem[0] && stem[0] <= '9';
    const bool is_source = entry.is_regular_file() && entry.path().extension() == ".cpp";
    if (has_number && is_source) chapters.emplace(stem, Chapter(root, runs, stem));
  }
  Files files;
  for (auto& [stem, chapter] : chapters) chapter.weave(files);
  weave_readme(root, chapters, files);
  for (const auto& [file, text] : files) {
    if (file.ends_with(".md")) check_links(root, file, files);
  }
  return files;
}

// Names the first line that differs, or nothing.
std::string difference(const std::string& file, const std::string& committed,
                       const std::string& woven) {
  if (committed == woven) return "";
  const Lines before = split(committed);
  const Lines after = split(woven);
  std::size_t i = 0;
  while (i < before.size() && i < after.size() && before[i] == after[i]) ++i;
  return file + ":" + std::to_string(i + 1) +
         ": is not what the walkthrough prints now\n  file:  " +
         (i < before.size() ? before[i] : "(ends)") +
         "\n  woven: " + (i < after.size() ? after[i] : "(ends)") + "\n";
}

int check(const fs::path& root, const Files& files) {
  std::string differences;
  for (const auto& [file, text] : files) {
    differences += fs::exists(root / file) ? difference(file, read(root, file), text)
                                           : file + ": is missing\n";
  }
  for (const std::string folder : {"docs/", "docs/figures/"}) {
    for (const fs::directory_entry& entry : fs::directory_iterator(root / folder)) {
      const std::string file = folder + entry.path().filename().string();
      const bool is_woven = file.ends_with(".md") || file.ends_with(".svg");
      if (is_woven && !files.contains(file)) {
        differences += file + ": no walkthrough weaves it: delete it\n";
      }
    }
  }
  if (differences.empty()) return 0;
  std::cerr << differences
            << "Where all other tests pass and the change is wanted: 'meson compile -C build docs' "
               "weaves it in.\n";
  return 1;
}

// Each file is written beside its place first and then moved there, so that none is left
// half-written.
void write(const fs::path& root, const Files& files) {
  fs::create_directories(root / "docs/figures");
  for (const auto& [file, text] : files) {
    if (fs::exists(root / file) && read(root, file) == text) continue;
    const fs::path draft = root / (file + ".new");
    std::ofstream out(draft, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
      fs::remove(draft);
      refuse(file, 0, "cannot be written: is the disk full, or the folder read-only?");
    }
    fs::rename(draft, root / file);
    std::cout << "woven: " << file << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool checks = !arguments.empty() && arguments[0] == "--check";
  if (arguments.size() != (checks ? 3U : 2U)) {
    std::cerr
        << "usage: weave [--check] ROOT RUNS\n"
           "Weaves docs/ and README.md below ROOT from what the walkthroughs printed into RUNS.\n"
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
