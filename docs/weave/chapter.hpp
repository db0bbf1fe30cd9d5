#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "run.hpp"
#include "text.hpp"

namespace weaver {

// A chapter, woven from its walkthrough and from what this printed.
//
// The grammar of a walkthrough, in the body of walkthrough::chapter_1:
//   // text                     a comment that fills its line is Markdown
//   // $$formula$$              a formula that stands alone, in LaTeX
//   // @code NAME FILE          pulls in the function, struct or class NAME of FILE
//   // @see NAME FILE           links to it
//   page.title("...", "...");    the chapter's heading and first paragraph
//   page.section("...", "...");  a heading and a paragraph
//   page.say("...");             prose, joined to the comment that touches it
//   page.anything(...);         is hidden, however deep in a loop; what it prints stands in its place
//   anything else               a block of C++
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

 private:
  void weave_comment(std::size_t number);
  void weave_formula(std::string text);
  void check_list(std::size_t number, const std::string& text);
  void weave_prose(std::size_t first, std::size_t last);
  void weave_code(std::size_t first, std::size_t last);
  void weave_block(std::string code, std::size_t first, std::size_t last);
  void weave_prints(std::size_t first, std::size_t last);

  const std::string& line(std::size_t number) const { return lines_[number - 1]; }
  std::string code_of_line(std::size_t number) const;
  bool starts_statement_of_body(std::size_t number) const;
  bool is_comment(std::size_t number) const;
  bool is_prose(std::size_t number) const;
  std::size_t end_of_statement(std::size_t first) const;
  void end_paragraph() {
    if (!markdown_.empty() && !markdown_.ends_with("\n\n")) markdown_ += '\n';
  }
  bool has_printed(std::size_t first, std::size_t last) const;
  void check_that_it_printed(std::size_t first, std::size_t last) const;

  fs::path root_;
  std::string stem_;
  std::string file_;
  Lines lines_;
  std::vector<Print> prints_;
  std::vector<bool> is_woven_;  // of each print
  std::string markdown_;
  bool in_formula_ = false;
  bool in_list_ = false;
  Files figures_;
};

}  // namespace weaver
