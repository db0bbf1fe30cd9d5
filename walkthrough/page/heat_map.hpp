#pragma once

#include <string>
#include <vector>

#include "longhand/matrix.hpp"

namespace walkthrough {

// A matrix as a picture: a square for each number, the darker the larger, with the number in it.
struct HeatMap {
  std::string caption;
  std::string row_axis;
  std::string col_axis;
  std::vector<std::string> row_labels;
  std::vector<std::string> col_labels;
  longhand::Matrix values;  // white is zero or less, the darkest blue the largest
};

// The picture as an SVG document, on a white ground of its own.
std::string svg(const HeatMap& map);

// The picture in the block characters of a terminal, a line for each row.
std::string blocks(const HeatMap& map);

}  // namespace walkthrough
