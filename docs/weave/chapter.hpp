#pragma once

#include <string>

#include "text.hpp"

namespace weaver {

// Adds a chapter and its figures to the files, woven from its walkthrough and from what this printed
// into STEM.txt: a line "@show 57" goes before what line 57 printed.
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
void weave_chapter(const fs::path& root, const fs::path& runs, const std::string& stem,
                   Files& files);

}  // namespace weaver
