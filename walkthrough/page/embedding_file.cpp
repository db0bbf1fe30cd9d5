#include "embedding_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "utf8.hpp"

namespace walkthrough {
namespace {

using Fields = std::vector<std::string>;

struct Line {
  std::size_t number;
  Fields fields;
};

[[noreturn]] void refuse(std::size_t line, const std::string& reason) {
  throw std::runtime_error(std::to_string(line) + ": " + reason);
}

bool holds_only(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

bool is_whole(const std::string& text) { return holds_only(text, "0123456789"); }

// A program starts in the locale "C", in which a point stands before the decimals, and none of the
// walkthroughs changes it.
bool is_number(const std::string& text) {
  char* end = nullptr;
  std::strtof(text.c_str(), &end);
  return holds_only(text, "0123456789+-.eE") && *end == '\0';
}

void check_characters(std::string_view line, std::size_t number) {
  while (!line.empty()) {
    const Character character = first_character(line);
    if (character.bytes == 0 || !can_be_shown(character)) {
      refuse(number, "holds what cannot be shown: save the file as plain text in UTF-8");
    }
    line.remove_prefix(character.bytes);
  }
}

struct Separator {
  char character;
  const char* name;
};

Separator separator_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const std::string_view first_line = text.substr(0, text.find('\n'));
  for (const Separator separator :
       {Separator{'\t', "tabs"}, {';', "semicolons"}, {',', "commas"}}) {
    if (first_line.find(separator.character) != first_line.npos) return separator;
  }
  return {' ', "blanks"};
}

// Blanks around a field do not count, and several blanks separate as one does.
Fields split(const std::string& line, char separator) {
  Fields fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    std::string field = line.substr(at, end - at);
    field.erase(0, std::min(field.find_first_not_of(" \t"), field.size()));
    field.erase(field.find_last_not_of(" \t") + 1);
    if (separator != ' ' || !field.empty()) fields.push_back(field);
    at = end + 1;
  }
  return fields;
}

std::vector<Line> lines_of(std::string_view text, char separator) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.pop_back();
    check_characters(line, number);
    if (line.find_first_not_of(" \t") == line.npos) continue;
    lines.push_back({number, split(line, separator)});
  }
  return lines;
}

// Whole numbers alone can be names: in the first column ids, in the first line those of columns.
void check_names(const std::vector<Line>& lines, bool has_labels) {
  const auto has_whole_numbers = [&](const Line& line) {
    return std::all_of(line.fields.begin() + has_labels, line.fields.end(), is_whole);
  };
  const auto starts_whole = [](const Line& line) { return is_whole(line.fields[0]); };
  const Line& first = lines[0];
  if (!has_labels && first.fields.size() > 1 && std::ranges::all_of(lines, starts_whole)) {
    refuse(first.number,
           "the first column holds whole numbers: these can be labels or a feature: say --labels, "
           "or write " +
               first.fields[0] + ".0");
  }
  if (has_whole_numbers(first) && !std::ranges::all_of(lines, has_whole_numbers)) {
    refuse(first.number,
           "whole numbers stand in the first line alone: these can be names of columns or a token: "
           "delete a row of names, or write " +
               first.fields[has_labels] + ".0");
  }
}

float number_of(const std::string& field, std::size_t line) {
  if (!is_number(field)) {
    refuse(line,
           "'" + field +
               "' is not a number: numbers look like -0.5 or 1e-3, with a plain minus; delete "
               "a row of names, and separate fields by tabs if a label holds blanks");
  }
  const float number = std::strtof(field.c_str(), nullptr);  // below the smallest float, zero
  if (std::isinf(number)) refuse(line, "'" + field + "' is beyond the largest float, 3.4e38");
  return number;
}

void check_label(const std::string& label, std::size_t line) {
  const std::size_t width = display_width(label);
  if (label.empty() || width > widest_label) {
    refuse(line, "the label takes " + std::to_string(width) + " columns: 1 to " +
                     std::to_string(widest_label) + " fit on the page");
  }
}

}  // namespace

Embedding parse_embedding(std::string_view text, bool labels_are_said) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a mark of some editors
  const Separator separator = separator_of(text);
  const std::vector<Line> lines = lines_of(text, separator.character);
  if (lines.empty()) refuse(1, "there is no token: write one a line, such as: cat 0.25 -0.5");
  const Line& first = lines[0];
  const bool has_labels = labels_are_said || !is_number(first.fields[0]);
  const std::size_t d_in = first.fields.size() - has_labels;
  if (d_in == 0) {
    refuse(first.number,
           "there is no number after the label: separate fields by blanks, tabs, commas or "
           "semicolons");
  }
  if (lines.size() * d_in > most_numbers) {
    refuse(first.number, std::to_string(lines.size()) + " tokens of " + std::to_string(d_in) +
                             " numbers are too many to print: at most " +
                             std::to_string(most_numbers / d_in) + " such tokens fit");
  }
  Embedding embedding{has_labels, {}, longhand::Matrix(lines.size(), d_in), separator.name};
  for (std::size_t token = 0; token < lines.size(); ++token) {
    const auto& [number, fields] = lines[token];
    if (fields.size() != first.fields.size()) {
      refuse(number, "there are " + std::to_string(fields.size()) + " fields, but line " +
                         std::to_string(first.number) + " has " +
                         std::to_string(first.fields.size()) +
                         (has_labels ? ", of them a label"
                                     : ", all of them numbers: --labels "
                                       "makes the first column labels"));
    }
    if (has_labels) check_label(fields[0], number);
    embedding.labels.push_back(has_labels ? fields[0] : "x(" + std::to_string(token + 1) + ")");
    for (std::size_t in = 0; in < d_in; ++in) {
      embedding.inputs(token, in) = number_of(fields[has_labels + in], number);
    }
  }
  check_names(lines, has_labels);
  return embedding;
}

Embedding read_embedding(const std::string& file, bool labels_are_said) {
  const bool is_standard_input = file == "-";
  const std::string name = is_standard_input ? "standard input" : file;
  std::error_code ignored;
  if (!is_standard_input && std::filesystem::is_directory(file, ignored)) {
    throw std::runtime_error(name + ": is a folder, but a file is needed");
  }
  std::ifstream opened;
  if (!is_standard_input) opened.open(file, std::ios::binary);
  std::istream& in = is_standard_input ? std::cin : opened;
  if (!in) throw std::runtime_error(name + ": cannot be read: is it there, and may you read it?");
  constexpr std::size_t most_bytes = 8 * 1024 * 1024;  // an endless pipe has more
  std::string text(most_bytes, '\0');
  in.read(text.data(), most_bytes);
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() == most_bytes) {
    throw std::runtime_error(name + ": 8 MiB or more: an embedding to look at is smaller");
  }
  try {
    return parse_embedding(text, labels_are_said);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(name + ":" + error.what());
  }
}

}  // namespace walkthrough
