#pragma once

#include <string>

#include "text.hpp"

namespace weaver {

std::string fenced(const std::string& language, const std::string& text);

// The text of the page's first heading.
std::string title(const std::string& markdown);

// Refuses a formula in a line that GitHub would not show.
void check_inline_formulas(const std::string& file, std::size_t number, const std::string& line);

// Refuses such a formula, and a link that leads neither to a file below the root, and there to a
// heading that exists, nor out to the web.
void check_page(const fs::path& root, const std::string& file, const Files& files);

}  // namespace weaver
