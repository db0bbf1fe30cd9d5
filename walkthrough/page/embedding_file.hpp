#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "longhand/matrix.hpp"

namespace walkthrough {

// The tokens of a reader, each embedded.
struct Embedding {
  std::vector<std::string> labels;  // one for each token, or none at all
  longhand::Matrix inputs;          // tokens x d_in, both at least 1, all numbers finite
};

// Every number is printed, several times: more than this is no longer read by anybody.
constexpr std::size_t most_numbers = 100'000;

// The widest label that fits twice on the page, before a row and above a column.
constexpr std::size_t widest_label = 38;

// What is wrong with a text, and where. Lines and characters count from one; column 1 of an empty
// line is its end.
struct EmbeddingError : std::runtime_error {
  EmbeddingError(std::size_t its_line, std::size_t its_column, const std::string& reason)
      : std::runtime_error(reason), line(its_line), column(its_column) {}
  std::size_t line;
  std::size_t column;
};

// One token a line: a label if there is one, then its numbers, with blanks or with commas between them.
//
//   the 0.43 0.15 0.89
//   "New York", 0.55, 0.87, 6.6e-1   # a comment
//
// Numbers are decimal, and rounded to the nearest float. A label goes into quotes where it holds
// blanks, commas or a quote (written twice), or begins like a number, a comment or a quote. All
// lines have the same number of numbers, and all have a label or none has. Lines may end as on Windows;
// empty lines and comments count for nothing.
// Throws EmbeddingError at the first character that does not fit.
Embedding parse_embedding(std::string_view text);

// Reads and parses a file, or standard input where it is called "-".
// Throws std::runtime_error, whose sentence begins with the file's name, the line and the column.
Embedding read_embedding(const std::string& file);

}  // namespace walkthrough
