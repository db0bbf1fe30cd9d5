#include "table.hpp"

#include <algorithm>

#include "utf8.hpp"

namespace walkthrough {
namespace {

constexpr std::string_view indent = "  ";
constexpr std::string_view gap = "    ";

std::string blanks_beside(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string(width > taken ? width - taken : 0, ' ');
}

std::string left_aligned(std::string_view text, std::size_t width) {
  return std::string(text) + blanks_beside(text, width);
}

// Some columns of a row-major table of cells.
template <class Cell>
std::vector<Cell> columns(const std::vector<Cell>& cells, std::size_t cols, std::size_t first,
                          std::size_t count) {
  std::vector<Cell> result;
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

// How wide the parts of a table are.
struct Widths {
  std::size_t label = 0;
  std::size_t cell = 0;
  std::size_t row = 0;  // all cells of it
};

static std::string cells_of_row(const std::vector<std::string>& cells, const Table& table,
                                std::size_t row, const Widths& widths, const Ink& ink) {
  const std::size_t cols = table.computed.size() / table.row_labels.size();
  std::string result;
  for (std::size_t i = row * cols; i < (row + 1) * cols; ++i) {
    const bool differs = !table.differs.empty() && table.differs[i];
    const std::string cell = right_aligned((differs ? "*" : "") + cells[i], widths.cell);
    result += differs ? ink.bad(cell) : cell;
  }
  return result;
}

static std::string header(const Table& table, std::string_view label, const Widths& widths) {
  if (table.col_labels.empty()) return std::string(indent) + std::string(label) + '\n';
  std::string result = std::string(indent) + left_aligned(label, widths.label);
  for (const std::string& col : table.col_labels) result += right_aligned(col, widths.cell);
  return result + '\n';
}

// One matrix below its column labels, which stand beside a label of its own.
static std::string block(const std::vector<std::string>& cells, std::string_view label,
                         const Table& table, const Widths& widths, const Ink& ink) {
  std::string result;
  if (!table.col_labels.empty() || !label.empty()) result = header(table, label, widths);
  for (std::size_t row = 0; row < table.row_labels.size(); ++row) {
    result += std::string(indent) + left_aligned(table.row_labels[row], widths.label) +
              cells_of_row(cells, table, row, widths, ink) + '\n';
  }
  return result;
}

static std::string vector_rows(const Table& table, const Widths& widths, const Ink& ink) {
  std::string result = table.col_labels.empty() ? "" : header(table, "", widths);
  const auto add = [&](std::string_view label, const std::vector<std::string>& cells) {
    result += std::string(indent) + left_aligned(label, widths.label) +
              cells_of_row(cells, table, 0, widths, ink) + '\n';
  };
  add(table.computed_label, table.computed);
  if (!table.documented.empty()) add(table.documented_label, table.documented);
  return result;
}

static std::string side_by_side(const Table& table, const Widths& widths, const Ink& ink) {
  std::string result = std::string(indent) + std::string(widths.label, ' ') +
                       right_aligned(table.computed_label, widths.row) + std::string(gap) +
                       right_aligned(table.documented_label, widths.row) + '\n';
  for (std::size_t row = 0; row < table.row_labels.size(); ++row) {
    result += std::string(indent) + left_aligned(table.row_labels[row], widths.label) +
              cells_of_row(table.computed, table, row, widths, ink) + std::string(gap) +
              cells_of_row(table.documented, table, row, widths, ink) + '\n';
  }
  return result;
}

// A table that is wider than the page, as several of about one width that fit.
static std::string lines_in_parts(const Table& table, std::size_t cols, std::size_t most_cols,
                                  const Ink& ink, std::size_t page_width) {
  std::string result;
  for (std::size_t first = 0; first < cols; first += most_cols) {
    const std::size_t count = std::min(most_cols, cols - first);
    Table part = table;
    part.computed = columns(table.computed, cols, first, count);
    part.documented = columns(table.documented, cols, first, count);
    part.differs = columns(table.differs, cols, first, count);
    part.col_labels.clear();
    for (std::size_t col = first; col < first + count; ++col) {
      part.col_labels.push_back(table.col_labels.empty() ? std::to_string(col)
                                                         : table.col_labels[col]);
    }
    result += (first > 0 ? "\n" : "") + lines(part, ink, page_width);
  }
  return result;
}

std::string lines(const Table& table, const Ink& ink, std::size_t page_width) {
  const std::size_t rows = table.row_labels.size();
  const std::size_t cols = rows == 0 ? 0 : table.computed.size() / rows;
  const bool is_vector = rows == 1 && table.row_labels[0].empty();
  const bool compare = !table.documented.empty();
  Widths widths;
  widths.label = longest(table.row_labels);
  widths.cell =
      2 + std::max({longest(table.computed), longest(table.documented), longest(table.col_labels)});
  widths.row = cols * widths.cell;
  const bool fit_side_by_side =
      compare && !is_vector && table.col_labels.empty() &&
      widths.row >= std::max(table.computed_label.size(), table.documented_label.size()) &&
      indent.size() + widths.label + 2 * widths.row + gap.size() <= table.pair_width;
  if (fit_side_by_side) return side_by_side(table, widths, ink);

  if (compare || is_vector) {
    widths.label = std::max(
        {widths.label, table.computed_label.size(), compare ? table.documented_label.size() : 0});
  }
  const std::size_t most_cols =
      std::max<std::size_t>(1, (page_width - indent.size() - widths.label) / widths.cell);
  const std::size_t parts = (cols + most_cols - 1) / most_cols;
  if (parts > 1) return lines_in_parts(table, cols, (cols + parts - 1) / parts, ink, page_width);
  if (is_vector) return vector_rows(table, widths, ink);
  if (!compare) return block(table.computed, "", table, widths, ink);
  return block(table.computed, table.computed_label, table, widths, ink) +
         block(table.documented, table.documented_label, table, widths, ink);
}

}  // namespace walkthrough
