#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "longhand/matrix.hpp"

namespace walkthrough {

// A matrix as a picture: a cell for each number, the more ink the larger, with the number in it.
struct HeatMap {
  std::string caption = {};
  std::string row_axis = {};
  std::string col_axis = {};
  std::vector<std::string> row_labels = {};
  std::vector<std::string> col_labels = {};
  longhand::Matrix values = {};  // no ink for zero or less

  float largest = 0;        // of the scale, for figures that are compared; 0: the largest of values
  bool is_masked = false;   // zeros right of the last diagonal are hatched
  bool is_dropped = false;  // other zeros are crossed out
  std::optional<std::pair<std::size_t, std::size_t>> marked = {};  // a row and a column
  std::vector<std::string> notes = {};                             // lines below the picture
};

// The picture as an SVG document, light or dark as its reader prefers.
std::string svg(const HeatMap& map);

// The picture in the block characters of a terminal, a line for each row; nothing if a line is wider.
std::string blocks(const HeatMap& map, std::size_t width);

}  // namespace walkthrough
