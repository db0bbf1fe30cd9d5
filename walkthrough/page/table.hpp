#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace walkthrough {

constexpr std::size_t page_width = 80;

// Text in a colour of the terminal, or plain.
class Ink {
 public:
  explicit Ink(bool colour) : colour_(colour) {}
  std::string bold(std::string_view text) const { return inked("1", text); }
  std::string faint(std::string_view text) const { return inked("2", text); }
  std::string good(std::string_view text) const { return inked("32", text); }
  std::string bad(std::string_view text) const { return inked("31", text); }

 private:
  std::string inked(std::string_view code, std::string_view text) const;
  bool colour_;
};

// The rows of a matrix, each with its label.
struct Table {
  std::size_t cell_width = 0;
  std::vector<std::string> col_labels;  // none: no header
  std::vector<std::string> row_labels;
  std::span<const std::string> computed;    // row by row
  std::span<const std::string> documented;  // none: computed alone
  std::string computed_label = "computed";  // heads the computed cells beside documented ones
};

// The documented cells stand beside the computed ones where the page is wide enough, else each
// documented row stands below its computed row. Columns that do not fit on the page follow below
// the others.
std::string lines(const Table& table, const Ink& ink);

// Widths count columns of a terminal.
std::string right_aligned(std::string_view text, std::size_t width);
std::size_t longest(std::span<const std::string> texts);

}  // namespace walkthrough
