#include "table.hpp"

#include <algorithm>

#include "utf8.hpp"

namespace walkthrough {
namespace {

constexpr std::string_view indent = "  ";
constexpr std::string_view gap = "    ";
constexpr std::string_view documented_label = "documented";

std::string blanks_beside(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string(width > taken ? width - taken : 0, ' ');
}

std::string left_aligned(std::string_view text, std::size_t width) {
  return std::string(text) + blanks_beside(text, width);
}

std::string row_text(std::span<const std::string> cells, std::size_t cell_width) {
  std::string result;
  for (const std::string& cell : cells) result += right_aligned(cell, cell_width);
  return result;
}

// Some columns of a row-major table of cells.
std::vector<std::string> columns(std::span<const std::string> cells, std::size_t cols,
                                 std::size_t first, std::size_t count) {
  std::vector<std::string> result;
  for (std::size_t row = 0; row < cells.size(); row += cols) {
    for (std::size_t col = first; col < first + count; ++col) result.push_back(cells[row + col]);
  }
  return result;
}

}  // namespace

std::string Ink::inked(std::string_view code, std::string_view text) const {
  if (!colour_) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

std::string right_aligned(std::string_view text, std::size_t width) {
  return blanks_beside(text, width) + std::string(text);
}

std::size_t longest(std::span<const std::string> texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, display_width(text));
  return width;
}

// A table that is wider than the page, as several that fit.
static std::string lines_in_parts(const Table& table, std::size_t cols, std::size_t most_cols,
                                  const Ink& ink) {
  std::string result;
  for (std::size_t first = 0; first < cols; first += most_cols) {
    const std::size_t count = std::min(most_cols, cols - first);
    const std::vector<std::string> computed = columns(table.computed, cols, first, count);
    const std::vector<std::string> documented = columns(table.documented, cols, first, count);
    Table part{table.cell_width, {}, table.row_labels, computed, documented, table.computed_label};
    for (std::size_t col = first; col < first + count; ++col) {
      part.col_labels.push_back(table.col_labels.empty() ? std::to_string(col)
                                                         : table.col_labels[col]);
    }
    result += (first > 0 ? "\n" : "") + lines(part, ink);
  }
  return result;
}

std::string lines(const Table& table, const Ink& ink) {
  const std::size_t rows = table.row_labels.size();
  const std::size_t cols = rows == 0 ? 0 : table.computed.size() / rows;
  const std::size_t row_width = cols * table.cell_width;
  const std::size_t label_width = std::max(longest(table.row_labels), documented_label.size());
  const std::size_t most_cols = (page_width - indent.size() - label_width) / table.cell_width;
  if (cols > most_cols)
    return lines_in_parts(table, cols, std::max<std::size_t>(most_cols, 1), ink);
  const bool compare = !table.documented.empty();
  const bool side_by_side = compare && rows > 1 && table.col_labels.empty() &&
                            indent.size() + label_width + 2 * row_width + gap.size() <= page_width;

  std::string result;
  const std::string margin = std::string(indent) + std::string(label_width, ' ');
  if (!table.col_labels.empty()) {
    result += margin + row_text(table.col_labels, table.cell_width) + '\n';
  }
  if (side_by_side) {
    result += margin + right_aligned(table.computed_label, row_width) + std::string(gap) +
              ink.faint(right_aligned(documented_label, row_width)) + '\n';
  }
  for (std::size_t row = 0; row < rows; ++row) {
    result += std::string(indent) + left_aligned(table.row_labels[row], label_width) +
              row_text(table.computed.subspan(row * cols, cols), table.cell_width);
    if (compare) {
      const std::string documented =
          row_text(table.documented.subspan(row * cols, cols), table.cell_width);
      result += side_by_side
                    ? std::string(gap) + ink.faint(documented)
                    : '\n' + std::string(indent) +
                          ink.faint(left_aligned(documented_label, label_width) + documented);
    }
    result += '\n';
  }
  return result;
}

}  // namespace walkthrough
