#pragma once

#include <string>
#include <vector>

namespace walkthrough {

// Shares of a whole as horizontal bars, each with its label on the left and a text at its end.
struct BarChart {
  std::string caption;
  std::vector<std::string> labels;
  std::vector<double> shares;  // from 0 to 1; the full width is 1
  std::vector<std::string> texts;
};

// The picture as an SVG document.
std::string svg(const BarChart& chart);

}  // namespace walkthrough
