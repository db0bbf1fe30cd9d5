#pragma once

#include <string>

#include "text.hpp"

namespace weaver {

std::string fenced(const std::string& language, const std::string& text);

// The text of the page's first heading.
std::string title(const std::string& markdown);

// Refuses a link of the file that leads neither to a file below the root, and there to a heading
// that exists, nor out to the web.
void check_links(const fs::path& root, const std::string& file, const Files& files);

}  // namespace weaver
