#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "text.hpp"

namespace weaver {

// What one statement of a walkthrough printed.
struct Print {
  std::string kind;      // prose, show or figure
  std::size_t line = 0;  // of the statement
  std::string name;      // of a figure
  std::string caption;   // of a figure
  std::string text;      // of a figure: the SVG
};

// What the walkthrough of this stem printed, from STEM.txt.
//
// A run is cut at its marks: "@show 57" goes before what line 57 printed. After "@end" the run says
// whether all documented values agreed; one that says no, or did not get there, is refused.
std::vector<Print> read_run(const fs::path& runs, const std::string& stem);

}  // namespace weaver
