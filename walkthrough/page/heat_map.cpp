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
constexpr std::size_t parts_of_scale = 20;

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

class Picture {
 public:
  explicit Picture(const HeatMap& map)
      : map_(map),
        numbers_(numbers_of(map.values)),
        largest_(largest_of_scale(map)),
        rows_(map.values.rows()),
        cols_(map.values.cols()),
        cell_width_(std::max(least_cell_width,
                             pixels(1 + std::max(longest(map.col_labels), longest(numbers_))))),
        left_(std::max(least_left, pixels(1 + longest(map.row_labels)))) {}

  std::string svg() const {
    const std::size_t end_of_scale = x_after_scale() + pixels(number_after_scale().size());
    const std::size_t width =
        std::max({x(cols_), pixels(longest(map_.notes)), end_of_scale}) + right;
    const std::size_t height = y(rows_) + (2 + map_.notes.size()) * line_height;
    std::string result = svg_opening(width, height, map_.caption) +
                         svg_text(left_ + cols_ * cell_width_ / 2, 48, "", map_.col_axis) +
                         svg_text(left_ - 8, 72, "label", map_.row_axis);
    for (std::size_t col = 0; col < cols_; ++col) {
      result += svg_text(x(col) + cell_width_ / 2, 72, "", map_.col_labels[col]);
    }
    for (std::size_t row = 0; row < rows_; ++row) {
      result += svg_text(left_ - 8, y(row) + 24, "label", map_.row_labels[row]);
      for (std::size_t col = 0; col < cols_; ++col) result += cell(row, col);
    }
    if (map_.marked) result += rectangle(map_.marked->first, map_.marked->second, "class=\"mark\"");
    result += scale();
    for (std::size_t i = 0; i < map_.notes.size(); ++i) {
      result += svg_text(8, y(rows_) + (i + 2) * line_height, "note", map_.notes[i]);
    }
    return result + "</svg>\n";
  }

 private:
  std::size_t x(std::size_t col) const { return left_ + col * cell_width_; }
  std::size_t y(std::size_t row) const { return top + row * cell_height; }

  std::string rectangle(std::size_t row, std::size_t col, const std::string& attributes) const {
    return svg_rectangle(x(col), y(row), cell_width_, cell_height, attributes);
  }

  std::string cell(std::size_t row, std::size_t col) const {
    const float value = map_.values(row, col);
    const int percent = percent_of_ink(value, largest_);
    const std::string ground = rectangle(row, col, ink_of(percent));
    const std::string grid = rectangle(row, col, "class=\"grid\"");
    const bool is_later = col + rows_ > row + cols_;  // the last row sees the last column
    if (map_.is_masked && is_later && value == 0) {
      return ground + rectangle(row, col, "fill=\"url(#hatch)\"") + grid;
    }
    if (map_.is_dropped && value == 0) {
      const std::string cross = concat("M", x(col), " ", y(row), "l", cell_width_, " ", cell_height,
                                       "m0 -", cell_height, "l-", cell_width_, " ", cell_height);
      return ground + svg_path("class=\"line\"", cross) + grid;
    }
    return ground + grid +
           svg_text(x(col) + cell_width_ / 2, y(row) + 24,
                    percent > most_for_low_text ? "high" : "low", numbers_[row * cols_ + col]);
  }

  std::size_t x_after_scale() const { return left_ + parts_of_scale * 8 + 8; }
  std::string number_after_scale() const { return cells(std::vector<float>{largest_})[0]; }

  // From no ink to all of it, with the numbers at both ends.
  std::string scale() const {
    const std::size_t y_of_scale = y(rows_) + 10;
    std::string result = svg_text(left_ - 8, y_of_scale + 12, "label", "0");
    for (std::size_t part = 0; part < parts_of_scale; ++part) {
      result += svg_rectangle(left_ + 8 * part, y_of_scale, 8, 14,
                              ink_of(static_cast<int>(100 * part / (parts_of_scale - 1))));
    }
    return result + svg_rectangle(left_, y_of_scale, 8 * parts_of_scale, 14, "class=\"grid\"") +
           svg_text(x_after_scale(), y_of_scale + 12, "note", number_after_scale());
  }

  const HeatMap& map_;
  std::vector<std::string> numbers_;
  float largest_;
  std::size_t rows_, cols_, cell_width_, left_;
};

}  // namespace

std::string svg(const HeatMap& map) { return Picture(map).svg(); }

std::string blocks(const HeatMap& map, std::size_t width) {
  constexpr std::array<const char*, 5> shades = {"    ", "░░░░", "▒▒▒▒", "▓▓▓▓", "████"};
  const std::size_t label_width = longest(map.row_labels);
  if (label_width + 4 + 4 * map.values.cols() > width) return "";
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
