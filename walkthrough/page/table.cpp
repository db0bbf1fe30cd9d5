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

// The lines of a table that fits on the page.
struct Layout {
  const Table& table;
  const Ink& ink;
  std::size_t cols, label_width, cell_width;

  std::string line(std::string_view label, const std::string& cells) const {
    return std::string(indent) + std::string(label) + blanks_beside(label, label_width) + cells +
           '\n';
  }

  std::string row(std::size_t row, std::string Cell::*text) const {
    std::string result;
    for (std::size_t i = row * cols; i < (row + 1) * cols; ++i) {
      const Cell& cell = table.cells[i];
      const std::string mark = cell.differs ? "*" : "";
      const std::string aligned = right_aligned(mark + cell.*text, cell_width);
      result += cell.differs ? ink.bad(aligned) : aligned;
    }
    return result;
  }

  // The column labels, beside a label of the whole.
  std::string header(std::string_view label) const {
    if (table.col_labels.empty()) {
      return label.empty() ? "" : std::string(indent) + std::string(label) + '\n';
    }
    std::string labels;
    for (const std::string& col : table.col_labels) labels += right_aligned(col, cell_width);
    return line(label, labels);
  }

  std::string block(std::string_view label, std::string Cell::*text) const {
    std::string result = header(label);
    for (std::size_t i = 0; i < table.row_labels.size(); ++i) {
      result += line(table.row_labels[i], row(i, text));
    }
    return result;
  }

  std::string side_by_side() const {
    const std::size_t width = cols * cell_width;
    std::string result = line("", right_aligned(table.computed_label, width) + std::string(gap) +
                                      right_aligned(table.documented_label, width));
    for (std::size_t i = 0; i < table.row_labels.size(); ++i) {
      result += line(table.row_labels[i],
                     row(i, &Cell::computed) + std::string(gap) + row(i, &Cell::documented));
    }
    return result;
  }
};

// A table that is wider than the page, as several that fit.
std::string lines_in_parts(const Table& table, std::size_t cols, std::size_t most_cols,
                           const Ink& ink, std::size_t page_width) {
  std::string result;
  for (std::size_t first = 0; first < cols; first += most_cols) {
    const std::size_t last = std::min(first + most_cols, cols);
    Table part = table;
    part.cells.clear();
    for (std::size_t i = 0; i < table.cells.size(); ++i) {
      if (first <= i % cols && i % cols < last) part.cells.push_back(table.cells[i]);
    }
    part.col_labels.clear();
    for (std::size_t col = first; col < last; ++col) {
      part.col_labels.push_back(table.col_labels.empty() ? std::to_string(col)
                                                         : table.col_labels[col]);
    }
    result += (first > 0 ? "\n" : "") + lines(part, ink, page_width);
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

std::string lines(const Table& table, const Ink& ink, std::size_t page_width) {
  const std::size_t cols = table.cells.size() / table.row_labels.size();
  const bool is_vector = table.row_labels.size() == 1 && table.row_labels[0].empty();
  const bool compares = !table.cells[0].documented.empty();
  std::size_t widest = longest(table.col_labels);
  for (const Cell& cell : table.cells) {
    widest = std::max({widest, display_width(cell.computed), display_width(cell.documented)});
  }
  Layout layout{table, ink, cols, longest(table.row_labels), widest + 2};

  const std::size_t computed_width = table.computed_label.size();
  const std::size_t documented_width = compares ? table.documented_label.size() : 0;
  const std::size_t row_width = cols * layout.cell_width;
  if (compares && !is_vector && table.col_labels.empty() &&
      row_width >= std::max(computed_width, documented_width) &&
      indent.size() + layout.label_width + 2 * row_width + gap.size() <= table.pair_width) {
    return layout.side_by_side();
  }
  if (compares || is_vector) {
    layout.label_width = std::max({layout.label_width, computed_width, documented_width});
  }
  const std::size_t most_cols = std::max<std::size_t>(
      1, (page_width - indent.size() - layout.label_width) / layout.cell_width);
  const std::size_t parts = (cols + most_cols - 1) / most_cols;
  if (parts > 1) return lines_in_parts(table, cols, (cols + parts - 1) / parts, ink, page_width);
  if (is_vector) {
    return layout.header("") + layout.line(table.computed_label, layout.row(0, &Cell::computed)) +
           (compares ? layout.line(table.documented_label, layout.row(0, &Cell::documented)) : "");
  }
  if (!compares) return layout.block("", &Cell::computed);
  return layout.block(table.computed_label, &Cell::computed) +
         layout.block(table.documented_label, &Cell::documented);
}

}  // namespace walkthrough
