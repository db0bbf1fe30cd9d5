#pragma once

#include <map>
#include <string>

#include "chapter.hpp"
#include "text.hpp"

namespace weaver {

// What a chapter printed as NAME stands in README.md between two comments:
//   <!-- weave CHAPTER NAME -->
//   <!-- /weave -->
void weave_readme(const fs::path& root, const std::map<std::string, Chapter>& chapters,
                  Files& files);

}  // namespace weaver
