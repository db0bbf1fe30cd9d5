#include "heat_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "concat.hpp"
#include "svg.hpp"
#include "table.hpp"
#include "tensor.hpp"

namespace walkthrough {
namespace {

// In pixels, small enough for a phone to show six columns with numbers that can be read.
constexpr std::size_t least_cell_width = 56;
constexpr std::size_t cell_height = 36;
constexpr std::size_t least_left = 72;
constexpr std::size_t top = 84;
constexpr std::size_t right = 8;
constexpr std::size_t line_height = 24;

// A cell is the ground under so many percent of the ink. Up to this, low text has more contrast on
// it than high text, in either theme: 4.5 or more on every cell.
constexpr int most_for_low_text = 65;

// How much ink a value gets: none for zero and below, 100 for the largest value.
int percent_of_ink(float value, float largest) {
  if (!(value > 0) || !std::isfinite(value)) return 0;
  return static_cast<int>(std::lround(100 * std::min(value / largest, 1.0F)));
}

float largest_of_scale(const HeatMap& map) {
  float largest = map.largest;
  for (const float value : map.values.values()) {
    if (map.largest == 0 && std::isfinite(value)) largest = std::max(largest, value);
  }
  return largest;
}

std::string ink_of(int percent) { return concat("class=\"ink\" fill-opacity=\"", percent, "%\""); }

// As PyTorch prints them, but for powers of ten: a cell has no room for these.
std::vector<std::string> numbers_of(const longhand::Matrix& values) {
  std::vector<std::string> numbers = cells(values.values());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i].find('e') != std::string::npos) {
      numbers[i] = formatted("%.4f", values.values()[i]);
    }
  }
  return numbers;
}

// The sizes of a picture.
struct Plan {
  explicit Plan(const HeatMap& map, const std::vector<std::string>& numbers)
      : rows(map.values.rows()),
        cols(map.values.cols()),
        cell_width(std::max(least_cell_width,
                            pixels(1 + std::max(longest(map.col_labels), longest(numbers))))),
        left(std::max(least_left, pixels(1 + longest(map.row_labels)))),
        width(std::max(left + cols * cell_width,
                       pixels(std::max(longest(map.notes), map.caption.size()))) +
              right),
        height(top + rows * cell_height + (2 + map.notes.size()) * line_height) {}

  std::size_t x(std::size_t col) const { return left + col * cell_width; }
  std::size_t y(std::size_t row) const { return top + row * cell_height; }

  std::size_t rows, cols, cell_width, left, width, height;
};

std::string svg_cell(const HeatMap& map, const Plan& plan, std::size_t row, std::size_t col,
                     int percent, const std::string& text) {
  const std::size_t x = plan.x(col), y = plan.y(row);
  const auto rectangle = [&](const std::string& attributes) {
    return svg_rectangle(x, y, plan.cell_width, cell_height, attributes);
  };
  const bool is_zero = map.values(row, col) == 0;
  // The last row sees the last column.
  const bool is_later = col + map.values.rows() > row + map.values.cols();
  const std::string cell = rectangle(ink_of(percent)), grid = rectangle("class=\"grid\"");
  if (map.is_masked && is_later && is_zero) {
    return cell + rectangle("fill=\"url(#hatch)\"") + grid;
  }
  if (map.is_dropped && is_zero) {
    return cell +
           svg_path("class=\"line\"",
                    concat("M", x, " ", y, "l", plan.cell_width, " ", cell_height, "m0 -",
                           cell_height, "l-", plan.cell_width, " ", cell_height)) +
           grid;
  }
  return cell + grid +
         svg_text(x + plan.cell_width / 2, y + 24, percent > most_for_low_text ? "high" : "low",
                  text);
}

// From no ink to all of it, with the numbers at both ends.
std::string svg_scale(const Plan& plan, float largest) {
  const std::size_t y = plan.y(plan.rows) + 10;
  std::string result = svg_text(plan.left - 8, y + 12, "label", "0");
  constexpr std::size_t parts = 20;
  for (std::size_t part = 0; part < parts; ++part) {
    result += svg_rectangle(plan.left + 8 * part, y, 8, 14,
                            ink_of(static_cast<int>(100 * part / (parts - 1))));
  }
  result += svg_rectangle(plan.left, y, 8 * parts, 14, "class=\"grid\"");
  return result +
         svg_text(plan.left + 8 * parts + 8, y + 12, "note", cells(std::vector<float>{largest})[0]);
}

}  // namespace

std::string svg(const HeatMap& map) {
  const std::vector<std::string> numbers = numbers_of(map.values);
  const Plan plan(map, numbers);
  const float largest = largest_of_scale(map);
  std::string result = svg_opening(plan.width, plan.height, map.caption);
  result += svg_text(plan.left + plan.cols * plan.cell_width / 2, 48, "", map.col_axis);
  result += svg_text(plan.left - 8, 72, "label", map.row_axis);
  for (std::size_t col = 0; col < plan.cols; ++col) {
    result += svg_text(plan.x(col) + plan.cell_width / 2, 72, "", map.col_labels[col]);
  }
  for (std::size_t row = 0; row < plan.rows; ++row) {
    result += svg_text(plan.left - 8, plan.y(row) + 24, "label", map.row_labels[row]);
    for (std::size_t col = 0; col < plan.cols; ++col) {
      result += svg_cell(map, plan, row, col, percent_of_ink(map.values(row, col), largest),
                         numbers[row * plan.cols + col]);
    }
  }
  if (map.marked) {
    const auto [row, col] = *map.marked;
    result +=
        svg_rectangle(plan.x(col), plan.y(row), plan.cell_width, cell_height, "class=\"mark\"");
  }
  result += svg_scale(plan, largest);
  for (std::size_t i = 0; i < map.notes.size(); ++i) {
    result += svg_text(8, plan.y(plan.rows) + (i + 2) * line_height, "note", map.notes[i]);
  }
  return result + "</svg>\n";
}

std::string blocks(const HeatMap& map) {
  constexpr std::array<const char*, 5> shades = {"    ", "░░░░", "▒▒▒▒", "▓▓▓▓", "████"};
  const std::size_t label_width = longest(map.row_labels);
  const float largest = largest_of_scale(map);
  std::string result;
  for (std::size_t row = 0; row < map.values.rows(); ++row) {
    result += "  " + right_aligned(map.row_labels[row], label_width) + "  ";
    for (const float value : map.values.row(row)) {
      result += shades[static_cast<std::size_t>(percent_of_ink(value, largest) + 12) / 25];
    }
    result += '\n';
  }
  result += "  " + std::string(label_width, ' ') + "  from 0 to " +
            cells(std::vector<float>{largest})[0] + " (█), columns in the order of the rows\n";
  for (const std::string& note : map.notes) result += "  " + note + '\n';
  return result;
}

}  // namespace walkthrough
