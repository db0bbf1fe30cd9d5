#include "bar_chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "svg.hpp"

namespace walkthrough {

std::string svg(const BarChart& chart) {
  constexpr std::size_t row_height = 28;
  constexpr std::size_t left = 160;
  constexpr std::size_t full_width = 360;
  constexpr std::size_t right = 130;
  constexpr std::size_t margin = 16;
  const std::size_t height = 2 * margin + chart.labels.size() * row_height;
  std::string result = svg_opening(left + full_width + right, height, chart.caption);
  result += svg_rectangle(left, margin, full_width, height - 2 * margin, "fill=\"#eee\"");
  for (std::size_t row = 0; row < chart.labels.size(); ++row) {
    const std::size_t y = margin + row * row_height;
    const double share = std::clamp(chart.shares[row], 0.0, 1.0);
    const std::size_t width = static_cast<std::size_t>(std::lround(full_width * share));
    result += svg_text(left - 10, y + 19, "text-anchor=\"end\"", chart.labels[row]);
    result += svg_rectangle(left, y + 4, width, row_height - 8, "fill=\"rgb(33,113,181)\"");
    result += svg_text(left + full_width + 10, y + 19, "text-anchor=\"start\"", chart.texts[row]);
  }
  return result + "</svg>\n";
}

}  // namespace walkthrough
