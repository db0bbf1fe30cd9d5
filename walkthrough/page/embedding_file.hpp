#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "longhand/matrix.hpp"

namespace walkthrough {

// The tokens of a reader, each embedded.
struct Embedding {
  bool has_labels;                  // of its own, or x(1), x(2), ...
  std::vector<std::string> labels;  // one for each token
  longhand::Matrix inputs;          // tokens x d_in, both at least 1, all numbers finite
  std::string separator;            // "blanks", "commas", "semicolons" or "tabs"
};

// Every number is printed, several times: more than this is no longer read by anybody.
constexpr std::size_t most_numbers = 100'000;

// The widest label that fits twice on the page, before a row and above a column.
constexpr std::size_t widest_label = 38;

// One token per line: a label if there is one, then its numbers, decimal and rounded to the nearest
// float.
//
//   the 0.43 0.15 0.89
//
// The first line decides for all: what separates (a tab, a semicolon, a comma or blanks: the first of
// these that it holds), and whether there are labels (if it begins with no number, or if it is said).
// There are no comments and no quotes; empty lines count for nothing. Nothing is guessed: what can be
// read in two ways is refused, with both readings and how to write either.
// Throws std::runtime_error for the first line that does not fit: its number, counted from one, a colon,
// and what is wrong with it.
Embedding parse_embedding(std::string_view text, bool labels_are_said = false);

// Reads and parses a file, or standard input where it is called "-".
// Throws std::runtime_error, whose sentence begins with the file's name, too.
Embedding read_embedding(const std::string& file, bool labels_are_said = false);

}  // namespace walkthrough
