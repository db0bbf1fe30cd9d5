#include "heat_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "table.hpp"
#include "tensor.hpp"

namespace walkthrough {
namespace {

constexpr std::size_t least_cell_width = 64;
constexpr std::size_t cell_height = 40;
constexpr std::size_t least_left = 96;
constexpr std::size_t top = 64;
constexpr std::size_t right = 16;
constexpr std::size_t bottom = 16;

// Up to this darkness, black on a cell has more contrast than white: 4.5 or more on every cell.
constexpr int darkest_for_black = 66;

// From white to dark blue in 100 steps.
std::string colour(int percent) {
  constexpr std::array<int, 3> white = {255, 255, 255};
  constexpr std::array<int, 3> blue = {8, 48, 107};
  std::string result = "rgb(";
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const int value = white[channel] + (blue[channel] - white[channel]) * percent / 100;
    result += (channel > 0 ? "," : "") + std::to_string(value);
  }
  return result + ")";
}

// Room for a text of so many columns, 13 pixels high.
std::size_t pixels(std::size_t columns) { return 8 * columns; }

// How dark a value is: 0 for zero and below, 100 for the largest value.
int darkness(float value, float largest) {
  if (!(value > 0) || !std::isfinite(value)) return 0;
  return static_cast<int>(std::lround(100 * value / largest));
}

float largest_finite(const longhand::Matrix& values) {
  float largest = 0;
  for (const float value : values.values()) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  return largest;
}

// The text may hold any character.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const std::string name = c == '&'   ? "&amp;"
                             : c == '<' ? "&lt;"
                             : c == '>' ? "&gt;"
                             : c == '"' ? "&quot;"
                                        : "";
    result += name.empty() ? std::string(1, c) : name;
  }
  return result;
}

std::string number(std::size_t value) { return std::to_string(value); }

std::string svg_opening(std::size_t width, std::size_t height, const std::string& title) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + number(width) +
         " " + number(height) + "\" width=\"" + number(width) + "\" height=\"" + number(height) +
         "\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\">\n" + "<title>" +
         escaped(title) + "</title>\n" + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
}

std::string svg_text(std::size_t x, std::size_t y, const std::string& attributes,
                     const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + attributes + ">" +
         escaped(text) + "</text>\n";
}

std::string svg_rectangle(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
                          const std::string& attributes) {
  return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) +
         "\" height=\"" + number(height) + "\" " + attributes + "/>\n";
}

}  // namespace

std::string svg(const HeatMap& map) {
  const std::size_t rows = map.values.rows();
  const std::size_t cols = map.values.cols();
  const std::vector<std::string> numbers = cells(map.values.values());
  const std::size_t cell_width =
      std::max(least_cell_width, pixels(1 + std::max(longest(map.col_labels), longest(numbers))));
  const std::size_t left = std::max(least_left, pixels(2 + longest(map.row_labels)));
  const std::size_t width = left + cols * cell_width + right;
  const std::size_t height = top + rows * cell_height + bottom;
  const float largest = largest_finite(map.values);

  std::string result = svg_opening(width, height, map.caption);
  result += svg_text(left + cols * cell_width / 2, 24,
                     "text-anchor=\"middle\" font-weight=\"bold\"", map.col_axis);
  result += svg_text(left - 10, 24, "text-anchor=\"end\" font-weight=\"bold\"", map.row_axis);
  for (std::size_t col = 0; col < cols; ++col) {
    result += svg_text(left + col * cell_width + cell_width / 2, top - 12, "text-anchor=\"middle\"",
                       map.col_labels[col]);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t y = top + row * cell_height;
    result += svg_text(left - 10, y + 25, "text-anchor=\"end\"", map.row_labels[row]);
    for (std::size_t col = 0; col < cols; ++col) {
      const std::size_t x = left + col * cell_width;
      const int percent = darkness(map.values(row, col), largest);
      result += svg_rectangle(x, y, cell_width, cell_height,
                              "fill=\"" + colour(percent) + "\" stroke=\"#bbb\"");
      result += svg_text(x + cell_width / 2, y + 25,
                         std::string("text-anchor=\"middle\" fill=\"") +
                             (percent > darkest_for_black ? "#fff" : "#000") + "\"",
                         numbers[row * cols + col]);
    }
  }
  return result + "</svg>\n";
}

std::string blocks(const HeatMap& map) {
  constexpr std::array<const char*, 5> shades = {"    ", "░░░░", "▒▒▒▒", "▓▓▓▓", "████"};
  const std::size_t label_width = longest(map.row_labels);
  const float largest = largest_finite(map.values);
  std::string result;
  for (std::size_t row = 0; row < map.values.rows(); ++row) {
    result += "  " + right_aligned(map.row_labels[row], label_width) + "  ";
    for (const float value : map.values.row(row)) {
      result += shades[static_cast<std::size_t>(darkness(value, largest) + 12) / 25];
    }
    result += '\n';
  }
  const std::vector<std::string> scale = cells(std::vector<float>{largest});
  return result + "  " + std::string(label_width, ' ') + "  from 0 to " + scale[0] +
         " (█), columns in the order of the rows\n";
}

}  // namespace walkthrough
