#include "embedding_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "concat.hpp"
#include "utf8.hpp"

namespace walkthrough {
namespace {

using Fields = std::vector<std::string>;

struct Line {
  std::size_t number;
  std::string text;
  Fields fields;
};

template <class... Parts>
[[noreturn]] void refuse(std::size_t line, const Parts&... reason) {
  throw std::runtime_error(concat(line, ": ", reason...));
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

bool holds_only(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

bool is_whole(const std::string& text) { return holds_only(text, "0123456789"); }

// A program starts in the locale "C", in which a point stands before the decimals, and none of the
// walkthroughs changes it.
bool is_read_whole(const std::string& text) {
  char* end = nullptr;
  std::strtof(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

bool is_number(const std::string& text) {
  return holds_only(text, "0123456789+-.eE") && is_read_whole(text);
}

// What somebody takes for a number: nan, 0x10, 0,5, or a minus that is none.
bool looks_like_number(std::string text) {
  for (const std::string minus : {"\u2212", "\u2013", "\u2014"}) {
    for (std::size_t at = 0; (at = text.find(minus)) != text.npos;) text.replace(at, 3, "-");
  }
  std::ranges::replace(text, ',', '.');
  return is_read_whole(text);
}

// What a terminal or an SVG cannot hold, or what only looks like a blank.
void check_characters(std::string_view text, std::size_t line) {
  while (!text.empty()) {
    const auto [code, bytes] = first_character(text);
    char name[16];
    std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(code));
    if (bytes == 0) {
      refuse(line,
             "a byte is not UTF-8: the file is binary, or has another encoding: save it as text "
             "in UTF-8");
    }
    if (code == '\r') refuse(line, "a line ends in CR alone: save the file with line ends LF");
    if (code == 0xA0 || (0x2000 <= code && code <= 0x200A) || code == 0x202F || code == 0x3000) {
      refuse(line, name,
             " is a blank that does not separate, such as a no-break space: write a plain one");
    }
    if (!can_be_shown({code, bytes})) {
      refuse(line, "the character ", name, " cannot be shown: take it out");
    }
    text.remove_prefix(bytes);
  }
}

const std::map<char, std::string> separator_names{
    {'\t', "tabs"}, {';', "semicolons"}, {',', "commas"}, {' ', "blanks"}};

char separator_of(const std::string& first_line) {
  for (const char separator : {'\t', ';', ','}) {
    if (first_line.find(separator) != std::string::npos) return separator;
  }
  return ' ';
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

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  std::istringstream in{std::string(text)};
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    check_characters(line, number);
    if (line.find_first_not_of(" \t") == line.npos) continue;
    lines.push_back({number, line, {}});
    lines.back().fields = split(line, separator_of(lines[0].text));
  }
  return lines;
}

// A file that some program wrote for another, told by its first line.
void check_format(const std::vector<Line>& lines) {
  const auto& [number, text, fields] = lines[0];
  const std::size_t opened = std::min(text.find_first_not_of("[{( \t"), text.size());
  const std::string inside = text.substr(opened);
  const bool holds_names = inside.starts_with('"') || inside.starts_with('\'');
  if (text.find_first_of("[{(") < opened && (inside.empty() || holds_names)) {
    refuse(number, "this looks like JSON: write one token per line, a label and its numbers");
  }
  const auto has_bracket = [](const std::string& field) {
    return field.find_first_of("[]") != field.npos;
  };
  if (text.starts_with("tensor(") || text.starts_with("array(") || text.starts_with("[[") ||
      (fields[0].starts_with('[') && is_number(fields[0].substr(1))) ||
      std::any_of(fields.begin() + 1, fields.end(), has_bracket)) {
    refuse(number,
           "this looks like a list that numpy, torch or Python prints: write one token per line, "
           "without brackets (numpy.savetxt does)");
  }
  for (const Line& line : lines) {
    for (const std::string& field : line.fields) {
      if (field.size() == 1 || !field.starts_with('"')) continue;
      refuse(line.number, quoted(field),
             " is in quotes, which would become part of it: take them out; with "
             "tabs between the fields, a label may hold blanks and commas");
    }
  }
  if (fields.size() != 2 || !is_whole(fields[0]) || !is_whole(fields[1]) || lines.size() == 1) {
    return;
  }
  const Fields& next = lines[1].fields;
  const bool is_head = fields[0] == std::to_string(lines.size() - 1);
  if (is_head || next.size() != 2 || !is_number(next[0])) {
    refuse(number,
           "this can be the counts at the head of a file of word2vec or fastText, or a token: "
           "delete counts, or write ",
           fields[1], ".0");
  }
}

// Whole numbers, each greater than the one before, as names of columns and of lines are.
bool count_up(const Fields& fields) {
  double before = -1;
  for (const std::string& field : fields) {
    const double number = std::strtod(field.c_str(), nullptr);
    if (!is_whole(field) || number <= before) return false;
    before = number;
  }
  return true;
}

// "0,43,0,15": commas may stand before decimals, too.
bool may_be_decimals(const std::vector<Line>& lines, std::size_t first_number) {
  for (const Line& line : lines) {
    if (line.text.find(", ") != line.text.npos) return false;
    for (std::size_t i = first_number; i < line.fields.size(); ++i) {
      if (!holds_only(line.fields[i], "+-0123456789")) return false;
    }
  }
  return (lines[0].fields.size() - first_number) % 2 == 0;
}

// A comma that separates, or one that stands before decimals.
void check_commas(const std::vector<Line>& lines, std::size_t first_number) {
  const auto& [number, text, fields] = lines[0];
  const std::string label = first_number > 0 ? fields[0] : "";
  const std::size_t last_word = label.rfind(' ') + 1;
  if (separator_of(text) != '\t' && last_word > 0 && is_number(label.substr(last_word))) {
    refuse(number, quoted(label),
           " can be a label that ends in a number, or two fields: separate fields by "
           "tabs, and write a point before decimals");
  }
  for (std::size_t i = first_number; i < fields.size(); ++i) {
    const std::size_t comma = fields[i].find(',');
    if (comma == fields[i].npos || !is_number(fields[i].substr(0, comma))) continue;
    refuse(number, quoted(fields[i]),
           " can be two numbers or one, with a decimal comma: separate all fields "
           "alike, and write a point before decimals");
  }
  if (separator_of(text) == ',' && may_be_decimals(lines, first_number)) {
    refuse(number, quoted(fields[first_number] + ',' + fields[first_number + 1]),
           " can be two numbers or one, with a decimal comma: write a blank after each "
           "comma that separates, or a point before decimals");
  }
}

void check_names(std::size_t line, const std::string& first_field, const Fields& numbers) {
  if (first_field.empty() || !looks_like_number(numbers[0])) {
    refuse(line, (first_field.empty() ? "an empty field" : quoted(numbers[0])),
           " is no number: this can be a row of names, or a label of several words: "
           "delete a row of names; separate fields by tabs if a label holds blanks");
  }
  if (count_up(numbers) && (numbers.size() > 1 || numbers[0] == "0")) {
    refuse(line, "this can be a row of names or a token: delete a row of names, or write ",
           numbers[0], ".0");
  }
}

// Whole numbers before others, or numbers that count up, may be ids.
void check_first_column(const std::vector<Line>& lines) {
  Fields column;
  bool is_any_other_whole = false;
  for (const auto& [number, text, fields] : lines) {
    column.push_back(fields[0]);
    is_any_other_whole |= std::any_of(fields.begin() + 1, fields.end(), is_whole);
  }
  const bool counts_up = lines.size() > 1 && count_up(column);
  if (std::ranges::all_of(column, is_whole) && (counts_up || !is_any_other_whole)) {
    refuse(lines[0].number,
           "the first column holds whole numbers: these can be labels or a feature: say --labels, "
           "or write ",
           column[0], ".0");
  }
}

// What can be read in two ways, and how to write either.
void check_readings(const std::vector<Line>& lines, bool has_labels, bool labels_are_said) {
  const auto& [number, text, fields] = lines[0];
  if (has_labels && !labels_are_said && looks_like_number(fields[0])) {
    refuse(number, quoted(fields[0]),
           " can be a number or a label: say --labels, or write digits, a point and -");
  }
  const std::size_t first_number = has_labels ? 1 : 0;
  if (fields.size() == first_number) {
    refuse(number,
           "there is no number after the label: separate fields by blanks, tabs, commas or "
           "semicolons");
  }
  check_commas(lines, first_number);
  if (fields.size() > 1)
    check_names(number, fields[0], {fields.begin() + has_labels, fields.end()});
  if (fields.size() > 1 && !has_labels) check_first_column(lines);
}

float number_of(const std::string& field, std::size_t line) {
  if (field.empty()) {
    refuse(line,
           "a field is empty: one separator is too many, between fields or at the end: take "
           "it out");
  }
  if (!is_number(field)) {
    refuse(line, quoted(field),
           " is not a number: numbers look like -0.5 or 1e-3, with a plain minus, and are "
           "separated as in the first line");
  }
  const float number = std::strtof(field.c_str(), nullptr);  // below the smallest float, zero
  if (std::isinf(number)) refuse(line, quoted(field), " is beyond the largest float, 3.4e38");
  return number;
}

void check_label(const std::string& label, std::size_t line) {
  if (label.empty()) refuse(line, "the label is empty");
  const std::size_t width = display_width(label);
  if (width > widest_label) {
    refuse(line, "the label takes ", width, " columns: at most ", widest_label, " fit on the page");
  }
}

}  // namespace

Embedding parse_embedding(std::string_view text, bool labels_are_said) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a mark of some editors
  if (text.find('\0') != text.npos) {
    refuse(1, "the file is binary, as .npy and .bin are, or UTF-16: save it as text in UTF-8");
  }
  const std::vector<Line> lines = lines_of(text);
  if (lines.empty()) refuse(1, "there is no token: write one a line, such as: cat 0.25 -0.5");
  check_format(lines);
  const Line& first = lines[0];
  const bool has_labels = labels_are_said || !is_number(first.fields[0]);
  check_readings(lines, has_labels, labels_are_said);

  const std::size_t before = has_labels ? 1 : 0;  // the numbers of a line
  const std::size_t d_in = first.fields.size() - before;
  if (lines.size() * d_in > most_numbers) {
    refuse(first.number, lines.size(), " tokens of ", d_in,
           " numbers are too many to print: at most ", most_numbers / d_in, " such tokens fit");
  }
  const std::string& separator = separator_names.at(separator_of(first.text));
  Embedding embedding{has_labels, {}, longhand::Matrix(lines.size(), d_in), separator};
  for (std::size_t token = 0; token < lines.size(); ++token) {
    const auto& [number, line, fields] = lines[token];
    if (has_labels) check_label(fields[0], number);
    embedding.labels.push_back(has_labels ? fields[0] : "x(" + std::to_string(token + 1) + ")");
    if (fields.size() != first.fields.size()) {
      refuse(number, "there are ", fields.size(), " fields, but line ", first.number, " has ",
             first.fields.size(),
             has_labels ? ", of them a label"
                        : ", all of them numbers: --labels makes the first column labels");
    }
    for (std::size_t in = 0; in < d_in; ++in) {
      embedding.inputs(token, in) = number_of(fields[before + in], number);
    }
  }
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
  if (in.bad() || (is_standard_input && std::ferror(stdin) != 0)) {
    throw std::runtime_error(name + ": cannot be read to its end: is it a file, and is it whole?");
  }
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
