#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "text.hpp"

namespace weaver {

std::string fenced(const std::string& language, const std::string& text);

// A line of prose, and where it stands.
struct Prose {
  std::size_t line;
  std::string anchor;  // of the section, as in a link; empty above the first section
  std::string text;    // without what is `code`
};

// What a page says outside of its blocks of code. Refuses a block that is not closed.
std::vector<Prose> prose(const std::string& file, const std::string& markdown);

// The text of the page's first heading.
std::string title(const std::string& markdown);

// What GitHub makes of a heading: "Step 1: scores" is found under #step-1-scores.
std::string anchor(const std::string& heading);

// Refuses a link of the file that leads neither to a file below the root, and there to a heading
// that exists, nor out to the web.
void check_links(const fs::path& root, const std::string& file, const Files& files);

}  // namespace weaver
