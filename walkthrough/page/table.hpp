#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace walkthrough {

// Text in a colour of the terminal, or plain.
class Ink {
 public:
  explicit Ink(bool colour) : colour_(colour) {}
  std::string bold(std::string_view text) const { return inked("1", text); }
  std::string good(std::string_view text) const { return inked("32", text); }
  std::string bad(std::string_view text) const { return inked("31", text); }

 private:
  std::string inked(std::string_view code, std::string_view text) const;
  bool colour_;
};

// A number as it is computed, and as it is documented.
struct Cell {
  std::string computed;
  std::string documented = {};  // empty: computed alone
  bool differs = false;         // marks both
};

// The rows of a matrix, each with its label.
struct Table {
  std::vector<std::string> col_labels = {};  // none: no header
  std::vector<std::string> row_labels = {};  // one that is empty: a vector
  std::vector<Cell> cells = {};              // row by row, at least one
  std::string computed_label = "computed";
  std::string documented_label = "documented";
  std::size_t pair_width = 80;  // that both may take side by side
};

// The documented matrix stands beside the computed one where both fit, otherwise below it; the two
// rows of a vector go by these labels. Columns that do not fit on the page follow below the others.
std::string lines(const Table& table, const Ink& ink, std::size_t page_width);

// Widths count columns of a terminal.
std::string right_aligned(std::string_view text, std::size_t width);
std::size_t longest(std::span<const std::string> texts);

}  // namespace walkthrough
